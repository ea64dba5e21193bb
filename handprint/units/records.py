"""Numbers in the cells of other people's tables; what is none becomes a finding at the cell."""

import math

from handprint.core.errors import Finding, Findings, Severity
from handprint.core.limits import in_range
from handprint.tables.sheets import Record, Sheet
from handprint.units.amounts import approximation, in_unit, read_number
from handprint.units.names import UnitError
from handprint.units.unit import Unit

__all__ = ["EMPTY", "measure_of", "number_at", "number_of", "number_trouble", "value_number"]

EMPTY = ("", "-", "—", "–")  # what stands for nothing in a table of flows


def number_of(record: Record, column: str, findings: Findings) -> float | None:
    """Return a number of a row, None for an empty cell or, with a finding, for one that is none.

    Per cent are read as a share: ``30 %`` is 0.3.
    """
    text = record[column]
    return _number(text, column, record.place(column), findings) if text else None


def measure_of(record: Record, column: str, unit: Unit, findings: Findings) -> float | None:
    """Return a number of a row in the unit it stands under; None for an empty cell or a finding."""
    position = record.columns.get(column.lower())
    if position is None or not record[column]:
        return None
    return number_at(record.sheet, record.row, position, findings, unit)


def number_at(
    sheet: Sheet, row: int, column: int, findings: Findings, unit: Unit | None = None
) -> float | None:
    """Return the number of a cell, 0 for an empty one or a dash; None with a finding else.

    Parameters
    ----------
    unit : Unit, optional
        Unit that the cell stands under: per cent under another unit than a share are refused.
    """
    text = sheet.cell(row, column)
    if text in EMPTY:
        return 0.0
    told = len(findings)
    text = sheet.read(row, column, findings)
    if not text or len(findings) > told:
        return None
    name = sheet.cell(sheet.header, column) or "-"
    return _number(text, name, sheet.place(row, column), findings, unit)


def value_number(value: object, column: str, place: str, findings: Findings) -> float | None:
    """Return a stored value as a number: numbers as they are, texts as a person wrote them."""
    if value is None or isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        number = float(value)
        return (
            number
            if math.isnan(number)
            else _in_range(number, f"{value:g}", column, place, findings)
        )
    text = str(value).strip()
    return _number(text, column, place, findings) if text else None


def number_trouble(problem: UnitError, text: str, column: str, place: str) -> Finding:
    """Return the finding about a text that is no number: HP-M05, or what is asked back."""
    if problem.code == "HP-U01":
        variant = problem.variant if problem.variant == "range" else ""
        params = {"text": text[:60], "column": column}
        return Finding("HP-M05", Severity.ERROR, place, params, variant)
    return problem.finding(place)


def _number(
    text: str, column: str, place: str, findings: Findings, unit: Unit | None = None
) -> float | None:
    try:
        number = read_number(text) if unit is None else in_unit(text, unit)
    except UnitError as problem:
        findings.add(number_trouble(problem, text, column, place))
        return None
    if (told := approximation(text, place)) is not None:
        findings.add(told)
    return _in_range(number, text, column, place, findings)


def _in_range(
    number: float, text: str, column: str, place: str, findings: Findings
) -> float | None:
    """Return a number; None, with a finding, for one that nobody can calculate with."""
    if in_range(number):
        return number
    params = {"text": text[:60], "column": column}
    findings.add(Finding("HP-M05", Severity.ERROR, place, params, "range"))
    return None
