# The project's only commands. Each makes the environment it needs in .venv, and is quick the second time.

PYTHON ?= python3
ARGS   ?=
BIN    := .venv/bin

.DEFAULT_GOAL := help
.PHONY: help demo lab test check fix bench torture

help: ## list these commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' Makefile

demo: .venv/.run ## a damaged file becomes a clean list on both providers' APIs, on this machine only (ARGS="FILE --region IN")
	@$(BIN)/listkit demo $(ARGS)

lab: .venv/.dev ## the tour, in JupyterLab, on this machine only
	@$(BIN)/jupyter lab --ip=127.0.0.1 $(if $(filter 0,$(shell id -u)),--allow-root) \
	    --LabApp.news_url=None --LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate \
	    notebooks/00_tour.ipynb $(ARGS)

test: check .venv/node/.made ## everything that must hold before a change lands
	@$(BIN)/pytest $(ARGS)

check: .venv/.dev ## what can be said without running: style, types, floors and walls
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --quiet --check .
	@$(BIN)/mypy --strict listkit pytest_listkit.py
	@$(BIN)/lint-imports --no-logo

fix: .venv/.dev ## mend what a machine can mend
	@$(BIN)/ruff check --fix-only .
	@$(BIN)/ruff format .
	@$(BIN)/nbstripout notebooks/*.ipynb
	@$(BIN)/python -m tests.contracts.endpoints
	@$(BIN)/python -m listkit.rules.numbers.atlas
	@$(BIN)/python -m tests.contracts.operations

bench: .venv/.dev ## one table: how fast, against whom (ARGS="--rows 7,10")
	@$(BIN)/python -m tests.bench $(ARGS)

torture: .venv/.dev ## the long random tests
	@LISTKIT_TORTURE=1 $(BIN)/pytest -m torture $(ARGS)

# uv installs in seconds. It does not read pip's settings, so where it finds no packages, pip does the same in minutes.
define install
@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear .venv
@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt uv
@echo "Installing $(1) into .venv ..."
@$(BIN)/uv pip install --quiet --system-certs --python $(BIN)/python --constraint constraints.txt --editable "$(1)" \
    || { echo "uv could not; pip takes over."; \
         $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable "$(1)"; }
endef

.venv/.run: pyproject.toml constraints.txt
	$(call install,.[server])
	@touch $@

.venv/.dev: pyproject.toml constraints.txt
	$(call install,.[all$(comma)dev])
	@touch .venv/.run $@

# TextMagic's own clients for Node, which tests/clients runs unchanged.
.venv/node/.made: tests/clients/node/package.json | .venv/.dev
	@mkdir -p $(@D) && cp $< $(@D)
	@npm install --prefix $(@D) --silent --no-package-lock --ignore-scripts --no-audit --no-fund && touch $@ \
	    || echo "npm could not; the tests of its clients will be skipped."

comma := ,
