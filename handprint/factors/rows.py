"""Rows of a factor library as text, with the place of every cell.

What cannot be read becomes a finding with file and line, or sheet and cell; nothing here decides
what a number means.
"""

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from typing import Any

from handprint.core.errors import Finding, Findings, Severity
from handprint.core.limits import in_range
from handprint.factors.schema import columns
from handprint.tables.sheets import Sheet, header_row, letter, note_passed_over
from handprint.units.amounts import approximation, in_unit, read_amount, read_whole
from handprint.units.names import UnitError
from handprint.units.unit import parse_unit

__all__ = [
    "HEAD_KEYS",
    "MAX_BYTES",
    "RawRow",
    "RawSource",
    "error",
    "source_head",
    "table_rows",
    "text_of",
]

MAX_BYTES = 20_000_000
HEAD_KEYS = (
    "id",
    "title",
    "publisher",
    "licence",
    "attribution",
    "url",
    "retrieved",
    "gwp",
    "notes",
)
_MUST_HAVE = ("title", "publisher", "licence", "url")
_FIRST_YEAR, _LAST_YEAR = 1000, 9999
_FREE_TEXT = ("name_en", "name_zh", "unit", "reference", "note")


@dataclass(frozen=True, slots=True)
class RawRow:
    """One row as text, with the place of every cell."""

    cells: Mapping[str, str]
    file: str  # "source/factors.csv" or "own.xlsx!factors"
    line: int
    letters: Mapping[str, str] = field(default_factory=dict)  # column -> letter, of a workbook

    @property
    def place(self) -> str:
        """Place of the row: ``own.xlsx!factors!12`` or ``source/factors.csv:12``."""
        return f"{self.file}{'!' if self.letters else ':'}{self.line}"

    def where(self, column: str) -> str:
        """Place of one cell: ``own.xlsx!factors!D12`` or ``source/factors.csv:12 value``."""
        if self.letters:
            return f"{self.file}!{self.letters.get(column, '')}{self.line}"
        return f"{self.place} {column}"

    def numbers(
        self, findings: Findings
    ) -> tuple[float, int, int | None, float | None, float | None] | None:
        """Return value, year, year_to, p1, p2; None after a finding if one cannot be read."""
        own = Findings()
        value = self._number("value", own)
        year = self._year("year", own)
        year_to = self._year("year_to", own)
        p1, p2 = self._number("p1", own), self._number("p2", own)
        findings.extend(own)
        if value is None or own.has(Severity.ERROR):
            return None
        return value, year or 0, year_to, p1, p2

    def _number(self, column: str, findings: Findings) -> float | None:
        """Return a number in the unit of the row: 5.2% under the unit % is 5.2."""
        text = self.cells[column]
        if not text and not columns()[column].required:
            return None
        try:
            amount = read_amount(text)
            unit = parse_unit(self.cells["unit"]) if amount.unit is not None else None
            number = amount.number if unit is None else in_unit(text, unit)
        except UnitError as problem:
            if problem.code == "HP-U01":
                variant = problem.variant if problem.variant == "range" else ""
                findings.add(error("HP-F22", self.where(column), variant, column=column, text=text))
            else:
                findings.add(problem.finding(self.where(column)))
            return None
        if not in_range(number):
            findings.add(error("HP-F22", self.where(column), "range", column=column, text=text))
            return None
        if (told := approximation(text, self.where(column))) is not None:
            findings.add(told)
        return number

    def _year(self, column: str, findings: Findings) -> int | None:
        text = self.cells[column]
        if text == "n/s" or not (text or columns()[column].required):
            return None
        try:
            year = read_whole(text)
        except UnitError:
            year = 0
        if _FIRST_YEAR <= year <= _LAST_YEAR:
            return year
        findings.add(error("HP-F22", self.where(column), "year", text=text, column=column))
        return None


@dataclass(frozen=True, slots=True)
class RawSource:
    """A source's description and its rows."""

    head: Mapping[str, Any]
    rows: Sequence[RawRow] = ()


def source_head(
    content: Mapping[str, Any], source_id: str, place: str, findings: Findings
) -> dict[str, Any]:
    """Return the fields of a source, complete; what is missing becomes a finding."""
    for key in _MUST_HAVE:
        if not content.get(key):
            findings.add(error("HP-F26", place, key=key))
    head = {key: text_of(content.get(key)) for key in HEAD_KEYS}
    title = content.get("title")
    by_language = title if isinstance(title, Mapping) else {"en": title, "zh": title}
    names = {lang: text_of(by_language.get(lang)) for lang in ("en", "zh")}
    return {**head, "id": head["id"] or source_id, "title": names}


def table_rows(sheet: Sheet, findings: Findings) -> Iterator[RawRow]:
    """Turn a sheet whose header is in its first rows into rows of known columns."""
    needed = [column.name for column in columns().values() if column.required]
    headed = replace(sheet, header=header_row(sheet.rows, needed))
    note_passed_over(headed, findings)
    names = headed.names
    first = headed.head_place() if headed.rows else f"{headed.file}:1"
    _check_header(names, first, findings)
    blank = dict.fromkeys(columns(), "")
    letters = {name: letter(i) for i, name in enumerate(names)} if headed.workbook else {}
    for number in range(headed.header + 1, len(headed.rows)):
        cells = headed.rows[number]
        if not any(cells):
            continue
        if any(cells[len(names) :]):
            params = {"count": len(cells), "header": len(names)}
            findings.add(error("HP-F23", headed.place(number), "cells", **params))
        read = (headed.read(number, i, findings) for i in range(len(names)))
        texts = blank | dict(zip(names, read, strict=True))
        row = RawRow(texts, headed.file, headed.line(number), letters)
        yield row if "".join(cells).isascii() else _half_width(row, findings)


def _check_header(names: Sequence[str], place: str, findings: Findings) -> None:
    known = columns()
    for column in known.values():
        if column.required and column.name not in names:
            findings.add(error("HP-F23", place, "missing", column=column.name))
    for name in names:
        if not name and names.count(name) == 1:
            continue  # an empty column beside the table
        if name not in known:
            near = ", ".join(get_close_matches(name, known, n=1)) or ", ".join(known)
            findings.add(error("HP-F23", place, "unknown", column=name, near=near))
        elif names.count(name) > 1:
            findings.add(error("HP-F23", place, "twice", column=name))


def _half_width(row: RawRow, findings: Findings) -> RawRow:
    """Read full-width characters outside the free texts, and say so."""
    cells = dict(row.cells)
    for column, text in row.cells.items():
        folded = text if column in _FREE_TEXT else unicodedata.normalize("NFKC", text)
        if folded != text:
            params = {"text": text, "read": folded}
            place = row.where(column)
            findings.add(Finding("HP-F21", Severity.WARNING, place, params, "full_width"))
            cells[column] = folded
    return replace(row, cells=cells)


def error(code: str, place: str, variant: str = "", **params: str | int | float) -> Finding:
    """Return a finding of severity error."""
    return Finding(code, Severity.ERROR, place, params, variant)


def text_of(value: object) -> str:
    """Return a scalar as text, anything nested as nothing."""
    nested = value is None or isinstance(value, Mapping | list | tuple | set)
    return "" if nested else str(value).strip()
