# Every target prepares what it needs; the second time that takes a moment.
BIN := .venv/bin
# pip's own configuration says where packages come from: the locks name no place, and a hash for every file.
PIP_INSTALL := $(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes

.PHONY: install run test check bench lock clean

install: .venv/for-tests
	@.ci/system-packages tests

run: .venv/for-run
	@.ci/system-packages run
	@$(BIN)/python -m arportal.local

# Three workers keep two cores busy: one has work while another waits for the store or a browser, and each more
# collects all tests once more. What they and the processes they start have in common is compiled once, even where
# the environment says not to keep it.
test: install
	@PYTHONDONTWRITEBYTECODE= $(BIN)/pytest -n 3 $(TESTS)

check: .venv/for-tests
	@.ci/check

bench: install
	@$(BIN)/python -m bench $(ONLY)

lock: .venv/for-tests
	@.ci/lock

clean:
	@.ci/clean

.venv/python:
	@.ci/create-venv $(PYTHON)
	@touch $@

.venv/for-run: requirements.lock | .venv/python
	@echo "Installing what the product needs (a minute or two the first time) ..."
	@$(PIP_INSTALL) -r requirements.lock
	@touch $@

.venv/for-tests: requirements-dev.lock .venv/for-run
	@echo "Installing what the tests need ..."
	@$(PIP_INSTALL) -r requirements-dev.lock
	@touch $@
