# Every target sets up what it needs. Start with `make demo`; `make help` lists the others.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
SHELL := /bin/sh

# What `make demo` installs, what notebooks add, and what tests add to both: each file is complete.
LOCK := requirements-lock.txt
EXTRAS_LOCK := requirements-extras-lock.txt
TEST_LOCK := requirements-test-lock.txt
VENV := .venv
BIN := $(VENV)/bin

# The lock file resolves for these versions; PYTHON=... names another interpreter.
SUPPORTED := (3, 11) <= __import__("sys").version_info[:2] <= (3, 14)
PYTHON ?= $(shell for python in python3 python3.13 python3.12 python3.11 python3.14; do \
	"$$python" -c 'raise SystemExit(not ($(SUPPORTED)))' 2>/dev/null && echo "$$python" && exit; \
	done; echo python3)

define CHECK_PYTHON
$(PYTHON) -c 'raise SystemExit(not ($(SUPPORTED)))' 2>/dev/null || { \
	echo "xhsim needs Python 3.11 to 3.14, and $(PYTHON) is: $$($(PYTHON) --version 2>&1)" >&2; \
	echo "Install one, or name it: make $(MAKECMDGOALS) PYTHON=/path/to/python3.12" >&2; \
	exit 1; }
endef

# What each locked install made and what the editable install made, so that editing setup.cfg costs
# seconds, tests add to what the demo installed, and only a new lock file of the demo's rebuilds all.
LOCKED := $(VENV)/.locked
READY := $(VENV)/.ready
EXTRAS := $(VENV)/.extras
TESTED := $(VENV)/.tested

BASE := main

.PHONY: help demo test check lint types docs unit fuzz notebook notebooks extras reseal lock clean

help: ## list the targets
	@sed -n 's/^\([a-z]*\):[^#]*## /  make \1 \t/p' $(MAKEFILE_LIST) | expand -t 18

demo: $(READY) ## run every shipped scenario; tables and pictures go to results/
	$(BIN)/xhsim attain --out results

test: lint ## lint, types, documentation and all tests with coverage
	@$(MAKE) --no-print-directory --jobs types docs unit

check: lint types ## lint, types and the tests of what differs from BASE (main): in a minute
	$(BIN)/python -m tests.changed $(BASE)

lint: $(TESTED) ## style and formatting
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(TESTED) ## static types
	$(BIN)/mypy

# From scratch each time: otherwise pages that have not changed keep old menus, and hide their warnings.
docs: $(TESTED) ## build the documentation site into build/docs; a warning is an error
	$(BIN)/python -m sphinx -E -W --keep-going -q -d build/doctrees -c docs . build/docs

# Each core has a worker already: threads of linear algebra inside workers would wait for each other.
unit: export OPENBLAS_NUM_THREADS := 1
unit: export OMP_NUM_THREADS := 1
unit: $(TESTED) ## the tests alone, with coverage
	$(BIN)/python -m pytest -n logical --dist loadfile --no-loadscope-reorder --cov

# Each night: FUZZ times as many random examples as in the tests, new ones each time, and the fuzzer
# for SECONDS for each kind of file. It finds what no test covers; `make test` does not wait for it.
FUZZ := 100
SECONDS := 1800

fuzz: export XHSIM_FUZZ := $(FUZZ)
fuzz: export OPENBLAS_NUM_THREADS := 1
fuzz: export OMP_NUM_THREADS := 1
fuzz: $(TESTED) ## random and damaged models for hours: for the night
	$(BIN)/python -m pytest -n logical --dist worksteal tests/engine/test_backends_agree.py \
		tests/engine/test_hostile_files.py tests/engine/test_reading_hostile.py \
		tests/engine/test_random_equations.py
	@$(BIN)/python -m pip install -qq --disable-pip-version-check atheris || { \
		echo "The fuzzer needs atheris, which could not be installed (Python 3.11 to 3.13)." >&2; exit 1; }
	$(BIN)/python tests/fuzz_models.py mdl -max_total_time=$(SECONDS)
	$(BIN)/python tests/fuzz_models.py xmile -max_total_time=$(SECONDS)

notebook: $(EXTRAS) ## open the notebooks in JupyterLab
	$(BIN)/jupyter lab notebooks

notebooks: $(EXTRAS) ## run every notebook and store what it shows
	$(BIN)/jupyter nbconvert --to notebook --execute --inplace \
		--ExecutePreprocessor.record_timing=False notebooks/*.ipynb

extras: $(EXTRAS) ## install everything optional: notebooks, the explorer, sweeps, calibration

# While the model of a version is still in work. A published seal stays as it is.
SEALED := 2021-12-31
SEALED_NOTE := The study as of the end of 2021. It was made later, when figures of the years after were \
	published. None of them is in the model.

reseal: $(READY) ## make the sealed forecast that ships with the study again
	rm -f model/forecasts/$(SEALED)-baseline.json
	$(BIN)/xhsim seal baseline --as-of $(SEALED) --note "$(SEALED_NOTE)"

# Lock files for every supported Python and system, with hashes; the two smaller ones take their
# versions from the largest. Existing pins are kept where they still fit; `make lock
# UPGRADE=--upgrade` moves all of them.
RESOLVE = UV_CUSTOM_COMPILE_COMMAND="make lock" build/lock/bin/uv pip compile setup.cfg --universal \
	--python-version 3.11 --fork-strategy fewest --generate-hashes --no-config --quiet

lock: ## resolve setup.cfg's dependencies into the lock files again
	@$(CHECK_PYTHON)
	$(PYTHON) -m venv --clear build/lock
	build/lock/bin/python -m pip install -qq uv
	$(RESOLVE) --extra test $(UPGRADE) --output-file $(TEST_LOCK)
	$(RESOLVE) --extra all --extra clone --constraint $(TEST_LOCK) --upgrade --output-file $(EXTRAS_LOCK)
	$(RESOLVE) --extra clone --constraint $(TEST_LOCK) --upgrade --output-file $(LOCK)

clean: ## remove the environment, caches and builds
	rm -rf $(VENV) build dist results *.egg-info .coverage .coverage.* \
		.hypothesis .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# Python compiles what is imported when it is imported: much of what is installed never is.
define INSTALL
@$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps --no-compile \
	--require-hashes -r $< || { \
	echo "The packages in $< could not be installed; pip says why above." >&2; \
	echo "Setting up needs the network once: check the connection or the proxy, then run it again." >&2; \
	exit 1; }
@touch $@
endef

$(LOCKED): $(LOCK)
	@$(CHECK_PYTHON)
	@echo "Setting up $(VENV) with $$($(PYTHON) --version) (once, less than a minute) ..."
	@$(PYTHON) -m venv --clear $(VENV)
	$(INSTALL)

$(READY): $(LOCKED) setup.cfg pyproject.toml
	@$(BIN)/python -m pip install -qq --disable-pip-version-check \
		--no-deps --no-build-isolation --editable .
	@touch $@

$(EXTRAS): $(EXTRAS_LOCK) $(READY)
	@echo "Adding what is optional to $(VENV) (once, less than a minute) ..."
	$(INSTALL)

$(TESTED): $(TEST_LOCK) $(READY)
	@echo "Adding what tests need to $(VENV) (once, less than a minute) ..."
	$(INSTALL)
