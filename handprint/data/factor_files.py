"""Read factor libraries as people keep them: CSV folders and XLSX workbooks.

Everything is read as text with the place it stands at. What cannot be read becomes a finding
with file and line, or sheet and cell; nothing here decides what a number means.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

import yaml

from handprint.core.errors import Finding, Findings, Severity
from handprint.data.factor_schema import columns

__all__ = [
    "HEAD_KEYS",
    "LibraryHead",
    "RawRow",
    "RawSource",
    "read_folder",
    "read_library_file",
    "read_own",
    "source_head",
    "table_rows",
]

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
_T = TypeVar("_T")
MAX_BYTES = 20_000_000
MAX_BRACKETS = 1000  # a YAML loader in C crashes on a hundred thousand nested ones
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
        findings.add(_finding("HP-F22", self.where(column), column=column, text=text))
        return None

    def _year(self, column: str, findings: Findings) -> int | None:
        text = self.cells[column]
        if text in ("", "n/s"):
            if text == "" and columns()[column].required:
                findings.add(_finding("HP-F22", self.where(column), "year", text="", column=column))
            return None
        if _YEAR.fullmatch(text):
            return int(text)
        findings.add(_finding("HP-F22", self.where(column), "year", text=text, column=column))
        return None


@dataclass(frozen=True, slots=True)
class RawSource:
    """A source's description and its rows."""

    head: Mapping[str, Any]
    rows: Sequence[RawRow] = ()


@dataclass(frozen=True, slots=True)
class LibraryHead:
    """What ``library.yaml`` says."""

    version: str = ""
    precedence: Sequence[str] = ()
    annual: Sequence[str] = ()
    substitutes: Mapping[str, str] = field(default_factory=dict)
    deprecated: Mapping[str, str] = field(default_factory=dict)
    names: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


def read_library_file(root: Path, findings: Findings) -> LibraryHead:
    """Read ``library.yaml``; folders it does not name follow in alphabetical order."""
    content = _read_mapping(root / "library.yaml", findings)
    named = _texts(content.get("precedence"))
    for name in [name for name in named if not (root / name).is_dir() or "/" in name]:
        findings.add(_finding("HP-F20", str(root / "library.yaml"), "missing", path=name))
        named.remove(name)
    others = sorted(path.parent.name for path in root.glob("*/source.yaml"))
    return LibraryHead(
        version=_text(content.get("version")),
        precedence=[*named, *(name for name in others if name not in named)],
        annual=_texts(content.get("annual")),
        substitutes=_pairs(content.get("substitutes"), str),
        deprecated=_pairs(content.get("deprecated"), str),
        names=_pairs(content.get("names"), dict),
    )


def read_own(path: Path, findings: Findings) -> list[RawSource]:
    """Read a user's library: a workbook, a CSV file beside its source.yaml, or a folder."""
    if path.suffix.lower() in (".xlsx", ".xlsm"):
        from handprint.data.factor_workbook import read_workbook

        return read_workbook(path, findings)
    if path.is_file():
        return [_read_source(path.parent, [path], findings)]
    if (path / "library.yaml").is_file():
        head = read_library_file(path, findings)
        return [read_folder(path / name, findings) for name in head.precedence]
    folders = sorted({file.parent for file in path.glob("*/*.csv")})
    if any(path.glob("*.csv")):
        folders.insert(0, path)
    if not folders:
        findings.add(_finding("HP-F20", str(path), "empty"))
    return [read_folder(folder, findings) for folder in folders]


def read_folder(folder: Path, findings: Findings) -> RawSource:
    """Read one source: ``source.yaml`` and every CSV file beside it."""
    return _read_source(folder, sorted(folder.glob("*.csv")), findings)


def source_head(
    content: Mapping[str, Any], source_id: str, place: str, findings: Findings
) -> dict[str, Any]:
    """Return the fields of a source, complete; what is missing becomes a finding."""
    for key in _MUST_HAVE:
        if not content.get(key):
            findings.add(_finding("HP-F26", place, key=key))
    head = {key: _text(content.get(key)) for key in HEAD_KEYS}
    title = content.get("title")
    by_language = title if isinstance(title, Mapping) else {"en": title, "zh": title}
    names = {lang: _text(by_language.get(lang)) for lang in ("en", "zh")}
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
            findings.add(_finding("HP-F23", f"{file}:{number}", "cells", **params))
        texts = blank | {name: text.strip() for name, text in zip(names, cells, strict=False)}
        row = RawRow(texts, file, number, letters or {})
        yield row if "".join(cells).isascii() else _half_width(row, findings)


