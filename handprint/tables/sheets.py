"""Tables as people keep them, as sheets of texts with the place of every cell.

CSV (also packed), XLSX and Parquet become the same thing. What the cells mean is decided by the
readers of lever tables, input-output tables, scores and factors; what cannot be read is a finding.
A cell is at fault only where it is read: an error value beside a table troubles nobody.
"""

import gzip
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from handprint.core.errors import CodedError, Finding, Findings, Param, Severity
from handprint.tables.archive import kind_of, old_office
from handprint.tables.cell import Cell, letter
from handprint.tables.encodings import decode
from handprint.tables.sheet import Record, Sheet, folded, records
from handprint.tables.text import lines_of, separator_of, split
from handprint.tables.workbook import SheetPart, Workbook, open_workbook

__all__ = [
    "HEADER_ROWS",
    "Record",
    "Sheet",
    "Sizes",
    "find_table",
    "folded",
    "header_row",
    "letter",
    "note_passed_over",
    "read_bytes",
    "read_sheets",
    "records",
    "refuse_kind",
]

HEADER_ROWS = 20  # rows among which the names of the columns are looked for
HEAD = 1 << 16
_UNREADABLE = ("json", "markup", "pdf", "picture", "lock")


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much of a file is read.

    Parameters
    ----------
    file, unpacked : int
        Size of the file, and of what it unpacks to [byte].
    rows, columns : int
        Of a workbook: beyond, somebody touched a far cell.
    """

    file: int = 200_000_000  # an input-output table of some thousand sectors as text
    unpacked: int = 1_000_000_000
    rows: int = 20_000
    columns: int = 2_000


def header_row(rows: Sequence[Sequence[str]], needed: Sequence[str] = ()) -> int:
    """Return the row that names most of the needed columns; without any, the first that is filled.

    Parameters
    ----------
    needed : sequence of str
        Folded names.
    """
    filled = [i for i, row in enumerate(rows[:HEADER_ROWS]) if any(row)]
    if not filled:
        return 0
    named = {i: len({folded(name) for name in rows[i]} & set(needed)) for i in filled}
    return max(filled, key=lambda i: (named[i], -i))


def read_sheets(
    path: Path,
    findings: Findings,
    sizes: Sizes | None = None,
    *,
    name: str = "",
    titles: Sequence[str] = (),
) -> list[Sheet]:
    """Return the sheets of a table that a person sees; nothing after a finding.

    Parameters
    ----------
    name : str
        What findings call the file, if not by its name.
    titles : sequence of str
        Folded titles that are looked for; where only a hidden sheet has one, that is told.

    Faults are findings: HP-M01 no such file; HP-M02 a file of another kind, or broken; HP-M03 its
    encoding; HP-M09 only hidden sheets; HP-X01 and HP-X02 a workbook that is not opened.
    """
    sheets = _all_sheets(path, findings, sizes or Sizes(), name or path.name)
    visible = [sheet for sheet in sheets if sheet.visible]
    seen = {folded(sheet.title) for sheet in visible}
    lost = [s for s in sheets if not s.visible and folded(s.title) in set(titles) - seen]
    if sheets and not any(sheet.rows for sheet in visible):
        lost = [sheet for sheet in sheets if sheet.rows]
    _only_hidden(lost, path, findings)
    for sheet in visible:
        _tell_cut(sheet, Severity.WARNING, findings)
    return visible


def find_table(
    path: Path,
    needed: Sequence[str],
    findings: Findings,
    *,
    titled: Callable[[str], bool] = lambda _: False,
) -> Sheet | None:
    """Return the sheet that has most of the needed columns, with its header; None if none is there.

    What stands above the header, rows that a filter hides, and a hidden sheet that would fit where
    no other does are told (HP-M07 to HP-M09); so is a table without a row (HP-M02).

    Parameters
    ----------
    needed : sequence of str
        Folded names of columns.
    titled : callable
        Whether a title is that of the sheet looked for; such a sheet goes before the others.
    """
    sheets = [sheet for sheet in _all_sheets(path, findings, Sizes(), path.name) if sheet.rows]
    headed = [replace(sheet, header=header_row(sheet.rows, needed)) for sheet in sheets]
    visible = [sheet for sheet in headed if sheet.visible]

    def fit(sheet: Sheet) -> tuple[bool, int]:
        return titled(sheet.title), len(set(sheet.names) & set(needed))

    best = max(visible, key=fit, default=None)
    fitting = [sheet for sheet in headed if set(needed) <= set(sheet.names)]
    if (best is None or best not in fitting) and any(not sheet.visible for sheet in fitting):
        _only_hidden([sheet for sheet in fitting if not sheet.visible], path, findings)
        return None
    if best is None:
        _nothing(path, "empty", findings)
        return None
    note_passed_over(best, findings)
    _tell_cut(best, Severity.ERROR, findings)
    if best in fitting and not any(any(row) for row in best.rows[best.header + 1 :]):
        _nothing(path, "rows", findings)
        return None
    return best


def _tell_cut(sheet: Sheet, severity: Severity, findings: Findings) -> None:
    """Tell that a table is longer or wider than what is read of it."""
    if sheet.cut:
        place, params = f"{sheet.file}!{sheet.cut}", {"row": sheet.cut}
        findings.add(Finding("HP-M02", severity, place, params, "long"))


def _nothing(path: Path, variant: str, findings: Findings) -> None:
    """Tell that a file holds no table, unless something worse is told of it."""
    if not findings.has(Severity.ERROR):
        findings.add(Finding("HP-M02", Severity.ERROR, path.name, variant=variant))


def note_passed_over(sheet: Sheet, findings: Findings) -> None:
    """Note what stands above the header (HP-M07), and rows that a filter hides (HP-M08)."""
    if sheet.header:
        titles = [text for row in sheet.rows[: sheet.header] for text in row if text]
        params: dict[str, Param] = {
            "line": sheet.line(sheet.header),
            "text": titles[0][:60] if titles else "-",
        }
        place = sheet.place(sheet.header)
        findings.add(Finding("HP-M07", Severity.NOTE, place, params, "" if titles else "empty"))
    if sheet.hidden_rows:
        params = {"count": sheet.hidden_rows}
        findings.add(Finding("HP-M08", Severity.NOTE, sheet.file, params))


# --- from files to sheets -------------------------------------------------------------------------


def read_bytes(path: Path, limit: int) -> bytes:
    """Return the content of a file, unpacked where it is packed with gzip.

    Raises
    ------
    CodedError
        HP-M01 there is no such file; HP-M02 it cannot be read, or is larger than ``limit``.
    """
    try:
        with path.open("rb") as stream:
            data = stream.read(limit + 1)
        if kind_of(data[:8]) == "gzip":
            with gzip.open(path) as packed:
                data = packed.read(limit + 1)
    except FileNotFoundError:
        raise CodedError("HP-M01") from None
    except (OSError, EOFError, ValueError, zlib.error) as problem:
        reason = getattr(problem, "strerror", None) or str(problem) or type(problem).__name__
        raise CodedError("HP-M02", reason=reason) from None
    if len(data) > limit:
        raise CodedError("HP-M02", "size", limit=limit // 1_000_000)
    return data


def refuse_kind(kind: str, data: bytes) -> None:
    """Refuse a file of a kind that holds no table."""
    if kind == "excel97":
        raise old_office(data)
    if kind in _UNREADABLE:
        raise CodedError("HP-M02", kind)


def _only_hidden(sheets: Sequence[Sheet], path: Path, findings: Findings) -> None:
    if sheets:
        params = {"sheets": ", ".join(sheet.title for sheet in sheets[:5])}
        findings.add(Finding("HP-M09", Severity.ERROR, path.name, params))


def _all_sheets(path: Path, findings: Findings, sizes: Sizes, name: str) -> list[Sheet]:
    """Return all sheets, also those that nobody sees."""
    try:
        data = read_bytes(path, sizes.file)
        kind = kind_of(data[:HEAD], path.name)
        refuse_kind(kind, data)
        if kind == "workbook" or path.suffix.lower() in (".xlsx", ".xlsm"):
            return _workbook(data, name, sizes)
        if kind == "parquet":
            return [_parquet(path, findings)]
        return _text_file(data, name, findings)
    except CodedError as problem:
        line = problem.params.get("line")
        place = str(path) if problem.code == "HP-M01" else name
        findings.add(problem.finding(place if line is None else f"{place}:{line}"))
        return []


def _text_file(data: bytes, name: str, findings: Findings) -> list[Sheet]:
    decoded = decode(data, name, findings)
    if decoded is None:
        return []
    tabs = name.lower().removesuffix(".gz").endswith((".tsv", ".tab"))
    separator, skip = separator_of(decoded.text[:HEAD], tabs=tabs)
    numbered = list(split(lines_of(decoded.text), separator))[skip:]
    rows = [cells for _, cells in numbered]
    return [Sheet(name, rows, workbook=False, lines=[line for line, _ in numbered])]


def _workbook(data: bytes, name: str, sizes: Sizes) -> list[Sheet]:
    book = open_workbook(data, sizes.unpacked, macros=True)
    return [_sheet(book, part, f"{name}!{part.name}", sizes) for part in book.sheets]


def _sheet(book: Workbook, part: SheetPart, file: str, sizes: Sizes) -> Sheet:
    rows: list[list[str]] = []
    faults: set[tuple[int, int]] = set()
    hidden = cut = 0
    for number, filtered, cells in book.rows(part, rows=sizes.rows + 1, columns=sizes.columns + 1):
        cut = cut or (number + 1 if _goes_on(number, cells, rows, sizes) else 0)
        if number >= sizes.rows:
            break
        while len(rows) < number:
            rows.append([])
        texts = [cell.text for cell in cells[: sizes.columns]]
        while texts and not texts[-1]:
            texts.pop()
        faults.update((number, cell.column) for cell in cells if cell.faulty)
        hidden += filtered and any(texts)
        rows[number:] = [texts]
    while rows and not rows[-1]:
        rows.pop()
    return Sheet(file, rows, workbook=True, faults=frozenset(faults), visible=part.visible,
                 hidden_rows=hidden, cut=cut)  # fmt: skip


def _goes_on(
    number: int, cells: Sequence[Cell], rows: Sequence[Sequence[str]], sizes: Sizes
) -> bool:
    """Whether a table goes on beyond what is read; a cell far from all others is none of it."""
    if number >= sizes.rows:
        return any(cell.text for cell in cells) and len(rows) == sizes.rows and any(rows[-1])
    return len(cells) > sizes.columns and all(cell.text for cell in cells[-2:])


def _parquet(path: Path, findings: Findings) -> Sheet:
    from handprint.tables.parquet import read_columns

    columns = read_columns(path, findings)
    texts = [["" if value is None else _plain(value) for value in column] for column in
             columns.values()]  # fmt: skip
    return Sheet(path.name, [list(columns), *map(list, zip(*texts, strict=True))], workbook=False)


def _plain(value: object) -> str:
    if isinstance(value, float):
        return "" if value != value else repr(value)  # noqa: PLR0124 (not a number)
    return str(value).strip()
