# `make demo` and `make test` set up what is missing first. The set-up is repeated only where
# pyproject.toml, the lock, the set-up itself or the folder has changed.

KEY := $(shell { cat pyproject.toml requirements.lock .ci/set-up; pwd; } | sha256sum | cut -c 1-16)
READY := .venv/ready-$(KEY)
TESTS_READY := .venv/tests-ready-$(KEY)
BIN := .venv/bin

PYTEST := pytest --numprocesses auto --maxprocesses 4

N := 2000

.PHONY: help demo test test-latest mutants fuzz lock format docs bench compare clean

help:
	@echo 'make demo         assess the example cases; reports go to out/'
	@echo 'make test         lint, types and all tests'
	@echo 'make test-latest  all tests with the newest versions instead of the locked ones'
	@echo 'make mutants      do the tests notice small changes of the program?'
	@echo 'make fuzz N=2000  try so many changed inputs; failing ones are kept in out/fuzz'
	@echo 'make lock         write requirements.lock anew, with the newest versions'
	@echo 'make format       format the code'
	@echo 'make docs         write the generated pages of docs/ anew'
	@echo 'make bench        measure the speed'
	@echo 'make compare OLD=DIR NEW=DIR  do two checkouts give the same results?'
	@echo 'make clean        remove everything that these commands made'

$(READY):
	@.ci/set-up
	@rm -f .venv/ready-* .venv/tests-ready-*
	@touch $@

$(TESTS_READY): $(READY)
	@.ci/set-up test
	@touch $@

demo: $(READY)
	@$(BIN)/handprint assess case_templates/examples -o out --both --format pdf,xlsx,json
	@echo 'The reports are in $(CURDIR)/out:'
	@ls out

test: $(TESTS_READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/$(PYTEST)

test-latest:
	@.ci/set-up latest
	.venv-latest/bin/$(PYTEST)

# One of them alone: make mutants OPTIONS='--only ID'
mutants: $(TESTS_READY)
	$(BIN)/python tests/mutants/run.py $(OPTIONS)

# One class alone, from another seed: make fuzz N=500 OPTIONS='--only tables --first 1'
fuzz: $(TESTS_READY)
	$(BIN)/python tests/fuzz/run.py $(N) $(OPTIONS)

# One lock for every supported Python and platform. uv does not read pip's settings: who needs a
# mirror sets UV_DEFAULT_INDEX.
lock:
	@python3 -m venv .venv-lock
	@.venv-lock/bin/python -m pip install --quiet --disable-pip-version-check --upgrade uv
	.venv-lock/bin/uv pip compile --quiet --universal --python-version 3.11 --no-header \
		--generate-hashes --upgrade --extra dev --output-file requirements.lock pyproject.toml

format: $(READY)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

docs: $(READY)
	$(BIN)/python docs/reference.py

bench: $(READY)
	$(BIN)/python -m benchmarks.run

compare: $(READY)
	$(BIN)/python -m benchmarks.compare $(OLD) $(NEW) $(OPTIONS)

clean:
	rm -rf .venv .venv-latest .venv-lock out dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis
