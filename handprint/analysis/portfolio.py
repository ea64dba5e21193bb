"""Sums over cases: intervals from the joint draws, ratios from the sums."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from handprint.analysis.uncertainty import Summary, summarise
from handprint.model.aggregate import sum_effects
from handprint.model.effects import Effects

__all__ = ["Portfolio", "portfolio"]


@dataclass(frozen=True, slots=True)
class Portfolio:
    """Several cases together.

    Parameters
    ----------
    central : Effects
        Sums of the central values.
    ner : Summary or None
        From the sum of the cases' draws, draw by draw: cases that share a factor share its error.
    vei : float or None
        Sum of G over sum of F; None without a footprint.
    """

    cases: int
    central: Effects
    ner: Summary | None
    probability: float | None
    vei: float | None


def portfolio(central: Sequence[Effects], drawn: Sequence[Effects | None]) -> Portfolio:
    """Return the sum of cases that act on different reference activities.

    Parameters
    ----------
    drawn : sequence of Effects or None
        Draws of the same seed and number; None for a case without uncertainty.
    """
    total = sum_effects(central)
    joint = sum_effects([own if d is None else d for own, d in zip(central, drawn, strict=True)])
    ner = joint.ner
    footprint = float(total.F[0, 0])
    return Portfolio(
        cases=len(central),
        central=total,
        ner=summarise(ner),
        probability=float(np.mean(ner > 0)) if ner.shape[1] > 1 else None,
        vei=float(total.G[0, 0]) / footprint if footprint > 0 else None,
    )
