"""Distributions of uncertain quantities: parameters, central value, quantile function.

Parameters are arrays, so one call serves all years of a quantity, or all cases of a library; the
uniforms bring the last axis, the draw.
"""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from handprint.core.arrays import Array, Mask

__all__ = [
    "DISTRIBUTIONS",
    "NORMAL_95",
    "PARAMETERS",
    "central",
    "faults",
    "moments",
    "quantile",
    "skewed",
    "skewness",
    "violations",
    "widen",
]

Parameters = Mapping[str, Array]

EDGE = 1e-12  # keeps a division by the width of nothing finite
NORMAL_95 = 1.959963984540054  # half-width of a 95 % interval in standard deviations

# The parameters that each distribution needs; ``mode`` may be spelt ``value``.
PARAMETERS: dict[str, tuple[str, ...]] = {
    "normal": ("value", "sd"),
    "lognormal": ("value", "gsd"),
    "triangular": ("low", "mode", "high"),
    "uniform": ("low", "high"),
    "beta": ("value", "sd"),
    "discrete": ("values", "weights"),
}
DISTRIBUTIONS = tuple(PARAMETERS)


def quantile(kind: str, parameters: Parameters, uniform: Array) -> Array:
    """Return the quantiles of ``uniform``, shape broadcast(parameters[..., None], uniform)."""
    shaped = {name: np.asarray(value)[..., None] for name, value in parameters.items()}
    if kind == "discrete":
        return _discrete(parameters, uniform)
    with np.errstate(over="ignore", invalid="ignore"):  # what is not finite becomes a finding
        return _QUANTILES[kind](shaped, uniform)


def central(kind: str, parameters: Parameters) -> Array:
    """Return the central value: mode, else value, else the median (design: central value)."""
    if "mode" in parameters:
        return np.asarray(parameters["mode"])
    if "value" in parameters:
        return np.asarray(parameters["value"])
    return quantile(kind, parameters, np.array([0.5]))[..., 0]


def moments(kind: str, parameters: Parameters) -> tuple[Array, Array]:
    """Return mean and standard deviation, in the closed forms of the distributions."""
    with np.errstate(over="ignore", invalid="ignore"):  # what is not finite is not trusted
        mean, sd = _MOMENTS[kind](parameters)
    return np.asarray(mean), np.asarray(sd)


def skewness(kind: str, parameters: Parameters) -> Array:
    """Return the third standardised moment, in the closed forms of the distributions."""
    with np.errstate(all="ignore"):
        return np.nan_to_num(np.asarray(_SKEWNESS[kind](parameters)), posinf=0.0, neginf=0.0)


def skewed(skew: float, normal: Array) -> Array:
    """Return a variable of mean 0, variance 1 and a skewness, of a standard normal one.

    A shifted lognormal: (w + 2) sqrt(w - 1) = |skew|, w = exp(sigma^2), solved for w.
    """
    if abs(skew) < EDGE:
        return normal
    sign, square = np.sign(skew), skew**2
    root = np.cbrt(1 + square / 2 + abs(skew) * np.sqrt(1 + square / 4))
    w = root + 1 / root - 1
    bent = np.exp(np.sqrt(np.log(w)) * sign * normal)
    return np.asarray(sign * (bent - np.sqrt(w)) / np.sqrt(w * (w - 1)))


def faults(kind: str, parameters: Parameters) -> list[str]:
    """Return the names of the conditions that the parameters break (message variants)."""
    return [name for name, broken in violations(kind, parameters).items() if np.any(broken)]


def violations(kind: str, parameters: Parameters) -> dict[str, Mask]:
    """Return where the parameters break each condition, one truth value per set of parameters."""
    found = {name: broken(parameters) for name, broken in _CONDITIONS[kind].items()}
    return {name: np.asarray(broken, dtype=bool) for name, broken in found.items()}


def widen(
    kind: str, parameters: Parameters, log_variance: float, *, share: bool = False
) -> tuple[str, dict[str, Array]]:
    """Return a distribution with the variance that data quality adds; its centre stays.

    Parameters
    ----------
    log_variance : float
        Additional variance of ln(x) (ecoinvent data quality guideline 3, table 10.5). For
        distributions that are not lognormal it is taken as a relative variance.
    share : bool
        Whether the quantity is a share or efficiency, which stays between 0 and 1: a value gets
        a beta distribution whose spread is relative to the nearer end.

    Raises
    ------
    ValueError
        A discrete distribution, or a lognormal about zero, cannot be widened.
    """
    given = {name: np.asarray(value, dtype=np.float64) for name, value in parameters.items()}
    with np.errstate(over="ignore", invalid="ignore"):
        if kind == "" and share:
            nearer = np.minimum(given["value"], 1 - given["value"])
            return "beta", {**given, "sd": np.sqrt(log_variance) * nearer}
        if kind in ("triangular", "uniform") and np.all(given["low"] == given["high"]):
            return widen("", {"value": central(kind, given)}, log_variance, share=share)
        if kind in ("triangular", "uniform"):
            return kind, _stretched(kind, given, log_variance, share=share)
        return _widened(kind, given, log_variance)


