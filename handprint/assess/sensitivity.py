"""What moves a result: one input at a time, Sobol indices, and where NER changes sign."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from handprint.core.arrays import Array
from handprint.model.columns import Column, Identity, central_columns
from handprint.model.effects import effects_of
from handprint.model.structure import Model

__all__ = [
    "BreakEven",
    "SobolIndex",
    "Swing",
    "break_even_values",
    "sobol",
    "sobol_shares",
    "tornado",
]

LOW, HIGH = 0.05, 0.95
SEARCH = np.concatenate([np.linspace(0.0, 2.0, 81), np.geomspace(2.0, 100.0, 41)[1:]])
REFINEMENTS = 4
EDGE = 1e-12  # quantile functions are infinite at 0 and 1


@dataclass(frozen=True, slots=True)
class Swing:
    """NER with one quantity at its P5 and P95, all others central [t CO2e]."""

    keys: tuple[str, ...]
    low_value: float
    high_value: float
    ner_low: float
    ner_high: float

    @property
    def width(self) -> float:
        """Size of the swing [t CO2e]."""
        return abs(self.ner_high - self.ner_low)


@dataclass(frozen=True, slots=True)
class BreakEven:
    """The value of one quantity at which NER is zero, all others central.

    Parameters
    ----------
    multiplier : float or None
        Of the central value; None: NER keeps its sign from zero to a hundredfold, or would change
        it only where a share is above one.
    """

    key: str
    central: float
    multiplier: float | None


@dataclass(frozen=True, slots=True)
class SobolIndex:
    """Share of the variance of NER: of a quantity alone, and with its interactions."""

    keys: tuple[str, ...]
    first_order: float
    total: float


def tornado(model: Model) -> list[Swing]:
    """Return the swings of all uncertain quantities, the widest first."""
    groups = _groups(model)
    if not groups:
        return []
    width = 2 * len(groups)
    columns = {
        key: np.repeat(value, width, axis=2)
        for key, value in central_columns(model.columns).items()
    }
    bounds = np.array([LOW, HIGH])
    for i, keys in enumerate(groups):
        for key in keys:
            columns[key][:, :, 2 * i : 2 * i + 2] = model.columns[key].at(bounds)
    ner = np.broadcast_to(_ner(model, columns), (width,))
    swings = []
    for i, keys in enumerate(groups):
        values = columns[keys[0]][0].mean(axis=0)
        low, high = float(values[2 * i]), float(values[2 * i + 1])
        swings.append(Swing(keys, low, high, float(ner[2 * i]), float(ner[2 * i + 1])))
    return sorted(swings, key=lambda swing: -swing.width)


def break_even_values(model: Model) -> list[BreakEven]:
    """Return for every quantity the value at which NER changes its sign, nearest first."""
    found = [_break_even(model, key, column) for key, column in model.columns.items()]
    return sorted(found, key=_distance)


def sobol(model: Model, *, seed: int, points: int = 1024) -> list[SobolIndex]:
    """Return first-order and total Sobol indices of NER (``scipy.stats.sobol_indices``).

    Parameters
    ----------
    points : int
        A power of two; the model is evaluated ``points`` times (quantities + 2).

    Notes
    -----
    Quantities that share their draws are one; declared correlations are left out, because the
    indices are defined for independent quantities.
    """
    groups = _groups(model)
    if not groups:
        return []

    def ner(uniforms: Array) -> Array:
        columns = central_columns(model.columns)
        for row, keys in zip(uniforms, groups, strict=True):
            for key in keys:
                columns[key] = model.columns[key].at(row)
        return np.array(np.broadcast_to(_ner(model, columns), (uniforms.shape[1],)))

    first_order, total_order = sobol_shares(ner, len(groups), seed=seed, points=points)
    indices = [
        SobolIndex(keys, float(first), float(total))
        for keys, first, total in zip(groups, first_order, total_order, strict=True)
    ]
    return sorted(indices, key=lambda index: -index.total)


def sobol_shares(
    function: Callable[[Array], Array], quantities: int, *, seed: int, points: int
) -> tuple[Array, Array]:
    """Return first-order and total Sobol indices of a function of independent uniforms.

    Parameters
    ----------
    function : callable
        Takes uniforms of shape (quantity, n) in the open unit cube, returns n values.
    """
    from scipy.stats import sobol_indices, uniform

    def inside(points_in_cube: Array) -> Array:
        return function(np.clip(points_in_cube, EDGE, 1 - EDGE))

    generator = np.random.default_rng(seed)
    if quantities == 1:  # scipy 1.17 fails; all variance is that of the one
        varies = np.ptp(inside(generator.random((1, points)))) > 0
        return np.array([float(varies)]), np.array([float(varies)])
    dists = [uniform()] * quantities
    result = sobol_indices(func=inside, n=points, dists=dists, rng=generator)
    return np.asarray(result.first_order), np.asarray(result.total_order)


def _groups(model: Model) -> list[tuple[str, ...]]:
    """Return the uncertain columns, those that share their draws together."""
    groups: dict[Identity, list[str]] = {}
    for key, column in model.columns.items():
        if column.uncertain:
            groups.setdefault(column.identity, []).append(key)
    return [tuple(keys) for keys in groups.values()]


def _ner(model: Model, columns: Mapping[str, Array]) -> Array:
    """Return NER for prepared columns, shape (draw,)."""
    return np.asarray(effects_of(model, columns).ner[0])


def _break_even(model: Model, key: str, column: Column) -> BreakEven:
    columns = central_columns(model.columns)
    middle = columns[key]
    central = float(middle.mean())

    def ner(multipliers: Array) -> Array:
        varied = {**columns, key: middle * multipliers}
        return np.broadcast_to(_ner(model, varied), multipliers.shape)

    bracket = _sign_change(SEARCH, ner(SEARCH))
    for _ in range(REFINEMENTS):
        if bracket is None:
            break
        grid = np.linspace(*bracket, 65)
        bracket = _sign_change(grid, ner(grid)) or bracket
    multiplier = None if bracket is None else sum(bracket) / 2
    if multiplier is not None and not _is_possible(model, {**columns, key: middle * multiplier}):
        multiplier = None
    return BreakEven(key, central, multiplier)


def _is_possible(model: Model, columns: Mapping[str, Array]) -> bool:
    """Whether no share of a line lies outside 0..1."""
    shares = [
        line.share.evaluate({n: columns[k] for n, k in line.names.items() if k in columns})
        for line in model.lines
        if line.share is not None
    ]
    return all(np.all((share >= 0) & (share <= 1)) for share in shares)


def _sign_change(grid: Array, values: Array) -> tuple[float, float] | None:
    """Return the interval nearest to one in which the values change their sign."""
    with np.errstate(invalid="ignore"):
        finite = np.isfinite(values[:-1]) & np.isfinite(values[1:])
        changes = np.flatnonzero(finite & (np.sign(values[:-1]) != np.sign(values[1:])))
    if changes.size and changes[0] == 0 and grid[0] == values[0] == 0:
        changes = changes[1:]  # without any of it there is neither gain nor loss
    if changes.size == 0:
        return None
    nearest = min(changes, key=lambda i: abs((grid[i] + grid[i + 1]) / 2 - 1))
    return float(grid[nearest]), float(grid[nearest + 1])


def _distance(found: BreakEven) -> float:
    return float("inf") if found.multiplier is None else abs(found.multiplier - 1)
