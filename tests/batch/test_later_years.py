"""Rows of years past the newest published grid factor."""

from typing import Any

import pytest

from handprint.batch.headers import read_layout
from handprint.core.errors import Findings
from handprint.factors.factor import Library
from tests.batch.test_consistency import Scored, potline

PATH = "{electricity.grid: {to: 0.35, unit: kg CO2/kWh, year: 2035, source: plan}}"


@pytest.fixture(scope="module")
def scored(library: Library) -> Scored:
    rows: list[dict[str, Any]] = [
        potline(id="published", start="2023"),
        potline(id="latest", start="2028", region="CN-CQ"),
        potline(id="far", start="2029"),
        potline(id="far-away", start="2029", region="CN-CQ"),
        potline(id="path", start="2030", factor_paths=PATH),
        potline(id="no-path", start="2030", factor_paths="constant"),
    ]
    return Scored(library, 0, rows)


def test_rows_are_scored_as_single_cases(scored: Scored) -> None:
    assert sorted(scored.scores) == [0, 1, 4]
    for row, found in scored.scores.items():
        alone, findings = scored.alone(row)
        assert alone is not None
        assert found["NER"] == pytest.approx(alone.metrics["NER"].value, rel=1e-12)
        told = [key for key in found["findings"].split() if key == "HP-F15"]
        assert told == [f.key for f in findings if f.key == "HP-F15"]
        assert bool(told) == (row == 1)


def test_a_row_too_far_off_names_the_column_of_the_path(scored: Scored) -> None:
    told = {row: (r.reason.code, r.reason.column) for row, r in scored.rejects.items()}
    assert told[2] == told[3] == ("HP-F04", "factor_paths")
    assert told[5][1] == "factor_paths"


def test_the_path_is_one_column() -> None:
    findings = Findings()
    layout = read_layout(["id", "template", "factor_paths"], "t", findings)
    assert not len(findings)
    assert layout.declared == ("factor_paths",)
