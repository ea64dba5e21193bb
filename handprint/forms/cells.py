"""One cell of a form to a value of a case: full-width digits, free units, words of a list."""

import datetime as dt
import re
import unicodedata
from dataclasses import dataclass
from typing import Any

from handprint.core.errors import CodedError
from handprint.forms.layout import Field
from handprint.forms.words import choice_of, choices_shown
from handprint.tables.workbook_file import ERROR_VALUES
from handprint.units.unit import DIMENSIONLESS, UnitError, parse_quantity

__all__ = ["Cell", "Measured", "read_field", "read_measure", "read_number"]

MAX_TEXT = 5_000
_PLAIN = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?\Z", re.ASCII)
_ELSEWHERE = re.compile(r"\[[^\]]+\]")  # [1]Sheet1!A1, [other.xlsx]Sheet1!A1
_SEPARATORS = re.compile(r"[,;、，；\n]+")


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell as it stands in a form.

    Parameters
    ----------
    place : str
        Sheet and cell: ``Activity!D14``.
    value : object
        What the cell shows; the last result for a formula.
    formula : str
        The formula, or "".
    percent : bool
        Whether the number is shown in per cent: typing ``12 %`` into a spreadsheet gives 0.12.
    """

    place: str
    value: Any
    formula: str = ""
    percent: bool = False

    @property
    def empty(self) -> bool:
        """Whether nothing but blanks stands here."""
        blank = self.value is None or (isinstance(self.value, str) and not self.value.strip())
        return blank and not self.formula

    def checked(self) -> Any:
        """Return the value, stripped.

        Raises
        ------
        CodedError
            HP-X04 taken from another file, HP-X09 a formula that was never calculated, HP-X10 an
            error value, HP-X18 a text longer than any entry.
        """
        if self.formula and _ELSEWHERE.search(self.formula):
            raise CodedError("HP-X04", formula=self.formula)
        if self.value is None:
            raise CodedError("HP-X09", formula=self.formula)
        if isinstance(self.value, str):
            if self.value.strip() in ERROR_VALUES:
                raise CodedError("HP-X10", value=self.value.strip())
            return self.value.strip()
        return self.value


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
        As `Cell.checked`; HP-X11 another kind of value is expected, HP-X13 a word that cannot be
        chosen; a unit that cannot be read.
    """
    value = cell.checked()
    if field.kind in ("text", "word"):
        return _words(value)
    if field.kind in ("choice", "choices", "yes_no", "whole"):
        return _chosen(field, value)
    if field.kind == "date":
        return _date(value)
    if field.kind == "spread":
        return f"{value * 100:.15g} %" if cell.percent and _is_number(value) else _half_width(value)
    return read_measure(cell).number if field.kind == "measure" else read_number(cell)


def read_measure(cell: Cell) -> Measured:
    """Return the number of a cell and, if it says one, its unit: ``13500``, ``90 万吨/年``.

    Raises
    ------
    CodedError
        As `read_field`.
    """
    value = cell.checked()
    if _is_number(value):
        return Measured(value, "1" if cell.percent else None)
    if not isinstance(value, str):
        raise _not_a_number(value)
    folded = unicodedata.normalize("NFKC", value).strip()
    if _PLAIN.match(folded):
        return Measured(_finite(float(folded), value))
    try:
        number, unit = parse_quantity(value)
    except UnitError as problem:
        if problem.variant == "number":
            raise _not_a_number(value) from None
        raise
    return Measured(number, unit.text)


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
    value, unit = parse_quantity(f"1 {measured.unit}")
    if unit.dimension != DIMENSIONLESS:
        raise CodedError("HP-X11", "unit", found=str(cell.value))
    return measured.number * (value * unit.scale)


def _half_width(value: Any) -> Any:
    if isinstance(value, bool | dt.date | dt.time):
        raise _not_a_number(value)
    return value


def _finite(number: float, value: str) -> float:
    if number in (float("inf"), float("-inf")):
        raise CodedError("HP-X11", "number", found=value[:40])
    return number


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
        if not re.fullmatch(r"[+-]?\d{1,9}", words, re.ASCII):
            raise CodedError("HP-X11", "whole", found=words[:60])
        return int(words)
    chosen = _choice(field, words)
    if field.kind == "yes_no":
        return chosen == "yes"
    return int(chosen) if field.kind == "whole" else chosen


def _choice(field: Field, words: str) -> str:
    chosen = choice_of(field.group, field.values, words)
    if chosen is None:
        allowed = choices_shown(field.group, field.values)
        raise CodedError("HP-X13", found=words[:60], allowed=allowed)
    return chosen
