# make lab      set up, and open the course in JupyterLab (NO_BROWSER=1: only print the address)
# make test     set up, and run every test and every notebook
# make check    format, lint, types, and the tests that meet what most edits break: a minute
# make test-browser  drive the live cells in Chromium, if there is one
# make calibrate   what every claim measures for five seeds (PACE=standard: two hours of CPU)
# make runs     the recorded experiments in data/runs that are missing (ONLY="plane models")
# make bench    how fast it is, against what others do (ONLY="emd startup": some of it)
# make setup    set up, and nothing else
# make lock     write down every package with its hashes, in locks/ (UPGRADE=1: the newest)
# make licences the licence of every package that is installed
# make version  write the course's version, course_utils.__version__, into the lessons
# make clean    remove what was built here; your work/ stays
#
# Without make, `python start.py lab` and `python start.py test` do the same. TORCH=cpu or
# TORCH=cuda chooses PyTorch's build; without it, CUDA's is taken where there is such a GPU.

PYTHON ?= python3
BIN := .venv/bin
PACE ?= quick
START = @$(PYTHON) start.py $(if $(TORCH),--torch $(TORCH))

.PHONY: lab check test test-browser calibrate runs bench setup setup-tests lock licences version clean

lab:
	$(START) lab $(if $(NO_BROWSER),--no-browser)

check:
	$(START) check

test:
	$(START) test --pace $(PACE)

# the last part of make test alone: what moves under the hand, in JupyterLab in a real Chromium
test-browser:
	$(START) test --pace $(PACE) --only browser

calibrate: setup-tests
	@$(BIN)/python -m benchmarks.calibrate --pace $(PACE)

# hours for all of them afresh; each run is in the files as soon as it is finished
runs: setup
	@$(BIN)/python -m course_utils.experiments.recorded $(ONLY)

# one table, build/bench.json and pictures in build/bench/; benchmarks/README.md says how to read them
bench: setup-tests
	@$(BIN)/python -m benchmarks $(ONLY)

setup:
	$(START) setup

setup-tests:
	$(START) --with-tests setup

lock: setup-tests
	@$(BIN)/python locks/refresh.py $(if $(UPGRADE),--upgrade)

licences: setup-tests
	@$(BIN)/python -m piplicenses --order=license --with-urls

version: setup
	@$(BIN)/python -m course_utils.lab.editions

clean:
	rm -rf build .venv .pytest_cache .ruff_cache .hypothesis
