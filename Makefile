# make reports   all reports into output/        make test     the quick tests
# make check     linters, types, architecture    make test-slow simulations, whole runs, faults, browsers
# make lab       JupyterLab with the explorer    make bench    the benchmarks

PYTHON ?= python3
BIN := .venv/bin
READY := .venv/ready
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.PHONY: reports test test-slow test-all check lab app bench screenshots lock clean

reports: $(READY)
	$(BIN)/ivvu run

test: $(READY)
	$(BIN)/python -m pytest -n auto

# Simulations use all cores; whole runs, faults and browsers want the machine to themselves.
test-slow: $(READY)
	$(BIN)/python -m pytest -m slow -n auto
	$(BIN)/python -m pytest -m "e2e or faults or browser" --durations=10

test-all: test test-slow

check: $(READY)
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

lab: $(READY)
	$(BIN)/ivvu lab

app: $(READY)
	$(BIN)/ivvu app

bench: $(READY)
	$(BIN)/python -m benchmarks

screenshots: $(READY)
	$(BIN)/python -m tests.browser.screenshots

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: try make PYTHON=python3.12")'
	$(PYTHON) -m venv .venv
	$(PIP) install --require-hashes --requirement requirements.lock
	$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $(READY)

# Needs uv on the path. The lock names no index: the one that pip is set up for is used.
lock:
	uv pip compile --universal --python-version 3.11 --all-extras --generate-hashes \
	  --no-emit-index-url --no-header --upgrade pyproject.toml --output-file requirements.lock

clean:
	rm -rf .venv output/*/ .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
