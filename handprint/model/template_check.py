"""A scenario template as its author wrote it, checked for whether its model holds together.

The template is laid out as a case at its typical values and bound like any case, so that an
unknown name, an unused input or a wrong dimension is found with its line in the template file.
"""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import ValidationError

from handprint.case.reader import KeyPath, RawCase, read_case
from handprint.case.template import Template, TemplateInput
from handprint.case.validate import schema_finding, validate
from handprint.core.errors import CodedError, Finding, Findings, Severity
from handprint.model.bind import bind
from handprint.units.unit import describe, parse_unit

if TYPE_CHECKING:
    from handprint.factors.factor import Library

__all__ = ["check_template"]


def check_template(path: Path, library: "Library", findings: Findings) -> Template | None:
    """Return the template of a file, or None with findings where it is none.

    What is wrong with its model is a finding, too: HP-T06 a typical value outside its own range,
    HP-T08 a unit of another kind, and whatever a case would be told.
    """
    raw = read_case(path, findings)
    if raw is None:
        return None
    try:
        scenario = Template.model_validate(raw.tree)
    except ValidationError as problem:
        for error in problem.errors(include_url=False):
            findings.add(schema_finding(raw, error, Template))
        return None
    for name, spec in scenario.inputs.items():
        _check_input(name, spec, raw, findings)
    typical = _typical_case(raw, scenario)
    case = validate(typical, findings)
    if case is not None:
        bind(case, typical, library, findings)
    return scenario


def _check_input(name: str, spec: TemplateInput, raw: RawCase, findings: Findings) -> None:
    path: KeyPath = ("inputs", name)
    low, high = spec.range
    typical = spec.typical
    for key in ("value", "low", "mode", "high"):
        value = getattr(typical, key)
        if value is not None and not low <= value <= high:
            place = raw.place((*path, "typical", key))
            params = {"name": name, "value": value, "low": low, "high": high, "unit": spec.unit}
            findings.add(Finding("HP-T06", Severity.WARNING, place, params))
    for index, text in enumerate(spec.units):
        place = raw.place((*path, "units", index))
        try:
            unit, expected = parse_unit(text), parse_unit(spec.unit)
        except CodedError as problem:
            findings.add(problem.finding(place))
            continue
        if unit.dimension != expected.dimension:
            shown = describe(unit.dimension)
            about = {"name": name, "unit": text, "expected": spec.unit, "dimension": shown}
            findings.add(Finding("HP-T08", Severity.ERROR, place, about))


def _typical_case(raw: RawCase, scenario: Template) -> RawCase:
    """Return the template's case at its typical values, every entry with its line."""
    inputs = {
        name: {**spec.typical.model_dump(exclude_none=True), "unit": spec.unit}
        for name, spec in scenario.inputs.items()
    }
    reference = {"kind": scenario.reference_kinds[0], **scenario.case.get("reference", {})}
    tree = {
        "handprint": 1,
        "id": scenario.id,
        "title": dict(scenario.title),
        **scenario.case,
        "reference": reference,
        "inputs": inputs,
    }
    positions = {
        path[1:] if path[0] == "case" else path: position
        for path, position in raw.positions.items()
        if path and path[0] in ("case", "inputs")
    }
    return replace(raw, tree=tree, positions=positions)
