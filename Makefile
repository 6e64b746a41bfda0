# `make chat` and `make test` are all the set-up there is: each installs what it needs into .venv first.

PYTHON ?= python3
BIN := .venv/bin
COLLECTION := build/bundled
# Programs that tests start are compiled once.
export PYTHONDONTWRITEBYTECODE :=
# Two processes, since the answers wait for one another where there are more; a file stays in one, and what takes
# long comes first (tests/conftest.py), so that both end at about the same time.
PYTEST := $(BIN)/python -m pytest --numprocesses 2 --dist loadfile --no-loadscope-reorder

.PHONY: chat test check lint gate fuzz contract nightly browser retrievers widget pdfjs lock sbom docs clean

chat: .venv/installed
	$(BIN)/cuttings ingest corpus/articles --collection $(COLLECTION)
	$(BIN)/cuttings serve --collection $(COLLECTION)

test: .venv/tested browser lint
	$(PYTEST)

# Before each commit: lint, types, and the tests that need no model, no browser and no process of their own.
check: .venv/tested lint
	$(PYTEST) -p no:cacheprovider --hypothesis-profile few -m "not model and not browser and not slow"

lint: .venv/tested
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# The bundled questions: floors and ceilings that a change must not fall through.
gate: .venv/installed
	$(BIN)/cuttings eval --report build/evaluation --compare hybrid+reader \
	  --fail-under first_citation=0.78 --fail-under nDCG@10=0.84 --fail-under follow_up_first_citation=0.72 \
	  --fail-under served=0.65 --fail-under false_answers=0.45 --fail-under AUROC=0.78 --fail-under ECE=0.22

# Each reader of files with thousands of broken ones, by night: `make fuzz READERS=docx`, or all of them.
fuzz: .venv/tested
	$(BIN)/python -m scripts.fuzz --examples 5000 $(READERS)

# Requests of all shapes to every route that the OpenAPI document tells of, at a server that is started here, by
# schemathesis in an environment of its own; `make contract EACH=60`: 60 s for each of them. A request that has the
# right shape and is refused all the same, for an unknown publisher say, is no fault.
contract: .venv/installed
	test -x build/schemathesis/bin/st || { $(PYTHON) -m venv build/schemathesis \
	  && build/schemathesis/bin/pip install --quiet 'schemathesis>=4,<5'; }
	$(BIN)/cuttings ingest corpus/articles --collection build/contract
	$(BIN)/cuttings serve --collection build/contract --port 7899 --allow-upload & server=$$!; \
	  trap "kill $$server; rm -rf build/contract" EXIT; \
	  until curl -sf localhost:7899/readyz >/dev/null; do sleep 1; done; \
	  routes=$$(curl -s localhost:7899/api/v1/openapi.json | $(BIN)/python -c 'import json, sys; \
	    print(sum(map(len, json.load(sys.stdin)["paths"].values())))'); \
	  build/schemathesis/bin/st --config-file scripts/schemathesis.toml run http://127.0.0.1:7899/api/v1/openapi.json --max-examples 100 \
	  $(if $(EACH),--max-time $$(($(EACH) * routes))) \
	  --rate-limit 50/s --request-timeout 30 --exclude-checks positive_data_acceptance

# All that takes too long for the tests: broken files, broken requests, kills, a soak. `make nightly NIGHTLY=--short`
# does a little of each.
nightly: .venv/tested
	$(BIN)/python -m scripts.nightly $(NIGHTLY)

.venv/installed: pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Cuttings needs Python 3.11 or newer; set PYTHON=python3.12, say")'
	@echo "Installing Cuttings and the packages that it names in pyproject.toml into .venv."
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet -e .
	touch $@

.venv/tested: .venv/installed
	@echo "Installing what the tests and scripts.bench need beside it, from pyproject.toml, into .venv."
	$(BIN)/pip install --quiet -e '.[test,bench]'
	touch $@

# The retrievers with the frameworks that they are for, which bring some sixty packages. Haystack would tell its makers.
retrievers: .venv/tested
	$(BIN)/pip install --quiet -e '.[langchain,llamaindex,haystack]'
	HAYSTACK_TELEMETRY_ENABLED=False $(BIN)/python -m pytest tests/test_chatbot_retrievers.py

# The browser tests need Chromium. Where it cannot be found or installed they are skipped, and say so.
browser:
	@if command -v chromium chromium-browser google-chrome >/dev/null; then :; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  echo "Installing the system package chromium with apt-get, for the browser tests."; \
	  { apt-get update -qq && apt-get install -y -qq chromium; } >/dev/null \
	    || echo "It could not be installed: the browser tests will be skipped."; \
	else \
	  echo "No Chromium found, and none installed without root and apt-get: the browser tests will be skipped."; \
	fi

# The widget's modules as the one file that is served, which is kept in the repository: only who changes them needs
# node.
widget:
	npm ci --prefix scripts/widget --no-fund --no-audit --silent
	node scripts/widget/build.js

# What `pip install --require-hashes -r requirements.lock` installs: one version of each package, for all systems and
# Pythons that the application runs on, with the digests that the index names.
lock: .venv/installed
	$(BIN)/pip install --quiet 'uv>=0.5,<1'
	$(BIN)/uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --quiet \
	  --no-header --no-annotate -o requirements.lock
	$(BIN)/uv pip compile pyproject.toml --extra milvus --constraints requirements.lock --universal \
	  --python-version 3.11 --generate-hashes --quiet --no-header --no-annotate -o build/image.lock
	awk '/^[^ ]/ {drop = /^(torch|triton|milvus-lite|pyarrow)==|^(nvidia|cuda)-/} !drop' build/image.lock \
	  > deploy/image.lock

# What is in an installation: as a bill of materials (CycloneDX), and the licences as a page.
sbom: .venv/installed
	mkdir -p build
	$(BIN)/python -m scripts.packages --sbom build/sbom.cdx.json --licences docs/licences.md

# The documentation as a site, in build/site; a link that leads nowhere is an error.
docs: .venv/installed
	$(BIN)/pip install --quiet -e '.[docs]'
	NO_MKDOCS_2_WARNING=1 PYTHONPATH=. COLUMNS=100 $(BIN)/mkdocs build --quiet --strict

# pdf.js as it is served, from npm; a new version is tried with tests/test_chatbot_paper.py.
PDFJS := 5.6.205
pdfjs:
	rm -rf build/pdfjs && mkdir -p build/pdfjs
	cd build/pdfjs && npm pack --silent pdfjs-dist@$(PDFJS) && tar xzf pdfjs-dist-$(PDFJS).tgz
	cp build/pdfjs/package/legacy/build/pdf.min.mjs build/pdfjs/package/legacy/build/pdf.worker.min.mjs \
	  build/pdfjs/package/LICENSE chatbot/server/web/pdfjs/

clean:
	rm -rf .venv build *.egg-info scripts/widget/node_modules
