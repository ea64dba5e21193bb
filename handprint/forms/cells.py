"""One cell of a form to a value of a case: full-width digits, free units, words of a list."""

import datetime as dt
import re
import unicodedata
from dataclasses import dataclass
from typing import Any

from handprint.core.errors import CodedError
from handprint.forms.layout import Field
from handprint.forms.words import choice_of, choices_shown
from handprint.tables.cell import Cell
from handprint.units.amounts import Amount, read_amount, read_whole
from handprint.units.names import UnitError
from handprint.units.unit import DIMENSIONLESS, parse_unit

__all__ = ["Measured", "checked", "read_field", "read_measure", "read_number"]

MAX_TEXT = 5_000
MAX_WHOLE = 10**9
_ELSEWHERE = re.compile(r"\[[^\]]+\]")  # [1]Sheet1!A1, [other.xlsx]Sheet1!A1
_SEPARATORS = re.compile(r"[,;、，；\n]+")


def checked(cell: Cell) -> Any:
    """Return the value of a cell, stripped.

    Raises
    ------
    CodedError
        HP-X04 taken from another file, HP-X09 a formula that was never calculated, HP-X10 an
        error value, HP-X18 a text longer than any entry.
    """
    if cell.formula and _ELSEWHERE.search(cell.formula):
        raise CodedError("HP-X04", formula=cell.formula)
    if cell.value is None:
        raise CodedError("HP-X09", formula=cell.formula)
    if cell.faulty:
        raise CodedError("HP-X10", value=cell.text)
    return cell.value.strip() if isinstance(cell.value, str) else cell.value


@dataclass(frozen=True, slots=True)
class Measured:
    """A number, and its unit where the cell names one."""

    number: float
    unit: str | None = None


def read_field(field: Field, cell: Cell) -> Any:
    """Return the value of one cell that is not empty.

    Raises
    ------
    CodedError
        As `checked`; HP-X11 another kind of value is expected, HP-X13 a word that cannot be
        chosen; a unit that cannot be read.
    """
    value = checked(cell)
    if field.kind in ("text", "word"):
        return _words(value)
    if field.kind in ("choice", "choices", "yes_no", "whole"):
        return _chosen(field, value)
    if field.kind == "date":
        return _date(value)
    if field.kind == "spread":
        return cell.text if cell.percent else _half_width(value)
    return read_number(cell)


def read_measure(cell: Cell) -> Measured:
    """Return the number of a cell and, if it says one, its unit: ``13500``, ``90 万吨/年``.

    A number that is shown in per cent is one: 0.12 shown as 12 % is 12 %.

    Raises
    ------
    CodedError
        As `read_field`; HP-U01 to HP-U04 a number or unit that cannot be read.
    """
    value = checked(cell)
    if not isinstance(value, str) and not _is_number(value):
        raise _not_a_number(value)
    if _is_number(value) and not cell.percent:
        return Measured(value)
    try:
        amount = read_amount(cell.text)
    except UnitError as problem:
        if problem.variant in ("number", "range"):
            raise _not_a_number(value) from None
        raise
    return Measured(amount.number, None if amount.unit is None else amount.unit.text)


def read_number(cell: Cell) -> float:
    """Return the number of a cell that has no unit: ``0.2``, ``20 %``.

    Raises
    ------
    CodedError
        As `read_field`.
    """
    measured = read_measure(cell)
    if measured.unit is None:
        return measured.number
    amount = Amount(measured.number, parse_unit(measured.unit))
    if parse_unit(measured.unit).dimension != DIMENSIONLESS:
        raise CodedError("HP-X11", "unit", found=cell.text[:60])
    return amount.plain


def _half_width(value: Any) -> Any:
    if isinstance(value, bool | dt.date | dt.time):
        raise _not_a_number(value)
    return value


def _not_a_number(value: Any) -> CodedError:
    date = isinstance(value, dt.date | dt.time | dt.timedelta)
    return CodedError("HP-X11", "date" if date else "number", found=str(value)[:60])


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _words(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    shown = _date(value) if isinstance(value, dt.date) else str(value)
    if len(shown) > MAX_TEXT:
        raise CodedError("HP-X18", length=len(shown), limit=MAX_TEXT)
    return shown


def _date(value: Any) -> str:
    if isinstance(value, dt.datetime):
        return value.date().isoformat()
    if isinstance(value, float | int) and not isinstance(value, bool) and value == int(value):
        return str(int(value))
    return unicodedata.normalize("NFKC", str(value)).strip().replace("/", "-")


def _chosen(field: Field, value: Any) -> Any:
    if isinstance(value, bool) and field.kind == "yes_no":
        return value
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    words = unicodedata.normalize("NFKC", str(value)).strip()
    if field.kind == "choices":
        return [_choice(field, part) for part in _SEPARATORS.split(words) if part.strip()]
    if field.kind == "whole" and not field.values:
        return _whole(words)
    chosen = _choice(field, words)
    if field.kind == "yes_no":
        return chosen == "yes"
    return int(chosen) if field.kind == "whole" else chosen


def _whole(words: str) -> int:
    try:
        number = read_whole(words)
    except UnitError:
        number = None
    if number is None or abs(number) >= MAX_WHOLE:
        raise CodedError("HP-X11", "whole", found=words[:60])
    return number


def _choice(field: Field, words: str) -> str:
    chosen = choice_of(field.group, field.values, words)
    if chosen is None:
        allowed = choices_shown(field.group, field.values)
        raise CodedError("HP-X13", found=words[:60], allowed=allowed)
    return chosen