def _widened(
    kind: str, given: dict[str, Array], log_variance: float
) -> tuple[str, dict[str, Array]]:
    if kind == "" and np.all(given["value"] > 0):
        spread = np.full_like(given["value"], np.exp(np.sqrt(log_variance)))
        return "lognormal", {**given, "gsd": spread}
    if kind == "lognormal":
        variance = np.log(given["gsd"]) ** 2 + log_variance
        return kind, {**given, "gsd": np.exp(np.sqrt(variance))}
    if kind in ("normal", "beta"):
        variance = given["sd"] ** 2 + log_variance * given["value"] ** 2
        return kind, {**given, "sd": np.sqrt(variance)}
    raise ValueError(f"{kind or 'value'} cannot be widened")


def _stretched(
    kind: str, given: dict[str, Array], log_variance: float, *, share: bool
) -> dict[str, Array]:
    """Return a bounded distribution stretched about its centre to the wanted variance.

    A share is stretched until it meets 0 or 1: cutting it there would move its centre.
    """
    low, high, centre = given["low"], given["high"], central(kind, given)
    variance = moments(kind, {"mode": centre, **given})[1] ** 2
    added = log_variance * centre**2
    ratio = np.sqrt((variance + added) / np.where(variance > 0, variance, 1.0))
    if share:
        above, below = np.maximum(high - centre, EDGE), np.maximum(centre - low, EDGE)
        ratio = np.minimum(ratio, np.minimum((1 - centre) / above, centre / below))
    return {
        **given,
        "low": centre - (centre - low) * ratio,
        "high": centre + (high - centre) * ratio,
    }


def _normal(p: Parameters, u: Array) -> Array:
    return np.asarray(p["value"] + p["sd"] * _standard_normal(u))


def _lognormal(p: Parameters, u: Array) -> Array:
    return np.asarray(p["value"] * np.exp(np.log(p["gsd"]) * _standard_normal(u)))


def _triangular(p: Parameters, u: Array) -> Array:
    """Return low + sqrt(min(u, c) w (mode - low)) + (high - mode) less its mirror image.

    Beyond the mode the first root is mode - low, before it the second is high - mode. No choice
    between the sides, and in place: a library draws billions.
    """
    low, mode, high = p["low"], p["mode"], p["high"]
    width = high - low
    peak = (mode - low) / np.where(width > 0, width, 1.0)
    below = np.minimum(u, peak)
    below *= width * (mode - low)
    np.sqrt(below, out=below)
    above = np.minimum(1 - u, 1 - peak)
    above *= width * (high - mode)
    np.sqrt(above, out=above)
    below -= above
    below += low + (high - mode)
    return np.asarray(below)


def _uniform(p: Parameters, u: Array) -> Array:
    return np.asarray(p["low"] + (p["high"] - p["low"]) * u)


def _lognormal_moments(p: Parameters) -> tuple[Array, Array]:
    variance = np.log(p["gsd"]) ** 2
    mean = p["value"] * np.exp(variance / 2)
    return mean, mean * np.sqrt(np.expm1(variance))


def _triangular_moments(p: Parameters) -> tuple[Array, Array]:
    low, mode, high = p["low"], p["mode"], p["high"]
    variance = ((high - low) ** 2 - (mode - low) * (high - mode)) / 18
    return (low + mode + high) / 3, np.sqrt(variance)


def _discrete_moments(p: Parameters) -> tuple[Array, Array]:
    weights = p["weights"] / np.sum(p["weights"], axis=-1, keepdims=True)
    mean = np.sum(weights * p["values"], axis=-1)
    return mean, np.sqrt(np.sum(weights * (p["values"] - mean[..., None]) ** 2, axis=-1))


def _lognormal_skewness(p: Parameters) -> Array:
    w = np.exp(np.log(p["gsd"]) ** 2)
    return np.asarray((w + 2) * np.sqrt(w - 1))


