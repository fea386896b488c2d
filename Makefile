# Every task. `make` alone shows them. Works with GNU make 3.81 (macOS) and later.
.DEFAULT_GOAL := help
.PHONY: help env run test lint types check train chat sms doctor widget bench ci clean

BIN := .venv/bin
export RASA_TELEMETRY_ENABLED := false

help: ## show this list
	@awk 'BEGIN {FS = ":.*## "} /^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

env: ## make or update the Python environment in .venv (every other task does it first)
	@scripts/setup.sh

run: env ## train if need be, start everything on the sandbox city, stay until Ctrl-C
	@exec $(BIN)/resident up

test: env ## the tests that need no service installed, on up to four processors
	@$(BIN)/pytest -n auto --maxprocesses 4 --dist loadfile

lint: env ## ruff: mistakes, style, security
	@$(BIN)/ruff check .

types: env ## mypy, strict, on bot and actions
	@$(BIN)/mypy

check: env ## check the articles and the training data
	@$(BIN)/resident knowledge check
	@$(BIN)/rasa data validate --fail-on-warnings

train: env ## train the model
	@$(BIN)/resident train

chat: env ## talk to the running assistant in this terminal
	@exec $(BIN)/resident chat

sms: env ## be a phone in this terminal that texts the running assistant
	@exec $(BIN)/resident sms simulate

doctor: env ## what would keep the system from starting here
	@$(BIN)/resident doctor

widget: ## build the chat widget's one file from its source (needs Node.js with npm)
	@cd bot/widget && npm ci --ignore-scripts --no-audit --no-fund && npm run build

bench: env ## measure understanding (public data sets in ../shared/benchmarks), the cost of many articles, texts while Twilio hangs, a bus timetable, bills, recording a turn
	@$(BIN)/python -m bench.nlu
	@$(BIN)/python -m bench.articles
	@$(BIN)/python -m bench.sms
	@$(BIN)/python -m bench.transit
	@$(BIN)/python -m bench.billing
	@$(BIN)/python -m bench.recording

ci: ## everything the build server runs: lint, types, data, all tests
	@.ci/run

clean: ## remove what was built: environment, tools, models, caches; conversations and secrets in var/ stay
	rm -rf .venv .tools .rasa .pytest_cache .mypy_cache .ruff_cache .hypothesis models/*.tar.gz
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
