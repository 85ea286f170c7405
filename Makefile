# Two commands matter: `make run` runs the example job, `make test` checks everything.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
EXTRAS := embedded,principles,documents,parquet,retrieval

.PHONY: run install dev test lint types tests soak mutation clean

run: install
	$(BIN)/psi run examples/clinic/job.yaml

install: $(VENV)/installed
dev: $(VENV)/installed-dev

# llama-cpp-python is compiled for this machine: about four minutes the first time, then pip's cache serves it.
$(VENV)/installed: pyproject.toml constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(PIP) --constraint constraints.txt --editable '.[$(EXTRAS)]'
	touch $@

$(VENV)/installed-dev: $(VENV)/installed
	$(PIP) --constraint constraints.txt --editable '.[$(EXTRAS),raptor,dev]'
	touch $@

test: lint types tests

lint: dev
	$(BIN)/ruff check .

types: dev
	$(BIN)/mypy

tests: dev
	$(BIN)/python -m pytest -m 'not soak'

soak: dev
	$(BIN)/python -m pytest -m soak --timeout 7200

# Switches every guard of the door off in turn, in a copy, and sees that a test notices: some minutes.
mutation: dev
	$(BIN)/python tests/mutation/check.py

clean:
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .pytest_cache .ruff_cache .hypothesis
