"""Overlapping solutions on one reference activity (methodology 1.8)."""

import pytest

from handprint.model.aggregate import combined_rate


def test_overlap_of_10_15_and_20_per_cent() -> None:
    """1 - 0.9 x 0.85 x 0.8 = 38.8 %, not 45 %."""
    assert float(combined_rate([0.10, 0.15, 0.20])) == pytest.approx(0.388, rel=1e-12)


def test_overlap_never_exceeds_the_reference() -> None:
    assert float(combined_rate([0.9] * 10)) < 1
    assert float(combined_rate([1.0, 0.5])) == 1.0
    assert float(combined_rate([])) == 0.0
    assert float(combined_rate([-0.1, 0.1])) == pytest.approx(1 - 1.1 * 0.9)  # an increase counts
