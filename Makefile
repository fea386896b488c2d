# Every task. `make` alone shows them. Works with GNU make 3.81 (macOS) and later.
.DEFAULT_GOAL := help
.PHONY: help env run test test-services test-faults lint types audit check train chat sms doctor widget bench ci clean

BIN := .venv/bin
export RASA_TELEMETRY_ENABLED := false
unexport PYTHONDONTWRITEBYTECODE # images of containers set it: each process would compile Rasa anew, for 20 seconds

help: ## show this list
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

env: ## make or update the Python environment in .venv (every other task does it first)
	@scripts/setup.sh

run: env ## train if need be, start everything on the sandbox city, stay until Ctrl-C
	@exec $(BIN)/resident up

test: env ## the tests that need no service installed, four files of them at a time
	@$(BIN)/pytest -n 4 --dist loadfile $(if $(MARKED),-m "$(MARKED)")

test-services: env ## the tests that need PostgreSQL, Chromium, Node.js or minutes, as `.ci/run` runs them
	@scripts/with_postgres.sh $(BIN)/pytest -n 4 --dist loadfile -m "services"
	@$(BIN)/pytest -n 4 --dist loadfile -m "interop or browser" tests/interop tests/widget tests/browser
	@$(BIN)/pytest -n 2 --dist loadgroup -m blackbox tests/blackbox

test-faults: env ## every case of docs/reliability.md, and its table anew; SOAK_S=1800 soaks for half an hour
	@scripts/with_postgres.sh $(BIN)/python -m tests.faults.table

lint: env ## ruff: mistakes, style, security
	@$(BIN)/ruff check .

types: env ## mypy, strict, on bot and actions
	@$(BIN)/mypy

audit: env ## known advisories about the packages we pin (asks OSV and the npm registry)
	@$(BIN)/python scripts/audit.py

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

bench: env ## measure understanding (public data sets in ../shared/benchmarks), the cost of many articles, texts while Twilio hangs, a bus timetable, bills, recording a turn, the whole system under load
	@$(BIN)/python -m bench.nlu
	@$(BIN)/python -m bench.articles
	@$(BIN)/python -m bench.sms
	@$(BIN)/python -m bench.transit
	@$(BIN)/python -m bench.billing
	@$(BIN)/python -m bench.recording
	@$(BIN)/python -m bench.load

ci: ## everything the build server runs: lint, types, data, all tests
	@.ci/run

clean: ## remove what was built: environment, tools, models, caches; conversations and secrets in var/ stay
	rm -rf .venv .tools .rasa .pytest_cache .mypy_cache .ruff_cache .hypothesis models/*.tar.gz
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
