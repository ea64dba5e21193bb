"""From a validated case to a bound model: names resolved, dimensions checked, factors chosen."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from handprint.case.period import SECONDS_PER_YEAR, Calendar, calendar
from handprint.case.reader import KeyPath, RawCase
from handprint.case.schema import Case, LineSpec, Site
from handprint.core.arrays import Array
from handprint.core.errors import CodedError, Finding, Findings, Severity
from handprint.factors.gwp import gwp100
from handprint.model.consistency import unknown_regions, unlike_twins, unused_paths
from handprint.model.couplings import bind_couplings
from handprint.model.factor_binding import FactorBook, unit_of_activity
from handprint.model.goal import emission_level, metric_definitions
from handprint.model.inputs import REBOUND, BoundInputs, bind_inputs, unused_inputs
from handprint.model.ratios import bind_functional_unit, bind_ratio
from handprint.model.structure import (
    BIOGENIC,
    SCENARIOS,
    BoundFactor,
    Component,
    FactorRequest,
    LineKind,
    Model,
    ModelLine,
    Scenario,
)
from handprint.units.formula import Formula, parse_formula
from handprint.units.unit import (
    DIMENSIONLESS,
    GASES,
    MASS,
    TIME,
    describe,
    describe_per_year,
    gas_of,
    parse_unit,
    without,
)

OF_PATHS = ("HP-F04", "HP-F05")  # mended under factor_paths, not at the line

if TYPE_CHECKING:
    from handprint.factors.factor import Library
    from handprint.units.unit import Dimension


__all__ = ["bind"]


def bind(case: Case, raw: RawCase, library: "Library", findings: Findings) -> Model | None:
    """Return the model of a case, or None with findings of severity error."""
    local = Findings()
    model = _bind(case, raw, library, local)
    findings.extend(local)
    return None if local.has(Severity.ERROR) else model


@dataclass(frozen=True)
class _Context:
    case: Case
    raw: RawCase
    calendar: Calendar
    inputs: BoundInputs
    book: FactorBook
    findings: Findings


def _bind(case: Case, raw: RawCase, library: "Library", findings: Findings) -> Model | None:
    try:
        span = calendar(case.period)
    except CodedError as problem:
        findings.add(problem.finding(raw.place(("period",))))
        return None
    inputs = bind_inputs(case, raw, span.years, findings)
    book = FactorBook(case, library, span.years, inputs.columns)
    context = _Context(case, raw, span, inputs, book, findings)
    findings.extend(unknown_regions(case, raw))
    lines = tuple(line for scenario in SCENARIOS for line in _scenario_lines(context, scenario))
    findings.extend(unlike_twins(lines))
    findings.extend(unused_paths(case, raw))
    unit, unit_solution = bind_functional_unit(case, raw, inputs, span, findings)
    ict = case.ict
    activity = bind_ratio(ict.activity, ("ict", "activity"), case, raw, inputs, span, findings)
    spend = bind_ratio(ict.spend, ("ict", "spend"), case, raw, inputs, span, findings)
    historical = emission_level(
        case.reference.historical, ("reference", "historical"), case, raw, findings
    )
    sector = emission_level(
        case.assessment.sector_emissions, ("assessment", "sector_emissions"), case, raw, findings
    )
    findings.extend(book.findings)
    findings.extend(unused_inputs(inputs, case, raw))
    if unit is None:
        return None
    return Model(
        case_id=case.id,
        calendar=span,
        gwp=case.assessment.gwp,
        columns=inputs.columns,
        lines=lines,
        factors=book.entries,
        functional_unit=unit,
        functional_unit_solution=unit_solution,
        normalise=case.functional_unit.normalise,
        activity=activity,
        spend=spend,
        definitions=metric_definitions(case, raw, findings),
        rebound=REBOUND if REBOUND in inputs.columns else None,
        couplings=bind_couplings(case, raw, inputs, findings),
        historical=historical,
        sector_emissions=sector,
    )


def _scenario_lines(context: _Context, scenario: Scenario) -> Iterator[ModelLine]:
    """Yield the bound lines of a scenario, one per line and site."""
    seen: set[str] = set()
    for i, spec in enumerate(getattr(context.case, scenario).lines):
        path = (scenario, "lines", i)
        if spec.id in seen:
            place = context.raw.place((*path, "id"))
            context.findings.add(Finding("HP-L03", Severity.ERROR, place, {"line": spec.id}))
        seen.add(spec.id)
        try:
            for site in _sites_of(context, spec):
                yield _line(context, scenario, spec, site, path)
        except _LineError as problem:
            if problem.error.code == "HP-F02":
                continue  # `unknown_regions` tells it once, where the code is written
            where = problem.where or ((*path, problem.key) if problem.key else path)
            context.findings.add(problem.error.finding(context.raw.place(where)))


class _LineError(Exception):
    """A fault of a line, with the key under which it stands, or the place outside of the line."""

    def __init__(self, key: str, error: CodedError, where: KeyPath = ()) -> None:
        self.key = key
        self.error = error
        self.where = where


def _sites_of(context: _Context, spec: LineSpec) -> list[Site | None]:
    """Return where a line is evaluated: its own site; every site whose inputs it uses; or once."""
    sites = context.case.sites
    if spec.site is not None:
        named = [site for site in sites if site.id == spec.site]
        if not named:
            known = ", ".join(site.id for site in sites) or "-"
            raise _LineError("site", CodedError("HP-L04", site=spec.site, known=known))
        return list(named)
    own = context.inputs.site_names()
    names = frozenset(context.inputs.names("")) | own
    parts = {"quantity": spec.quantity, "lifetime": spec.lifetime, "share": spec.share}
    used = [_formula(text, key, names).names for key, text in parts.items() if text is not None]
    return list(sites) if any(part & own for part in used) else [None]


def _formula(text: str, key: str, names: frozenset[str]) -> Formula:
    try:
        return parse_formula(text, names)
    except CodedError as problem:
        raise _LineError(key, problem) from None


def _formula_at(context: _Context, text: str, names: dict[str, str], site: Site | None) -> Formula:
    """Return a quantity for one site; an input that only other sites give is named as missing."""
    elsewhere = context.inputs.site_names() - names.keys()
    formula = _formula(text, "quantity", frozenset(names) | elsewhere)
    absent = sorted(formula.names & elsewhere)
    if absent:
        site_id = site.id if site else "-"
        error = CodedError("HP-L10", name=", ".join(absent), site=site_id)
        raise _LineError("quantity", error)
    return formula


def _line(
    context: _Context, scenario: Scenario, spec: LineSpec, site: Site | None, path: KeyPath
) -> ModelLine:
    case, inputs = context.case, context.inputs
    names = inputs.names(site.id if site else "")
    formula = _formula_at(context, spec.quantity, names, site)
    active = _active(context, spec)
    quantity = _dimension(inputs, formula, names, "quantity")
    region = _own_region(case, scenario, spec, site)
    place = context.raw.place((*path, "quantity"))
    request = FactorRequest(
        spec, tuple(active), quantity, region, context.raw.place((*path, "factor"))
    )
    factor = _factor(context, request)
    per_year, gas = _emission(spec, quantity, factor, place)
    lifetime = _optional(inputs, spec.lifetime, "lifetime", names, TIME)
    share = _optional(inputs, spec.share, "share", names, DIMENSIONLESS)
    kind = _kind(per_year=per_year, lifetime=lifetime)
    if kind == "amount" and spec.year is None and _yearly(context, (formula, share), names):
        raise _LineError("quantity", CodedError("HP-N07", line=spec.id))
    if kind != "amount" and spec.year is not None:
        raise _LineError("year", CodedError("HP-L13", line=spec.id, year=spec.year))
    weights = _weights(context.calendar, spec, kind, active)
    integrated = quantity * TIME if kind == "rate" else quantity
    unit = unit_of_activity(factor) if factor else parse_unit(f"t {gas}")
    unit = unit or parse_unit(describe(integrated))
    return ModelLine(
        scenario=scenario,
        id=spec.id,
        site=site.id if site else "",
        region=region or case.region,
        stage=spec.stage or "",
        formula=formula,
        kind=kind,
        weights=weights,
        factor=factor,
        request=request if factor and factor.resolution else None,
        direct=None if factor else Component(gas, "", gwp100(gas, case.assessment.gwp)),
        lifetime=lifetime,
        share=share,
        names=names,
        memo=BIOGENIC in (spec.gas, gas),
        credit=spec.credit,
        place=place,
        activity_unit=unit.text,
        activity_scale=unit.scale,
        first_year=spec.from_,
        last_year=spec.until,
        electricity=spec.electricity or "",
        label=spec.label or {},
        share_key=spec.share_key or "",
        reason=spec.reason or {},
        note=spec.note or {},
    )


def _active(context: _Context, spec: LineSpec) -> list[bool]:
    """Return for each year of the period whether the line counts in it."""
    years = context.calendar.years
    first, last = spec.from_ or years[0], spec.until or years[-1]
    if spec.from_ and spec.until and first > last:
        raise _LineError("until", CodedError("HP-P05", first=first, last=last))
    active = [first <= year <= last for year in years]
    if not any(active) or (spec.year is not None and spec.year not in years):
        key = "year" if spec.year is not None else "from" if spec.from_ else "until"
        shown = f"{years[0]}-{years[-1]}"
        raise _LineError(key, CodedError("HP-P04", line=spec.id, period=shown))
    return active


def _dimension(
    inputs: BoundInputs, formula: Formula, names: dict[str, str], key: str
) -> "Dimension":
    """Return the dimension of a formula and note which inputs it uses."""
    inputs.used.update(names[name] for name in formula.names)
    faulty = [name for name in formula.names if names[name] in inputs.faulty]
    if faulty:
        raise _LineError(key, CodedError("HP-Q09", name=", ".join(sorted(faulty))))
    try:
        return formula.dimension({n: inputs.dimensions[names[n]] for n in formula.names})
    except CodedError as problem:
        raise _LineError(key, problem) from None


def _own_region(case: Case, scenario: Scenario, spec: LineSpec, site: Site | None) -> str | None:
    block = getattr(case, scenario)
    return spec.region or (site.region if site else None) or getattr(block, "region", None)


def _factor(context: _Context, request: FactorRequest) -> BoundFactor | None:
    if request.spec.factor is None:
        return None
    try:
        return context.book.bind(request, context.case.region)
    except CodedError as problem:
        key = "region" if problem.code == "HP-F02" else "factor"
        of_path = problem.code in OF_PATHS
        where = ("factor_paths", str(request.spec.factor.id)) if of_path else ()
        raise _LineError(key, problem, where) from None


def _emission(
    spec: LineSpec, quantity: "Dimension", factor: BoundFactor | None, place: str
) -> tuple[bool, str]:
    """Return whether quantity times factor is a rate, and its gas.

    Raises
    ------
    _LineError
        HP-Q08: the product is no emission; HP-L05: no factor; HP-L06: a gas that is unknown or
        contradicts the factor.
    """
    if spec.gas is not None and spec.gas not in GASES:
        raise _LineError("gas", CodedError("HP-L06", gas=spec.gas, known=", ".join(GASES[:12])))
    unit = factor.dimension if factor else DIMENSIONLESS
    product = quantity * unit
    gas = gas_of(product) or ""
    plain = without(product, gas) if gas else product
    if not gas and spec.gas:
        gas = spec.gas
    elif spec.gas not in (None, gas, BIOGENIC):
        raise _LineError("gas", CodedError("HP-L06", "other", gas=str(spec.gas), found=gas))
    for per_year, target in ((False, MASS), (True, MASS / TIME)):
        if plain == target and gas:
            return per_year, gas
    if factor is None:
        raise _LineError("factor", CodedError("HP-L05", line=spec.id))
    expected = MASS / (without(unit, gas) if gas else unit)
    raise _LineError(
        "quantity",
        CodedError(
            "HP-Q08",
            quantity=spec.quantity,
            found=describe(quantity),
            factor=factor.unit,
            expected=describe(expected),
            rate=describe_per_year(expected),
        ),
    )


def _kind(*, per_year: bool, lifetime: Formula | None) -> LineKind:
    if lifetime is None:
        return "rate" if per_year else "amount"
    if per_year:
        raise _LineError("lifetime", CodedError("HP-L07"))
    return "stock"


def _optional(
    inputs: BoundInputs,
    text: str | None,
    key: str,
    names: dict[str, str],
    expected: "Dimension",
) -> Formula | None:
    """Return the formula of a lifetime or share, its dimension checked."""
    if text is None:
        return None
    formula = _formula(text, key, frozenset(names))
    found = _dimension(inputs, formula, names, key)
    if found != expected:
        error = CodedError(
            "HP-L08", key, found=describe(found), expected=describe(expected), text=text
        )
        raise _LineError(key, error)
    return formula


def _yearly(context: _Context, formulas: tuple[Formula | None, ...], names: dict[str, str]) -> bool:
    used = {name for formula in formulas if formula is not None for name in formula.names}
    return any(names[name] in context.inputs.yearly for name in used)


def _weights(span: Calendar, spec: LineSpec, kind: LineKind, active: list[bool]) -> Array:
    """Return what turns a quantity into each year's activity, shape (1, year, 1)."""
    if kind == "amount":
        year = spec.year or span.years[active.index(True)]
        weights = [float(y == year) for y in span.years]
    else:
        weights = [
            fraction * SECONDS_PER_YEAR * on
            for fraction, on in zip(span.fractions, active, strict=True)
        ]
    return np.array(weights)[None, :, None]
