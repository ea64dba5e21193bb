"""What the columns of a case table mean.

``output [t/year]`` is an input with its unit; ``output.low [t/year]`` a parameter of its
distribution. ``id``, ``template``, ``region``, ``start`` and ``years`` describe the row; further
plain columns are either entries of the case, written with dots (``reference.demand_context``,
``inputs.output.group``), or are carried to the scores as they are (``title``, ``applicant``).
"""

import difflib
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from handprint.case.schema import Case
from handprint.case.template import template, template_files
from handprint.core.errors import CodedError, Finding, Findings, Severity
from handprint.tables.sheets import folded
from handprint.units.unit import Unit, describe, parse_unit

__all__ = ["CARRIED", "DESCRIBING", "WHOLE", "InputColumn", "Layout", "column_name", "read_layout"]

DESCRIBING = ("id", "template", "region", "start", "years")
CARRIED = ("title", "applicant", "submitter_name", "note", "claim_group")
# Of a case, but with a column of another name, or no single value.
UNSET = ("handprint", "id", "template", "title", "region", "period", "sites", "correlations")
WHOLE = "factor_paths"  # an entry with keys of its own: one column, written as in a YAML case
DESCRIBED = ("group", "evidence", "source", "note")  # of an input, beside its numbers
PARAMETERS = ("low", "mode", "high", "sd", "gsd")

_INPUT = re.compile(r"\s*([^\[\]]+?)\s*\[\s*([^\[\]]*?)\s*\]\s*\Z")


@dataclass(frozen=True, slots=True)
class InputColumn:
    """A column with numbers of one input.

    Parameters
    ----------
    parameter : str
        "value", or a parameter of its distribution.
    scale : float
        Canonical units per unit of the column; 1 for a geometric standard deviation.
    """

    header: str
    name: str
    parameter: str
    unit: Unit

    @property
    def scale(self) -> float:
        """Canonical units per number in the column."""
        return 1.0 if self.parameter == "gsd" else self.unit.scale


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns of a table, by what they are."""

    inputs: tuple[InputColumn, ...]
    describing: tuple[str, ...]
    declared: tuple[str, ...]
    carried: tuple[str, ...]

    @property
    def used(self) -> tuple[str, ...]:
        """All columns that are read."""
        return (*self.describing, *self.declared, *self.carried, *(c.header for c in self.inputs))


def column_name(header: str) -> str:
    """Return the name of a column as it is known: ``id`` for ``ID``, blanks and width aside.

    Examples
    --------
    >>> column_name(" ID "), column_name("loss_rate ［%］")
    ('id', 'loss_rate [%]')
    """
    plain = unicodedata.normalize("NFKC", header).replace("\ufeff", "").strip()
    known = folded(plain)
    return known if known in (*DESCRIBING, *CARRIED) else plain


def read_layout(headers: Sequence[str], place: str, findings: Findings) -> Layout:
    """Return the meaning of the columns; what cannot be read is a finding (HP-B..)."""
    inputs: list[InputColumn] = []
    declared, carried = [], []
    dimensions = _input_dimensions()
    lacking = [name for name in ("id", "template") if name not in headers]
    for needed in lacking:
        findings.add(Finding("HP-B01", Severity.ERROR, place, {"column": needed}))
    for header in headers:
        where = f"{place}[{header}]"
        match = _INPUT.match(header)
        if match:
            column = _input_column(header, match[1], match[2], dimensions, where, findings)
            if column is not None:
                inputs.append(column)
        elif header in DESCRIBING:
            continue
        elif header in CARRIED:
            carried.append(header)
        elif header.split(".")[0] in Case.model_fields and not _idle(header, dimensions, headers):
            declared.append(header)
        else:
            findings.add(_unknown(header, where, dimensions))
    describing = tuple(name for name in DESCRIBING if name in headers)
    return Layout(tuple(inputs), describing, tuple(declared), tuple(carried))


def _input_dimensions() -> Mapping[str, set[object]]:
    """Return for every input name of any template the dimensions it may have."""
    found: dict[str, set[object]] = {}
    for template_id in template_files():
        for name, spec in template(template_id).inputs.items():
            found.setdefault(name, set()).add(parse_unit(spec.unit).dimension)
    return found


def _input_column(
    header: str,
    text: str,
    unit_text: str,
    dimensions: Mapping[str, set[object]],
    where: str,
    findings: Findings,
) -> InputColumn | None:
    name, _, parameter = text.partition(".")
    if name not in dimensions or (parameter and parameter not in PARAMETERS):
        findings.add(_unknown(text, where, dimensions))
        return None
    try:
        unit = parse_unit(unit_text or "1")
    except CodedError as problem:
        findings.add(problem.finding(where))
        return None
    if unit.dimension not in dimensions[name] and parameter != "gsd":
        params = {"column": header, "found": describe(unit.dimension)}
        findings.add(Finding("HP-B03", Severity.ERROR, where, params))
        return None
    return InputColumn(header, name, parameter or "value", unit)


def _idle(header: str, dimensions: Mapping[str, set[object]], headers: Sequence[str]) -> bool:
    """Whether an entry has no effect: an input's number, a list, or what another column says."""
    block, _, entry = header.partition(".")
    name, _, described = entry.partition(".")
    if block == "inputs":
        return not (name in dimensions and described in DESCRIBED)
    if block == WHOLE:
        return bool(entry)
    return block in UNSET or any(header.startswith(f"{other}.") for other in headers)


def _unknown(header: str, where: str, dimensions: Mapping[str, set[object]]) -> Finding:
    known = [*DESCRIBING, *CARRIED, *dimensions]
    near = ", ".join(difflib.get_close_matches(header, known, 3, 0.5)) or "-"
    variant = "unit" if header in dimensions else ""
    if header.split(".", maxsplit=1)[0] in Case.model_fields:
        variant = "input" if header.startswith("inputs.") else "entry"
    return Finding("HP-B02", Severity.ERROR, where, {"column": header, "near": near}, variant)
