"""Distributions in the words of ``stats_arrays``, for exchange with Brightway and openLCA.

The ids are those of stats_arrays: 0 undefined, 1 no uncertainty, 2 lognormal (``loc`` the log of
the median), 3 normal, 4 uniform, 5 triangular, 10 beta (``loc`` and ``shape`` alpha and beta).
"""

import math
from collections.abc import Mapping

__all__ = ["from_stats_arrays", "to_stats_arrays"]

IDS = {"": 1, "lognormal": 2, "normal": 3, "uniform": 4, "triangular": 5, "beta": 10}
KINDS = {number: kind for kind, number in IDS.items()} | {0: ""}


def to_stats_arrays(kind: str, parameters: Mapping[str, float]) -> dict[str, float]:
    """Return a distribution as a stats_arrays record.

    Raises
    ------
    ValueError
        stats_arrays has no counterpart (discrete values with weights).

    Examples
    --------
    >>> to_stats_arrays("lognormal", {"value": 1.0, "gsd": math.e})
    {'uncertainty_type': 2, 'loc': 0.0, 'scale': 1.0}
    """
    p = parameters
    if kind not in IDS:
        raise ValueError(f"stats_arrays has no counterpart of a {kind} distribution")
    record: dict[str, float] = {"uncertainty_type": IDS[kind]}
    if kind == "lognormal":
        return record | {"loc": math.log(p["value"]), "scale": math.log(p["gsd"])}
    if kind == "normal":
        return record | {"loc": p["value"], "scale": p["sd"]}
    if kind == "uniform":
        return record | {"minimum": p["low"], "maximum": p["high"]}
    if kind == "triangular":
        return record | {"loc": p["mode"], "minimum": p["low"], "maximum": p["high"]}
    if kind == "beta":
        concentration = p["value"] * (1 - p["value"]) / p["sd"] ** 2 - 1
        alpha = p["value"] * concentration
        return record | {"loc": alpha, "shape": concentration - alpha}
    return record | {"loc": p["value"]}


def from_stats_arrays(record: Mapping[str, float]) -> tuple[str, dict[str, float]]:
    """Return kind and parameters of a stats_arrays record.

    Raises
    ------
    ValueError
        The record's id is not one of those that a case can hold.
    """
    number = int(record["uncertainty_type"])
    if number not in KINDS:
        raise ValueError(f"stats_arrays id {number} has no counterpart here")
    kind = KINDS[number]
    if kind == "lognormal":
        return kind, {"value": math.exp(record["loc"]), "gsd": math.exp(record["scale"])}
    if kind == "normal":
        return kind, {"value": record["loc"], "sd": record["scale"]}
    if kind == "uniform":
        return kind, {"low": record["minimum"], "high": record["maximum"]}
    if kind == "triangular":
        low, high = record["minimum"], record["maximum"]
        return kind, {"low": low, "mode": record["loc"], "high": high}
    if kind == "beta":
        alpha, beta = record["loc"], record["shape"]
        total = alpha + beta
        sd = math.sqrt(alpha * beta / (total**2 * (total + 1)))
        return kind, {"value": alpha / total, "sd": sd}
    return kind, {"value": record["loc"]}
