"""Sheets that hold several tables one below the other: years, regions, domestic and imported goods.

A column before the flows names the table that a row belongs to. Years and regions are chosen;
domestic and imported products of one sector belong to one table.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from handprint.core.errors import Param
from handprint.input_output.labels import holds_letters, normal, origin, row_role
from handprint.tables.sheets import Sheet

__all__ = ["Fault", "Rows", "select_rows"]

ACCOUNTS = ("value", "value_total", "satellite")
# Of HP-M43, by the option: not given, or given in vain.
VARIANTS = {"year": ("year", "year_unknown"), "region": ("region", "region_unknown")}
SHOWN = 20  # choices in a message
_YEAR = re.compile(r"(?:19|20)\d\d")
Place = tuple[int, str]


@dataclass(frozen=True, slots=True)
class Fault:
    """What keeps a table from being read: a variant of HP-M43 and its cell."""

    variant: str
    cell: tuple[int, int]
    params: Mapping[str, Param]


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of one table.

    Parameters
    ----------
    rows : sequence of (row, key)
        Rows of the sectors.
    imported : mapping
        Row of the imported products by the key of the sector.
    passed : set of int
        Rows of other tables.
    apart : sequence of int
        Columns that tell the tables apart.
    """

    rows: Sequence[Place]
    imported: Mapping[str, int] = field(default_factory=dict)
    passed: frozenset[int] = frozenset()
    apart: Sequence[int] = ()
    faults: Sequence[Fault] = ()


def select_rows(
    sheet: Sheet, rows: Sequence[Place], left: int, first: int, year: int | None, region: str
) -> Rows:
    """Return the rows of the table that is meant.

    Parameters
    ----------
    rows : sequence of (row, key)
        All rows whose label is a sector's.
    left, first : int
        Column of the row labels, and of the first flow.
    """
    found = Rows(rows)
    if _repeated(rows):
        found = _without_accounts(sheet, found, left, first)
    for column in range(first):
        if column == left or found.faults or not _repeated(found.rows):
            continue
        values = _values(sheet, found.rows, column)
        if len(values) > 1 and all(_YEAR.fullmatch(value) for value in values):
            found = _chosen(sheet, found, column, str(year or ""), "year")
    found = _imports_apart(sheet, found, left, first)
    for column in range(first):
        if column == left or found.faults or not _tells_apart(sheet, found.rows, column):
            continue
        found = _chosen(sheet, found, column, region, "region")
    if region and not found.faults and not found.apart:
        params: dict[str, Param] = {"region": region}
        fault = Fault("region_unused", (rows[0][0] if rows else 0, left), params)
        found = Rows(found.rows, found.imported, found.passed, found.apart, (fault,))
    return found


def _repeated(rows: Sequence[Place]) -> bool:
    return len({key for _, key in rows}) < len(rows)


def _values(sheet: Sheet, rows: Sequence[Place], column: int) -> list[str]:
    """Return what stands in a column, each once, in its order."""
    return list(dict.fromkeys(text for row, _ in rows if (text := sheet.cell(row, column))))


def _tells_apart(sheet: Sheet, rows: Sequence[Place], column: int) -> bool:
    """Whether rows of one sector have different words in a column."""
    words: dict[str, list[str]] = {}
    for row, key in rows:
        words.setdefault(key, []).append(normal(sheet.cell(row, column)))
    several = [texts for texts in words.values() if len(texts) > 1]
    each_once = all(len(set(texts)) == len(texts) and all(texts) for texts in several)
    return bool(several) and each_once and any(map(holds_letters, _values(sheet, rows, column)))


def _without_accounts(sheet: Sheet, found: Rows, left: int, first: int) -> Rows:
    """Leave out rows of a sector that are no sales of it: value added by sector of origin."""
    sales = [
        (row, key)
        for row, key in found.rows
        if row_role(text for c in range(left + 1, first) if (text := sheet.cell(row, c)))
        not in ACCOUNTS
    ]
    return Rows(sales) if {key for _, key in sales} == {key for _, key in found.rows} else found


def _chosen(sheet: Sheet, found: Rows, column: int, wanted: str, option: str) -> Rows:
    """Return the rows of one year or region; without a choice the choices are told."""
    values = _values(sheet, found.rows, column)
    match = [value for value in values if wanted and normal(value) == normal(wanted)]
    if not match:
        more = f" (+{len(values) - SHOWN})" if len(values) > SHOWN else ""
        params: dict[str, Param] = {
            "count": len(values), "list": ", ".join(values[:SHOWN]) + more, "wanted": wanted,
        }  # fmt: skip
        missing, unknown = VARIANTS[option]
        cell = (found.rows[0][0], column)
        fault = Fault(unknown if wanted else missing, cell, params)
        return Rows(found.rows, found.imported, found.passed, found.apart, (fault,))
    others = {value for value in values if value not in match}
    passed = {row for row in range(len(sheet.rows)) if sheet.cell(row, column) in others}
    return Rows(
        [(row, key) for row, key in found.rows if row not in passed],
        {key: row for key, row in found.imported.items() if row not in passed},
        found.passed | passed,
        (*found.apart, column),
    )


def _imports_apart(sheet: Sheet, found: Rows, left: int, first: int) -> Rows:
    """Part the rows of domestic and imported products where a column or the labels name them."""
    if found.faults or not _repeated(found.rows):
        return found
    for column in range(first):
        origins = [origin(sheet.cell(row, column)) for row, _ in found.rows]
        if not {"domestic", "imported"} <= set(origins) or not all(origins):
            continue
        pairs = list(zip(found.rows, origins, strict=True))
        imported = {key: row for (row, key), of in pairs if of == "imported"}
        apart = found.apart if column == left else (*found.apart, column)
        domestic = [place for place, of in pairs if of == "domestic"]
        if len(imported) == sum(of == "imported" for of in origins):
            return Rows(domestic, imported, found.passed, apart)
    return found
