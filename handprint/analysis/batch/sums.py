"""Sums over the cases of a library, per category and sector.

Ratios are made from sums; an interval comes from the cases' joint draws, so cases that share a
factor share its error. The cases must act on different reference activities.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from handprint.analysis.uncertainty import summarise
from handprint.model.effects import EFFECTS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

__all__ = ["GroupSum", "portfolio_rows"]


@dataclass(frozen=True, slots=True)
class GroupSum:
    """The sum of some cases of one category and sector.

    Parameters
    ----------
    effects : mapping
        Sums of the central effects [t CO2e].
    ner : array, shape (draw,)
        Sum of NER, draw by draw [t CO2e]; empty without draws.
    """

    category: str
    sector: str
    cases: int
    effects: Mapping[str, float]
    ner: "Array"


def portfolio_rows(sums: Iterable[GroupSum]) -> list[dict[str, Any]]:
    """Return the sums of everything, of each category, and of each category and sector."""
    groups: dict[tuple[str, str], list[GroupSum]] = {}
    for part in sums:
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
    return GroupSum(category, sector, sum(part.cases for part in parts), effects, ner)


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
