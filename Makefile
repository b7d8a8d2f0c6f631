# make study: the main job on the embedded data.  make test: every gate and every test.
# Both set up .venv by themselves from constraints.txt; after that neither needs the network.

PYTHON ?= python3
VENV   ?= .venv
BIN     = $(VENV)/bin
STAMP   = $(VENV)/.installed

.DELETE_ON_ERROR:
.PHONY: study test check bench robust constraints clean audit test-minimum

study: $(STAMP)
	$(BIN)/clustergeo study --out maps

test: check
	$(BIN)/python -m pytest --cov --cov-report=term -n 2

check: $(STAMP)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python tests/robustness/materials.py build/sbom.json

# Known vulnerabilities of what constraints.txt pins (needs the network).
audit:
	$(PYTHON) -m venv build/audit
	build/audit/bin/python -m pip install --quiet --disable-pip-version-check pip-audit
	build/audit/bin/pip-audit --disable-pip --require-hashes -r constraints.txt

# The oldest versions that pyproject.toml allows (needs uv and the network).
MINIMUM = build/minimum
test-minimum:
	uv venv --quiet --clear --python $(PYTHON) $(MINIMUM)
	uv pip compile --quiet pyproject.toml --extra fonts --extra large --resolution lowest-direct \
		--python-version 3.11 --no-header --no-annotate --no-emit-index-url -o $(MINIMUM)/pins.txt
	uv pip install --quiet --python $(MINIMUM) -r $(MINIMUM)/pins.txt -e . \
		pytest pytest-benchmark pytest-cov pytest-xdist hypothesis scipy
	$(MINIMUM)/bin/python -m pytest -o filterwarnings=default tests/test_*.py tests/cli tests/claims \
		tests/exhibits tests/networks tests/places tests/schemas \
		--ignore=tests/test_wheel.py --ignore=tests/exhibits/test_browser.py

# The long forms behind the README's table of robustness: about half an hour.
robust: $(STAMP)
	$(BIN)/python tests/robustness/crashes.py --kills 20
	$(BIN)/python tests/robustness/fuzz.py --cases 500 --seed 1
	CLUSTERGEO_GRAPHS=1000 $(BIN)/python -m pytest tests/robustness/test_at_large.py -s
	CLUSTERGEO_CORPUS=all $(BIN)/python -m pytest tests/robustness/test_corpus.py -s
	$(BIN)/clustergeo crosscheck --delays
	test ! -d ../shared/data || $(BIN)/python tests/robustness/corpus.py --out build/corpus.csv

# A nation of 1.46 million road nodes and one of 200,000 stops; the peers are the extra `bench`.
# About twenty minutes.
bench: $(STAMP)
	CLUSTERGEO_BENCH_SIDE=$${CLUSTERGEO_BENCH_SIDE:-1256} \
	CLUSTERGEO_BENCH_STOPS=$${CLUSTERGEO_BENCH_STOPS:-200000} \
	$(BIN)/python -m pytest tests/benchmarks --benchmark-enable --benchmark-group-by=group

$(STAMP): constraints.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "clustergeo needs Python 3.11 or newer: make PYTHON=/path/to/python3.11 ..."; exit 2; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r constraints.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

# Re-pin everything to the newest versions (needs uv and the network).
constraints:
	uv pip compile pyproject.toml --extra fonts --extra office --extra hwpx --group dev --universal --python-version 3.11 \
		--generate-hashes --no-annotate --no-header --no-emit-index-url --upgrade -o constraints.txt

clean:
	rm -rf $(VENV) dist build .pytest_cache .mypy_cache .ruff_cache .coverage
