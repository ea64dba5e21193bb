"""Fixtures for the typical scenarios: a case of a template, assessed as the program would."""

import copy
import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest
import yaml

from handprint.assess.assess import Assessment, Options, assess
from handprint.case.reader import read_case_bytes
from handprint.case.template import expand, template_files
from handprint.case.validate import validate
from handprint.core.errors import Finding, Findings
from handprint.factors.factor import Library

Tree = dict[str, Any]
Assessed = tuple[Assessment, list[Finding]]


@pytest.fixture(scope="session")
def assess_case(library: Library) -> Callable[..., Assessed]:
    """Lay a case over its template and assess it; it must be good."""

    def run(tree: Tree, draws: int = 0) -> Assessed:
        findings = Findings()
        raw = read_case_bytes("case.json", json.dumps(tree).encode(), findings)
        assert raw is not None, list(findings)
        raw = expand(raw, findings)
        case = validate(raw, findings)
        assert case is not None, list(findings)
        result = assess(case, raw, library, Options(draws), findings)
        assert result is not None, list(findings)
        return result, list(findings)

    return run


@pytest.fixture(scope="session")
def example() -> Callable[..., Tree]:
    """Return the example case of a template, with some of its inputs changed."""

    def load(name: str, changes: Mapping[str, Tree] | None = None, **keys: Any) -> Tree:
        path = template_files()[name]
        tree: Tree = yaml.safe_load(path.with_suffix(".example.yaml").read_text("utf-8"))
        tree["inputs"].update(copy.deepcopy(dict(changes or {})))
        return {**tree, **keys}

    return load
