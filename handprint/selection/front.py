"""The Pareto front: cases that no other case beats in everything at once."""

import numpy as np

from handprint.core.arrays import Array, Mask

__all__ = ["pareto_front"]


def pareto_front(values: Array) -> Mask:
    """Return which cases are on the front, larger being better in every column.

    Parameters
    ----------
    values : array, shape (case, objective)
        NaN counts as the worst.

    Examples
    --------
    >>> pareto_front(np.array([[3.0, 1.0], [1.0, 3.0], [2.0, 0.5]])).tolist()
    [True, True, False]
    """
    known = np.where(np.isnan(values), -np.inf, values)
    front = np.zeros(len(known), dtype=bool)
    kept: list[int] = []
    # a case is only beaten by one that comes before it in this order
    for case in np.lexsort(tuple(-known[:, ::-1].T)):
        rivals = known[kept]
        beaten = np.all(rivals >= known[case], axis=1) & np.any(rivals > known[case], axis=1)
        if not beaten.any():
            kept.append(int(case))
    front[kept] = True
    return front
