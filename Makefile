# One way to run things: CI calls the same targets. PYTHON names another interpreter, 3.11 or newer.
PYTHON ?= python3
PLAIN := $(PYTHON) cat4/launcher/bootstrap.py base
DEV := $(PYTHON) cat4/launcher/bootstrap.py dev
# What `make quick` compares with.
BASE ?= origin/main
# One more than there are processors: tests often wait for a worker, a browser or the database.
PROCESSES ?= $(shell echo $$(( $$(getconf _NPROCESSORS_ONLN) + 1 )))
# Checks that load the settings reach no service; these addresses only have to be well-formed.
CHECK_ENV := SECRET_KEY=only-for-checks CAT4_ROLE=owner DATABASE_OWNER_URL=postgres://127.0.0.1:1/check \
	REDIS_URL=redis://127.0.0.1:1/0

# Lays templates out; our block tags are indented like Django's own.
TEMPLATES := .venv/bin/djangofmt --quiet --line-length 120 --custom-blocks card,banner,dialog,tablewrap,pop,table,pagehead

.DEFAULT_GOAL := help
.PHONY: help demo stop reset-demo day env test quick check fmt lint types migrations bench chaos browser

help: ## Show the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

demo: ## Start cat4 with demo data on this machine (PORT=8000, VERBOSE=1, DEMO=small)
	@$(PLAIN) -m cat4.launcher demo

stop: ## Stop the running demo; its data are kept
	@$(PLAIN) -m cat4.launcher stop

reset-demo: ## Delete the demo's data, after a question (YES=1 answers it)
	@$(PLAIN) -m cat4.launcher reset-demo

day: ## Turn the running demo to the next day, or to DAY=2026-10-22, and let its clocks run
	@$(PLAIN) -m cat4.launcher day

env: ## Print the running demo's connections, for manage.py: eval "$(make -s env)"
	@$(PLAIN) -m cat4.launcher env

test: check ## Check, then run every test (PROCESSES=3)
	@$(DEV) -m tests.chromium
	@$(DEV) -m pytest -n $(PROCESSES)

quick: check ## Check, then run the tests of what changed since origin/main (BASE=HEAD~3)
	@$(DEV) -m tests.chromium
	@$(DEV) -m tests.quick $(BASE) $(PROCESSES)

check: lint types migrations ## Everything that is checked without running a test

fmt: ## Format the code, and repair what can be repaired
	@$(DEV) -m ruff format .
	@$(DEV) -m ruff check --fix .
	@$(TEMPLATES) templates

lint: ## Style, layers between apps, templates
	@$(DEV) -m ruff format --check .
	@$(DEV) -m ruff check .
	@$(DEV) -c "from importlinter.cli import lint_imports_command; lint_imports_command()"
	@$(DEV) -m djlint --lint --quiet templates
	@$(TEMPLATES) --check templates

types: ## Static types, strictly
	@$(CHECK_ENV) $(DEV) -m mypy .

migrations: ## No model change without its migration; Django's own checks
	@$(CHECK_ENV) $(DEV) -W ignore::RuntimeWarning manage.py makemigrations --check --dry-run
	@$(CHECK_ENV) $(DEV) manage.py check --fail-level WARNING

bench: ## Measure the main pages and the roll-up
	@$(DEV) -m pytest tests/performance -s -q -o python_files="bench_*.py"

chaos: ## Kill processes of a demo of its own under load, and look for what was lost (KILLS=60)
	@$(DEV) -m tests.chaos

browser: ## The journeys in a real Chromium alone
	@$(DEV) -m tests.chromium
	@$(DEV) -m pytest -m browser
