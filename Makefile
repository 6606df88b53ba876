# Two commands: `make run` and `make test`. Both set everything up first.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
CONSOLE := src/xiezhi/api/console/index.html
CONSOLE_SOURCES := $(shell find web -name node_modules -prune -o -type f -print)

.PHONY: run test test-console lint lock docs clean

run: $(READY) $(CONSOLE)
	$(BIN)/xiezhi demo

test: $(READY) $(CONSOLE) lint test-console
	$(BIN)/python -m pytest -n 2 --dist loadfile

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/mypy

# Built again when a source of it is newer. Where Node is missing, this says so and makes nothing.
$(CONSOLE): $(CONSOLE_SOURCES) | $(READY)
	web/make.sh build $(abspath $(BIN))/python

test-console: $(CONSOLE)
	web/make.sh test $(abspath $(BIN))/python

$(READY): requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' || (echo "Python 3.11, 3.12 or 3.13 is needed: make PYTHON=python3.12" && exit 1)
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .
	touch $@

# Take the newest allowed versions of everything into the lock; a deliberate act.
lock:
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header --extra dev pyproject.toml -o requirements.lock

docs: $(READY)
	$(BIN)/python -m xiezhi.cli.documentation docs

clean:
	rm -rf $(VENV) build dist web/node_modules src/xiezhi/api/console .mypy_cache .pytest_cache .ruff_cache
