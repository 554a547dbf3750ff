# make lab      set up, and open the course in JupyterLab (NO_BROWSER=1: only print the address)
# make test     set up, and run every test and every notebook
# make check    format, lint, types, and the tests that meet what most edits break: a minute
# make test-browser  drive the live cells of every lesson in Chromium
# make site     the lessons with their results, and all else to read, in build/site/html
# make site-check  look at every page of it in Chromium, in both themes and on a phone
# make picture  the README's picture, measured afresh: a minute or two of one core
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

.PHONY: lab check test test-browser site site-check picture \
	calibrate runs bench setup setup-tests lock licences version clean

lab:
	$(START) lab $(if $(NO_BROWSER),--no-browser)

check:
	$(START) check

test:
	$(START) test --pace $(PACE)

# a part of make test alone: what moves under the hand, in JupyterLab in a real Chromium
test-browser:
	$(START) test --pace $(PACE) --only browser

# twenty minutes on two cores from nothing; a lesson that has not changed is not run again
site: PACE = standard
site: setup-tests
	@$(BIN)/python -m docs.site --pace $(PACE)

site-check: setup-tests
	@COURSE_FULL_TESTS=1 $(BIN)/python -m pytest -rs tests/browser/test_site.py

picture: setup
	@COURSE_PACE=standard OMP_NUM_THREADS=1 $(BIN)/python -m docs.site.picture

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
