"""Tables of cells written as CSV, XLSX and Parquet, sound or damaged at the level of bytes."""

import csv
import math
from collections.abc import Callable
from io import BytesIO, StringIO
from pathlib import Path
from random import Random
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from tests.fuzz.mutations import Grid, changed_bytes, changed_text

__all__ = [
    "as_csv",
    "as_parquet",
    "as_xlsx",
    "damaged_workbook",
    "repacked",
    "storable",
    "write_grid",
]


def as_csv(grid: Grid, delimiter: str = ",", encoding: str = "utf-8") -> bytes:
    """Return a table as text of separated values."""
    stream = StringIO()
    csv.writer(stream, delimiter=delimiter, lineterminator="\n").writerows(grid)
    return stream.getvalue().encode(encoding, "replace")


def as_xlsx(grid: Grid, edit: Callable[[Workbook], None] | None = None, **others: Grid) -> bytes:
    """Return a table as a workbook, after an edit of it; other sheets follow by their names."""
    book = Workbook()
    for name, cells in {"Sheet1": grid, **others}.items():
        sheet = book.active if name == "Sheet1" else book.create_sheet(name)
        assert sheet is not None
        sheet.title = name
        for row in cells:
            sheet.append([storable(value) for value in row])
    if edit is not None:
        edit(book)
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def storable(value: Any) -> Any:
    """Return what a cell of a workbook can hold of a value."""
    if isinstance(value, str):
        return ILLEGAL_CHARACTERS_RE.sub("", value)[:32_000] or None
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def as_parquet(grid: Grid) -> bytes:
    """Return a table as Parquet; a column of numbers alone is stored as numbers."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    header = [str(name) for name in grid[0]] if grid else []
    columns = [[row[i] if i < len(row) else None for row in grid[1:]] for i in range(len(header))]
    arrays = [pa.array(_alike(values)) for values in columns]
    sink = BytesIO()
    pq.write_table(pa.Table.from_arrays(arrays, names=header), sink)
    return sink.getvalue()


def _alike(values: list[Any]) -> list[Any]:
    if all(isinstance(v, int | float) for v in values if v not in (None, "")):
        return [None if v in (None, "") else float(v) for v in values]
    return [None if v is None else str(v) for v in values]


def write_grid(folder: Path, stem: str, grid: Grid, kind: str, rng: Random | None = None) -> Path:
    """Write a table under a name of its kind; with ``rng`` one in eight is damaged.

    Parameters
    ----------
    kind : str
        ``csv``, ``tsv``, ``xlsx`` or ``parquet``.
    """
    if kind == "xlsx":
        content = as_xlsx(grid)
    elif kind == "parquet":
        content = as_parquet(grid)
    else:
        content = as_csv(grid, "\t" if kind == "tsv" else ",")
    if rng is not None and rng.random() < 0.125:
        content = damaged_workbook(content, rng) if kind == "xlsx" else changed_bytes(content, rng)
    path = folder / f"{stem}.{kind}"
    path.write_bytes(content)
    return path


def repacked(source: bytes, change: Callable[[dict[str, bytes]], None]) -> bytes:
    """Return an archive after a change of its parts."""
    with ZipFile(BytesIO(source)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    change(parts)
    stream = BytesIO()
    with ZipFile(stream, "w", ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return stream.getvalue()


def damaged_workbook(source: bytes, rng: Random) -> bytes:
    """Return a workbook with damage in its archive, or in the XML of a part."""
    if rng.random() < 0.3:
        return changed_bytes(source, rng)

    def change(parts: dict[str, bytes]) -> None:
        name = rng.choice(list(parts))
        kind = rng.randrange(6)
        if kind == 0:
            del parts[name]
        elif kind == 1:
            parts[name] = parts[name][: rng.randrange(len(parts[name]) + 1)]
        elif kind == 2:
            parts[name.replace("/", "\\")] = parts.pop(name)
        elif kind == 3:
            text = changed_text(parts[name].decode("utf-8", "replace"), rng)
            parts[name] = text.encode("utf-8", "replace")
        else:
            parts[name] = _attribute_changed(parts[name], rng)

    return repacked(source, change)


def _attribute_changed(part: bytes, rng: Random) -> bytes:
    """Replace one attribute or text of a part by another that XML allows."""
    pieces = part.split(b'"' if rng.random() < 0.6 else b">")
    joint = b'"' if b'"'.join(pieces) == part else b">"
    at = rng.randrange(len(pieces))
    odd = (b"", b"0", b"-1", b"+1", b"1e9", b"99999999", b"5x", b"XFD1048576", b"A0", b"s", b"e",
           b"#DIV/0!", b"hidden", b"veryHidden", b"true", b"rId99", b"1.5")  # fmt: skip
    pieces[at] = rng.choice(odd)
    return joint.join(pieces)
