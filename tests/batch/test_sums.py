"""Sums of batches: each case counts once in every row it belongs to."""

import math

import numpy as np
import pytest

from handprint.batch.sums import EFFECTS, GroupSum, Spread, portfolio_rows
from handprint.core.sampling import column_key, uniforms

DRAWS = 20_000
NORMAL_90 = 1.6449


def part(category: str, sector: str, cases: int, each: float) -> GroupSum:
    return GroupSum(category, sector, cases, dict.fromkeys(EFFECTS, each), np.array([]))


def test_cases_without_category_count_once_in_the_whole() -> None:
    """16 cases without a category and 4 with one: 20 in the whole, effects 3 + 4 = 7 t."""
    rows = portfolio_rows([part("", "", 16, 3.0), part("production", "industry", 4, 4.0)], 1)
    whole = next(row for row in rows if not row["category"] and not row["sector"])
    assert whole["cases"] == 20
    assert whole["E_ref"] == pytest.approx(7.0)


def first_order(category: str, spread: Spread) -> GroupSum:
    return GroupSum(category, "", 1, dict.fromkeys(EFFECTS, 1.0), np.full(DRAWS, 100.0), spread)


def half_widths(*parts: GroupSum) -> dict[str, float]:
    return {row["category"]: (row["p95"] - row["p5"]) / 2 for row in portfolio_rows(parts, 1)}


def test_shared_spreads_add_up_with_their_signs() -> None:
    """10 and 6 by one factor: 16 together; with opposite signs 4."""
    one = first_order("a", Spread({"factor:x": 10.0}))
    same, opposite = (first_order("b", Spread({"factor:x": v})) for v in (6.0, -6.0))
    assert half_widths(one, same)[""] == pytest.approx(16 * NORMAL_90, rel=0.02)
    assert half_widths(one, opposite)[""] == pytest.approx(4 * NORMAL_90, rel=0.02)


def test_a_shared_quantity_keeps_its_skewness() -> None:
    """100 cases on one lognormal factor: the sum is as skewed as the factor."""
    sigma, sd = math.log(1.5), 10.0
    w = math.exp(sigma**2)
    skew = (w + 2) * math.sqrt(w - 1)
    spread = sum((Spread({"x": sd / 100}, {"x": sd / 100 * skew}) for _ in range(100)), Spread())
    row = portfolio_rows([first_order("a", spread)], 1)[0]
    scale = sd / math.sqrt(w * (w - 1))
    ends = [100 + scale * (math.exp(z * sigma) - math.sqrt(w)) for z in (-NORMAL_90, NORMAL_90)]
    assert [row["p5"], row["p95"]] == pytest.approx(ends, rel=0.005)


def test_own_variances_add_up() -> None:
    """3 and 4 apart: 5 together; within one category, in two parts, the same."""
    apart = half_widths(first_order("a", Spread(own=9.0)), first_order("b", Spread(own=16.0)))
    assert apart["a"] == pytest.approx(3 * NORMAL_90, rel=0.02)
    assert apart[""] == pytest.approx(5 * NORMAL_90, rel=0.03)
    one = half_widths(first_order("a", Spread(own=9.0)), first_order("a", Spread(own=16.0)))
    assert one["a"] == pytest.approx(5 * NORMAL_90, rel=0.02)


def test_cases_to_first_order_take_the_draws_of_drawn_cases() -> None:
    """A drawn case of -10 z and one to first order of 10 by the same factor: nothing is left."""
    from scipy.special import ndtri

    z = ndtri(uniforms(column_key(1, "factor:x"), DRAWS))
    drawn = GroupSum("a", "", 1, dict.fromkeys(EFFECTS, 1.0), 50 - 10 * z)
    row = portfolio_rows([drawn, first_order("a", Spread({"factor:x": 10.0}))], 1)[0]
    assert row["p5"] is None or math.isclose(row["p95"], row["p5"], rel_tol=1e-9)
    assert row["cases"] == 2
