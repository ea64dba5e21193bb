"""Effects of several cases together: sums, and overlapping solutions (methodology 1.8).

Ratios are recomputed from sums, never averaged. Solutions that act on one reference activity
combine by their gross rates before any footprint is subtracted.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from handprint.model.effects import Effects

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

__all__ = ["combined_rate", "overlapping", "sum_effects"]


def sum_effects(cases: Sequence[Effects]) -> Effects:
    """Return the effects of cases on different reference activities.

    The functional units are added as numbers: EI of the sum means something only where all cases
    share one functional unit, which the caller knows.
    """
    total = {
        name: np.asarray(sum(getattr(case, name) for case in cases))
        for name in ("E_ref", "E_sol", "G0", "rebound", "H", "G", "F", "Q")
    }
    positive = np.maximum(0.0, total["G0"])
    share = np.divide(
        total["rebound"], positive, out=np.zeros_like(total["rebound"]), where=positive > 0
    )
    return Effects(**total, share=share)


def combined_rate(rates: "Sequence[Array | float]") -> "Array":
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


def overlapping(cases: Sequence[Effects]) -> Effects:
    """Return the effects of solutions that all act on the reference activity of the first case.

    Rebound and higher-order effects keep their proportion to the gross effect of their case.
    """
    e_ref = cases[0].E_ref
    g0 = e_ref * combined_rate([case.G0 / case.E_ref for case in cases])
    plain = sum_effects(cases)
    scale = np.divide(g0, plain.G0, out=np.ones_like(g0 + plain.G0), where=plain.G0 != 0)
    rebound, h = plain.rebound * scale, plain.H * scale
    return Effects(
        E_ref=e_ref,
        E_sol=e_ref - g0,
        G0=g0,
        rebound=rebound,
        H=h,
        G=g0 - rebound + h,
        F=plain.F,
        share=plain.share,
        Q=cases[0].Q,
    )
