"""The model that all rows of one template, period and set of declarations share.

Template and unit work is done here, once; factors are resolved once per region. Rows bring their
numbers only.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from handprint.analysis.facts import Evaluated, Fact, facts
from handprint.case.reader import RawCase
from handprint.case.schema import Case
from handprint.case.template import Template, expand, template
from handprint.case.validate import validate
from handprint.core.errors import CodedError, Findings, Severity
from handprint.core.units import parse_unit
from handprint.data import regions
from handprint.model.bind import bind
from handprint.model.columns import Column, central_columns
from handprint.model.effects import effects
from handprint.model.evaluate import evaluate, totals
from handprint.model.factor_binding import FactorBook
from handprint.model.structure import Model

if TYPE_CHECKING:
    from handprint.data.factors import Library

__all__ = ["GroupKey", "Prototype", "RegionFactors", "prototype"]

FILE = "row"


@dataclass(frozen=True, slots=True)
class GroupKey:
    """What rows must share to be evaluated together.

    Parameters
    ----------
    start, years : str, float
        The period; empty and 0 take the template's.
    declared : tuple of (path, value)
        Entries of the case from plain columns, such as ("claim", "planned").
    """

    template: str
    start: str
    years: float
    declared: tuple[tuple[str, object], ...]


@dataclass(frozen=True, slots=True)
class RegionFactors:
    """The factor columns of one region, or the code of what is wrong with it."""

    columns: Mapping[str, Column]
    error: str
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Prototype:
    """A bound model with typical inputs, and what is constant over its rows."""

    template: Template
    case: Case
    model: Model
    library: "Library"
    constant: Mapping[str, Fact]
    _regions: dict[str, RegionFactors] = field(default_factory=dict)

    def required(self, name: str) -> bool:
        """Whether a row must give an input."""
        return self.template.inputs[name].required

    def takes(self, name: str, dimension: object) -> bool:
        """Whether the template has an input of this name and dimension."""
        spec = self.template.inputs.get(name)
        return spec is not None and parse_unit(spec.unit).dimension == dimension

    def bounds(self, name: str) -> tuple[float, float]:
        """Return the plausible range of an input in canonical units."""
        spec = self.template.inputs[name]
        scale = parse_unit(spec.unit).scale
        return spec.range[0] * scale, spec.range[1] * scale

    def region(self, code: str) -> RegionFactors:
        """Return the factors of a region, resolved once."""
        if code not in self._regions:
            self._regions[code] = self._resolve(code)
        return self._regions[code]

    def _resolve(self, code: str) -> RegionFactors:
        if not regions.known(code):
            return RegionFactors({}, "HP-F02", ())
        book = FactorBook(self.case, self.library, self.model.calendar.years, {})
        columns: dict[str, Column] = {}
        for line in self.model.lines:
            request, bound = line.request, line.factor
            if request is None or bound is None or not request.local:
                continue
            try:
                found = book.bind(request.spec, code, request.active, request.quantity, FILE)
            except CodedError as problem:
                return RegionFactors({}, problem.code, ())
            for own, other in zip(bound.components, found.components, strict=True):
                columns[own.column] = book.columns[other.column]
        return RegionFactors(columns, "", tuple(sorted({f.rule for f in book.findings_at})))


def prototype(
    key: GroupKey, region: str, library: "Library", findings: Findings
) -> Prototype | None:
    """Return the prototype of a group, or None with findings when its declarations are wrong.

    Parameters
    ----------
    region : str
        A region of the group, to bind the model with.
    """
    try:
        scenario = template(key.template)
    except CodedError as problem:
        findings.add(problem.finding(FILE))
        return None
    raw = RawCase(FILE, b"", _tree(key, scenario, region))
    local = Findings()
    expanded = expand(raw, local)
    case = validate(expanded, local)
    model = None if case is None else bind(case, expanded, library, local)
    findings.extend(f for f in local if f.severity is Severity.ERROR)
    if case is None or model is None or local.has(Severity.ERROR):
        return None
    return Prototype(scenario, case, model, library, _constant(case, model))


def _tree(key: GroupKey, scenario: Template, region: str) -> dict[str, Any]:
    tree: dict[str, Any] = {
        "handprint": 1,
        "id": "row",
        "template": key.template,
        "inputs": {
            name: {**spec.typical.model_dump(exclude_none=True), "unit": spec.unit}
            for name, spec in scenario.inputs.items()
            if spec.required
        },
    }
    if region:
        tree["region"] = region
    if key.start:
        tree["period"] = {"start": key.start, "years": key.years or 1.0}
    for path, value in key.declared:
        _set(tree, path.split("."), value)
    return tree


def _set(tree: dict[str, Any], path: list[str], value: object) -> None:
    node = tree
    for part in path[:-1]:
        below = node.setdefault(part, {})
        if not isinstance(below, dict):
            return
        node = below
    node[path[-1]] = value


def _constant(case: Case, model: Model) -> dict[str, Fact]:
    """Return the facts of the prototype; rows replace what depends on their numbers."""
    columns = central_columns(model.columns)
    ledger = list(evaluate(model, columns))
    central = effects(model, columns, totals(model, columns, ledger))
    metrics = dict.fromkeys(("NER", "EI", "VEI"), float("nan"))
    with np.errstate(all="ignore"):
        return facts(Evaluated(case, model, columns, central, ledger, metrics, ()))
