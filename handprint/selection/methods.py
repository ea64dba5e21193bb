"""Multi-criteria methods by name, from pymcdm: points and weights in, one score per case out.

All criteria are points from 0 to 100 where more is better. The points are taken as they are, not
stretched to the range of the cases at hand: whether one case is better than another must not hang
on a third where the method leaves a choice.
"""

import warnings
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from handprint.core.arrays import Array
from handprint.core.errors import CodedError
from handprint.selection.choices import METHODS

__all__ = ["score_cases"]

SAME = 1e-12

ABSOLUTE = ("weighted_sum", "weighted_product")  # one case has the same score in any company


def score_cases(method: str, points: Array, weights: Array) -> Array:
    """Return one score per case, larger is better.

    Parameters
    ----------
    points : array, shape (case, criterion)
        0 to 100.
    weights : array, shape (criterion,)
        Not negative; only their proportions count.

    Raises
    ------
    CodedError
        HP-K11: the method cannot tell these cases apart, such as where a criterion is the same
        for all of them.

    Examples
    --------
    >>> score_cases("weighted_sum", np.array([[80.0, 20.0], [40.0, 60.0]]), np.array([3.0, 1.0]))
    array([65., 45.])
    """
    if len(points) == 0:
        return np.zeros(0)
    if len(points) == 1 and method not in ABSOLUTE:
        return np.ones(1)
    engine = _engine(method)
    kinds = np.ones(points.shape[1])
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            scores = np.asarray(
                engine(points, weights / weights.sum(), kinds, validation=False), dtype=np.float64
            )
    except ValueError as problem:
        reason = str(problem).partition(".")[0]
        raise CodedError("HP-K11", method=method, reason=reason) from None
    if np.all(np.ptp(points, axis=0) <= SAME) and not np.all(np.isfinite(scores)):
        return np.ones(len(points))  # nothing tells the cases apart
    if not np.all(np.isfinite(scores)):
        raise CodedError("HP-K11", method=method, reason="NaN")
    return scores if engine._reverse_ranking else -scores


@cache
def _engine(method: str) -> Any:
    from pymcdm import methods

    name, arguments = METHODS[method]
    kind: Callable[..., Any] = getattr(methods, name)
    return kind(**{k: _as_given if v == "as_given" else v for k, v in arguments.items()})


def _as_given(values: Array, cost: bool = False) -> Array:
    return values
