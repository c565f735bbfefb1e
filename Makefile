# Two commands do all the set-up: make demo, make test. Python 3.11 or newer and make are enough.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip -qq --disable-pip-version-check
PYTEST := $(BIN)/python -m pytest
NOTEBOOKS := $(wildcard notebooks/*.ipynb)

.DEFAULT_GOAL := help
.PHONY: help demo app lab test lint layers types unit bench format notebooks browser broker clean

help:
	@echo "make demo      City of Torino 2019: balance, targets, least-cost mix, report"
	@echo "make app       the same on a page in the browser"
	@echo "make lab       JupyterLab on the notebooks"
	@echo "make test      lint, layers, types, unit tests, notebooks, browser test"
	@echo "make bench     benchmarks"
	@echo "make format    put code into the house format"
	@echo "make notebooks run them again and keep their outputs"
	@echo "make clean     remove what these commands made"

demo: $(VENV)/.apps
	@$(BIN)/leb demo

app: $(VENV)/.apps
	@$(BIN)/leb app

lab: $(VENV)/.apps
	@$(BIN)/leb lab

test: lint layers types unit

lint: $(VENV)/.dev
	@echo "── lint"
	@$(BIN)/ruff check --output-format concise
	@$(BIN)/ruff format --check

layers: $(VENV)/.dev
	@echo "── layers"
	@$(BIN)/lint-imports --no-cache

types: $(VENV)/.dev
	@echo "── types"
	@$(BIN)/mypy

unit: $(VENV)/.dev browser broker
	@echo "── tests"
	@$(PYTEST) --numprocesses logical --dist loadfile --nbval --nbval-current-env tests $(NOTEBOOKS)

bench: $(VENV)/.dev
	@$(PYTEST) --benchmark-only tests/benchmarks

format: $(VENV)/.dev
	@$(BIN)/ruff check --fix --exit-zero
	@$(BIN)/ruff format

# Runs the notebooks from top to bottom and keeps their outputs, without times, versions and widget state.
notebooks: $(VENV)/.dev
	@$(BIN)/jupyter nbconvert --log-level=ERROR --to notebook --execute --inplace \
	  --ExecutePreprocessor.record_timing=False \
	  --ClearMetadataPreprocessor.enabled=True --ClearMetadataPreprocessor.clear_cell_metadata=False \
	  --ClearMetadataPreprocessor.preserve_nb_metadata_mask=kernelspec $(NOTEBOOKS)

clean:
	rm -rf $(VENV) demo dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis .benchmarks

# ── set-up: each stamp is newer than what it was made from, so a second run starts at once ────────────────

# True as root on Debian and its kin, where a missing system package may be installed.
MAY_APT := [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null
APT := export DEBIAN_FRONTEND=noninteractive; apt-get -qq update && \
  apt-get -qq install --yes --no-install-recommends >/dev/null
CAN_VENV := $(PYTHON) -c 'import ensurepip, venv' 2>/dev/null

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "leb_kit needs Python 3.11 or newer; '$(PYTHON)' is $$($(PYTHON) --version 2>/dev/null || echo missing)."; \
	  echo "Install one and say where: make demo PYTHON=python3.12"; exit 1; }
	@$(CAN_VENV) || { $(MAY_APT) && { $(APT) python3-venv; $(CAN_VENV); }; } || { \
	  echo "This Python cannot make environments. On Debian or Ubuntu: apt-get install python3-venv"; exit 1; }
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.apps: pyproject.toml constraints.txt | $(BIN)/python
	@echo "Installing leb_kit into $(VENV) (a minute or two, only the first time) …"
	@$(PIP) install -c constraints.txt -e '.[apps,pdf]'
	@touch $@

$(VENV)/.dev: pyproject.toml constraints.txt | $(BIN)/python
	@echo "Installing leb_kit and its test tools into $(VENV) (a minute or two, only the first time) …"
	@$(PIP) install -c constraints.txt -e '.[apps,dev,hub,pdf,postgres,mqtt]'
	@touch $@ $(VENV)/.apps

# Debian's Chromium, for the browser test, where none is installed and we may install it.
browser:
	@for name in chromium chromium-browser google-chrome; do command -v $$name >/dev/null && exit 0; done; \
	if $(MAY_APT); then echo "Installing Chromium for the browser test …"; $(APT) chromium; \
	else echo "No Chromium found: the browser test is skipped."; fi

# Debian's mosquitto, a real MQTT broker for the tests of the live tail, where none is installed and we may install it.
broker:
	@command -v mosquitto >/dev/null || test -x /usr/sbin/mosquitto && exit 0; \
	if $(MAY_APT); then echo "Installing mosquitto for the MQTT tests …"; $(APT) mosquitto; \
	else echo "No mosquitto found: the MQTT tests are skipped."; fi
