"""The inputs of a case against those of its scenario: kind of unit, and plausible size."""

from collections.abc import Iterator

from handprint.case.quantities import Distributed
from handprint.case.reader import KeyPath, RawCase
from handprint.case.schema import Case, InputSpec
from handprint.case.template import TemplateInput, template
from handprint.core.errors import CodedError, Finding, Findings, Param, Severity
from handprint.units.unit import describe, parse_unit

__all__ = ["check_sizes"]


def check_sizes(case: Case, raw: RawCase, findings: Findings) -> None:
    """Tell units of another kind than the scenario's (HP-T08), and values out of range (HP-T06).

    Inputs of sites count as those of the case do, and every year, bound and possible value of one.
    What cannot be read is told where it is bound.
    """
    if not case.template:
        return
    try:
        known = template(case.template).inputs
    except CodedError:  # told where the scenario was laid out
        return
    for path, spec in _inputs(case):
        name = str(path[-1])
        if name in known:
            findings.extend(_told(raw, path, name, spec, known[name]))


def _inputs(case: Case) -> Iterator[tuple[KeyPath, InputSpec]]:
    for name, spec in case.inputs.items():
        yield ("inputs", name), spec
    for i, site in enumerate(case.sites):
        for name, spec in site.inputs.items():
            yield ("sites", i, "inputs", name), spec


def _told(
    raw: RawCase, path: KeyPath, name: str, spec: InputSpec, known: TemplateInput
) -> Iterator[Finding]:
    expected = parse_unit(known.unit)
    (low, high), seen = known.range, set()
    try:
        for block, unit_text in _blocks(spec):
            unit = parse_unit(unit_text)
            if unit.dimension != expected.dimension:
                yield _of_another_kind(raw, path, name, unit_text, known)
                return
            for value in _values(block):
                shown = value * unit.scale / expected.scale
                if not low <= shown <= high and shown not in seen:
                    seen.add(shown)
                    size: dict[str, Param] = {"name": name, "value": shown, "low": low,
                                              "high": high, "unit": known.unit}  # fmt: skip
                    yield Finding("HP-T06", Severity.WARNING, raw.place(path), size)
    except CodedError:
        return


def _blocks(spec: InputSpec) -> Iterator[tuple[Distributed, str]]:
    yield spec, spec.unit
    for entry in (spec.by_year or {}).values():
        yield entry, entry.unit or spec.unit


def _values(block: Distributed) -> Iterator[float]:
    for value in (block.value, block.low, block.mode, block.high, *(block.values or ())):
        if value is not None:
            yield value


def _of_another_kind(
    raw: RawCase, path: KeyPath, name: str, unit_text: str, known: TemplateInput
) -> Finding:
    unit = parse_unit(unit_text)
    params: dict[str, Param] = {
        "name": name,
        "unit": unit.text,
        "expected": known.unit,
        "dimension": describe(unit.dimension),
    }
    return Finding("HP-T08", Severity.ERROR, raw.place((*path, "unit")), params)
