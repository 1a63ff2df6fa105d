# One page of levers. Every name here is steady: people and scripts rely on them.
#   make run            set up what is missing, migrate, load the demonstration once, serve at http://127.0.0.1:$(PORT)
#   make test           the whole gate; make test ARGS="-k scanner" hands words to pytest
#   make journey        walk the whole road over HTTP on a fresh database; papers and pictures in journey-out/ (ARGS=--services: every service)
PYTHON   ?= python3
PORT     ?= 8000
DATA_DIR ?= $(CURDIR)/var
export PORT DATA_DIR

BIN := .venv/bin
.PHONY: setup run test journey bench shots lint catalogue

setup:
	@$(PYTHON) -m scripts.setup

run: setup
	@$(BIN)/python -m scripts.serve

test:
	@$(PYTHON) -m scripts.gate $(ARGS)

journey: setup
	@$(BIN)/flask --app wsgi journey $(ARGS)

bench: setup
	@$(BIN)/python -m scripts.bench $(ARGS)

shots:
	@$(PYTHON) -m scripts.setup --tests
	@$(BIN)/python -m scripts.shots $(ARGS)

lint:
	@$(BIN)/ruff check . && $(BIN)/mypy

catalogue:
	@$(BIN)/python -m scripts.catalogue check && $(BIN)/python -m scripts.catalogue compile
