# Each target does its own set-up; a second call finds it done. `make demo` and `make test` are all a newcomer needs.
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/installed
MODULES := frontend/node_modules/.package-lock.json
BUILT := frontend/dist/manifest.json
ICONS_NAMED := $(shell grep -rlw icon src --include=*.py)
SOURCES := $(ICONS_NAMED) $(shell find frontend -type d \( -name node_modules -o -name dist \) -prune -o -type f -print)

.PHONY: demo test serve lint bench fuzz clean

demo: $(INSTALLED) $(BUILT) ## the month end of a client, on real servers; ARGS=--exit ends afterwards
	@$(BIN)/tata demo $(ARGS)

serve: $(INSTALLED) $(BUILT) ## everything on this machine, on 127.0.0.1:8000
	@$(BIN)/tata serve $(ARGS)

test: lint $(BUILT) ## everything that must hold; ARGS go to pytest
	@PYTHON=$(BIN)/python infra/test.sh $(ARGS)

lint: $(INSTALLED)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@PYTHONPATH=. $(BIN)/lint-imports
	@$(BIN)/python infra/audit.py infra/requirements/run.txt

bench: $(INSTALLED) $(BUILT) ## the table of ratios, also in bench.json
	@$(BIN)/tata bench $(ARGS)

fuzz: $(INSTALLED) $(BUILT) ## fifty thousand malformed bodies, and 150 calls of each kind to every operation of the API
	@TATA_BODIES=50000 TATA_EXAMPLES=150 $(BIN)/pytest tests/hostile/test_malformed.py tests/hostile/test_operations.py -s $(ARGS)

clean: ## removes everything that was made here, the demo's data included
	@infra/clean.sh

$(INSTALLED): infra/requirements/dev.txt pyproject.toml infra/setup.sh
	@infra/setup.sh $(VENV)
	@touch $@

$(MODULES): frontend/package-lock.json | $(INSTALLED)
	@PYTHON=$(abspath $(BIN)/python) infra/npm.sh ci
	@touch $@

$(BUILT): $(MODULES) $(SOURCES)
	@PYTHON=$(abspath $(BIN)/python) infra/npm.sh run build
	@touch $@
