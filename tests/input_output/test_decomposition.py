"""Structural decomposition: the parts leave no residual, and two factors are worked by hand."""

import numpy as np
import pytest

from handprint.input_output.decomposition import decompose
from handprint.input_output.leontief import formula_intensity


def test_two_factors_by_hand() -> None:
    """p q from 2 x 3 = 6 to 4 x 5 = 20. p: mean of 2 x 3 and 2 x 5; q: mean of 2 x 4 and 2 x 2."""
    parts = decompose(lambda p, q: np.array([p * q]), {"p": 2.0, "q": 3.0}, {"p": 4.0, "q": 5.0})
    assert parts["p"] == pytest.approx([8.0])
    assert parts["q"] == pytest.approx([6.0])


def test_parts_of_a_linkage_sum_to_its_change() -> None:
    generator = np.random.default_rng(3)

    def year(scale: float) -> dict[str, np.ndarray]:
        a = generator.random((4, 4)) * 0.2
        return {"s": generator.random(4) * scale, "a": a, "y": generator.random(4) * 100}

    def linked(s: np.ndarray, a: np.ndarray, y: np.ndarray) -> np.ndarray:
        return formula_intensity(a, s, [1]) * y

    before, after = year(1.0), year(0.7)
    parts = decompose(linked, before, after)
    assert sum(parts.values()) == pytest.approx(linked(**after) - linked(**before))


def test_what_does_not_change_adds_nothing() -> None:
    same = {"p": 2.0, "q": 3.0}
    parts = decompose(lambda p, q: np.array([p * q]), same, {"p": 2.0, "q": 5.0})
    assert parts["p"] == pytest.approx([0.0])
    assert parts["q"] == pytest.approx([4.0])
