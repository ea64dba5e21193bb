"""Read factor libraries as people keep them: CSV folders, single CSV files and XLSX workbooks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import yaml

from handprint.core.errors import CodedError, Finding, Findings, Severity
from handprint.core.files import standing_at
from handprint.factors.rows import (
    MAX_BYTES,
    RawRow,
    RawSource,
    error,
    source_head,
    table_rows,
    text_of,
)
from handprint.factors.workbook import SHEETS, read_workbook
from handprint.tables.encodings import decode
from handprint.tables.sheets import Sheet, Sizes, read_bytes, read_sheets

__all__ = ["LibraryHead", "read_folder", "read_library_file", "read_own"]

_T = TypeVar("_T")
SIZES = Sizes(file=MAX_BYTES, unpacked=10 * MAX_BYTES, rows=100_000, columns=100)
MARK = b"\xef\xbb\xbf"
MAX_BRACKETS = 1000  # a YAML loader in C crashes on a hundred thousand nested ones


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
    for name in [name for name in named if standing_at(root / name) != "folder" or "/" in name]:
        findings.add(error("HP-F20", str(root / "library.yaml"), "missing", path=name))
        named.remove(name)
    others = sorted(path.parent.name for path in root.glob("*/source.yaml"))
    return LibraryHead(
        version=text_of(content.get("version")),
        precedence=[*named, *(name for name in others if name not in named)],
        annual=_texts(content.get("annual")),
        substitutes=_pairs(content.get("substitutes"), str),
        deprecated=_pairs(content.get("deprecated"), str),
        names=_pairs(content.get("names"), dict),
    )


def read_own(path: Path, findings: Findings) -> list[RawSource]:
    """Read a user's library: a workbook, a CSV file beside its source.yaml, or a folder."""
    if standing_at(path) == "file":
        return _read_file(path, findings)
    if standing_at(path / "library.yaml"):
        head = read_library_file(path, findings)
        return [read_folder(path / name, findings) for name in head.precedence]
    there = standing_at(path) == "folder"
    folders = sorted({file.parent for file in path.glob("*/*.csv")}) if there else []
    if there and any(path.glob("*.csv")):
        folders.insert(0, path)
    if not folders:
        findings.add(error("HP-F20", str(path), "empty"))
    return [read_folder(folder, findings) for folder in folders]


def read_folder(folder: Path, findings: Findings) -> RawSource:
    """Read one source: ``source.yaml`` and every CSV file beside it."""
    return _read_source(folder, sorted(folder.glob("*.csv")), findings, folder.name)


def _read_file(path: Path, findings: Findings) -> list[RawSource]:
    """Read a workbook, or a CSV file beside its source.yaml."""
    local = Findings()
    sheets = read_sheets(path, local, SIZES, titles=SHEETS)
    if any(sheet.workbook for sheet in sheets):
        findings.extend(local)
        return read_workbook(path, sheets, findings)
    if not sheets:  # a file of another kind; what lacks beside it is no matter then
        findings.extend(local)
        return []
    return [_read_source(path.parent, [path], findings, path.stem)]


def _read_source(
    folder: Path, files: Sequence[Path], findings: Findings, source_id: str
) -> RawSource:
    """Read files beside a source.yaml, which may give another id."""
    content = _read_mapping(folder / "source.yaml", findings)
    head = source_head(content, source_id, str(folder / "source.yaml"), findings)
    rows = [row for file in files for row in _read_csv(file, findings)]
    return RawSource(head, rows)


def _read_csv(path: Path, findings: Findings) -> list[RawRow]:
    sheets: list[Sheet] = read_sheets(path, findings, SIZES, name=_shown(path))
    _note_mark(path, findings)
    return [row for sheet in sheets[:1] for row in table_rows(sheet, findings)]


def _note_mark(path: Path, findings: Findings) -> None:
    """Note a byte-order mark."""
    try:
        with path.open("rb") as stream:
            marked = stream.read(len(MARK)) == MARK
    except OSError:
        return  # told by who reads the file
    if marked:
        findings.add(Finding("HP-F21", Severity.NOTE, f"{_shown(path)}:1", variant="bom"))


def _decode(path: Path, findings: Findings) -> str:
    """Read a text file that should be UTF-8; say so if it is not."""
    place = _shown(path)
    try:
        decoded = decode(read_bytes(path, MAX_BYTES), place, findings)
    except CodedError as problem:
        findings.add(problem.finding(place))
        return ""
    _note_mark(path, findings)
    return "" if decoded is None else decoded.text


def _read_mapping(path: Path, findings: Findings) -> dict[str, Any]:
    if standing_at(path) != "file":
        findings.add(error("HP-F26", str(path), "file", key=path.name))
        return {}
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    source = _decode(path, findings)
    if source.count("[") + source.count("{") > MAX_BRACKETS:
        findings.add(error("HP-F20", str(path), "yaml", reason=f"> {MAX_BRACKETS} [ ]"))
        return {}
    try:
        content = yaml.load(source, Loader=loader)  # noqa: S506 (safe loader)
    except yaml.YAMLError as problem:
        findings.add(error("HP-F20", str(path), "yaml", reason=str(problem)))
        return {}
    return content if isinstance(content, dict) else {}


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
