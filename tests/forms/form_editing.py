"""Fill and damage forms as people and their programs do: through openpyxl, by hidden keys."""

import re
from collections.abc import Callable
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl import Workbook, load_workbook

Edit = Callable[[Workbook], None]


def edited(source: bytes, edit: Edit) -> bytes:
    """Return the workbook after an edit, saved by openpyxl (which drops cached results)."""
    book = load_workbook(BytesIO(source))
    edit(book)
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def repacked(source: bytes, change: Callable[[dict[str, bytes]], None]) -> bytes:
    """Return the archive after a change of its parts."""
    with ZipFile(BytesIO(source)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    change(parts)
    stream = BytesIO()
    with ZipFile(stream, "w", ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return stream.getvalue()


def cell(book: Workbook, key: str, column: str = "value") -> Any:
    """Return the cell of an entry by the hidden keys of its row and column."""
    for sheet in book.worksheets:
        header: dict[str, int] = {}
        for row in sheet.iter_rows():
            mark = str(row[0].value or "")
            if mark.startswith("@section:"):
                header = {str(c.value): c.column for c in row[1:] if c.value is not None}
            elif mark == key:
                return sheet.cell(row[0].row, header[column])
    raise LookupError(f"{key} {column}")


def table_cell(book: Workbook, section: str, index: int, column: str) -> Any:
    """Return a cell of a list by its section and the number of its row, from 0."""
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            if row[0].value == f"@section:{section}":
                place = next(c.column for c in row if c.value == column)
                first = row[0].row + 1
                while sheet.cell(first, 1).value == "#":
                    first += 1
                return sheet.cell(first + index, place)
    raise LookupError(section)


def place_of(found: Any) -> str:
    """Return ``sheet!cell`` of a cell."""
    return f"{found.parent.title}!{found.coordinate}"


def set_value(key: str, value: object, column: str = "value") -> Edit:
    def edit(book: Workbook) -> None:
        cell(book, key, column).value = value

    return edit


def raw_cell(source: bytes, place: str, xml: str) -> bytes:
    """Return the workbook with one cell replaced by XML, for what openpyxl would not write."""
    title, _, reference = place.partition("!")
    book = load_workbook(BytesIO(source))
    part = f"xl/worksheets/sheet{book.sheetnames.index(title) + 1}.xml"

    def change(parts: dict[str, bytes]) -> None:
        pattern = rf'<c r="{reference}"([^>]*?)(/>|>.*?</c>)'
        text, count = re.subn(pattern, lambda _: xml, parts[part].decode())
        assert count == 1, place
        parts[part] = text.encode()

    return repacked(source, change)
