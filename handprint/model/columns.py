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
from handprint.model.parameters import Given, read_parameters
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
    kind, parameters = _distribution(specs)
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


def _distribution(specs: "Sequence[tuple[Distributed, Unit]]") -> tuple[str, dict[str, Array]]:
    """Return the distribution of a quantity and its parameters, one entry per year."""
    own, unreadable = _given(specs)
    names = [spec.distribution or "" for spec, _ in specs]
    found = read_parameters(own, np.array(names) if any(names) else None)
    refused = _refused(found, specs)
    if unreadable is not None and (refused is None or refused.code != "HP-N08"):
        raise unreadable
    if refused is not None:
        raise refused
    certain = np.ones(len(specs), dtype=bool)
    for part in found.uncertain:
        certain[part.rows] = False
    if np.any(certain & np.isnan(found.central)):
        raise CodedError("HP-N01")
    kinds = sorted(({"-"} if certain.any() else set()) | {part.kind for part in found.uncertain})
    if len(kinds) > 1:
        raise CodedError("HP-N04", kinds=", ".join(kinds))
    if not found.uncertain:
        return "", {"value": found.central}
    return found.uncertain[0].kind, dict(found.uncertain[0].parameters)


def _refused(found: Given, specs: "Sequence[tuple[Distributed, Unit]]") -> CodedError | None:
    """Return why a case's parameters cannot be read: all that is idle, or missing, at once."""
    if not found.faults:
        return None
    first = found.faults[0]
    params = dict(first.params)
    if first.variant == "centre":  # as written, not in canonical units
        spec, _ = specs[int(np.argmax(first.mask))]
        params = {"value": spec.value or 0.0, "mode": spec.mode or 0.0}
    for name in ("idle", "missing"):
        if name in params:
            like = [
                f.params for f in found.faults if (f.code, f.variant) == (first.code, first.variant)
            ]
            params[name] = ", ".join(str(p[name]) for p in like)
    return CodedError(first.code, first.variant, **params)


def _given(
    specs: "Sequence[tuple[Distributed, Unit]]",
) -> tuple[dict[str, Array], CodedError | None]:
    """Return what a case gives as columns in canonical units, and what of it cannot be read."""
    own: dict[str, Array] = {}
    for name in ("value", "low", "mode", "high", "sd", "gsd"):
        stated = [(getattr(spec, name), 1.0 if name == "gsd" else u.scale) for spec, u in specs]
        if any(number is not None for number, _ in stated):
            own[name] = np.array([np.nan if n is None else float(n) * s for n, s in stated])
    unreadable = None
    if any(spec.plus_minus is not None for spec, _ in specs):
        own["plus_minus"] = np.full(len(specs), np.nan)
        for i, (spec, unit) in enumerate(specs):
            try:
                own["plus_minus"][i] = _standard_deviation(spec, unit) * unit.scale
            except CodedError as problem:
                own["plus_minus"][i], unreadable = 0.0, unreadable or problem
    width = max(len(numbers or []) for spec, _ in specs for numbers in (spec.values, spec.weights))
    for name in ("values", "weights") if width else ():
        own[name] = np.full((len(specs), width), np.nan)
        for i, (spec, unit) in enumerate(specs):
            scale = unit.scale if name == "values" else 1.0
            stated = [number * scale for number in getattr(spec, name) or ()]
            own[name][i, : len(stated)] = stated
    if any(spec.values == [] for spec, _ in specs):
        unreadable = unreadable or CodedError("HP-N02", "weights", distribution="discrete")
    return own or {"value": np.full(len(specs), np.nan)}, unreadable


def _standard_deviation(spec: Distributed, unit: Unit) -> float:
    """Return the standard deviation behind ``plus_minus``, a 95 % half-width; NaN without."""
    if spec.plus_minus is None:
        return np.nan
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
