# make lab      set up, and open the course in JupyterLab (NO_BROWSER=1: only print the address)
# make test     set up, and run every test and every notebook
# make test-browser  drive the live cells in Chromium, if there is one
# make calibrate   what every claim measures for five seeds (PACE=standard: two hours of CPU)
# make bench    how fast it is, against what others do (ONLY="emd startup": some of it)
# make setup    set up, and nothing else
# make clean    remove what was built here; your work/ stays

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PACE ?= quick

.DELETE_ON_ERROR:
.PHONY: lab test test-browser calibrate bench setup clean

lab: setup
	@$(BIN)/python -m course_utils lab $(if $(NO_BROWSER),--no-browser)

# Two processes of one thread each: on two cores, threads that wait for each other are slower than
# none. The notebooks run twice: as shipped, all stubs, and in instructor mode, all solutions.
PYTEST := OMP_NUM_THREADS=1 COURSE_PACE=$(PACE) COURSE_WORK="$(CURDIR)/build/test-work" \
  $(BIN)/python -m pytest -n 2 --dist loadfile

# a process that is given the longest file last would let the other one wait for it
LONGEST_FIRST := --no-loadscope-reorder tests/test_widgets.py tests/test_distributed.py notebooks tests

# lesson by lesson, whoever is free; -rs names a browser that is missing
BROWSER_TESTS := $(PYTEST) --dist worksteal -rs tests/browser

test: setup
	@$(BIN)/ruff check .
	@rm -rf build/test-work
	@$(PYTEST) --durations 10 $(LONGEST_FIRST) --ignore tests/browser
	@COURSE_MODE=instructor $(PYTEST) notebooks
	@$(BROWSER_TESTS)

# the last part of make test alone: what moves under the hand, in JupyterLab in a real Chromium
test-browser: setup
	@$(BROWSER_TESTS)

calibrate: setup
	@$(BIN)/python -m benchmarks.calibrate --pace $(PACE)

# one table, build/bench.json and pictures in build/bench/; benchmarks/README.md says how to read them
bench: setup
	@$(BIN)/python -m benchmarks $(ONLY)

setup: $(VENV)/ready

# the stamp keeps a copy of the list it was made from, so that a fresh clone's file times, which
# say nothing, never cause a second installation
$(VENV)/ready: requirements.txt pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11) and 'The course needs Python 3.11 or newer; name one with make PYTHON=python3.x')"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@if cmp -s requirements.txt $@; then touch $@; else \
	  echo "Setting up $(VENV) (a few minutes, once) ..."; \
	  $(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt && \
	  $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable . && \
	  cp requirements.txt $@; fi

clean:
	rm -rf build $(VENV) .pytest_cache .ruff_cache .hypothesis
