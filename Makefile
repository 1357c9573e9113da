# Everything a developer does. `make` alone lists it.
PYTHON ?= python3
BIN := .venv/bin
BRIEF ?= evals/briefs/telco-churn-first-model.md
OUT ?= briefwright-runs/demo

.DEFAULT_GOAL := help
.PHONY: help setup demo test test-model services serve kills faults bench bench-model lint types defects specificity reading router eval readme clean

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 18

setup: .venv/.ready ## .venv with everything, by uv when it is there, else by venv and pip

.venv/.ready: pyproject.toml constraints.txt
	@if command -v uv >/dev/null 2>&1; then \
	  uv venv -q --allow-existing .venv && UV_COMPILE_BYTECODE=1 uv pip install -q --python $(BIN)/python -c constraints.txt -e '.[dev]'; \
	else \
	  $(PYTHON) -m venv .venv && $(BIN)/python -m pip install -q --disable-pip-version-check -c constraints.txt -e '.[dev]'; \
	fi
	@touch $@

demo: setup ## the main job on a sample brief (BRIEF=… OUT=…)
	@rm -rf $(OUT)
	$(BIN)/briefwright design $(BRIEF) -o $(OUT)
	@sed -n '1,30p' $(OUT)/document.md | cut -c1-160

test: setup services ## all tests
	$(BIN)/python -m pytest -q -n 4 -rs

test-model: setup services ## the whole skill with a small real model, by llama.cpp on this machine
	$(BIN)/python -m pytest -q -rs -m real_model

services: setup ## what some tests use beside Python: Chromium, Postgres, axe (needs root and apt, else those tests are skipped)
	@tests/services.sh

serve: setup ## the server, on http://127.0.0.1:8765
	$(BIN)/briefwright serve

kills: setup ## 200 runs killed at random instants and resumed; counts what was paid twice (N=…)
	$(BIN)/python tests/kills.py -n $(or $(N),200)

faults: setup ## 2,000 runs under seeded mixtures of what servers and models do wrong (N=… for each of two skills)
	$(BIN)/python -m pytest -q -n 4 tests/test_faults.py --fault-runs $(or $(N),1000)

bench-model: setup ## ours, a sequential LangGraph and one long call side by side; prints ratios
	$(BIN)/python tests/bench_model.py

bench: setup services ## 200 runs at once on four workers and Postgres; prints ratios
	$(BIN)/python tests/bench.py

lint: setup ## style
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: setup ## types
	$(BIN)/mypy

defects: setup ## break sound documents in a hundred ways and count what the verifier finds
	$(BIN)/python -m briefwright.evals.defects.run

specificity: setup ## how much of each part could stand in another product's document
	$(BIN)/python -m briefwright.evals.specificity

reading: setup ## what the reader makes of briefs it was not written for
	$(BIN)/python -m briefwright.evals.reading.run

router: setup ## how often the router is right
	$(BIN)/python -m briefwright.evals.router

eval: setup ## run the sample briefs, score them, write a report, hold them against evals/gate.yaml
	@rm -rf briefwright-evals/latest
	$(BIN)/briefwright eval -o briefwright-evals/latest --gate evals/gate.yaml

readme: setup ## write the generated parts of README.md again
	$(BIN)/python tests/readme.py --write

clean: ## remove .venv, caches and runs
	rm -rf .venv briefwright-runs briefwright-evals .pytest_cache .mypy_cache .ruff_cache .hypothesis dist
