# `make demo` and `make test` set up what is missing first. The set-up is repeated only where
# pyproject.toml, the set-up itself or the folder has changed.

KEY := $(shell { cat pyproject.toml .ci/set-up; pwd; } | sha256sum | cut -c 1-16)
READY := .venv/ready-$(KEY)
TESTS_READY := .venv/tests-ready-$(KEY)
BIN := .venv/bin

.PHONY: help demo test format docs bench compare clean

help:
	@echo 'make demo    assess the example cases; reports go to out/'
	@echo 'make test    lint, types and all tests'
	@echo 'make format  format the code'
	@echo 'make docs    write the generated pages of docs/ anew'
	@echo 'make bench   measure the speed'
	@echo 'make compare OLD=DIR NEW=DIR  do two checkouts give the same results?'
	@echo 'make clean   remove everything that these commands made'

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
	$(BIN)/pytest --numprocesses auto --maxprocesses 4

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
	rm -rf .venv out dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis
