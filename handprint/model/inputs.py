"""Inputs of a case to columns: one per input, and one per input and site."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from handprint.case.reader import KeyPath, RawCase
from handprint.case.schema import Case, Distributed, InputSpec, YearValue
from handprint.core.errors import CodedError, Finding, Findings, Severity
from handprint.factors.pedigree import pedigree_variance
from handprint.factors.plausible import implausible
from handprint.model.columns import Column, Identity, column
from handprint.units.unit import DIMENSIONLESS, Unit, UnitError, convert, parse_unit

if TYPE_CHECKING:
    from handprint.units.unit import Dimension

__all__ = ["BoundInputs", "bind_inputs", "input_key"]

REBOUND = "rebound.share"
LARGEST_REBOUND = 2.0  # a share, not a percentage: above, ask back
QUALITY = ("pedigree", "basic_variance")
BASIC_VARIANCE = 0.0006  # of ln(x), energy and mass data (Weidema et al. 2013, table 10.3)


@dataclass
class BoundInputs:
    """The inputs of a case, bound.

    Parameters
    ----------
    columns : dict
        Column of every input, by its key (`input_key`), and of the rebound share.
    places : dict
        Site ("" for the case) and name of every input, faulty ones included, by the same keys.
    dimensions, units : dict
        By the same keys.
    yearly : set of str
        Keys of inputs that are given per year.
    used : set of str
        Keys that a formula has asked for.
    """

    columns: dict[str, Column] = field(default_factory=dict)
    places: dict[str, tuple[str, str]] = field(default_factory=dict)
    dimensions: "dict[str, Dimension]" = field(default_factory=dict)
    units: dict[str, Unit] = field(default_factory=dict)
    specs: dict[str, InputSpec] = field(default_factory=dict)
    yearly: set[str] = field(default_factory=set)
    used: set[str] = field(default_factory=set)
    faulty: set[str] = field(default_factory=set)

    def names(self, site: str) -> dict[str, str]:
        """Return what formulas at ``site`` may use: name to column key, the site's own first."""
        common = {name: key for key, (where, name) in self.places.items() if not where}
        own = {name: key for key, (where, name) in self.places.items() if where == site}
        return common | own

    def site_names(self) -> set[str]:
        """Return the names that at least one site gives itself."""
        return {name for site, name in self.places.values() if site}


def input_key(site: str, name: str) -> str:
    """Return the key of an input's column; the common inputs of a case have no site."""
    return f"{site}/{name}" if site else name


def bind_inputs(
    case: Case, raw: RawCase, years: tuple[int, ...], findings: Findings
) -> BoundInputs:
    """Return the columns of all inputs; what cannot be read is a finding and marked faulty."""
    bound = BoundInputs()
    _bind_block(case.inputs, ("inputs",), "", case, raw, years, bound, findings)
    seen: set[str] = set()
    for i, site in enumerate(case.sites):
        path = ("sites", i, "inputs")
        if site.id in seen:
            place = raw.place(("sites", i, "id"))
            findings.add(Finding("HP-L12", Severity.ERROR, place, {"site": site.id}))
            continue
        seen.add(site.id)
        _bind_block(site.inputs, path, site.id, case, raw, years, bound, findings)
    share = case.higher_order.rebound.share
    if share is not None and case.higher_order.rebound.status != "embedded_in_measurement":
        _bind_rebound(share, case, raw, bound, findings)
    return bound


def _bind_block(
    inputs: Mapping[str, InputSpec],
    path: KeyPath,
    site: str,
    case: Case,
    raw: RawCase,
    years: tuple[int, ...],
    bound: BoundInputs,
    findings: Findings,
) -> None:
    for name, spec in inputs.items():
        key = input_key(site, name)
        bound.places[key] = (site, name)
        try:
            unit, entries = _entries(spec, years)
            identity = _identity(case, key, name, spec)
            bound.columns[key] = column(
                key, identity, entries, site=site, name=name, log_variance=added_variance(spec)
            )
        except CodedError as problem:
            where = (*path, name, "unit") if isinstance(problem, UnitError) else (*path, name)
            findings.add(problem.finding(raw.place(where)))
            bound.faulty.add(key)
            continue
        findings.extend(_implausible(bound.columns[key], unit, raw.place((*path, name)), name))
        bound.units[key] = unit
        bound.dimensions[key] = unit.dimension
        bound.specs[key] = spec
        if spec.by_year:
            bound.yearly.add(key)


def _implausible(values: Column, unit: Unit, place: str, name: str) -> list[Finding]:
    """Return a finding for a value outside what is usual for its kind: the thousandfold slip."""
    extremes = {float(v) / unit.scale for v in (values.central().min(), values.central().max())}
    found = [f for v in sorted(extremes) for f in implausible(v, unit, place=place, name=name)]
    return found[:1]


def _entries(
    spec: InputSpec, years: tuple[int, ...]
) -> tuple[Unit, list[tuple[Distributed, Unit]]]:
    """Return the unit of an input and its values: one for all years, or one per year."""
    unit = parse_unit(spec.unit)
    if not spec.by_year:
        return unit, [(spec, unit)]
    wide = {"unit", *QUALITY}  # what holds for all years
    names = YearValue.model_fields.keys() - wide
    idle = sorted(name for name in names if getattr(spec, name) is not None)
    if idle:
        raise CodedError("HP-N08", "by_year", idle=", ".join(idle))
    missing = [year for year in years if year not in spec.by_year]
    if missing:
        shown = ", ".join(map(str, missing[:5]))
        raise CodedError("HP-N06", years=shown)
    entries: list[tuple[Distributed, Unit]] = []
    for year in years:
        entry = spec.by_year[year]
        idle = [name for name in QUALITY if getattr(entry, name) is not None]
        if idle:
            raise CodedError("HP-N08", "year", idle=", ".join(idle))
        own = parse_unit(entry.unit) if entry.unit else unit
        convert(1.0, own, unit)  # another dimension is an error
        entries.append((entry, own))
    return unit, entries


def _identity(case: Case, key: str, name: str, spec: InputSpec) -> Identity:
    """Return what the draws of an input hang on."""
    if spec.group:
        return Identity("group", case.id, spec.group)
    if case.template and spec.status == "default":
        return Identity("template", case.template, name)
    return Identity("case", case.id, key)


def added_variance(spec: Distributed) -> float:
    """Return the variance of ln(x) that pedigree scores and basic uncertainty add.

    A scored value without a distribution has the basic uncertainty of energy and mass data
    (methodology 4.3), unless it names its own.
    """
    if spec.pedigree is None and spec.basic_variance is None:
        return 0.0
    stated = spec.distribution or any(
        part is not None
        for part in (spec.low, spec.sd, spec.gsd, spec.plus_minus, getattr(spec, "by_year", None))
    )
    basic = 0.0 if stated else BASIC_VARIANCE
    if spec.basic_variance is not None:
        basic = spec.basic_variance
    scores = "".join(map(str, spec.pedigree)) if spec.pedigree else ""
    return basic + (pedigree_variance(scores) if scores else 0.0)


def _bind_rebound(
    share: Distributed, case: Case, raw: RawCase, bound: BoundInputs, findings: Findings
) -> None:
    one = Unit("1", 1.0, DIMENSIONLESS)
    try:
        entry = column(
            REBOUND,
            Identity("case", case.id, REBOUND),
            [(share, one)],
            role="rebound",
            log_variance=added_variance(share),
        )
    except CodedError as problem:
        findings.add(problem.finding(raw.place(("higher_order", "rebound", "share"))))
        return
    bound.columns[REBOUND] = entry
    if abs(float(entry.central().flat[0])) > LARGEST_REBOUND:
        params = {"value": float(entry.central().flat[0])}
        place = raw.place(("higher_order", "rebound", "share"))
        findings.add(Finding("HP-N13", Severity.WARNING, place, params))


def unused_inputs(bound: BoundInputs, case: Case, raw: RawCase) -> list[Finding]:
    """Return a finding for every input that no formula uses: it had no effect."""
    found = []
    index = {site.id: i for i, site in enumerate(case.sites)}
    for key in bound.specs:
        if key in bound.used:
            continue
        site, name = bound.places[key]
        if not site and any(bound.places[k][1] == name for k in bound.used):
            continue  # every site overrides the common value
        path = ("sites", index[site], "inputs", name) if site else ("inputs", name)
        found.append(Finding("HP-L02", Severity.WARNING, raw.place(path), {"name": name}))
    return found
