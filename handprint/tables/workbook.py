"""XLSX to sheets of cells: one pass over a stream of rows.

Namespaces are not looked at, so Strict Open XML reads like the usual kind; a cell at the far end
of a sheet costs nothing. What is broken in an archive or in a part is HP-X01, never an exception
of another kind.
"""

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import IO
from xml.etree.ElementTree import Element, ParseError, iterparse
from zipfile import ZipFile

from handprint.core.errors import CodedError
from handprint.core.limits import as_written
from handprint.tables.archive import ARCHIVE_TROUBLE, check_archive, part_name
from handprint.tables.cell import Cell, Value, shows_date, shows_percent, shows_zeros

__all__ = ["UNPACKED_BYTES", "Area", "SheetPart", "Workbook", "open_workbook"]

UNPACKED_BYTES = 20_000_000
CHUNK = 1 << 20
MAX_MERGED = 100_000  # ranges of a sheet
_MERGED = re.compile(
    rb"""<(?:\w+:)?mergeCell\s[^>]{0,80}?ref=["']([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"""
)
_REFERENCE = re.compile(r"([A-Z]{1,3})([1-9]\d{0,6})\Z", re.ASCII)
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_BUILT_IN = {9: "0%", 10: "0.00%"}
_BUILT_IN_DATES = {*range(14, 23), *range(27, 37), 45, 47, *range(50, 59)}
_TROUBLE = (*ARCHIVE_TROUBLE, ParseError, IndexError, AttributeError, OverflowError, RecursionError)

Area = tuple[int, int, int, int]  # first row, first column, last row, last column, from 0


@dataclass(frozen=True, slots=True)
class SheetPart:
    """One worksheet: its name, whether it can be seen, and the part that holds it."""

    name: str
    visible: bool
    part: str


