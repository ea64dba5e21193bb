"""What rows say of one input: a value, or the parameters of a distribution.

The same reading as for a single case, over columns: which parameters a row gives decides its
distribution, parameters that this distribution does not use are refused, and so are parameters
that do not make one.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from handprint.batch.rejections import Reason, Rejections
from handprint.core import distributions
from handprint.core.arrays import Array, Codes, Mask

__all__ = ["Given", "Uncertain", "read_given"]

SHAPE = ("low", "high", "sd", "gsd")
LARGEST = 1e100  # of a number in a case


@dataclass(frozen=True, slots=True)
class Uncertain:
    """The rows whose input has one kind of distribution.

    Parameters
    ----------
    rows : array of int
    parameters : mapping of arrays, one entry per row
        In canonical units.
    """

    kind: str
    rows: "Codes"
    parameters: "Mapping[str, Array]"


@dataclass(frozen=True, slots=True)
class Given:
    """One input over the rows of a group.

    Parameters
    ----------
    present : mask
        Which rows give it.
    central : array
        Central value, NaN where a row gives none.
    """

    present: "Mask"
    central: "Array"
    uncertain: tuple[Uncertain, ...] = ()


def read_given(
    name: str, own: "Mapping[str, Array]", rejections: Rejections, scale: float = 1.0
) -> Given:
    """Return what the rows give of an input.

    Parameters
    ----------
    own : mapping of parameter to array over the rows
        In canonical units; NaN where a row gives none.
    scale : float
        Canonical units per unit of the template, for messages.
    """
    for parameter, values in own.items():
        column = name if parameter == "value" else f"{name}.{parameter}"
        shown = np.where(values > 0, "inf", "-inf")
        rejections.add(np.isinf(values), Reason("HP-S06", "", column), found=shown)
        for sign, variant in ((1, "high"), (-1, "low")):
            limit = {"limit": f"{sign * LARGEST:g}"}
            too_large = sign * values > LARGEST
            if too_large.any():
                rejections.add(
                    too_large, Reason("HP-S07", variant, column, limit), found=values / scale
                )
    if set(own) == {"value"}:
        return Given(~np.isnan(own["value"]), own["value"])
    given = {parameter: ~np.isnan(values) for parameter, values in own.items()}
    present = np.logical_or.reduce(list(given.values()))
    uncertain = tuple(_uncertain(name, own, given, present, rejections))
    central = _certain(own)
    for part in uncertain:
        central[part.rows] = distributions.central(part.kind, part.parameters)
    return Given(present, central, uncertain)


def _certain(own: "Mapping[str, Array]") -> "Array":
    """Return ``value``, else ``mode``."""
    size = next(iter(own.values())).shape
    value = own.get("value", np.full(size, np.nan))
    return np.where(np.isnan(value), own.get("mode", np.nan), value)


def _uncertain(
    name: str,
    own: "Mapping[str, Array]",
    given: "Mapping[str, Mask]",
    present: "Mask",
    rejections: Rejections,
) -> "Iterator[Uncertain]":
    """Yield the rows of every kind of distribution; rows that make none are rejected."""
    absent = np.zeros(len(present), dtype=bool)
    has = {p: given.get(p, absent) for p in ("value", "mode", *SHAPE)}
    centred = has["value"] | has["mode"]
    bounded = has["low"] & has["high"]
    left = present.copy()
    kinds = {
        "lognormal": has["gsd"],
        "normal": has["sd"],
        "triangular": bounded & centred,
        "uniform": bounded,
    }
    for kind, fits in kinds.items():
        rows = left & fits
        left &= ~fits
        if rows.any():
            yield from _checked(name, kind, rows, own, has, rejections)
    for bound, other in (("low", "high"), ("high", "low")):
        params = {"distribution": "-", "missing": other}
        rejections.add(left & has[bound], Reason("HP-N03", "", name, params))


def _checked(
    name: str,
    kind: str,
    rows: "Mask",
    own: "Mapping[str, Array]",
    has: "Mapping[str, Mask]",
    rejections: Rejections,
) -> "Iterator[Uncertain]":
    used = distributions.PARAMETERS[kind]
    for idle in [p for p in SHAPE if p not in used]:
        params = {"distribution": kind, "idle": idle}
        rejections.add(rows & has[idle], Reason("HP-N08", "", name, params))
    centre = _certain(own)
    values = {
        "value": centre,
        "mode": np.where(has["mode"], own.get("mode", np.nan), centre),
        **{p: own[p] for p in SHAPE if p in own},
    }
    index = np.flatnonzero(rows & ~rejections.mask)
    parameters = {p: values[p][index] for p in used}
    for parameter in used:
        missing = np.zeros(len(rows), dtype=bool)
        missing[index] = np.isnan(parameters[parameter])
        params = {"distribution": kind, "missing": parameter}
        rejections.add(missing, Reason("HP-N03", "", name, params))
    for fault, broken in distributions.violations(kind, parameters).items():
        wrong = np.zeros(len(rows), dtype=bool)
        wrong[index] = broken
        rejections.add(wrong, Reason("HP-N02", fault, name, {"distribution": kind}))
    good = ~rejections.mask[index]
    if good.any():
        yield Uncertain(kind, index[good], {p: v[good] for p, v in parameters.items()})
