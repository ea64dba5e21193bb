"""CSV files and workbooks as tables of texts, with the line of every row.

What encoding, separator, header and quotation marks are is decided where it is for every table;
Arrow reads the rows.
"""

import csv
import gzip
import io
from array import array
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import islice
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import numpy as np

from handprint.batch.headers import column_name
from handprint.core.arrays import Codes
from handprint.core.errors import CodedError, Finding, Findings, Severity
from handprint.tables.archive import kind_of
from handprint.tables.encodings import Encoding, encoding_of
from handprint.tables.parquet import trouble_of
from handprint.tables.sheets import HEADER_ROWS, Sheet, header_row, note_passed_over
from handprint.tables.text import quotes_trouble, separator_of, split

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["NEEDED", "TextTable", "named_columns", "read_csv_table"]

BLOCK = 1 << 24
HEAD = 1 << 16
NEEDED = ("id", "template")
# Bytes of what is held in memory whole, beside the table; other text is read block by block.
UNPACKED = 1_000_000_000
WIDE_COMMAS = 200_000_000


@dataclass(frozen=True)
class TextTable:
    """A table whose cells are texts.

    Parameters
    ----------
    broken : tuple of (row, cells)
        Rows with another number of cells than the header, and how many they have; they stand
        in the table as empty rows.
    lines : callable
        Returns the line of every row; a file of text is read again for it.
    """

    table: "pa.Table"
    lines: Callable[[], Codes]
    sheet: str = ""
    broken: tuple[tuple[int, int], ...] = ()

    @cached_property
    def _lines(self) -> Codes:
        return self.lines()

    def line(self, row: int) -> int:
        """Return the line of a row, as an editor or a spreadsheet counts."""
        return int(self._lines[row - 1])


