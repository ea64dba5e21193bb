"""One cell of a workbook: what a person sees in it, and where it stands."""

import datetime as dt
import re
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

__all__ = ["ERROR_VALUES", "Cell", "Value", "letter", "shows_date", "shows_percent", "shows_zeros"]

Value = str | int | float | bool | dt.datetime | dt.time | dt.timedelta | None
ERROR_VALUES = frozenset(
    [
        "#DIV/0!",
        "#N/A",
        "#NAME?",
        "#NULL!",
        "#NUM!",
        "#REF!",
        "#VALUE!",
        "#SPILL!",
        "#CALC!",
        "#GETTING_DATA",
    ]
)
# What no section of a number format means as a sign: quoted, escaped, filled or in brackets.
_LITERAL = re.compile(r'"[^"]*"|\\.|_.|\*.')
_BRACKET = re.compile(r"\[[^\]]*\]")
_CONDITION = re.compile(r"\[(<=|>=|<>|<|>|=)\s*(-?[0-9.]+)\]")
_ELAPSED = re.compile(r"\[(?:h+|m+|s+)\]", re.IGNORECASE)
_DATE_SIGNS = re.compile(r"[ymdhs]", re.IGNORECASE)
_TRUTH = {
    "<=": lambda value, bound: value <= bound,
    ">=": lambda value, bound: value >= bound,
    "<>": lambda value, bound: value != bound,
    "<": lambda value, bound: value < bound,
    ">": lambda value, bound: value > bound,
    "=": lambda value, bound: value == bound,
}


class Cell(NamedTuple):
    """A cell as it stands in a workbook.

    Parameters
    ----------
    sheet, row, column
        Name of the sheet, and the place counted from 0.
    value : str, int, float, bool, datetime, time, timedelta or None
        As stored; the last result for a formula.
    formula : str
        The formula, or "".
    percent : bool
        Whether the number is shown in per cent: typing ``12 %`` into a spreadsheet gives 0.12.
    """

    sheet: str
    row: int
    column: int
    value: Value = None
    formula: str = ""
    percent: bool = False

    @property
    def place(self) -> str:
        """Sheet and cell: ``Activity!D14``."""
        return f"{self.sheet}!{letter(self.column)}{self.row + 1}"

    @property
    def empty(self) -> bool:
        """Whether nothing but blanks stands here."""
        blank = self.value is None or (isinstance(self.value, str) and not self.value.strip())
        return blank and not self.formula

    @property
    def faulty(self) -> bool:
        """Whether an error value or a formula without a result stands here."""
        if self.value is None:
            return bool(self.formula)
        return isinstance(self.value, str) and self.value.strip() in ERROR_VALUES

    @property
    def text(self) -> str:
        """What a person sees, at full precision; the formula where it has no result."""
        value = self.value
        if value is None:
            return self.formula
        if isinstance(value, str):
            return value.strip()
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, int | float):
            return _percent(value) if self.percent else _number(value)
        if isinstance(value, dt.datetime):
            return value.date().isoformat()
        return str(value)


def _number(value: float) -> str:
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return repr(value)


def _percent(value: float) -> str:
    """Return the per cent that a cell shows: the shortest decimal of the number, times 100."""
    shifted = Decimal(repr(value)) * 100
    plain = f"{shifted.normalize():f}" if abs(shifted) < Decimal("1e18") else f"{shifted:e}"
    return f"{plain}%"


def letter(column: int) -> str:
    """Return the letters of a column counted from 0, as a spreadsheet names it."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def shows_percent(number_format: str, value: float) -> bool:
    r"""Whether a number format shows a number times a hundred, with the sign of per cent.

    Examples
    --------
    >>> shows_percent("[Red]0.0%;-0.0%", 0.05), shows_percent('0.0"%"', 5.0)
    (True, False)
    >>> shows_percent(r"0\%", 5.0), shows_percent("0%;0", -1.0)
    (False, False)
    """
    return "%" in number_format and "%" in _BRACKET.sub("", _section(number_format, value))


def shows_zeros(number_format: str, value: float) -> str:
    """Return a whole number as a format of zeros shows it, with zeros before it; "" else.

    Examples
    --------
    >>> shows_zeros("000", 1), shows_zeros("0", 1), shows_zeros("0.00", 1)
    ('001', '', '')
    """
    width = len(number_format)
    if width < 2 or number_format.strip("0") or value < 0 or value != int(value):
        return ""
    shown = f"{int(value):0{width}d}"
    return shown if shown.startswith("0") else ""


def shows_date(number_format: str) -> str:
    """Return "date", "elapsed" for a duration such as ``[h]:mm``, or "" for a number."""
    return _date_kind(number_format)


@lru_cache(maxsize=1024)
def _date_kind(number_format: str) -> str:
    plain = _LITERAL.sub("", number_format).partition(";")[0]
    if _ELAPSED.search(plain):
        return "elapsed"
    without = _BRACKET.sub("", plain).replace("General", "")
    return "date" if _DATE_SIGNS.search(without) else ""


@lru_cache(maxsize=1024)
def _sections(number_format: str) -> tuple[str, ...]:
    return tuple(_LITERAL.sub("", number_format).split(";"))


def _section(number_format: str, value: float) -> str:
    """Return the section of a format that a number is shown with."""
    sections = _sections(number_format)[:3]
    conditions = [_CONDITION.search(section) for section in sections]
    if any(conditions):
        for section, condition in zip(sections, conditions, strict=True):
            if condition is None or _TRUTH[condition[1]](value, float(condition[2])):
                return section
        return sections[-1]
    position = 1 if value < 0 else 2 if value == 0 else 0
    return sections[position] if position < len(sections) else sections[0]
