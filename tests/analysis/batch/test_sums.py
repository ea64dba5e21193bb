"""Sums of batches: each case counts once in every row it belongs to."""

import numpy as np
import pytest

from handprint.analysis.batch.sums import EFFECTS, GroupSum, portfolio_rows


def part(category: str, sector: str, cases: int, each: float) -> GroupSum:
    return GroupSum(category, sector, cases, dict.fromkeys(EFFECTS, each), np.array([]))


def test_cases_without_category_count_once_in_the_whole() -> None:
    """16 cases without a category and 4 with one: 20 in the whole, effects 3 + 4 = 7 t."""
    rows = portfolio_rows([part("", "", 16, 3.0), part("production", "industry", 4, 4.0)])
    whole = next(row for row in rows if not row["category"] and not row["sector"])
    assert whole["cases"] == 20
    assert whole["E_ref"] == pytest.approx(7.0)
