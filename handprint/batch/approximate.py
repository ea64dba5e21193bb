"""Approximate numbers in a table of cases: they are read like others, and told once a column."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from handprint.batch.case_tables import TableLibrary
from handprint.batch.headers import Layout
from handprint.core.errors import Finding, Findings, Param, Severity
from handprint.units.amounts import is_approximate

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["tell_approximate"]

_HINT = "[约近~～≈]|大概|左右|上下|about|around|roughly|approx|ca|c[.]"  # a part of all such texts


def tell_approximate(library: TableLibrary, layout: Layout, findings: Findings) -> None:
    """Add a warning (HP-U05) for every column in which numbers say that they are not exact."""
    seen: dict[str, list[tuple[int, str]]] = {}
    headers = [column.header for column in layout.inputs]
    for first_row, table in _texts(library, headers):
        for header in table.column_names:
            found = _approximate(table.column(header))
            seen.setdefault(header, []).extend((first_row + row, text) for row, text in found)
    for header, cells in seen.items():
        if cells:
            row, text = cells[0]
            params: dict[str, Param] = {"column": header, "count": len(cells), "text": text}
            place = library.place_of(row)
            findings.add(Finding("HP-U05", Severity.WARNING, place, params, "column"))


def _texts(library: TableLibrary, headers: Sequence[str]) -> Iterator[tuple[int, "pa.Table"]]:
    """Yield the first row of each partition and its columns of texts; none is read in vain."""
    files: dict[str, list[str]] = {}
    for part in library.partitions():
        if library.text is not None:
            yield part.first_row, part.table(list(headers))
            continue
        source = library.row_groups[part.number]
        if source.file not in files:
            files[source.file] = source.texts(headers)
        if files[source.file]:
            yield part.first_row, part.table(files[source.file])


def _approximate(column: "pa.ChunkedArray") -> list[tuple[int, str]]:
    """Return the rows, counted from 0, whose text is an approximate number, and the texts."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    hinted = pc.fill_null(pc.match_substring_regex(column, _HINT, ignore_case=True), False)
    rows = np.flatnonzero(hinted.to_numpy()).tolist()
    texts = ((row, str(column[row].as_py()).strip()) for row in rows)
    return [(row, text[:60]) for row, text in texts if is_approximate(text)]
