"""Rows of a factor library as text, with the place of every cell.

What cannot be read becomes a finding with file and line, or sheet and cell; nothing here decides
what a number means.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from typing import Any

from handprint.core.errors import Finding, Findings, Severity
from handprint.factors.schema import columns

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
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)
_YEAR = re.compile(r"\d{4}", re.ASCII)
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
        before = len(findings)
        value = self._number("value", findings)
        year = self._year("year", findings)
        year_to = self._year("year_to", findings)
        p1, p2 = self._number("p1", findings), self._number("p2", findings)
        if len(findings) > before or value is None:
            return None
        return value, year or 0, year_to, p1, p2

    def _number(self, column: str, findings: Findings) -> float | None:
        text = self.cells[column]
        if not text and not columns()[column].required:
            return None
        if _NUMBER.fullmatch(text):
            number = float(text)
            if number not in (float("inf"), float("-inf")):
                return number
        findings.add(error("HP-F22", self.where(column), column=column, text=text))
        return None

    def _year(self, column: str, findings: Findings) -> int | None:
        text = self.cells[column]
        if text in ("", "n/s"):
            if text == "" and columns()[column].required:
                findings.add(error("HP-F22", self.where(column), "year", text="", column=column))
            return None
        if _YEAR.fullmatch(text):
            return int(text)
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


def table_rows(
    lines: Iterable[tuple[int, Sequence[str]]],
    file: str,
    findings: Findings,
    *,
    letters: Mapping[str, str] | None = None,
) -> Iterator[RawRow]:
    """Turn numbered lines, the first of them the header, into rows of known columns."""
    numbered = iter(lines)
    _, header = next(numbered, (1, ()))
    names = [name.strip() for name in header]
    _check_header(names, f"{file}:1", findings)
    blank = dict.fromkeys(columns(), "")
    for number, cells in numbered:
        if not any(cells):
            continue
        if any(cells[len(names) :]):
            params = {"count": len(cells), "header": len(names)}
            findings.add(error("HP-F23", f"{file}:{number}", "cells", **params))
        texts = blank | {name: text.strip() for name, text in zip(names, cells, strict=False)}
        row = RawRow(texts, file, number, letters or {})
        yield row if "".join(cells).isascii() else _half_width(row, findings)


def _check_header(names: Sequence[str], place: str, findings: Findings) -> None:
    known = columns()
    for column in known.values():
        if column.required and column.name not in names:
            findings.add(error("HP-F23", place, "missing", column=column.name))
    for name in names:
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
