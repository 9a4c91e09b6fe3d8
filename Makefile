# make test lint docs results; PYTHON names another interpreter: make test PYTHON=python3
PYTHON ?= .venv/bin/python

.PHONY: test lint format docs results catalog

test:
	$(PYTHON) -m pytest

lint:
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m mypy

format:
	$(PYTHON) -m ruff check --fix .
	$(PYTHON) -m ruff format .

docs:
	$(PYTHON) docs/build.py

# Renders the tables, figures and verdicts again from the committed rows; trains nothing.
results:
	for rows in results/*/rows; do \
		$(PYTHON) -m benchmarks report $$(basename $$(dirname $$rows)) || exit 1; \
	done
	$(PYTHON) -m benchmarks claims

catalog:
	$(PYTHON) -m zoo.catalog
