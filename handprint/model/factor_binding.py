"""Factors of a case's lines: chosen from the library or read from the case, as columns."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from handprint.case.answers import told
from handprint.case.schema import Case, FactorSpec, LineSpec
from handprint.core.distributions import NORMAL_95
from handprint.core.errors import CodedError, Finding, Param, Severity
from handprint.factors import regions
from handprint.factors.bridge import Bridge, bridge
from handprint.factors.factor import NOT_STATED
from handprint.factors.gwp import gwp100
from handprint.factors.paths import FactorPath, read_path
from handprint.factors.pedigree import spread, worsened
from handprint.factors.plausible import implausible
from handprint.factors.resolve import LATEST, Fallback, Resolution, resolve
from handprint.model.columns import Column, Identity, column
from handprint.model.inputs import added_variance
from handprint.model.structure import BoundFactor, Component, FactorRequest, FactorSource
from handprint.units.unit import TIME, Unit, gas_of, parse_unit

if TYPE_CHECKING:
    from handprint.factors.factor import Factor, Library
    from handprint.units.unit import Dimension

__all__ = ["FactorBook", "series_of", "unit_of_activity"]

UNKNOWN_QUALITY = "55555"

# What a line says of its electricity -> the series that replaces the default one.
ELECTRICITY_SERIES = {
    "average": "electricity.grid",
    "market": "electricity.residual",
    "marginal": "electricity.operating_margin",
}


@dataclass
class FactorBook:
    """All factors of one case; equal choices share one entry and so one column.

    Parameters
    ----------
    years : tuple of int
        Calendar years of the period.
    columns : dict
        Filled with one column per factor and gas.
    """

    case: Case
    library: "Library"
    years: tuple[int, ...]
    columns: dict[str, Column]
    _told: list[Finding] = field(default_factory=list)
    _latest: dict[tuple[object, ...], tuple[str, Fallback]] = field(default_factory=dict)
    _entries: dict[tuple[object, ...], BoundFactor] = field(default_factory=dict)

    @property
    def entries(self) -> tuple[BoundFactor, ...]:
        """The factors in order of first use."""
        return tuple(self._entries.values())

    @property
    def findings(self) -> list[Finding]:
        """What is to be said of the factors; a latest value is told once, not for every line."""
        return [*self._told, *(found.finding(place) for place, found in self._latest.values())]

    def bind(self, request: FactorRequest, case_region: str) -> BoundFactor:
        """Return the factor of a line in a region, for the years in which the line is active.

        Parameters
        ----------
        case_region : str
            For a line that names no region of its own.

        Raises
        ------
        CodedError
            The factor cannot be found or read; HP-F02: the region is not known.
        """
        region = request.region or case_region
        if not regions.known(region):
            raise CodedError("HP-F02", region=region, near=regions.nearest(region))
        bound = self._bound(request, region)
        return _with_gas(bound, request.spec.gas, self.case.assessment.gwp)

    def _bound(self, request: FactorRequest, region: str) -> BoundFactor:
        line, quantity, place = request.spec, request.quantity, request.place
        choice = line.factor
        assert choice is not None  # noqa: S101 (callers ask for lines that have one)
        if choice.inline is not None:
            spec = choice.inline
            key: tuple[object, ...] = ("inline", spec.model_dump_json())
            bound = self._entry(key, lambda name: self._inline(name, spec, region))
            unit, value = parse_unit(spec.unit), bound.components[0].value
            self._told.extend(implausible(value, unit, place=place, name=line.id))
            return bound
        factor_id = series_of(str(choice.id), line)
        years = (
            tuple(y for y, on in zip(self.years, request.active, strict=True) if on)
            or self.years[:1]
        )
        path = self._path(factor_id, str(choice.id))
        bases = self.library.bases(factor_id)
        per = next((d for d in (quantity, quantity * TIME) if d in bases), quantity)
        resolution = resolve(
            self.library, factor_id, region=region, years=years, per=per, path=path
        )
        self._note(resolution, place)
        way = self._way(resolution.factors[0][0], quantity, region)
        if way.steps:
            params: dict[str, Param] = {"steps": str(way)}
            self._told.append(Finding("HP-F07", Severity.NOTE, place, params))
        rows = dict.fromkeys(row.key for group in resolution.factors for row in group)
        key = ("library", years, resolution.region, str(way), *rows)
        return self._entry(key, lambda name: self._from_library(name, resolution, way))

    def _note(self, resolution: Resolution, place: str) -> None:
        """Note the fallbacks of a line; lines with the same latest value join their years."""
        for fallback in resolution.fallbacks:
            if fallback.code != LATEST:
                self._told.append(fallback.finding(place))
                continue
            key = (fallback.params["id"], fallback.params["region"])
            first, known = self._latest.get(key, (place, fallback))
            self._latest[key] = (first, known.joined(fallback))

    def _way(self, row: "Factor", quantity: "Dimension", region: str) -> Bridge:
        """Return the conversion from the quantity to what the factor is per; mostly none.

        The quantity may be an amount or a rate. Where no conversion is known there is none, and
        the line's own finding tells which units do not meet.
        """
        wanted = (quantity, quantity * TIME)
        if row.per in wanted or row.gas is None or not row.id.startswith("fuel."):
            return Bridge(())
        trouble: list[CodedError] = []
        for have in wanted:
            try:
                return bridge(self.library, row.id, have, row.per, region=region)
            except CodedError as problem:
                trouble.append(problem)
        raise trouble[0]

    def _entry(self, key: tuple[object, ...], make: "object") -> BoundFactor:
        if key not in self._entries:
            self._entries[key] = make(f"f{len(self._entries) + 1}")  # type: ignore[operator]
        return self._entries[key]

    def _path(self, *ids: str) -> FactorPath | None:
        """Return the declared path of the first id that has one: the series, then as written."""
        raw = next((r for i in ids if (r := self.case.factor_paths.get(i)) is not None), None)
        return None if raw is None else read_path(raw)

    def _from_library(self, name: str, resolution: Resolution, way: Bridge) -> BoundFactor:
        groups = [sorted(group, key=_gas_order) for group in resolution.factors]
        components = []
        for index, head in enumerate(groups[0]):
            gas = head.gas or ""
            key = f"{name}.{gas or 'value'}"
            rows = [group[index] for group in groups]
            years = self._spread(resolution, rows)
            scores = [
                _scores(row, year, resolution) for row, year in zip(years, self.years, strict=True)
            ]
            self.columns[key] = _library_column(key, years, scores, way.multiplier)
            gwp = _potential(gas, self.case.assessment.gwp)
            components.append(Component(gas, key, gwp, head.unit.text, head.value))
        head = groups[0][0]
        values = tuple(
            (year, group[0].value, group[0].year)
            for year, group in zip(resolution.asked_years, groups, strict=True)
        )
        source = _library_source(head, resolution, way)
        dimension = head.unit.dimension
        for step in way.steps:
            own = step.factor.unit.dimension
            dimension = dimension / own if step.inverse else dimension * own
        return BoundFactor(
            name, dimension, tuple(components), head.unit.text, values, source, resolution
        )

    def _spread(self, resolution: Resolution, rows: "Sequence[Factor]") -> list["Factor"]:
        """Return the row for every year of the period: years without a factor of their own take
        the nearest asked year (their lines are not active then and weigh nothing).
        """
        asked = list(resolution.asked_years)
        return [rows[min(range(len(asked)), key=lambda i: abs(asked[i] - y))] for y in self.years]

    def _inline(self, name: str, spec: FactorSpec, region: str) -> BoundFactor:
        unit = parse_unit(spec.unit)
        gas = gas_of(unit.dimension) or ""
        key = f"{name}.{gas or 'value'}"
        identity = _inline_identity(self.case.id, spec)
        self.columns[key] = column(
            key, identity, [(spec, unit)], role="factor", log_variance=added_variance(spec)
        )
        central = float(self.columns[key].central()[0, 0, 0]) / unit.scale
        gwp = _potential(gas, self.case.assessment.gwp)
        component = Component(gas, key, gwp, unit.text, central)
        values = tuple((year, central, spec.year or year) for year in self.years)
        source = _inline_source(spec, region, gas)
        return BoundFactor(name, unit.dimension, (component,), unit.text, values, source)


def series_of(factor_id: str, line: LineSpec) -> str:
    """Return the id whose values a line takes: what it says of its electricity counts."""
    if line.electricity is None or factor_id != ELECTRICITY_SERIES["average"]:
        return factor_id
    return ELECTRICITY_SERIES[line.electricity]


def _with_gas(factor: BoundFactor, gas: str | None, assessment: str) -> BoundFactor:
    """Apply the gas that a line names to a factor that names none (a leak rate)."""
    if gas is None or any(c.gas for c in factor.components):
        return factor
    components = tuple(replace(c, gas=gas, gwp=gwp100(gas, assessment)) for c in factor.components)
    return replace(factor, components=components)


def _gas_order(row: "Factor") -> int:
    """Carbon dioxide speaks for a factor of several gases: it comes first."""
    return ("CO2", "CO2e").index(row.gas) if row.gas in ("CO2", "CO2e") else 2


def _potential(gas: str, assessment: str) -> float:
    return gwp100(gas, assessment) if gas else 1.0


def _library_column(
    key: str, years: "Sequence[Factor]", scores: Sequence[str], multiplier: float
) -> Column:
    """Return the column of one gas, a value per year of the period.

    A factor whose source states no uncertainty takes the default of its category and data
    quality; the report marks it as a default.
    """
    head = years[0]
    kinds = {spread(row).distribution for row in years}
    if len(kinds) > 1:
        raise CodedError("HP-N04", kinds=", ".join(sorted(kinds)))
    kind = kinds.pop()
    rows = [_parameters(row, own, multiplier) for row, own in zip(years, scores, strict=True)]
    arrays = {name: np.array([row[name] for row in rows]) for name in rows[0]}
    if kind == "lognormal" and np.all(arrays["gsd"] == 1.0):
        kind, arrays = "", {"value": arrays["value"]}
    if all(np.all(values == values[0]) for values in arrays.values()):
        arrays = {name: values[:1] for name, values in arrays.items()}
    return Column(key, Identity("factor", *head.series), kind, arrays, "factor")


def _scores(row: "Factor", year: int, resolution: Resolution) -> str:
    """Return the data-quality scores of a row as it is used: away from its year and region."""
    chain = regions.chain(resolution.asked_region)
    steps = chain.index(resolution.region) if resolution.region in chain else len(chain)
    dated = row.year != NOT_STATED and row.status != "path"
    away = abs(year - row.year) if dated else 0
    return worsened(row.dq or UNKNOWN_QUALITY, years_off=away, region_steps=steps)


def _parameters(row: "Factor", scores: str, multiplier: float) -> dict[str, float]:
    """Return the distribution parameters of a row in canonical units, conversion included."""
    scale = row.unit.scale * multiplier
    found = spread(row, scores=scores)
    stated = dict(found.parameters)
    if found.distribution == "uniform":
        stated["value"] = row.value
    return {name: value * (1.0 if name == "gsd" else scale) for name, value in stated.items()}


def _inline_identity(case_id: str, spec: FactorSpec) -> Identity:
    """An inline factor is the same quantity wherever the case repeats its content."""
    content = spec.model_dump_json(exclude={"pedigree", "basic_variance"})
    digest = hashlib.sha256(content.encode()).hexdigest()
    return Identity("case", case_id, f"factor/{digest[:16]}")


def _library_source(head: "Factor", resolution: Resolution, way: Bridge) -> FactorSource:
    source = head.source
    return FactorSource(
        id=head.id,
        name=dict(head.name),
        gas=head.gas or "",
        gwp=head.gwp,
        region=resolution.region,
        asked_region=resolution.asked_region,
        scope=head.scope,
        accounting=head.accounting,
        source=dict(source.title),
        reference=head.reference,
        licence=source.licence,
        attribution=source.attribution,
        url=source.url,
        status="own" if head.own else ("path" if head.status == "path" else "library"),
        checked=head.status,
        note=head.note,
        fallback=bool(resolution.fallbacks),
        distribution=head.distribution,
        uncertainty=_uncertainty(head),
        uncertainty_default=spread(head).default,
        stated=all(
            told(row.reference) or row.status != "path"
            for group in resolution.factors
            for row in group
        ),
        bridge=str(way),
    )


def _inline_source(spec: FactorSpec, region: str, gas: str) -> FactorSource:
    return FactorSource(
        id="inline",
        name=spec.name or {},
        gas=gas,
        gwp=spec.gwp or "",
        region=spec.region or region,
        asked_region=region,
        scope=spec.scope or "",
        accounting="",
        source=spec.source or {},
        reference=spec.reference or "",
        licence=spec.licence or "",
        attribution="",
        url=spec.url or "",
        status="inline",
        checked=spec.status,
        note="",
        fallback=False,
        distribution=spec.distribution or "",
        uncertainty="",
        uncertainty_default=None,
        stated=told(spec.source) and spec.year is not None,
    )


def _uncertainty(row: "Factor") -> str:
    """Return the spread of a row for printing, in the row's unit."""
    stated = spread(row)
    p = stated.parameters
    if stated.distribution == "normal":
        return f"± {NORMAL_95 * p['sd']:.3g} (95 %)"
    if stated.distribution == "lognormal":
        return f"GSD {p['gsd']:.3g}" if p["gsd"] > 1 else ""
    return f"{p['low']:.4g} – {p['high']:.4g}"


def unit_of_activity(factor: BoundFactor) -> Unit | None:
    """Return the unit to print a factor's activity in: kWh for ``kg CO2/kWh``.

    None where the quantity reaches the factor through a conversion.
    """
    if factor.source.bridge:
        return None
    _, slash, below = factor.unit.partition("/")
    if not slash:
        return None
    inner = below.strip()
    if inner.startswith("(") and inner.endswith(")") and inner.count("(") == 1:
        inner = inner[1:-1]
    else:
        inner = inner.replace("/", "*")
    try:
        return parse_unit(inner)
    except CodedError:
        return None
