# Every target does its own set-up and says what it is doing; what is up to date is not done again.
SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check -qq
# A file's tests stay together, each worker has servers of its own; many tests wait more than they compute.
WORKERS ?= 4
say = @printf '\033[1m==> %s\033[0m\n' "$(1)"

.PHONY: help setup demo test lint format web bench lock clean

help:
	@echo "make demo    embedded servers, demo data, gateway and worker"
	@echo "make test    every test, on real PostgreSQL and Valkey"
	@echo "make lint    format check, lint, types"
	@echo "make web     build the front end"
	@echo "make bench   benchmarks, each beside its floor"
	@echo "make setup   the virtual environment, with the tools for development"
	@echo "make lock    compile the lock files anew from pyproject.toml"

setup: $(VENV)/.dev

demo: $(VENV)/.runtime web
	$(call say,Starting the demo)
	exec $(BIN)/z402-analytics demo

test: $(VENV)/.dev web
	$(call say,Running the tests)
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder

lint: $(VENV)/.dev
	$(call say,Checking format and style)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(call say,Checking types)
	$(BIN)/mypy

format: $(VENV)/.dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

web: $(VENV)/.runtime
	$(call say,Building the front end)
	@$(BIN)/python -m gateway.web.build

bench: $(VENV)/.dev
	$(call say,Running the benchmarks)
	$(BIN)/python -m tests.benchmarks

lock: $(VENV)/.dev
	$(call say,Compiling the lock files)
	$(BIN)/uv pip compile $(LOCK_FLAGS) pyproject.toml --group build -o requirements.lock
	$(BIN)/uv pip compile $(LOCK_FLAGS) pyproject.toml --group build --group dev -c requirements.lock -o requirements-dev.lock
	$(BIN)/uv pip compile $(LOCK_FLAGS) --group web -o requirements-web.lock
LOCK_FLAGS := --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
	--no-emit-index-url --no-emit-find-links --no-emit-build-options

clean:
	rm -rf $(VENV) gateway/web/dist gateway/web/node_modules .mypy_cache .pytest_cache .ruff_cache

$(VENV)/bin/python:
	$(call say,Creating the virtual environment in $(VENV))
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Python 3.11 or newer is needed; $(PYTHON) is $$($(PYTHON) -V). Try: make PYTHON=python3.12 ..."; exit 1; }
	@$(PYTHON) -m venv $(VENV) \
		|| { rm -rf $(VENV); echo "Could not create it. On Debian and Ubuntu: apt-get install python3-venv"; exit 1; }

$(VENV)/.runtime: requirements.lock pyproject.toml | $(VENV)/bin/python
	$(call say,Installing the locked dependencies)
	@$(PIP) install --require-hashes --only-binary :all: -r requirements.lock
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.runtime
	$(call say,Installing the locked tools for development)
	@$(PIP) install --require-hashes --only-binary :all: -r requirements-dev.lock
	@touch $@
