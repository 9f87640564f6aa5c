# `make run` starts Plumbline; everything else here is for working on it.

# The first Python on PATH that is new enough.
PYTHON ?= $(shell for name in python3 python3.13 python3.12 python3.11 python; do \
	if $$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then command -v $$name; break; fi; done)
BIN := .venv/bin

.DEFAULT_GOAL := help
.PHONY: help run install islands test test-install lint format audit docs wheel bench chaos soak clean python

help:
	@echo 'make run     start Plumbline on this machine (PORT=5000)'
	@echo 'make test    lint, types and all tests'
	@echo 'make chaos   kill and restart parts by chance, and check what must hold (RUNS=50 FAULTS=10 SEED=)'
	@echo 'make soak    half of what it can do, for long: nothing may grow (MINUTES=30)'
	@echo 'make bench   figures, each beside its yardstick'
	@echo 'make audit   known faults of what is installed (asks the registries)'
	@echo 'make docs    the pages of docs/ as a site, in build/docs'
	@echo 'make wheel   the wheel with the built front end, in dist'
	@echo 'make lint    lint and types only;  make format  rewrite in the house style'
	@echo 'make islands build the front-end islands;  make clean  remove what was built (keeps var/)'

run: install
	@exec $(BIN)/plumb up

install: python
	@$(PYTHON) -m app.local.install embedded

islands: install

test-install: python
	@$(PYTHON) -m app.local.install embedded test
	@$(PYTHON) -m app.local.chromium

lint: test-install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: test-install
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

test: lint
	$(BIN)/python -m pytest -n auto --maxprocesses 8 --ignore=tests/bench

audit: test-install
	$(BIN)/python -m pip install -q 'pip-audit>=2.9,<3'
	$(BIN)/pip-audit --local --skip-editable
	npm --prefix frontend_islands audit --omit=dev

docs: python
	@$(PYTHON) -m app.local.install embedded docs
	$(BIN)/sphinx-build --fail-on-warning --keep-going -q docs build/docs

wheel: install
	rm -rf build/lib* build/bdist*
	$(BIN)/python -m pip wheel --no-deps --wheel-dir dist .

chaos: test-install
	AWAY_S=20 $(BIN)/python -m pytest -q tests/faults/test_servers.py -k without_redis
	$(BIN)/python -m tests.faults.chaos $(or $(RUNS),50) $(or $(FAULTS),10) $(SEED)

soak: test-install
	$(BIN)/python -m tests.faults.soak $(or $(MINUTES),30)

bench: test-install
	$(BIN)/python -m tests.bench

clean:
	rm -rf .venv build dist *.egg-info static/islands frontend_islands/node_modules
	rm -rf .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis test-results
	rm -f app/datasources/connectors/postgres/_*.c app/datasources/connectors/postgres/_*.so
	find app jobs migrations tests -name __pycache__ -type d -prune -exec rm -rf {} +

python:
	@if [ -z '$(PYTHON)' ]; then echo 'Python 3.11 or newer is needed: install it, or name it as in PYTHON=/path/to/python3.11 make run.' >&2; exit 1; fi
