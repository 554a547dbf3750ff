# make lab      set up, and open the course in JupyterLab (NO_BROWSER=1: only print the address)
# make test     set up, and run every test and every notebook
# make setup    set up, and nothing else
# make clean    remove what was built here; your work/ stays

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.DELETE_ON_ERROR:
.PHONY: lab test setup clean

lab: setup
	@$(BIN)/python -m course_utils lab $(if $(NO_BROWSER),--no-browser)

# one thread for each of the two kinds of worker: threads that wait for each other on a busy
# machine are slower than no threads at all
test: setup
	@$(BIN)/ruff check .
	@OMP_NUM_THREADS=1 COURSE_PACE=quick $(BIN)/python -m pytest -n 2 --dist loadfile $(PYTEST_ARGS)

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
