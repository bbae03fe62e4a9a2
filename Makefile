# `make run` and `make test` are all that most people need; CONTRIBUTING.md lists the rest.
# PYTHON chooses the interpreter of the .venv, OPTIONS go to the command: make run OPTIONS="--port 8080"

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
OPTIONS ?=
# Tests are shared by as many processes, a file of tests to each; some wait more than they count.
JOBS ?= 3

# Without compiled modules each process would compile five hundred of them again.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: run test check check-types check-rest bench clients messages pins audit clean help

help:
	@echo "make run       install, and serve on http://127.0.0.1:8000"
	@echo "make test      run every test that this machine can run"
	@echo "make check     formatting, types, floors, templates, migrations, translations"
	@echo "make bench     measure speed side by side, into docs/benchmarks.md"
	@echo "make clients   send with the official client libraries through kills; needs npm and the internet"
	@echo "make messages  bring the translation files in step with the sources"
	@echo "make pins      compile requirements/*.txt from *.in"
	@echo "make audit     ask whether the pinned packages have known holes; needs the internet"
	@echo "make clean     remove .venv"

run: $(VENV)/run.stamp
	@$(BIN)/wafaa serve $(OPTIONS)

test: $(VENV)/dev.stamp
	$(BIN)/python -m wafaa.run.messages compile
	$(BIN)/python -m pytest -rs -n $(JOBS) --dist loadfile --no-loadscope-reorder $(OPTIONS)

# Types keep one core busy, all the rest another. Checks read the settings, which keep a secret in the data directory: not in the
# user's.
check check-types check-rest: export WAFAA_HOME := $(CURDIR)/$(VENV)/check
check: $(VENV)/dev.stamp
	@$(MAKE) --no-print-directory --jobs 2 check-types check-rest

check-types: $(VENV)/dev.stamp
	$(BIN)/mypy

check-rest: $(VENV)/dev.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/djlint src --lint --quiet
	$(BIN)/python -W ignore -m django makemigrations --check --dry-run --settings wafaa.config.settings
	$(BIN)/python -m wafaa.run.messages check

bench: $(VENV)/dev.stamp
	$(BIN)/python -m bench $(OPTIONS)

clients: export DJANGO_SETTINGS_MODULE := wafaa.config.settings
clients: $(VENV)/dev.stamp
	$(BIN)/python -m tests.clients $(OPTIONS)

messages: $(VENV)/dev.stamp
	$(BIN)/python -m wafaa.run.messages update
	$(BIN)/python -m wafaa.run.messages compile

# Universal: markers decide at install time, so that one file serves every Python and system.
pins: $(VENV)/dev.stamp
	for name in run dev clients; do \
	  $(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-header \
	    --no-emit-index-url --no-emit-find-links --quiet \
	    --output-file requirements/$$name.txt requirements/$$name.in || exit 1; done

# Asks the internet, which `make check` must not need; says so where it gets no answer (exit code 75).
audit: $(VENV)/dev.stamp
	$(BIN)/python requirements/audit.py

clean:
	rm -rf $(VENV)

# A stamp is made anew when what it stands for changed, so that the second `make run` starts at once.
$(VENV)/made.stamp:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Wafaa needs Python 3.11 or newer: make PYTHON=python3.12 run")'
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/run.stamp: $(VENV)/made.stamp requirements/run.txt pyproject.toml requirements/run.in
	@echo "Installing what Wafaa needs (once) ..."
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/run.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/dev.stamp: $(VENV)/run.stamp requirements/dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@touch $@
