"""Selections worked out by hand.

Quality 1 gives 100 points, 2 gives 75, 3 gives 50; scale 3 gives 50 points, 5 gives 100. With
weights 3 and 1: A (1, 3) = (3 x 100 + 50) / 4 = 87.5; B (2, 5) = (3 x 75 + 100) / 4 = 81.25;
C (3, 5) = (3 x 50 + 100) / 4 = 62.5.
"""

from collections.abc import Callable
from typing import Any

import pytest

from handprint.core.errors import Findings, Severity
from handprint.selection.choices import METHODS

A = {"id": "a", "quality_score": 1, "scalability": 3}
B = {"id": "b", "quality_score": 2, "scalability": 5}
C = {"id": "c", "quality_score": 3, "scalability": 5}

Choose = Callable[..., Any]


def chosen(selection: Any) -> list[str]:
    return [selection.competing[i].id for i in selection.judged.chosen]


def keys(findings: Findings) -> list[str]:
    return [f.key for f in findings]


def test_weighted_sum_and_ranks(choose: Choose) -> None:
    selection, _ = choose([C, A, B], quotas={"production": 2})
    assert selection.judged.scores.tolist() == pytest.approx([62.5, 87.5, 81.25])
    assert selection.judged.ranks.tolist() == [3, 1, 2]
    assert chosen(selection) == ["a", "b"]


def test_topsis(choose: Choose) -> None:
    """Weighted points A (75, 12.5), B (56.25, 25): ideal (75, 25), worst (56.25, 12.5).

    A is 12.5 from the ideal and 18.75 from the worst: 18.75 / 31.25 = 0.6; B the other way round.
    """
    selection, _ = choose([A, B], method="topsis", quotas={"production": 1})
    assert selection.judged.scores.tolist() == pytest.approx([0.6, 0.4])


@pytest.mark.parametrize("method", METHODS)
def test_methods_agree_that_better_in_everything_is_better(choose: Choose, method: str) -> None:
    best = {"id": "best", "quality_score": 1, "scalability": 5}
    worst = {"id": "worst", "quality_score": 3, "scalability": 2}
    selection, _ = choose([worst, best, B], method=method, quotas={"production": 1})
    assert chosen(selection) == ["best"]


def test_method_that_cannot_tell_cases_apart_is_refused(refused: Callable[..., Findings]) -> None:
    """VIKOR divides by the range of each criterion; B and C are equal in scale."""
    assert "HP-K11" in keys(refused([B, C], method="vikor", quotas={"production": 1}))


def test_quotas_hold_per_category(choose: Choose) -> None:
    """B and C are living; one place each: A for production, B for living."""
    living = {"category": "living"}
    rows = [A, {**B, **living}, {**C, **living}]
    selection, _ = choose(rows, quotas={"production": 1, "living": 1})
    assert chosen(selection) == ["a", "b"]


def test_limit_passes_over_the_second_case_of_an_applicant(choose: Choose) -> None:
    rows = [{**A, "applicant": "x"}, {**B, "applicant": "x"}, {**C, "applicant": "y"}]
    selection, _ = choose(rows, quotas={"production": 2}, limits={"applicant": 1})
    assert chosen(selection) == ["a", "c"]


def test_cases_without_an_applicant_are_not_limited(choose: Choose) -> None:
    selection, _ = choose([A, B], quotas={"production": 2}, limits={"applicant": 1})
    assert chosen(selection) == ["a", "b"]


def test_equal_scores_spread_over_sectors_then_regions_then_ids(choose: Choose) -> None:
    """Four equal cases, three places: the smallest id, the other sector, then the other region."""
    rows = [
        {"id": "d1", "sector": "industry", "region": "CN-GD"},
        {"id": "d2", "sector": "industry", "region": "CN-GD"},
        {"id": "d3", "sector": "industry", "region": "CN-BJ"},
        {"id": "d4", "sector": "energy", "region": "CN-GD"},
    ]
    selection, _ = choose(rows, quotas={"production": 3})
    assert chosen(selection) == ["d1", "d4", "d3"]
    assert selection.judged.ranks.tolist() == [1, 1, 1, 1]


def test_weight_that_flips_the_last_place(choose: Choose) -> None:
    """With share w for quality A has 50 + 50 w and B 100 - 25 w: equal at w = 2/3, below 0.75."""
    selection, _ = choose([A, B], quotas={"production": 1})
    quality, scale = selection.judged.flips
    assert quality.share == 0.75
    assert quality.upper is None
    assert quality.lower.share == pytest.approx(2 / 3, abs=1e-5)
    assert (quality.lower.leaves, quality.lower.enters) == ((0,), (1,))
    assert scale.upper.share == pytest.approx(1 / 3, abs=1e-5)


def test_blocking_findings_verdicts_and_missing_ner_are_not_eligible(choose: Choose) -> None:
    rows = [
        A,
        {**B, "blocking": "R03 R24", "findings": "R03 R24"},
        {**C, "verdict": "net_burden"},
        {"id": "d", "NER": ""},
        {"id": "e", "category": "other"},
    ]
    selection, _ = choose(rows, quotas={"production": 3})
    assert chosen(selection) == ["a"]
    assert list(selection.barred) == [
        (), ("R03", "R24"), ("verdict",), ("no_ner",), ("no_category",),
    ]  # fmt: skip


