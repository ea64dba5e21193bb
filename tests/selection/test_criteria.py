"""Criteria files and experts' scores: what is read, and what is refused with its place."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from handprint.core.errors import Findings
from handprint.core.i18n import render_finding
from handprint.selection.criteria import ExpertScale, read_criteria
from handprint.selection.experts import read_experts

ONE = "criteria: [{id: a, weight: 1, measures: [{measure: verdict}]}]\n"


def test_shipped_criteria_have_the_stated_weights() -> None:
    """Data quality 45, rigour 28, robustness 17, scalability 10; NER is no criterion."""
    findings = Findings()
    found = read_criteria(None, findings)
    assert found is not None
    assert list(findings) == []
    assert {c.id: c.weight for c in found.criteria} == {
        "data_quality": 45, "rigour": 28, "robustness": 17, "scalability": 10,
    }  # fmt: skip
    assert found.method == "weighted_sum"
    assert found.gates.verdicts_excluded == ("net_burden",)


@pytest.mark.parametrize(
    ("content", "key", "place"),
    [
        ("criteria: [{id: a, weight: -1}]", "HP-K03", "criteria.yaml:1 criteria.0.weight"),
        ("criteria: [{id: a, weight: 0}]", "HP-K03.zero", "criteria.yaml:1 criteria"),
        ("criteria: []", "HP-K02.type", "criteria.yaml:1 criteria"),
        ("criteria: 5", "HP-K02.type", "criteria.yaml:1 criteria"),
        ("criteria: [{id: a}]", "HP-K02.type", "criteria.yaml:1 criteria.0.weight"),
        ("criteria: [{id: a, weight: .nan}]", "HP-K02.type", "criteria.yaml:1 criteria.0.weight"),
        (ONE + "methd: topsis", "HP-K02", "criteria.yaml:2 methd"),
        (ONE + "method: best", "HP-K02.word", "criteria.yaml:2 method"),
        (ONE + "limits: {sectr: 1}", "HP-K02", "criteria.yaml:2 limits.sectr"),
        (ONE + "experts: {low: 5, high: 5}", "HP-K02.range", "criteria.yaml:2 experts.high"),
        (ONE + "quotas: {production: -1}", "HP-K02.range", "criteria.yaml:2 quotas.production"),
        (ONE + "eligibility: {least_tier: 7}", "HP-K02.range", "criteria.yaml:2"),
        (ONE.replace("verdict", "luck"), "HP-K02.word", "criteria.yaml:1 criteria.0.measures.0"),
        ("criteria: [{id: a, weight: 1}, {id: a, weight: 1}]", "HP-K02.twice", "criteria.yaml:1"),
        ("criteria: [", "HP-Y05", "criteria.yaml:2"),
        (ONE + "tie_break: b", "HP-K02.word", "criteria.yaml:2 tie_break"),
        (ONE + "limits: {sector: 2.5}", "HP-K02.type", "criteria.yaml:2 limits.sector"),
        (ONE.replace("verdict", "verdict, groups: [data]"), "HP-K02", "measures.0.groups"),
        (ONE.replace("measure: verdict", "groups: [data]"), "HP-K02.type", "measures.0.measure"),
        (ONE.replace("verdict", "column"), "HP-K02.type", "criteria.0.measures.0.column"),
    ],
)
def test_faulty_criteria_are_refused(
    criteria: Callable[[str], Path], content: str, key: str, place: str
) -> None:
    findings = Findings()
    assert read_criteria(criteria(content), findings) is None
    found = {f.key: f for f in findings}
    assert key in found
    assert place in found[key].place
    for lang in ("zh", "en"):
        assert all(v for k, v in render_finding(found[key], lang).items() if k != "paths")


def experts(tmp_path: Path, content: str) -> tuple[Any, list[str]]:
    path = tmp_path / "experts.csv"
    path.write_text(content, "utf-8")
    findings = Findings()
    found = read_experts(path, ["a", "b"], ["scale"], ExpertScale(), findings)
    return found, [f"{f.key} {f.place}" for f in findings]


def test_experts_mean_leaves_out_who_has_a_conflict(tmp_path: Path) -> None:
    """On a scale from 1 to 5, 3 is 50 points and 4 is 75: mean 62.5. The 1 has a conflict."""
    rows = "case,expert,conflict,scale\na,X,,3\na,Y,no,4\na,Z,yes,1\n"
    found, told = experts(tmp_path, rows)
    opinion = found["a", "scale"]
    assert (opinion.mean, opinion.low, opinion.high, opinion.count) == (62.5, 50.0, 75.0, 2)
    assert told == ["HP-K09.conflict experts.csv"]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("case,expert,scale\na,X,9\n", "HP-K09.range experts.csv:2 scale"),
        ("case,expert,scale\nq,X,3\n", "HP-K09.case experts.csv:2 case"),
        ("case,expert,scale\na,X,3\na,X,4\n", "HP-K09.twice experts.csv:3 case"),
        ("case,expert,scala\na,X,3\n", "HP-K09.criterion experts.csv:1 column C"),
        ("case,scale\na,3\n", "HP-K09 experts.csv:1"),
        ("case,expert,scale\na,X,much\n", "HP-M05 experts.csv:2 scale"),
        ("case,expert,scale\na,X,1e-400\n", "HP-M05.range experts.csv:2 scale"),
        ("case,expert,scale\na,X,1e308\n", "HP-M05.range experts.csv:2 scale"),
    ],
)
def test_faulty_experts_are_told(tmp_path: Path, content: str, told: str) -> None:
    assert told in experts(tmp_path, content)[1]


def test_measured_and_judged_points_are_mixed_by_the_stated_share(
    choose: Callable[..., Any], tmp_path: Path
) -> None:
    """A's scale is measured 50 and judged 100: half each gives 75; (3 x 100 + 75) / 4 = 93.75.

    B's is measured only: 100.
    """
    path = tmp_path / "experts.csv"
    path.write_text("case,expert,scale\na,X,5\n", "utf-8")
    rows = [
        {"id": "a", "quality_score": 1, "scalability": 3},
        {"id": "b", "quality_score": 2, "scalability": 5},
    ]
    selection, findings = choose(rows, experts=path)
    assert selection.judged.scores.tolist() == pytest.approx([93.75, 81.25])
    assert "HP-K08.experts" in [f.key for f in findings]
