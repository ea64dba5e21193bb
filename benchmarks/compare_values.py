"""Differences between two result files: of their bytes, or value by value, and those declared."""

import csv
import json
import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from fnmatch import fnmatchcase
from html import unescape
from itertools import zip_longest
from pathlib import Path
from typing import Any, NamedTuple

import yaml

__all__ = [
    "ABSENT",
    "Declared",
    "Difference",
    "byte_difference",
    "read_declared",
    "value_differences",
]

ABSENT = "(absent)"
SHOWN = 30  # bytes on either side of the first that differs


class Difference(NamedTuple):
    """A place in a file of results, and what both checkouts wrote there."""

    what: str
    key: str
    old: str
    new: str


@dataclass
class Declared:
    """A difference that was reviewed: globs for file, key, old and new value; and the reason."""

    what: str
    key: str
    reason: str
    old: str = "*"
    new: str = "*"
    used: int = field(default=0, compare=False)

    def excuses(self, found: Difference) -> bool:
        """Tell whether a difference is this one, and count it."""
        globs = (self.what, self.key, self.old, self.new)
        met = all(fnmatchcase(text, glob) for text, glob in zip(found, globs, strict=True))
        self.used += met
        return met


def read_declared(path: Path) -> list[Declared]:
    """Read declared differences from CSV, or from a YAML list.

    Raises
    ------
    ValueError
        where an entry lacks what, key or reason, or has something else.
    """
    text = path.read_text("utf-8")
    if path.suffix == ".csv":
        entries: Any = [
            {key: value for key, value in row.items() if value}
            for row in csv.DictReader(text.splitlines())
        ]
    else:
        entries = yaml.safe_load(text) or []
    try:
        declared = [Declared(**entry) for entry in entries]
    except TypeError as error:
        raise ValueError(f"{path}: an entry has what, key, reason, old, new: {error}") from None
    if not all(isinstance(e.reason, str) and e.reason.strip() for e in declared):
        raise ValueError(f"{path}: an entry has no reason")
    return declared


def byte_difference(what: str, old: Path, new: Path) -> Difference | None:
    """Return the first byte that differs with its surroundings, or nothing."""
    one, two = old.read_bytes(), new.read_bytes()
    if one == two:
        return None
    pairs = enumerate(zip(one, two, strict=False))
    at = next((i for i, (a, b) in pairs if a != b), min(len(one), len(two)))
    part = slice(max(0, at - SHOWN), at + SHOWN)
    shown = [content[part].decode("utf-8", "backslashreplace") for content in (one, two)]
    return Difference(what, f"byte {at} of {len(one)}, {len(two)}", *shown)


class Content(NamedTuple):
    """Values by key path, and lines of text."""

    values: dict[str, Any]
    lines: list[str]


def value_differences(what: str, old: Path, new: Path) -> Iterator[Difference]:
    """Yield the values and lines that differ; keys are paths such as `metrics.NER.value`."""
    if old.read_bytes() == new.read_bytes():
        return
    read = READERS.get(old.suffix, _text)
    try:
        one, two = read(old), read(new)
    except Exception as error:  # any reader's, of a file that one checkout broke
        yield Difference(what, "unreadable", "", f"{type(error).__name__}: {error}")
        return
    for key in dict.fromkeys((*one.values, *two.values)):
        before, after = one.values.get(key, ABSENT), two.values.get(key, ABSENT)
        if not _same(before, after):
            yield Difference(what, key, str(before), str(after))
    for number, before, after in _changed_lines(one.lines, two.lines):
        yield Difference(what, f"line {number}", before, after)


def _same(one: Any, two: Any) -> bool:
    """Tell whether values are equal, floats exactly; not a number equals itself, 1 is not true."""
    if isinstance(one, float) and isinstance(two, float) and math.isnan(one) and math.isnan(two):
        return True
    return isinstance(one, bool) == isinstance(two, bool) and bool(one == two)


def _changed_lines(old: list[str], new: list[str]) -> Iterator[tuple[int, str, str]]:
    for kind, i, j, k, m in SequenceMatcher(None, old, new).get_opcodes():
        if kind != "equal":
            pairs = zip_longest(old[i:j], new[k:m], fillvalue=ABSENT)
            yield from ((i + n, before, after) for n, (before, after) in enumerate(pairs, 1))


def _flat(tree: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(tree, dict | list) and tree:
        for key, value in tree.items() if isinstance(tree, dict) else enumerate(tree):
            yield from _flat(value, f"{path}.{key}" if path else str(key))
    else:
        yield path, tree


def _json(path: Path) -> Content:
    return Content(dict(_flat(json.loads(path.read_bytes()))), [])


def _text(path: Path) -> Content:
    return Content({}, path.read_text("utf-8").splitlines())


def _number(cell: str | None) -> Any:
    try:
        return float(cell or "")
    except ValueError:
        return cell


def _csv(path: Path) -> Content:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.reader(stream))
    header = rows[0] if rows else []
    values = {
        f"{name}.{number}": _number(cell)
        for number, row in enumerate(rows)
        for name, cell in zip_longest(header, row, fillvalue=None)
    }
    return Content(values, [])


def _parquet(path: Path) -> Content:
    import pyarrow.parquet as pq

    table = pq.ParquetFile(path).read()
    values: dict[str, Any] = {f"{name}.type": str(table[name].type) for name in table.column_names}
    for name in table.column_names:
        values |= dict(_flat(table[name].to_pylist(), name))
    return Content(values, [])


def _xlsx(path: Path) -> Content:
    """Read values and formulas of all cells, hidden sheets too."""
    from openpyxl import load_workbook

    book = load_workbook(path)
    values: dict[str, Any] = {}
    for sheet in book.worksheets:
        values[f"{sheet.title}.state"] = sheet.sheet_state
        for row in sheet.iter_rows():
            for cell in row:
                if cell.value is not None:
                    values[f"{sheet.title}.{cell.coordinate}"] = cell.value
    return Content(values, [])


def _pdf(path: Path) -> Content:
    from pypdf import PdfReader

    reader = PdfReader(path)
    values: dict[str, Any] = {}
    for name, (data, *_) in reader.attachments.items():
        values |= dict(_flat(json.loads(data), name)) if name.endswith(".json") else {name: data}
    return Content(values, [line for p in reader.pages for line in p.extract_text().splitlines()])


SCRIPT = re.compile(r'<script type="application/json"[^>]*>(.*?)</script>', re.DOTALL)
STYLE = re.compile(r"<(style)\b.*?</\1>|<[^>]*>", re.DOTALL)


def _html(path: Path) -> Content:
    """Read embedded documents and the text between the tags."""
    text = path.read_text("utf-8")
    values = {
        key: value
        for number, document in enumerate(SCRIPT.findall(text))
        for key, value in _flat(json.loads(document), f"document{number}")
    }
    parts = unescape(STYLE.sub("\n", SCRIPT.sub("", text))).splitlines()
    return Content(values, [part.strip() for part in parts if part.strip()])


READERS: dict[str, Callable[[Path], Content]] = {
    ".json": _json,
    ".csv": _csv,
    ".parquet": _parquet,
    ".xlsx": _xlsx,
    ".pdf": _pdf,
    ".html": _html,
}
