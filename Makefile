# Two commands do all on a fresh machine: `make demo` and `make test`.
# Needed beforehand: Python 3.11+ with venv, and Node 18+ for the locked front-end assets. Nothing else.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
VENDOR := src/renda/kernel/ui/static/vendor
FONTS := src/renda/kernel/documents/fonts
ADDRESS ?= 127.0.0.1
PORT ?= 8000

.PHONY: help install assets fonts demo test test-slow lint fmt bench docs clean

help:  ## this list
	@awk -F':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "需要 Python 3.11 或更新的版本（可用 make PYTHON=python3.12 … 指定）"; exit 1; }
	@$(PYTHON) -m venv .venv || { echo "建不了虚拟环境：请装上 venv（Debian：apt-get install python3-venv）"; exit 1; }

.venv/.run: .venv/bin/python requirements/run.txt pyproject.toml
	$(PIP) install --quiet --require-hashes -r requirements/run.txt
	$(PIP) install --quiet --no-deps --no-build-isolation -e .
	@touch $@

.venv/.test: .venv/.run requirements/test.txt
	$(PIP) install --quiet --require-hashes -r requirements/test.txt
	@touch $@

frontend/node_modules/.stamp: frontend/package-lock.json frontend/package.json
	@node -e 'process.exit(+process.versions.node.split(".")[0] < 18 ? 1 : 0)' 2>/dev/null || { echo "需要 Node 18 或更新的版本，用来取前端资源（装好的安装包不需要）"; exit 1; }
	cd frontend && npm ci --no-audit --no-fund --loglevel=error
	@touch $@

# The icon sprite holds what templates and code name, so it follows them.
$(VENDOR)/.stamp: frontend/node_modules/.stamp $(wildcard frontend/*.mjs) $(shell find src/renda -name '*.html' -o -name '*.py')
	cd frontend && npm run --silent build
	@touch $@

# Free Song, Hei and Kai for official papers.
$(FONTS)/.stamp: frontend/node_modules/.stamp .venv/.run scripts/fonts.py
	$(BIN)/python scripts/fonts.py
	@touch $@

install: .venv/.run $(VENDOR)/.stamp $(FONTS)/.stamp  ## the environment, into .venv

assets: $(VENDOR)/.stamp $(FONTS)/.stamp  ## third-party front-end assets from their lock

fonts:  ## on Debian: a true 仿宋 (Fandol) into the data folder, without TeX
	bash scripts/fandol.sh $${RENDA_HOME:-var}

demo: install  ## fill 安澜市, serve it, print the address and one account per role
	$(BIN)/renda demo --host $(ADDRESS) --port $(PORT)

test: .venv/.test $(VENDOR)/.stamp $(FONTS)/.stamp  ## linters, types, contracts; tests on SQLite and on PostgreSQL (15 min)
	$(BIN)/python scripts/suite.py fast

test-slow: .venv/.test $(VENDOR)/.stamp $(FONTS)/.stamp  ## faults, matrices, crawls, browser, engines, LibreOffice (30 min)
	$(BIN)/python scripts/suite.py slow

lint: .venv/.test  ## linters, types and contracts alone
	$(BIN)/python scripts/suite.py lint

fmt: .venv/.test  ## format the code
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format .

bench: .venv/.test $(VENDOR)/.stamp  ## the measured bars, printed (ONLY="record …" for some)
	$(BIN)/python -m benchmarks $(ONLY)

docs: .venv/.test  ## rewrite the generated parts of docs/
	$(BIN)/python scripts/matrix.py
	$(BIN)/python scripts/docs.py

clean:  ## remove what was built; the data folder var/ stays
	rm -rf build dist $(VENDOR) $(FONTS) frontend/node_modules .ruff_cache .mypy_cache .import_linter_cache
