"""Columns: the quantities that formulas read, as arrays over (case, year, draw).

A column knows its identity; equal identities share their draws, so what both scenarios use is
drawn once (design: draws).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from handprint.case.schema import Distributed
from handprint.core import distributions
from handprint.core.arrays import Array
from handprint.core.errors import CodedError
from handprint.core.sampling import column_key, uniforms
from handprint.units.amounts import parse_quantity
from handprint.units.unit import DIMENSIONLESS, Unit, UnitError, describe

__all__ = ["Column", "Coupling", "Identity", "Role", "central_columns", "column", "draw_columns"]


Role = Literal["input", "factor", "rebound"]
Owner = Literal["case", "group", "template", "factor"]


@dataclass(frozen=True, slots=True)
class Identity:
    """What the draws of a quantity hang on: equal identities share them (design: draws).

    Parameters
    ----------
    owner : str
        case: an input or a factor that one case states; group: inputs of a case that vary together;
        template: a typical value, in all cases of a scenario; factor: a series of a source.
    of : str
        Id of the case, template or source.
    name : str
        Of the quantity within its owner.
    """

    owner: Owner
    of: str
    name: str

    def __str__(self) -> str:
        return f"{self.owner}:{self.of}/{self.name}"

    @property
    def of_one_case(self) -> bool:
        """Whether every case has a quantity of its own."""
        return self.owner in ("case", "group")

    def in_case(self, case_id: str) -> "Identity":
        """Return the same quantity of another case."""
        return replace(self, of=case_id)


@dataclass(frozen=True, slots=True)
class Column:
    """One quantity of one case.

    Parameters
    ----------
    key : str
        Name under which formulas find it.
    identity : Identity
        Of its draws.
    kind : str
        Distribution, or "" for a certain value.
    parameters : mapping of arrays, shape (year,) or (1,)
        In canonical units. A certain value has ``value`` alone.
    role : str
        What it is to the case: an input, a factor of its lines, or the rebound share.
    site, name : str
        Of an input, as the case gives it; the site is "" where the input is common to all.
    """

    key: str
    identity: Identity
    kind: str
    parameters: Mapping[str, Array]
    role: Role = "input"
    site: str = ""
    name: str = ""

    @property
    def uncertain(self) -> bool:
        """Whether it has a distribution."""
        return bool(self.kind)

    def central(self) -> Array:
        """Return the central values, shape (1, year, 1)."""
        values = (
            distributions.central(self.kind, self.parameters)
            if self.kind
            else self.parameters["value"]
        )
        return np.asarray(values, dtype=np.float64)[None, :, None]

    def at(self, uniform: Array) -> Array:
        """Return the values at quantiles, shape (1, year, draw); (1, year, 1) if certain."""
        if not self.kind:
            return self.central()
        return distributions.quantile(self.kind, self.parameters, uniform)[None, :, :]

    def named(self, key: str) -> "Column":
        """Return the same quantity under another name."""
        return replace(self, key=key)


@dataclass(frozen=True, slots=True)
class Coupling:
    """Quantities that vary together: a Gaussian copula over their columns.

    Parameters
    ----------
    keys : tuple of str
        Column keys.
    factor : array, shape (key, key)
        Lower Cholesky factor of the correlation matrix.
    """

    keys: tuple[str, ...]
    factor: Array

    def uniforms(self, drawn: Mapping[str, Array]) -> dict[str, Array]:
        """Return correlated uniforms made from the independent ones of the same columns."""
        from scipy.special import ndtr, ndtri

        normals = np.stack([ndtri(drawn[key]) for key in self.keys])
        return dict(zip(self.keys, ndtr(self.factor @ normals), strict=True))


def central_columns(columns: Mapping[str, Column]) -> dict[str, Array]:
    """Return the central values of all columns."""
    return {key: column.central() for key, column in columns.items()}


def draw_columns(
    columns: Mapping[str, Column],
    seed: int,
    count: int,
    *,
    start: int = 0,
    couplings: Sequence[Coupling] = (),
) -> dict[str, Array]:
    """Return ``count`` draws of all columns, beginning after the first ``start``."""
    drawn = {
        key: uniforms(column_key(seed, str(column.identity)), count, start=start)
        for key, column in columns.items()
        if column.uncertain
    }
    for coupling in couplings:
        drawn |= coupling.uniforms(drawn)
    return {
        key: column.at(drawn[key]) if key in drawn else column.central()
        for key, column in columns.items()
    }


def column(
    key: str,
    identity: Identity,
    specs: "list[tuple[Distributed, Unit]]",
    *,
    role: Role = "input",
    site: str = "",
    name: str = "",
    log_variance: float = 0.0,
) -> Column:
    """Return the column for what a case says of a quantity, one entry per year (or one for all).

    Parameters
    ----------
    log_variance : float
        What data quality adds to the variance of ln(x).

    Raises
    ------
    CodedError
        HP-N01 no value; HP-N02 the parameters do not make a distribution; HP-N03 parameters
        missing for the named distribution; HP-N04 years with different distributions; HP-N05
        ``plus_minus`` cannot be read; HP-N08 parameters that the distribution does not use;
        HP-N09 data quality cannot widen this distribution.
    """
    read = [_parameters(spec, unit) for spec, unit in specs]
    kinds = {kind for kind, _ in read}
    if len(kinds) > 1:
        raise CodedError("HP-N04", kinds=", ".join(sorted(k or "-" for k in kinds)))
    kind = kinds.pop()
    parameters = _stacked([parameters for _, parameters in read], kind)
    for fault in distributions.faults(kind, parameters) if kind else ():
        raise CodedError("HP-N02", fault, distribution=kind)
    if log_variance > 0:
        share = all(unit.dimension == DIMENSIONLESS for _, unit in specs)
        kind, parameters = _widened(kind, parameters, log_variance, share=share)
    return Column(key, identity, kind, parameters, role, site, name)


def _widened(
    kind: str, parameters: dict[str, Array], log_variance: float, *, share: bool
) -> tuple[str, dict[str, Array]]:
    """Return what data quality makes of a distribution; pure numbers inside 0..1 are shares."""
    inside = [np.all((v > 0) & (v < 1)) for n, v in parameters.items() if n not in ("sd", "gsd")]
    try:
        wider = distributions.widen(kind, parameters, log_variance, share=share and all(inside))
    except ValueError:
        raise CodedError("HP-N09", distribution=kind or "-") from None
    for fault in distributions.faults(*wider):
        raise CodedError("HP-N02", fault, distribution=kind)
    return wider


def _stacked(years: "Sequence[Mapping[str, float | list[float]]]", kind: str) -> dict[str, Array]:
    """Return the parameters of all years as arrays; the years must be described alike."""
    shapes = {tuple((n, np.shape(value)) for n, value in year.items()) for year in years}
    if len(shapes) > 1:
        raise CodedError("HP-N04", kinds=kind or "-")
    return {n: np.array([year[n] for year in years]) for n in years[0]}


def _parameters(spec: Distributed, unit: Unit) -> tuple[str, Mapping[str, float | list[float]]]:
    """Return the distribution of one entry and its parameters in canonical units."""
    kind = spec.distribution or _implied(spec)
    value = spec.mode if spec.value is None else spec.value
    if spec.value is not None and spec.mode is not None and spec.value != spec.mode:
        raise CodedError("HP-N08", "centre", value=spec.value, mode=spec.mode)
    if not kind:
        if value is None:
            raise CodedError("HP-N01")
        if spec.weights is not None:
            raise CodedError("HP-N08", "certain", idle="weights")
        return "", {"value": value * unit.scale}
    _refuse_idle(spec, kind)
    centre = {} if value is None else {"value": value * unit.scale}
    if kind == "discrete":
        values, weights = spec.values or [], spec.weights or [1.0] * len(spec.values or [])
        if len(values) != len(weights) or not values:
            raise CodedError("HP-N02", "weights", distribution=kind)
        return kind, {"values": [v * unit.scale for v in values], "weights": weights, **centre}
    given = {
        "value": value,
        "low": spec.low,
        "mode": value if spec.mode is None else spec.mode,
        "high": spec.high,
        "sd": _standard_deviation(spec, unit),
        "gsd": spec.gsd,
    }
    needed = distributions.PARAMETERS[kind]
    missing = [name for name in needed if given[name] is None]
    if missing:
        raise CodedError("HP-N03", distribution=kind, missing=", ".join(missing))
    scales = {"gsd": 1.0}
    found = {n: float(given[n] or 0.0) * scales.get(n, unit.scale) for n in needed}
    return kind, dict({**centre, **found} if kind == "uniform" else found)


def _refuse_idle(spec: Distributed, kind: str) -> None:
    """Refuse parameters that the distribution does not use: they would have no effect."""
    used = {*distributions.PARAMETERS[kind], "plus_minus" if kind == "normal" else ""}
    shape = ("low", "high", "sd", "gsd", "values", "weights", "plus_minus")
    idle = [name for name in shape if getattr(spec, name) is not None and name not in used]
    if spec.sd is not None and spec.plus_minus is not None:
        idle.append("sd")
    if idle:
        raise CodedError("HP-N08", distribution=kind, idle=", ".join(dict.fromkeys(idle)))


def _implied(spec: Distributed) -> str:
    """Return the distribution that the given parameters stand for."""
    if spec.values is not None:
        return "discrete"
    if spec.gsd is not None:
        return "lognormal"
    if spec.sd is not None or spec.plus_minus is not None:
        return "normal"
    if spec.low is not None and spec.high is not None:
        return "uniform" if spec.mode is None and spec.value is None else "triangular"
    if spec.low is not None or spec.high is not None:
        raise CodedError("HP-N03", distribution="-", missing="low" if spec.low is None else "high")
    return ""


def _standard_deviation(spec: Distributed, unit: Unit) -> float | None:
    """Return ``sd``, or the standard deviation behind ``plus_minus`` (a 95 % half-width)."""
    if spec.plus_minus is None:
        return spec.sd
    value = spec.value if spec.value is not None else spec.mode
    try:
        number, half_unit = parse_quantity(spec.plus_minus)
    except UnitError:
        raise CodedError("HP-N05", found=spec.plus_minus) from None
    if "%" in spec.plus_minus and value is not None:
        return abs(value) * number * half_unit.scale / distributions.NORMAL_95
    if half_unit.dimension != unit.dimension or unit.dimension == DIMENSIONLESS:
        raise CodedError("HP-N05", "dimension", found=describe(half_unit.dimension))
    return number * half_unit.scale / unit.scale / distributions.NORMAL_95