class _TextFile:
    """A file of text, packed or not, read from the beginning as often as needed."""

    def __init__(self, path: Path) -> None:
        self.path = path
        with path.open("rb") as stream:
            self.packed = kind_of(stream.read(8)) == "gzip"
        self.quotes = self.newlines = self.size = 0  # of the whole file, once it was gone through

    def opened(self) -> IO[bytes]:
        return gzip.open(self.path) if self.packed else self.path.open("rb")  # type: ignore[return-value]

    def blocks(self) -> Iterator[bytes]:
        """Yield the bytes; HP-M02 where a packed file becomes larger than is held in memory."""
        self.quotes = self.newlines = self.size = 0
        with self.opened() as stream:
            while block := stream.read(BLOCK):
                self.size += len(block)
                if self.packed and self.size > UNPACKED:
                    raise CodedError("HP-M02", "packed", limit=UNPACKED // 1_000_000)
                self.quotes += block.count(b'"')
                self.newlines += block.count(b"\n")
                yield block

    def lines(self, encoding: str) -> Iterator[str]:
        with io.TextIOWrapper(self.opened(), encoding, newline="") as stream:
            yield from stream


@dataclass(frozen=True, slots=True)
class _Shape:
    """How a text is cut into cells, and where its header stands.

    Parameters
    ----------
    before : int
        Rows down to the header, which is one of them.
    skip : int
        Lines down to the first row below the header.
    """

    encoding: str
    separator: str
    names: tuple[str, ...] = ()
    before: int = 1
    skip: int = 1


def read_csv_table(path: Path, findings: Findings) -> TextTable | None:
    """Read a text file of cells; None with a finding (HP-M02, HP-M03) where that is impossible."""
    file = _TextFile(path)
    encoding = encoding_of(file.blocks)
    told = encoding.finding(path.name)
    if told is not None:
        findings.add(told)
    if not encoding.usable:
        return None
    shape = _shape(file, encoding, findings)
    if not shape.names:
        raise CodedError("HP-M02", "empty")
    broken: list[tuple[int, int]] = []
    table = _arrow_table(file, shape, broken)
    rows = table.num_rows + len(broken)
    if file.quotes and (file.quotes % 2 or file.newlines - shape.skip > rows):
        trouble = quotes_trouble(partial(file.lines, shape.encoding), shape.separator)
        if trouble is not None:
            findings.add(trouble.finding(f"{path.name}:{trouble.params['line']}"))
            return None
    whole = _with_gaps(table, broken)
    filled = _filled(whole, {row for row, _ in broken})
    places = {row: place for place, row in enumerate((filled + 1).tolist(), start=1)}
    kept = whole if len(filled) == whole.num_rows else whole.take(filled)
    return TextTable(
        named_columns(kept, path.name, findings),
        partial(_csv_lines, file, shape, filled),
        broken=tuple((places[row], cells) for row, cells in broken),
    )


def _shape(file: _TextFile, encoding: Encoding, findings: Findings) -> _Shape:
    """Return separator and header, told by the beginning of the text."""
    with file.opened() as stream:
        head = stream.read(HEAD).decode(encoding.name, "ignore").lstrip("\ufeff")
    tabs = file.path.name.lower().removesuffix(".gz").endswith((".tsv", ".tab"))
    separator, told = separator_of(head, tabs=tabs)
    found: list[tuple[int, list[str]]] = []
    with suppress(CodedError):  # a quotation mark, which is told when all is read
        found.extend(islice(split(partial(file.lines, encoding.name), separator), HEADER_ROWS + 2))
    rows = [cells for _, cells in found[told:]]
    if not any(map(any, rows)):
        return _Shape(encoding.name, separator)
    at = header_row(rows, NEEDED) + told
    sheet = Sheet(file.path.name, [c for _, c in found], workbook=False, header=at - told)
    note_passed_over(_below(sheet, found, told), findings)
    following = found[at + 1][0] - 1 if at + 1 < len(found) else found[at][0]
    names = tuple(column_name(name) for name in found[at][1])
    before = sum(1 for _, cells in found[: at + 1] if cells)
    return _Shape(encoding.name, separator, names, before, following)


def _below(sheet: Sheet, found: Sequence[tuple[int, list[str]]], told: int) -> Sheet:
    lines = [line for line, _ in found[told:]]
    return Sheet(sheet.file, sheet.rows[told:], workbook=False, header=sheet.header, lines=lines)


def _arrow_table(file: _TextFile, shape: _Shape, broken: list[tuple[int, int]]) -> "pa.Table":
    """Return the rows below the header; broken ones are noted with their numbers.

    Raises
    ------
    CodedError
        HP-M02 what Arrow cannot read.
    """
    import pyarrow as pa
    from pyarrow import csv as arrow_csv

    columns = [f"c{i}" for i in range(len(shape.names))]
    skip = shape.skip

    def note(row: Any) -> str:
        broken.append((row.number - skip, row.actual_columns))
        return "skip"

    source: Any = str(file.path) if not file.packed else pa.py_buffer(_unpacked(file))
    encoding, separator = shape.encoding.removesuffix("-sig"), shape.separator
    if not separator.isascii():  # Arrow wants one byte
        source, encoding, separator = pa.py_buffer(_with_commas(file, shape)), "utf-8", ","
        skip = 0
    try:
        table = arrow_csv.read_csv(
            source if isinstance(source, str) else pa.BufferReader(source),
            arrow_csv.ReadOptions(use_threads=False, block_size=BLOCK, encoding=encoding,
                                  column_names=columns, skip_rows=skip),
            arrow_csv.ParseOptions(delimiter=separator, newlines_in_values=True,
                                   invalid_row_handler=note, ignore_empty_lines=True),
            arrow_csv.ConvertOptions(column_types=dict.fromkeys(columns, pa.string()),
                                     strings_can_be_null=False),
        )  # fmt: skip
    except (pa.ArrowException, UnicodeError, ValueError, OSError) as problem:
        if "Empty CSV" in str(problem):
            table = pa.table({name: pa.array([], pa.string()) for name in columns})
        else:
            raise CodedError("HP-M02", reason=trouble_of(problem)) from None
    return table.rename_columns(list(shape.names))


def _unpacked(file: _TextFile) -> bytes:
    with file.opened() as stream:
        return stream.read()


def _with_commas(file: _TextFile, shape: _Shape) -> bytes:
    """Return the rows below the header, separated by commas; HP-M02 where they are too many."""
    if file.size > WIDE_COMMAS:
        raise CodedError("HP-M02", "wide", limit=WIDE_COMMAS // 1_000_000)
    stream = io.StringIO(newline="")
    writer = csv.writer(stream)
    lines = file.lines(shape.encoding)
    writer.writerows(csv.reader(islice(lines, shape.skip, None), delimiter=shape.separator))
    return stream.getvalue().encode()


def named_columns(table: "pa.Table", place: str, findings: Findings) -> "pa.Table":
    """Return a table without columns that have no name and are empty, or count the rows."""
    import pyarrow.compute as pc

    kept = []
    for number, name in enumerate(table.column_names):
        column = table.column(number)
        if name or not table.num_rows:
            kept.append(number)
        elif pc.all(pc.equal(pc.utf8_trim_whitespace(column), "")).as_py():
            continue
        elif number == 0 and pc.all(pc.match_substring_regex(column, "^[0-9]+$")).as_py():
            findings.add(Finding("HP-M10", Severity.NOTE, place, {"column": "-"}))
        else:
            kept.append(number)
    return table if len(kept) == table.num_columns else table.select(kept)


def _filled(table: "pa.Table", kept: set[int]) -> Codes:
    """Return the rows with a text in any cell, counted from 0, and those to be kept anyway."""
    import pyarrow.compute as pc

    maybe = np.ones(table.num_rows, dtype=bool)  # empty so far
    for column in table.columns:
        rows = np.flatnonzero(maybe)
        if not rows.size:
            break
        texts = pc.utf8_trim_whitespace(column.take(rows))
        maybe[rows] = pc.equal(texts, "").to_numpy()
    maybe[[row - 1 for row in kept]] = False
    return np.flatnonzero(~maybe)


def _csv_lines(file: _TextFile, shape: _Shape, rows: Codes) -> Codes:
    """Return the line in which each of some rows begins; empty lines are no rows."""
    found, start = array("q"), 1
    reader = csv.reader(file.lines(shape.encoding), delimiter=shape.separator)
    for cells in reader:
        if cells:
            found.append(start)
        start = reader.line_num + 1
    return np.array(found, dtype=np.int64)[shape.before :][rows]


def _with_gaps(table: "pa.Table", broken: list[tuple[int, int]]) -> "pa.Table":
    """Put an empty row where one could not be read, so that rows keep their numbers."""
    import pyarrow as pa

    parts, start = [], 0
    gap = pa.Table.from_arrays([pa.array([""], pa.string())] * table.num_columns,
                               names=table.column_names)  # fmt: skip
    for before, (row, _) in enumerate(broken):
        end = row - 1 - before
        parts += [table.slice(start, end - start), gap]
        start = end
    return pa.concat_tables([*parts, table.slice(start)]) if parts else table
