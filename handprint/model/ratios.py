"""Denominators: the functional unit, ICT activity, ICT spending, integrated over the period."""

from typing import TYPE_CHECKING

import numpy as np

from handprint.case.period import SECONDS_PER_YEAR, Calendar
from handprint.case.reader import KeyPath, RawCase
from handprint.case.schema import Case, Denominator
from handprint.core.arrays import Array
from handprint.core.errors import CodedError, Findings
from handprint.model.inputs import BoundInputs
from handprint.model.structure import Ratio
from handprint.units.formula import parse_formula
from handprint.units.unit import TIME, UnitError, describe, parse_unit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from handprint.units.formula import Formula

__all__ = ["bind_functional_unit", "bind_ratio"]


def bind_functional_unit(
    case: Case, raw: RawCase, inputs: BoundInputs, span: Calendar, findings: Findings
) -> tuple[Ratio | None, Ratio | None]:
    """Return the functional unit of the reference, and of the solution where it is given."""
    spec = case.functional_unit
    path: KeyPath = ("functional_unit",)
    quantity = Denominator(quantity=spec.quantity, unit=spec.unit)
    reference = bind_ratio(quantity, path, case, raw, inputs, span, findings)
    if spec.solution is None:
        return reference, None
    other = Denominator(quantity=spec.solution, unit=spec.unit)
    return reference, bind_ratio(
        other, path, case, raw, inputs, span, findings, quantity_key="solution"
    )


def bind_ratio(
    spec: Denominator | None,
    path: KeyPath,
    case: Case,
    raw: RawCase,
    inputs: BoundInputs,
    span: Calendar,
    findings: Findings,
    *,
    quantity_key: str = "quantity",
) -> Ratio | None:
    """Return a denominator summed over the sites whose inputs it uses; a rate is integrated."""
    if spec is None:
        return None
    try:
        unit = parse_unit(spec.unit)
    except UnitError as problem:
        findings.add(problem.finding(raw.place((*path, "unit"))))
        return None
    try:
        names = frozenset(inputs.names("")) | frozenset(inputs.site_names())
        formula = parse_formula(spec.quantity, names)
        at_sites = bool(formula.names & inputs.site_names())
        sites = [site.id for site in case.sites] if at_sites else [""]
        terms = tuple(
            (formula, inputs.names(site), _weights(formula, inputs, site, unit.dimension, span))
            for site in sites
        )
    except CodedError as problem:
        findings.add(problem.finding(raw.place((*path, quantity_key))))
        return None
    return Ratio(terms, unit.text, unit.scale)


def _weights(
    formula: "Formula",
    inputs: BoundInputs,
    site: str,
    expected: object,
    span: Calendar,
) -> Array:
    """Return the weights that make the formula a quantity over the period, shape (1, year, 1)."""
    names: Mapping[str, str] = inputs.names(site)
    absent = sorted(formula.names - names.keys())
    if absent:
        raise CodedError("HP-L10", name=", ".join(absent), site=site)
    inputs.used.update(names[name] for name in formula.names)
    faulty = sorted(n for n in formula.names if names[n] in inputs.faulty)
    if faulty:
        raise CodedError("HP-Q09", name=", ".join(faulty))
    found = formula.dimension({n: inputs.dimensions[names[n]] for n in formula.names})
    if found == expected:
        if any(names[n] in inputs.yearly for n in formula.names):
            raise CodedError("HP-N07", line=formula.text)
        first = [1.0] + [0.0] * (len(span.years) - 1)
        return np.array(first)[None, :, None]
    if found * TIME == expected:
        return np.array(span.fractions)[None, :, None] * SECONDS_PER_YEAR
    raise CodedError("HP-L11", found=describe(found), text=formula.text)