def _triangular_skewness(p: Parameters) -> Array:
    low, mode, high = p["low"], p["mode"], p["high"]
    sd = _triangular_moments(p)[1]
    cube = (low + high - 2 * mode) * (2 * low - high - mode) * (low - 2 * high + mode) / 270
    return np.asarray(np.where(sd > 0, cube / sd**3, 0.0))


def _beta_skewness(p: Parameters) -> Array:
    mean, sd = p["value"], p["sd"]
    count = mean * (1 - mean) / sd**2 - 1
    return np.asarray(2 * (1 - 2 * mean) / sd / (count + 2))


def _discrete_skewness(p: Parameters) -> Array:
    mean, sd = _discrete_moments(p)
    weights = p["weights"] / np.sum(p["weights"], axis=-1, keepdims=True)
    cube = np.sum(weights * (p["values"] - mean[..., None]) ** 3, axis=-1)
    return np.asarray(np.where(sd > 0, cube / sd**3, 0.0))


def _beta(p: Parameters, u: Array) -> Array:
    from scipy.special import betaincinv

    mean, sd = p["value"], p["sd"]
    concentration = mean * (1 - mean) / sd**2 - 1
    return np.asarray(betaincinv(mean * concentration, (1 - mean) * concentration, u))


def _discrete(p: Parameters, u: Array) -> Array:
    """Pick values by weight; both have shape (..., choice)."""
    values, weights = np.asarray(p["values"]), np.asarray(p["weights"])
    edges = np.cumsum(weights, axis=-1) / np.sum(weights, axis=-1, keepdims=True)
    index = np.sum(u[..., :, None] > edges[..., None, :-1], axis=-1)
    choices = np.broadcast_to(values, (*index.shape[:-1], values.shape[-1]))
    return np.asarray(np.take_along_axis(choices, index, axis=-1))


def _standard_normal(u: Array) -> Array:
    from scipy.special import ndtri

    return np.asarray(ndtri(u))


_QUANTILES: dict[str, Callable[..., "Array"]] = {
    "normal": _normal,
    "lognormal": _lognormal,
    "triangular": _triangular,
    "uniform": _uniform,
    "beta": _beta,
}

_MOMENTS: dict[str, Callable[[Parameters], tuple[Array, Array]]] = {
    "normal": lambda p: (p["value"], p["sd"]),
    "lognormal": _lognormal_moments,
    "triangular": _triangular_moments,
    "uniform": lambda p: ((p["low"] + p["high"]) / 2, (p["high"] - p["low"]) / np.sqrt(12)),
    "beta": lambda p: (p["value"], p["sd"]),
    "discrete": _discrete_moments,
}

_SKEWNESS: dict[str, Callable[[Parameters], Array]] = {
    "normal": lambda p: np.zeros_like(p["sd"]),
    "lognormal": _lognormal_skewness,
    "triangular": _triangular_skewness,
    "uniform": lambda p: np.zeros_like(p["low"]),
    "beta": _beta_skewness,
    "discrete": _discrete_skewness,
}

_CONDITIONS: dict[str, dict[str, Callable[..., Any]]] = {
    "normal": {"sd_negative": lambda p: p["sd"] < 0},
    "lognormal": {
        "gsd_below_one": lambda p: p["gsd"] < 1,
        "not_positive": lambda p: p["value"] <= 0,
    },
    "triangular": {
        "low_above_high": lambda p: p["low"] > p["high"],
        "mode_outside": lambda p: (p["mode"] < p["low"]) | (p["mode"] > p["high"]),
    },
    "uniform": {
        "low_above_high": lambda p: p["low"] > p["high"],
        "mode_outside": lambda p: (
            (p["value"] < p["low"]) | (p["value"] > p["high"]) if "value" in p else False
        ),
    },
    "beta": {
        "share_outside": lambda p: (p["value"] <= 0) | (p["value"] >= 1),
        "sd_negative": lambda p: p["sd"] <= 0,
        "sd_too_large": lambda p: p["sd"] ** 2 >= p["value"] * (1 - p["value"]),
    },
    "discrete": {
        "weights": lambda p: bool(
            np.any(p["weights"] < 0)
            or p["weights"].shape != p["values"].shape
            or np.any(np.sum(p["weights"], axis=-1) <= 0)
        ),
        "mode_outside": lambda p: bool(
            "value" in p
            and np.any(
                (p["value"] < np.min(p["values"], axis=-1))
                | (p["value"] > np.max(p["values"], axis=-1))
            )
        ),
    },
}
