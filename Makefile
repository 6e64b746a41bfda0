# `make chat` and `make test` are all the set-up there is: each installs what it needs into .venv first.

PYTHON ?= python3
BIN := .venv/bin
COLLECTION := build/bundled

.PHONY: chat test gate browser clean

chat: .venv/installed
	$(BIN)/cuttings ingest corpus/articles --collection $(COLLECTION)
	$(BIN)/cuttings serve --collection $(COLLECTION)

test: .venv/tested browser
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest

# The bundled questions: floors and ceilings that a change must not fall through.
gate: .venv/installed
	$(BIN)/cuttings eval --report build/evaluation --compare hybrid+reader \
	  --fail-under first_citation=0.75 --fail-under nDCG@10=0.85 --fail-under follow_up_first_citation=0.72 \
	  --fail-under served=0.6 --fail-under false_answers=0.4 --fail-under ECE=0.2

.venv/installed: pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Cuttings needs Python 3.11 or newer; set PYTHON=python3.12, say")'
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet -e .
	touch $@

.venv/tested: .venv/installed
	$(BIN)/pip install --quiet -e '.[test,bench]'
	touch $@

# The browser tests need Chromium. Where it cannot be found or installed they are skipped, and say so.
browser:
	@command -v chromium chromium-browser google-chrome >/dev/null \
	  || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && apt-get update -qq && apt-get install -y -qq chromium; } >/dev/null 2>&1 \
	  || echo "No Chromium found, and none can be installed: the browser tests will be skipped."

clean:
	rm -rf .venv build *.egg-info
