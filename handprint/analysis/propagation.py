"""First-order propagation: the spread of NER from derivatives, for batches too large to draw.

The variance is the sum over independent quantities of (derivative x standard deviation) squared;
a quantity used in both scenarios, or a factor, has one derivative, so its covariance is in it.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from handprint.core.distributions import NORMAL_95
from handprint.model.columns import central_columns
from handprint.model.effects import effects
from handprint.model.evaluate import evaluate, totals
from handprint.model.structure import Model

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

__all__ = ["Propagation", "propagate"]

# Normal scores of the 16th and 84th percentile: one standard deviation to either side.
ONE_SIGMA = np.array([0.15865525393145707, 0.8413447460685429])
ASYMMETRY = 0.25  # larger steps to one side than to the other: not linear enough
DOMINANCE = 0.05  # quantities below this share of the variance may be as crooked as they like


@dataclass(frozen=True, slots=True)
class Propagation:
    """The spread of NER to first order.

    Parameters
    ----------
    ner, sd : float
        Central value and standard deviation [t CO2e].
    trusted : bool
        False where a quantity that matters acts so unevenly that a normal approximation misleads.
    """

    ner: float
    sd: float
    trusted: bool

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % interval of a normal distribution [t CO2e]."""
        half = NORMAL_95 * self.sd
        return self.ner - half, self.ner + half


def propagate(model: Model) -> Propagation:
    """Return the spread of NER; declared correlations are not in it and withdraw the trust."""
    groups: dict[str, list[str]] = {}
    for key, column in model.columns.items():
        if column.uncertain:
            groups.setdefault(column.identity, []).append(key)
    width = 2 * len(groups) + 1
    columns = {
        key: np.repeat(value, width, axis=2)
        for key, value in central_columns(model.columns).items()
    }
    for i, keys in enumerate(groups.values()):
        for key in keys:
            columns[key][:, :, 2 * i : 2 * i + 2] = model.columns[key].at(ONE_SIGMA)
    sums = totals(model, columns, evaluate(model, columns))
    ner = np.broadcast_to(effects(model, columns, sums).ner[0], (width,))
    central = float(ner[-1])
    below, above = ner[0:-1:2] - central, ner[1:-1:2] - central
    spreads = (above - below) / 2
    variance = float(np.sum(spreads**2))
    matters = spreads**2 >= DOMINANCE * variance
    uneven = np.abs(above + below) > ASYMMETRY * np.abs(above - below)
    trusted = not bool(np.any(matters & uneven)) and not model.couplings
    return Propagation(central, float(np.sqrt(variance)), trusted)
