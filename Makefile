# The two commands of the README are `make demo` and `make test`; each does all its own set-up.
SHELL := /bin/sh
PYTHON ?= python3
UV := $(shell command -v uv 2>/dev/null || echo .tools/bin/uv)
RUN := .venv/bin/python
DEMO_HOME ?= .demo
PORT ?= 8480

.PHONY: demo test check pytest web soak bench bench-settlements bench-assess docs contracts clean

demo: .venv/.synced web
	@$(RUN) -m ekistics demo --home $(DEMO_HOME) --port $(PORT)

test: .venv/.synced web check pytest

check: .venv/.synced
	.venv/bin/ruff format --check src tests benchmarks tools
	.venv/bin/ruff check src tests benchmarks tools
	.venv/bin/mypy
	.venv/bin/lint-imports

pytest: .venv/.synced
	.venv/bin/pytest -n 2 --dist loadgroup -m "not soak"

web: .venv/.synced
	@$(RUN) tools/build_web.py

soak: .venv/.synced
	EKISTICS_SOAK=1 .venv/bin/pytest -m soak

bench: .venv/.synced
	$(RUN) -m benchmarks

bench-settlements: .venv/.synced
	$(RUN) -m benchmarks settlements extent

bench-assess: .venv/.synced
	$(RUN) -m benchmarks assess

contracts: .venv/.synced
	$(RUN) tools/import_contracts.py

.tools/bin/uv:
	@echo "Setting up: uv, the package manager"
	@$(PYTHON) -m venv .tools
	@.tools/bin/python -m pip install --quiet --disable-pip-version-check uv || \
		{ echo "The Python package registry cannot be reached, and uv is not installed. Connect to the internet once, or install uv, and try again."; exit 1; }

.venv/.synced: pyproject.toml uv.lock $(if $(filter .tools/bin/uv,$(UV)),.tools/bin/uv)
	@echo "Setting up: Python packages (once)"
	@$(UV) sync --frozen --quiet || \
		{ echo "The Python packages could not be installed: the package registry cannot be reached, or this machine has no Python 3.11 to 3.13."; exit 1; }
	@touch $@

clean:
	rm -rf .venv .tools web/node_modules src/ekistics/server/static/built
