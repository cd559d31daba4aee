# make reports   all reports into output/        make test     the quick tests
# make check     linters, types, architecture    make test-slow simulations, whole runs, faults, browsers
# make lab       JupyterLab with the explorer    make bench    the benchmarks

PYTHON ?= python3
BIN := .venv/bin
READY := .venv/ready

.PHONY: reports test test-slow test-all check messages lab app bench screenshots lock clean

reports: $(READY)
	$(BIN)/ivvu run

test: $(READY)
	$(BIN)/python -m pytest -n auto --dist loadscope

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

# The Dutch of every text that a reader meets; the tests say what is still untranslated.
messages: $(READY)
	$(BIN)/pybabel -q extract -F pyproject.toml -k "later say translate gettext" --no-location --sort-output -o .venv/ivvu.pot ivvu_analysis notebooks
	$(BIN)/pybabel update -i .venv/ivvu.pot -d ivvu_analysis/locale -D ivvu --no-fuzzy-matching --ignore-obsolete -w 100

lab: $(READY)
	$(BIN)/ivvu lab

app: $(READY)
	$(BIN)/ivvu app

# What it is compared with has an environment of its own: it brings telemetry and extensions that nobody else needs.
bench: .venv-bench/ready
	.venv-bench/bin/python -m benchmarks

screenshots: $(READY)
	$(BIN)/python -m tests.browser.screenshots

.venv/ready: requirements.lock pyproject.toml
.venv-bench/ready: benchmarks/requirements.lock pyproject.toml
%/ready:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: try make PYTHON=python3.12")'
	$(PYTHON) -m venv $*
	$*/bin/python -m pip --disable-pip-version-check --quiet install --require-hashes --requirement $<
	$*/bin/python -m pip --disable-pip-version-check --quiet install --no-deps --no-build-isolation --editable .
	@touch $@

# Needs uv on the path. The lock names no index: the one that pip is set up for is used.
UV_LOCK := uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --upgrade
lock:
	$(UV_LOCK) --extra app --extra dask --extra test pyproject.toml --output-file requirements.lock
	$(UV_LOCK) --all-extras pyproject.toml --output-file benchmarks/requirements.lock

clean:
	rm -rf .venv .venv-bench output/* .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
