"""Score tables of few, round cases, and the ways to select from them."""

import csv
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest

from handprint.core.errors import Findings
from handprint.selection.run import Selection, SelectionOptions, run_selection

# 75 points of 100 for quality 2; quality counts three times as much as scale (1 to 5)
CRITERIA = """
criteria:
  - {id: quality, weight: 3, measures: [{measure: quality_score}]}
  - {id: scale, weight: 1, measures: [{measure: column, column: scalability, low: 1, high: 5}]}
tie_break: quality
"""
BASE: dict[str, Any] = {
    "title": "",
    "template": "potline-control",
    "category": "production",
    "sector": "industry",
    "region": "CN",
    "year": 2023,
    "applicant": "",
    "claim_group": "",
    "NER": 100.0,
    "E_ref": 1000.0,
    "E_sol": 890.0,
    "G0": 110.0,
    "F": 10.0,
    "EI": 1.0,
    "EI_unit": "kg CO2e/t",
    "VEI": 11.0,
    "quality_score": 2.0,
    "verdict": "robust",
    "findings": "",
    "blocking": "",
    "scalability": 3,
}
Rows = Iterable[Mapping[str, Any]]


@pytest.fixture
def scores(tmp_path: Path) -> Callable[[Rows], Path]:
    """Write cases as CSV; what a case does not say is that of `BASE`, E_ref differs by row."""

    def write(rows: Rows) -> Path:
        full = [{**BASE, "E_ref": 1000.0 * (i + 1), **row} for i, row in enumerate(map(dict, rows))]
        path = tmp_path / "scores.csv"
        with path.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, sorted({key for row in full for key in row}))
            writer.writeheader()
            writer.writerows(full)
        return path

    return write


@pytest.fixture
def criteria(tmp_path: Path) -> Callable[[str], Path]:
    def write(content: str = CRITERIA) -> Path:
        path = tmp_path / "criteria.yaml"
        path.write_text(content, "utf-8")
        return path

    return write


@pytest.fixture
def choose(
    scores: Callable[[Rows], Path], criteria: Callable[..., Path]
) -> Callable[..., tuple[Selection, Findings]]:
    """Select from cases that must allow it, by the two criteria above."""

    def run(rows: Rows, **options: Any) -> tuple[Selection, Findings]:
        findings = Findings()
        if "criteria" not in options:
            options["criteria"] = criteria()
        found = run_selection(SelectionOptions(scores(rows), **options), findings)
        assert found is not None, list(findings)
        return found, findings

    return run


@pytest.fixture
def refused(
    scores: Callable[[Rows], Path], criteria: Callable[..., Path]
) -> Callable[..., Findings]:
    """Return the findings of a selection that cannot be made."""

    def run(rows: Rows, **options: Any) -> Findings:
        findings = Findings()
        if "criteria" not in options:
            options["criteria"] = criteria()
        assert run_selection(SelectionOptions(scores(rows), **options), findings) is None
        return findings

    return run