class Workbook:
    """An opened workbook."""

    def __init__(self, archive: ZipFile) -> None:
        self._archive = archive
        self._parts = {part_name(part): part for part in archive.infolist()}
        self.sheets: tuple[SheetPart, ...] = ()
        self._epoch = dt.datetime(1899, 12, 30)
        self._texts: Sequence[str] = ()
        self._formats: Sequence[str] = ()
        self._read_parts()

    def rows(
        self, sheet: SheetPart, *, rows: int, columns: int, fill: bool = True
    ) -> Iterator[tuple[int, bool, list[Cell]]]:
        """Yield number from 0, whether a filter hides it, and cells of every row that is there.

        Parameters
        ----------
        rows, columns : int
            Cells beyond are passed over.
        fill : bool
            Whether a merged cell gives its value to each of its rows.

        Raises
        ------
        CodedError
            HP-X01 a broken part.
        """
        try:
            merged = _Merged(self.merged(sheet, rows) if fill else ())
            for number, hidden, cells in self._rows(sheet, rows, columns):
                yield number, hidden, merged.filled(number, cells)
        except _TROUBLE as problem:
            if isinstance(problem, CodedError):
                raise
            raise CodedError("HP-X01", "broken") from None

    def merged(self, sheet: SheetPart, rows: int) -> list[Area]:
        """Return the merged areas of a sheet that begin in its first rows."""
        found: list[Area] = []
        end = b""
        with self._open(sheet.part) as stream:
            while (piece := stream.read(CHUNK)) and len(found) < MAX_MERGED:
                text = end + piece
                last = 0
                for match in _MERGED.finditer(text):
                    last = match.end()
                    top, bottom = int(match[2]) - 1, int(match[4]) - 1
                    if top < rows:
                        found.append((top, _column(match[1].decode()), bottom,
                                      _column(match[3].decode())))  # fmt: skip
                end = text[max(last, len(text) - 200) :]
        return found

    # --- parts ------------------------------------------------------------------------------

    def _open(self, name: str) -> IO[bytes]:
        return self._archive.open(self._parts[name])

    def _elements(self, name: str, tag: str) -> Iterator[Element]:
        """Yield the elements of one name, without namespaces; each is emptied afterwards."""
        with self._open(name) as stream:
            above: list[Element] = []
            for event, element in iterparse(stream, ("start", "end")):  # noqa: S314 (no part has a DTD)
                if event == "start":
                    above.append(element)
                    continue
                above.pop()
                if _local(element) == tag:
                    yield element
                    if above:
                        above[-1].clear()

    def _read_parts(self) -> None:
        targets = {
            str(relation.get("Id")): _target(str(relation.get("Target", "")))
            for relation in self._elements("xl/_rels/workbook.xml.rels", "Relationship")
        }
        for properties in self._elements("xl/workbook.xml", "workbookPr"):
            if properties.get("date1904") in ("1", "true"):
                self._epoch = dt.datetime(1904, 1, 1)
        self.sheets = tuple(
            SheetPart(str(sheet.get("name", "")), sheet.get("state", "visible") == "visible", part)
            for sheet in self._elements("xl/workbook.xml", "sheet")
            if "/worksheets/" in f"/{(part := targets[_relation(sheet)])}"
        )
        if "xl/sharedStrings.xml" in self._parts:
            self._texts = [_text(item) for item in self._elements("xl/sharedStrings.xml", "si")]
        if "xl/styles.xml" in self._parts:
            self._formats = self._read_formats()

    def _read_formats(self) -> list[str]:
        """Return the number format of every style of a cell."""
        own: dict[int, str] = {}
        formats: list[str] = []
        for entry in self._elements("xl/styles.xml", "numFmts"):
            for number in entry:
                own[int(str(number.get("numFmtId")))] = str(number.get("formatCode", ""))
        for styles in self._elements("xl/styles.xml", "cellXfs"):
            for style in styles:
                number_id = int(style.get("numFmtId") or 0)
                date = "yyyy-mm-dd" if number_id in _BUILT_IN_DATES else ""
                date = "[h]:mm:ss" if number_id == 46 else date
                formats.append(own.get(number_id) or _BUILT_IN.get(number_id, date))
        return formats

    # --- rows and cells -----------------------------------------------------------------------

    def _rows(
        self, sheet: SheetPart, rows: int, columns: int
    ) -> Iterator[tuple[int, bool, list[Cell]]]:
        number = -1
        formulas: dict[str, str] = {}
        for row in self._elements(sheet.part, "row"):
            given = row.get("r")
            number = number + 1 if given is None else _whole(given) - 1
            if number >= rows:
                return
            cells: list[Cell] = []
            for entry in row:
                column = _place_of(entry, len(cells))
                if column >= columns:
                    break
                while len(cells) < column:
                    cells.append(Cell(sheet.name, number, len(cells)))
                found = self._cell(sheet.name, number, column, entry, formulas)
                cells[column:] = [found]
            yield number, row.get("hidden") in ("1", "true"), cells

    def _cell(
        self, sheet: str, row: int, column: int, entry: Element, formulas: dict[str, str]
    ) -> Cell:
        stored, formula, inline = None, "", None
        for part in entry:
            name = _local(part)
            if name == "v":
                stored = part.text
            elif name == "f":
                formula = _formula(part, formulas)
            elif name == "is":
                inline = part
        kind = entry.get("t", "n")
        if kind == "inlineStr":
            return Cell(sheet, row, column, _text(inline) if inline is not None else None)
        if stored is None or stored == "":
            return Cell(sheet, row, column, "" if kind == "str" and formula else None, formula)
        if kind != "n":
            return Cell(sheet, row, column, self._typed(kind, stored), formula)
        style = int(entry.get("s") or 0)
        shown = self._formats[style] if style < len(self._formats) else ""
        number = as_written(stored) if "." in stored or "e" in stored.lower() else int(stored)
        if shown and (date := shows_date(shown)):
            return Cell(sheet, row, column, self._date(number, date), formula)
        if zeros := shows_zeros(shown, number):
            return Cell(sheet, row, column, zeros, formula)
        percent = bool(shown) and shows_percent(shown, number)
        return Cell(sheet, row, column, number, formula, percent)

    def _typed(self, kind: str, stored: str) -> Value:
        if kind == "s":
            return self._texts[int(stored)]
        if kind == "b":
            return stored.strip() in ("1", "true")
        if kind == "d":
            return dt.datetime.fromisoformat(stored.removesuffix("Z"))
        return _unescaped(stored)

    def _date(self, number: float, kind: str) -> Value:
        try:
            if kind == "elapsed":
                return dt.timedelta(days=number)
            if 0 <= number < 1:
                return (self._epoch + dt.timedelta(days=number)).time()
            early = 1 if self._epoch.year == 1899 and number < 60 else 0  # 29 February 1900
            return self._epoch + dt.timedelta(days=number + early)
        except OverflowError:
            return "#VALUE!"  # a spreadsheet shows hash signs