def _read_source(folder: Path, files: Sequence[Path], findings: Findings) -> RawSource:
    content = _read_mapping(folder / "source.yaml", findings)
    head = source_head(content, folder.name, str(folder / "source.yaml"), findings)
    rows = [row for file in files for row in _read_csv(file, findings)]
    return RawSource(head, rows)


def _read_csv(path: Path, findings: Findings) -> list[RawRow]:
    text = _decode(path, findings)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    lines = ((reader.line_num, cells) for cells in reader)
    try:
        return list(table_rows(lines, _shown(path), findings))
    except csv.Error as error:
        place = f"{_shown(path)}:{reader.line_num}"
        findings.add(_finding("HP-F20", place, "csv", reason=str(error)))
        return []


def _decode(path: Path, findings: Findings) -> str:
    """Read a text file that should be UTF-8; say so if it is not."""
    place = f"{_shown(path)}:1"
    try:
        with path.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except OSError as error:
        findings.add(_finding("HP-F20", place, "csv", reason=error.strerror or str(error)))
        return ""
    if len(data) > MAX_BYTES:
        findings.add(_finding("HP-F20", place, "size", limit=MAX_BYTES // 1_000_000))
        return ""
    if data.startswith(b"\xef\xbb\xbf"):
        findings.add(Finding("HP-F21", Severity.NOTE, place, variant="bom"))
        data = data[3:]
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        place = f"{_shown(path)}:{line}"
    try:
        text = data.decode("gb18030")
    except UnicodeDecodeError:
        findings.add(_finding("HP-F21", place, "unknown"))
        return ""
    findings.add(Finding("HP-F21", Severity.WARNING, place, variant="gbk"))
    return text


def _read_mapping(path: Path, findings: Findings) -> dict[str, Any]:
    if not path.is_file():
        findings.add(_finding("HP-F26", str(path), "file", key=path.name))
        return {}
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    source = _decode(path, findings)
    if source.count("[") + source.count("{") > MAX_BRACKETS:
        findings.add(_finding("HP-F20", str(path), "yaml", reason=f"> {MAX_BRACKETS} [ ]"))
        return {}
    try:
        content = yaml.load(source, Loader=loader)  # noqa: S506 (safe loader)
    except yaml.YAMLError as error:
        findings.add(_finding("HP-F20", str(path), "yaml", reason=str(error)))
        return {}
    return content if isinstance(content, dict) else {}


def _check_header(names: Sequence[str], place: str, findings: Findings) -> None:
    from difflib import get_close_matches

    known = columns()
    for column in known.values():
        if column.required and column.name not in names:
            findings.add(_finding("HP-F23", place, "missing", column=column.name))
    for name in names:
        if name not in known:
            near = ", ".join(get_close_matches(name, known, n=1)) or ", ".join(known)
            findings.add(_finding("HP-F23", place, "unknown", column=name, near=near))
        elif names.count(name) > 1:
            findings.add(_finding("HP-F23", place, "twice", column=name))


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


def _finding(code: str, place: str, variant: str = "", **params: str | int | float) -> Finding:
    return Finding(code, Severity.ERROR, place, params, variant)


def _shown(path: Path) -> str:
    """Path as a finding shows it: the folder of the source and the file."""
    return f"{path.parent.name}/{path.name}"


def _texts(value: object) -> list[str]:
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def _pairs(value: object, kind: type[_T]) -> dict[str, _T]:
    """Return the entries of a mapping that have the right kind; a stranger wrote the file."""
    if not isinstance(value, Mapping):
        return {}
    return {k: v for k, v in value.items() if isinstance(k, str) and isinstance(v, kind)}


def _text(value: object) -> str:
    """Return a scalar as text, anything nested as nothing."""
    nested = value is None or isinstance(value, Mapping | list | tuple | set)
    return "" if nested else str(value).strip()
