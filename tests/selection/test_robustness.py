"""Ranks over draws, with probabilities counted by hand."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from handprint.core.errors import Findings
from handprint.selection.ner_draws import kept_share
from handprint.selection.places import Contest
from handprint.selection.robustness import rank_acceptability
from handprint.selection.run import SelectionOptions, run_selection

PERCENTILES = {"p5": 60.0, "p50": 100.0, "p95": 160.0, "probability": 0.99}


def contest(cases: int, places: int) -> Contest:
    names = ["production"] * cases
    return Contest(names, names, names, {}, {"production": places}, {}, np.arange(cases))


def test_rank_acceptability_counts_draws() -> None:
    """Case 0 leads in draws 1 and 4, is equal in draw 3 (shared rank 1) and second in draw 2.

    Equal cases of one sector and region go by the tie order, so case 0 has the place in 3 of 4.
    """
    drawn = np.array([[30.0, 10.0, 50.0, 70.0], [20.0, 20.0, 50.0, 60.0]])
    found = rank_acceptability(
        "weighted_sum", np.zeros((2, 1)), np.ones(1), {0: drawn}, contest(2, 1)
    )
    assert found.selected.tolist() == [0.75, 0.25]
    assert found.ranks.tolist() == [[0.75, 0.25], [0.5, 0.5]]


def test_kept_share() -> None:
    """Median 100: 50 keeps half, more than the median keeps all; a negative median keeps none."""
    ner = np.array([[50.0, 100.0, 150.0], [-3.0, -2.0, -1.0]])
    assert kept_share(ner).tolist() == [[0.5, 1.0, 1.0], [0.0, 0.0, 0.0]]


def test_draws_rebuilt_from_percentiles_have_them(choose: Callable[..., Any]) -> None:
    """100,000 draws give back P5, P50 and P95 within 1 %."""
    selection, findings = choose([{"id": "a", **PERCENTILES}], draws=100_000)
    found = np.percentile(selection.draws.ner[0], [5, 50, 95])
    assert found == pytest.approx([60.0, 100.0, 160.0], rel=0.01)
    assert selection.draws.origin == "quantiles"
    assert "HP-K12" in [f.key for f in findings]


def test_scores_without_percentiles_have_no_acceptability(choose: Callable[..., Any]) -> None:
    selection, findings = choose([{"id": "a"}, {"id": "b"}], quotas={"production": 1})
    assert selection.judged.acceptability is None
    assert "HP-K12.none" in [f.key for f in findings]


ROBUST_ONLY = """
criteria:
  - {id: robustness, weight: 1, measures: [{measure: probability}, {measure: kept}]}
"""


def documents(folder: Path, factor_sd: float, inputs: dict[str, float]) -> Path:
    """Write results of `assess` for cases that differ in one certain number only."""
    import json

    from handprint.assess.assess import Options, assess
    from handprint.assess.document import document
    from handprint.factors.library import shipped_library
    from handprint.forms.intake import load_case_bytes

    factor = {
        "value": 1, "unit": "t CO2e/t", "source": "x", "year": 2022, "sd": factor_sd,
        "distribution": "normal",
    }  # fmt: skip
    for name, saved in inputs.items():
        tree = {
            "handprint": 1, "id": name, "title": name, "sector": "industry",
            "category": "production", "region": "CN", "period": {"start": 2022, "years": 1},
            "tier": 2, "claim": "planned",
            "functional_unit": {"quantity": "100 t", "unit": "t"},
            "inputs": {"saved": {"value": saved, "unit": "t", "sd": 0.4 * saved}},
            "reference": {"kind": "previous_situation", "rationale": "x", "lines": [
                {"id": "a", "quantity": "1000 t", "factor": factor}]},
            "solution": {"lines": [{"id": "a", "quantity": "1000 t - saved", "factor": factor}]},
            "ict": {"lines": [{"id": "d", "stage": "use", "quantity": "1 t", "factor": {
                "value": 1, "unit": "t CO2e/t", "source": "x", "year": 2022}}]},
        }  # fmt: skip
        found = Findings()
        loaded = load_case_bytes(f"{name}.json", json.dumps(tree).encode(), found)
        assert loaded is not None, list(found)
        options = Options(draws=500, vary=False)
        result = assess(*loaded, shipped_library(), options, found)
        assert result is not None, list(found)
        (folder / f"{name}.json").write_text(json.dumps(document(result, "en")), "utf-8")
    return folder


def test_documents_are_drawn_again_jointly(tmp_path: Path, criteria: Callable[[str], Path]) -> None:
    """A case in company has the draws that it has alone: one seed, one column per input."""
    results = tmp_path / "results"
    results.mkdir()
    documents(results, 0.05, {"a": 100.0, "b": 300.0})
    findings = Findings()
    own = criteria(ROBUST_ONLY)
    options = SelectionOptions(
        results, own, quotas={"production": 1}, draws=500, include_ineligible=True
    )
    found = run_selection(options, findings)
    assert found is not None, list(findings)
    assert found.draws.origin == "joint"
    for index, case in enumerate(found.competing):
        assert np.percentile(found.draws.ner[index], [5, 50, 95]).tolist() == pytest.approx(
            [case.number(name) for name in ("p5", "p50", "p95")], rel=1e-12
        )


def test_drawn_scores_are_those_of_the_method() -> None:
    """The short way for the weighted sum gives what the method gives, draw by draw."""
    from handprint.selection.methods import score_cases
    from handprint.selection.robustness import _drawn_scores

    chance = np.random.default_rng(1)
    table, drawn = chance.random((20, 4)) * 100, chance.random((20, 3)) * 100
    weights = np.array([45.0, 28.0, 17.0, 10.0])
    for method in ("weighted_sum", "topsis"):
        for draw, scores in enumerate(_drawn_scores(method, table, weights, {2: drawn})):
            own = table.copy()
            own[:, 2] = drawn[:, draw]
            assert scores == pytest.approx(score_cases(method, own, weights), rel=1e-13)