class _Merged:
    """The values that merged cells give to the rows below their first."""

    def __init__(self, areas: Sequence[Area]) -> None:
        self._waiting = sorted((a for a in areas if a[2] > a[0]), reverse=True)
        self._open: dict[int, tuple[int, Cell]] = {}  # by column: last row, and the cell

    def filled(self, number: int, cells: list[Cell]) -> list[Cell]:
        """Return a row with the values from above; a row of nothing else is none.

        A value that a merged cell hides is not seen, so it is not read either.
        """
        own = any(not cell.empty for cell in cells)
        for column, (bottom, source) in list(self._open.items()):
            if bottom < number:
                del self._open[column]
            elif own:
                while len(cells) <= column:
                    cells.append(Cell(source.sheet, number, len(cells)))
                cells[column] = source._replace(row=number)
        while self._waiting and self._waiting[-1][0] <= number:
            top, left, bottom, _ = self._waiting.pop()
            if top == number and left < len(cells) and not cells[left].empty:
                self._open[left] = (bottom, cells[left])
        return cells


def open_workbook(
    source: bytes, unpacked: int = UNPACKED_BYTES, *, macros: bool = False
) -> Workbook:
    """Return a workbook whose sheets can be read.

    Parameters
    ----------
    unpacked : int
        Size that the parts may have together [byte].
    macros : bool
        Whether macros may be there; they are never run.

    Raises
    ------
    CodedError
        As `check_archive`; HP-X01 also where a part is broken.
    """
    check_archive(source, unpacked, macros=macros)
    try:
        return Workbook(ZipFile(BytesIO(source)))
    except _TROUBLE as problem:
        if isinstance(problem, CodedError):
            raise
        raise CodedError("HP-X01", "broken") from None


def _local(element: Element) -> str:
    return element.tag.rpartition("}")[2]


def _relation(sheet: Element) -> str:
    return next(value for name, value in sheet.attrib.items() if name.endswith("}id"))


def _target(target: str) -> str:
    plain = target.replace("\\", "/")
    return plain.lstrip("/") if plain.startswith("/") else f"xl/{plain.removeprefix('./')}"


def _whole(digits: str) -> int:
    if not (digits.isascii() and digits.isdigit() and digits != "0"):
        raise CodedError("HP-X01", "broken")
    return int(digits)


def _place_of(entry: Element, following: int) -> int:
    """Return the column of a cell; one without a reference follows the one before."""
    reference = entry.get("r")
    if reference is None:
        return following
    match = _REFERENCE.match(reference)
    if match is None:
        raise CodedError("HP-X01", "broken")
    return _column(match[1])


def _column(letters: str) -> int:
    number = 0
    for char in letters:
        number = number * 26 + ord(char) - 64
    return number - 1


def _formula(part: Element, formulas: dict[str, str]) -> str:
    """Return a formula; one that is shared stands with the first of its cells only."""
    text = part.text or ""
    shared = part.get("si")
    if shared is not None and part.get("t") == "shared":
        text = formulas.setdefault(shared, text) if text else formulas.get(shared, "...")
    return f"={text}" if text or part.attrib else ""


def _text(item: Element) -> str:
    """Return the text of a string, its runs joined; how it is pronounced is left out."""
    pieces: list[str] = []
    for part in item:
        name = _local(part)
        if name == "t":
            pieces.append(part.text or "")
        elif name == "r":
            pieces.extend(run.text or "" for run in part if _local(run) == "t")
    return _unescaped("".join(pieces))


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text
