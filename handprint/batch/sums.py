"""Sums over the cases of a library, per category and sector.

Ratios are made from sums; an interval comes from the cases' joint draws, so cases that share a
factor share its error. Cases whose interval is to first order join in with their tangents, on the
same draws. The cases must act on different reference activities.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from handprint.assess.uncertainty import summarise
from handprint.core import distributions
from handprint.core.arrays import Array
from handprint.core.sampling import column_key, uniforms
from handprint.model.effects import EFFECTS

__all__ = ["GroupSum", "Spread", "joined", "portfolio_rows"]


@dataclass(frozen=True, slots=True)
class Spread:
    """How the sum of cases to first order varies about its mean.

    Parameters
    ----------
    shared : mapping of identity to number
        Standard deviation by each quantity that cases share, with its sign [t CO2e]: cases add up.
    skewed : mapping of identity to number
        The same times the skewness of the quantity [t CO2e].
    own : float
        Variance by what each case has for itself [(t CO2e)^2].
    """

    shared: Mapping[str, float] = field(default_factory=dict)
    skewed: Mapping[str, float] = field(default_factory=dict)
    own: float = 0.0

    def __add__(self, other: "Spread") -> "Spread":
        return Spread(
            _added(self.shared, other.shared),
            _added(self.skewed, other.skewed),
            self.own + other.own,
        )

    def draw(self, own: str, seed: int, draws: int) -> "Array":
        """Return draws of the deviation from the mean, on the draws of the shared quantities.

        Parameters
        ----------
        own : str
            Identity for the sum of what each case has for itself.
        """
        from scipy.special import ndtri

        parts = {**self.shared, own: math.sqrt(self.own)}
        result = np.zeros(draws)
        for identity in sorted(parts):
            if parts[identity]:
                normal = ndtri(uniforms(column_key(seed, identity), draws))
                skew = self.skewed.get(identity, 0.0) / parts[identity]
                result += parts[identity] * distributions.skewed(skew, normal)
        return result


def _added(one: Mapping[str, float], other: Mapping[str, float]) -> dict[str, float]:
    return {key: one.get(key, 0.0) + other.get(key, 0.0) for key in {**one, **other}}


@dataclass(frozen=True, slots=True)
class GroupSum:
    """The sum of some cases of one category and sector.

    Parameters
    ----------
    effects : mapping
        Sums of the central effects [t CO2e].
    ner : array, shape (draw,)
        Sum of NER, draw by draw [t CO2e]; empty without draws. Of cases to first order the means.
    spread : Spread
        That of cases to first order.
    """

    category: str
    sector: str
    cases: int
    effects: Mapping[str, float]
    ner: "Array"
    spread: Spread = field(default_factory=Spread)

    def drawn(self, seed: int) -> "GroupSum":
        """Return the sum with all cases in its draws."""
        own = f"batch:{self.category}/{self.sector}"
        ner = self.ner + self.spread.draw(own, seed, self.ner.size)
        return GroupSum(self.category, self.sector, self.cases, self.effects, ner)


def portfolio_rows(sums: Iterable[GroupSum], seed: int) -> list[dict[str, Any]]:
    """Return the sums of everything, of each category, and of each category and sector.

    Parameters
    ----------
    seed : int
        That of the cases' draws: what is to first order varies with them.
    """
    groups: dict[tuple[str, str], list[GroupSum]] = {}
    for part in (part.drawn(seed) for part in joined(sums)):
        if not part.cases:
            continue
        # a set: a case without category counts once in the whole, not twice
        for key in {("", ""), (part.category, ""), (part.category, part.sector)}:
            groups.setdefault(key, []).append(part)
    return [_row(key, groups[key]) for key in sorted(groups)]


def joined(sums: Iterable[GroupSum]) -> list[GroupSum]:
    """Return one sum per category and sector, in the order of their names."""
    groups: dict[tuple[str, str], list[GroupSum]] = {}
    for part in sums:
        groups.setdefault((part.category, part.sector), []).append(part)
    return [_sum(*key, groups[key]) for key in sorted(groups)]


def _sum(category: str, sector: str, parts: list[GroupSum]) -> GroupSum:
    effects = {name: math.fsum(part.effects[name] for part in parts) for name in EFFECTS}
    ner = np.asarray(sum((part.ner for part in parts[1:]), start=parts[0].ner))
    spread = sum((part.spread for part in parts), start=Spread())
    return GroupSum(category, sector, sum(part.cases for part in parts), effects, ner, spread)


def _row(key: tuple[str, str], parts: list[GroupSum]) -> dict[str, Any]:
    total = _sum(*key, parts)
    net = total.effects["G"] - total.effects["F"]
    summary = (
        summarise(total.ner[None, :]) if np.ptp(total.ner if total.ner.size else [0]) else None
    )
    return {
        "category": total.category,
        "sector": total.sector,
        "cases": total.cases,
        **total.effects,
        "NER": net,
        "VEI": total.effects["G"] / total.effects["F"] if total.effects["F"] > 0 else None,
        "p5": summary.p5 if summary else None,
        "p50": summary.p50 if summary else None,
        "p95": summary.p95 if summary else None,
        "probability": float(np.mean(total.ner > 0)) if summary else None,
    }