def test_ineligible_cases_compete_when_asked_for(choose: Choose) -> None:
    rows = [A, {**B, "blocking": "R03", "findings": "R03"}]
    selection, _ = choose(rows, quotas={"production": 2}, include_ineligible=True)
    assert chosen(selection) == ["a", "b"]
    assert selection.barred[1] == ("R03",)


def test_rules_passed(choose: Choose, criteria: Callable[[str], Any]) -> None:
    """The group "factors" has R24 and R39: one remark costs half of one of two rules, 25 points."""
    own = criteria(
        "criteria: [{id: f, weight: 1, measures: [{measure: rules_passed, groups: [factors]}]}]"
    )
    selection, _ = choose([{**A, "findings": "R24 R07"}, B], criteria=own)
    assert selection.judged.scores.tolist() == pytest.approx([75.0, 100.0])


def test_criterion_without_values_is_left_out_and_said(choose: Choose) -> None:
    rows = [{**A, "scalability": ""}, {**B, "scalability": ""}]
    selection, findings = choose(rows, quotas={"production": 1})
    assert selection.judged.scores.tolist() == pytest.approx([100.0, 75.0])
    assert "HP-K07" in keys(findings)


def test_missing_value_counts_zero_and_is_said(choose: Choose) -> None:
    selection, findings = choose([{**A, "scalability": ""}, B], quotas={"production": 1})
    assert selection.judged.scores.tolist() == pytest.approx([75.0, 81.25])
    (gap,) = [f for f in findings if f.rule == "HP-K08"]
    assert gap.params["ids"] == "a"


def test_quota_beyond_the_eligible_is_said_and_the_rest_stays_empty(choose: Choose) -> None:
    selection, findings = choose([A, B], quotas={"production": 10})
    assert chosen(selection) == ["a", "b"]
    (found,) = [f for f in findings if f.key == "HP-K10"]
    assert (found.params["quota"], found.params["able"]) == (10, 2)
    assert found.place.endswith("scores.csv")


def test_without_quotas_cases_are_ranked_only(choose: Choose) -> None:
    selection, findings = choose([A, B])
    assert chosen(selection) == []
    assert "HP-K10.none" in keys(findings)


def test_second_case_of_an_id_is_left_out(choose: Choose) -> None:
    selection, findings = choose([A, B, {**C, "id": "a"}], quotas={"production": 3})
    assert chosen(selection) == ["a", "b"]
    (found,) = [f for f in findings if f.rule == "HP-K04"]
    assert found.severity is Severity.ERROR
    assert found.place == "scores.csv:4 id"


def test_formula_signs_are_noted_and_kept_as_text(choose: Choose) -> None:
    rows = [{**A, "title": "=HYPERLINK(1)"}, {**B, "applicant": "@x"}, {**C, "title": "-5"}]
    selection, findings = choose(rows)
    assert [f.place for f in findings if f.rule == "HP-K05"] == [
        "scores.csv:2 title",
        "scores.csv:3 applicant",
    ]
    assert selection.submissions[0].title["en"] == "=HYPERLINK(1)"


@pytest.mark.parametrize(
    ("options", "code"),
    [({"quotas": {"produktion": 1}}, "HP-K10.category"), ({"quotas": {"": 1}}, "HP-K10.category")],
)
def test_unknown_category_is_refused(
    refused: Callable[..., Findings], options: dict[str, Any], code: str
) -> None:
    assert code in keys(refused([A, B], **options))


def test_no_case_and_no_eligible_case_are_refused(refused: Callable[..., Findings]) -> None:
    assert keys(refused([])) == ["HP-K01.column"] * 3
    assert keys(refused([{**A, "blocking": "R03"}])) == ["HP-K01.none_eligible"]


def test_text_for_a_number_is_an_error_and_the_value_is_missing(choose: Choose) -> None:
    selection, findings = choose([{**A, "quality_score": "good"}, B])
    (found,) = [f for f in findings if f.rule == "HP-M05"]
    assert found.place == "scores.csv:2 quality_score"
    assert selection.judged.scores[0] == pytest.approx(12.5)


def test_pareto_front_on_four_objectives(choose: Choose) -> None:
    """B beats C in quality and equals it in all else; A has better quality, B the larger NER."""
    rows = [
        {**A, "E_ref": 1000},
        {**B, "E_ref": 1000, "NER": 200},
        {**C, "E_ref": 1000, "NER": 200},
    ]
    selection, _ = choose(rows)
    assert selection.front.tolist() == [True, True, False]


def test_similar_numbers_titles_and_overlapping_claims(choose: Choose) -> None:
    """B's emissions lie within 0.5 % of A's; C has A's title but for width and case."""
    rows = [
        {**A, "E_ref": 1000, "title": "ABC 系统", "claim_group": "g1"},
        {**B, "E_ref": 1004, "E_sol": 891},
        {**C, "E_ref": 9000, "title": "ａbc系统", "claim_group": "g1"},
    ]
    selection, findings = choose(rows)
    assert [(p.first, p.second, p.why) for p in selection.similar] == [
        (0, 1, "numbers"),
        (0, 2, "title"),
    ]
    assert [(p.first, p.second, p.why) for p in selection.overlapping] == [(0, 2, "claim_group")]
    assert {"HP-K14.numbers", "HP-K14.title", "HP-K15.claim_group"} <= set(keys(findings))
