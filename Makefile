PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.ready
CODE := catalog cf_engine retrieval language_model agent evaluation ui benchmarks tests

.DEFAULT_GOAL := help
.PHONY: help setup chat test lint bench evaluate browser clean

help:  ## Show these targets.
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 10

setup: $(STAMP)  ## Make .venv with everything that is needed.

$(STAMP): pyproject.toml constraints.txt
	@echo "Python environment: downloading and installing packages (some minutes the first time)"
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --disable-pip-version-check --progress-bar on -c constraints.txt torch numpy
	$(BIN)/python -m pip install --disable-pip-version-check --progress-bar on -c constraints.txt -e '.[all,accelerate,scale,tune,peers,dev]'
	@touch $(STAMP)

chat: setup  ## Open the chat at http://127.0.0.1:7860.
	$(BIN)/duetto ui

browser:  # Debian's Chromium for the browser tests, where apt can install it.
	@command -v chromium >/dev/null || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null \
		&& apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium >/dev/null; } \
		|| echo "No chromium here: the browser tests will be skipped."

test: setup browser  ## Run all tests, two files at a time.
	HF_HUB_OFFLINE=1 DUETTO_THREADS=1 $(BIN)/python -m pytest -n 2 --dist loadfile

lint: setup  ## Ruff, formatting and strict types.
	$(BIN)/ruff check $(CODE)
	$(BIN)/ruff format --check $(CODE)
	$(BIN)/mypy $(CODE)

bench: setup  ## Measure a turn, and the parts it rests on.
	$(BIN)/python -m benchmarks turn
	$(BIN)/python -m benchmarks likelihood

evaluate: setup  ## Every protocol on its data, into docs/results; takes hours, and goes on where it was stopped.
	HF_HUB_OFFLINE=1 $(BIN)/duetto evaluate all --out results --publish docs/results

clean:  ## Remove the environment and what tools left behind; data and models stay in the cache.
	rm -rf $(VENV) dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
