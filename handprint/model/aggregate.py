"""Solutions that act on one reference activity together (methodology 1.8)."""

from collections.abc import Sequence

import numpy as np

from handprint.core.arrays import Array

__all__ = ["combined_rate"]


def combined_rate(rates: Sequence[Array | float]) -> Array:
    """Return 1 - prod(1 - r): the gross reduction rate of solutions on one activity [1].

    Examples
    --------
    >>> round(float(combined_rate([0.10, 0.15, 0.20])), 3)
    0.388
    """
    remaining: Array = np.ones(())
    for rate in rates:
        remaining = remaining * (1.0 - np.asarray(rate))
    return np.asarray(1.0 - remaining)
