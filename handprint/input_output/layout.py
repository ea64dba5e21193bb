"""How input-output tables are laid out: where the sectors stand, and what the other columns mean.

The layout is that of the Chinese national tables (42 or 149 sectors): flows in the middle, final
uses, imports and output to the right, value added and total input below. A plain table of one's own
needs only the sectors, final demand and output. Tables of several regions have a level of regions
both ways; sheets that hold several years or regions one below the other have a column that names
them. Only labels and the cells of the table are looked at.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from handprint.core.errors import Param
from handprint.input_output.labels import (
    column_role,
    holds_letters,
    is_note,
    normal,
    row_role,
    sector_key,
    sectors_among,
)
from handprint.input_output.stacked import Fault, Rows, select_rows
from handprint.tables.sheets import Sheet
from handprint.units.amounts import is_number

__all__ = ["Layout", "find_labels", "find_layout", "find_money", "find_year", "normal"]

HEADER_ROWS, LABEL_COLUMNS = 15, 5
MANY = 2  # numbers in a row that is no title
_MONEY = re.compile(r"单位\s*[:：]\s*([^\s)）,，]+)|\bunit\s*:\s*([^),;]+)", re.IGNORECASE)
_YEAR = re.compile(r"(?<!\d)(19[5-9]\d|20\d\d)(?!\d)")
_CODE = re.compile(r"\d{1,5}")

Place = tuple[int, str]  # row or column, and the key of the sector that stands there


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the parts of a table stand, by row and column counted from 0.

    Parameters
    ----------
    corner : tuple of int
        Row of the column labels and column of the row labels.
    codes, names : tuple of str
        Label and name of each sector, in the order of the columns.
    rows, columns : tuple of int
        Row and column of each sector, in the same order.
    imported : tuple of int
        Row of what is imported of each sector's products, -1 for nothing; empty where imports do
        not stand apart.
    column_roles, row_roles : mapping
        Positions by role.
    unknown : tuple of (row, column)
        Labels that are neither a sector nor a known role.
    faults : tuple of Fault
        What else keeps the table from being read.
    coefficients : bool
        Whether the matrix holds A instead of flows: the corner cell says "A".
    regional : bool
        Whether sectors are "region:sector", so that sales add up to output.
    """

    corner: tuple[int, int]
    codes: tuple[str, ...]
    names: tuple[str, ...]
    rows: tuple[int, ...]
    columns: tuple[int, ...]
    imported: tuple[int, ...]
    column_roles: Mapping[str, Sequence[int]]
    row_roles: Mapping[str, Sequence[int]]
    unknown: tuple[tuple[int, int], ...]
    faults: tuple[Fault, ...]
    coefficients: bool
    regional: bool


def find_layout(sheet: Sheet, year: int | None = None, region: str = "") -> Layout | None:
    """Return the layout of a sheet, None if no labels stand both in a row and in a column.

    Parameters
    ----------
    year, region
        Which table is meant where the sheet holds several, one below the other.
    """
    corner = _best_corner(sheet)
    if corner is None:
        return None
    top, left = corner.place
    shared = corner.keys
    columns = [(i, key) for i, key in corner.across if key in shared]
    first = min(column for column, _ in columns)
    chosen = select_rows(sheet, [(i, key) for i, key in corner.down if key in shared],
                         left, first, year, region)  # fmt: skip
    rows = dict(reversed([(key, i) for i, key in chosen.rows]))
    faults = [*chosen.faults, *_twice(columns, lambda i: (top, i), sheet, "twice_across")]
    if not chosen.faults:
        faults += _twice(chosen.rows, lambda i: (i, left), sheet, "twice_down")
    order = [(i, key) for i, key in columns if key in rows]
    column_roles, odd_columns = _columns(sheet, corner, chosen, [i for i, _ in order])
    row_roles, odd_rows = _rows(sheet, corner, chosen, [i for i, _ in order])
    labels = [sheet.cell(top, i) for i, _ in order]
    regions = [corner.region_of(sheet, i) for i, _ in order]
    return Layout(
        corner=corner.place,
        codes=tuple(f"{r}:{label}" if r else label for r, label in zip(regions, labels,
                                                                      strict=True)),
        names=tuple(
            label if r else _name(sheet, rows[key], first, label, chosen.apart)
            for r, label, (_, key) in zip(regions, labels, order, strict=True)
        ),
        rows=tuple(rows[key] for _, key in order),
        columns=tuple(i for i, _ in order),
        imported=tuple(chosen.imported.get(key, -1) for _, key in order if chosen.imported),
        column_roles=column_roles,
        row_roles=row_roles,
        unknown=(*((top, i) for i in odd_columns), *odd_rows),
        faults=tuple(faults),
        coefficients=sheet.cell(top, left).strip().upper() == "A",
        regional=corner.level is not None,
    )  # fmt: skip


def find_money(sheet: Sheet) -> str:
    """Return the unit that a table names: "单位：万元" or "unit: 10,000 CNY" above the flows."""
    for row in sheet.rows[:HEADER_ROWS]:
        for cell in row:
            if found := _MONEY.search(cell):
                return (found[1] or found[2]).strip()
    return ""


def find_year(sheet: Sheet) -> int | None:
    """Return the only year that stands above the flows or in the file's name, else None."""
    texts = [cell for row in sheet.rows[:3] for cell in row if not is_number(cell)]
    for text in (*texts, sheet.file):
        if found := _YEAR.search(text):
            return int(found[1])
    return None


def find_labels(sheet: Sheet) -> tuple[list[str], list[str]]:
    """Return what seems to be meant as labels across and down in a sheet without a table."""

    def words(texts: Iterable[str]) -> list[str]:
        return [text for text in texts if text and not is_number(text)]

    heads = [words(row) for row in sheet.rows[:HEADER_ROWS]]
    across = max(heads, key=len, default=[])
    begin = heads.index(across) + 1 if heads else 0
    down = [
        words(sheet.cell(row, column) for row in range(begin, len(sheet.rows)))
        for column in range(LABEL_COLUMNS)
    ]
    return across, max(down, key=len, default=[])


# --- where the labels stand ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Corner:
    """A cell with labels right of it and below it, and what they have in common."""

    place: tuple[int, int]
    across: tuple[Place, ...]
    down: tuple[Place, ...]
    keys: frozenset[str]
    level: tuple[int, int] | None = None  # row and column of the regions

    def region_of(self, sheet: Sheet, column: int) -> str:
        """Return the region that a column belongs to, "" in a table of one region."""
        return "" if self.level is None else _filled(sheet, self.level[0], column)


def _best_corner(sheet: Sheet) -> _Corner | None:
    """Return the corner with most labels both ways.

    Of names and codes that serve equally, the shorter are the codes; of regions and sectors those
    next to the flows are the sectors.
    """
    best: tuple[tuple[int, int, int], _Corner] | None = None
    for corner in _corners(sheet):
        found = _with_regions(sheet, corner) or corner
        near = sum(corner.place) if found.level is not None else 0
        score = (len(found.keys), near, -sum(map(len, corner.keys)))
        if best is None or score > best[0]:
            best = (score, found)
    return None if best is None else best[1]


def _corners(sheet: Sheet) -> Iterable[_Corner]:
    rows = range(min(HEADER_ROWS, len(sheet.rows)))
    numeric = next((row for row in rows if _count_numbers(sheet, row) >= MANY), -1)
    columns = [
        [(row, text) for row in range(len(sheet.rows)) if (text := sheet.cell(row, column))]
        for column in range(LABEL_COLUMNS)
    ]
    for top in rows:
        texts = [(i, text) for i, text in enumerate(sheet.rows[top]) if text]
        for left in range(LABEL_COLUMNS):
            across = [(i, text) for i, text in texts if i > left]
            down = [(i, text) for i, text in columns[left] if i > top]
            codes = top == numeric and _is_label_column(sheet, top, left)
            keys = _common(across, down, codes=codes)
            if keys:
                yield _Corner((top, left), _keyed(across), _keyed(down), frozenset(keys))


def _is_label_column(sheet: Sheet, top: int, left: int) -> bool:
    """Whether numbers of a column may be codes: no numbers stand before them or above them."""
    corner = all(not is_number(sheet.cell(top, c)) for c in range(left + 1))
    before = ((row, c) for row in range(top + 1, len(sheet.rows)) for c in range(left))
    return corner and not _has_number(sheet, before)


def _keyed(labels: Sequence[tuple[int, str]]) -> tuple[Place, ...]:
    return tuple((i, key) for i, text in labels if (key := sector_key(text)))


def _count_numbers(sheet: Sheet, row: int) -> int:
    return sum(is_number(text) for text in sheet.rows[row] if text)


def _common(
    across: Sequence[tuple[int, str]], down: Sequence[tuple[int, str]], *, codes: bool
) -> set[str]:
    """Return the labels that stand both right of a cell and below it.

    Labels hold letters. Numbers are labels only where they are codes: above all other numbers, each
    once, most of them both ways, in one order.
    """
    found = {key for _, text in across if holds_letters(text) and (key := sector_key(text))}
    found &= {key for _, text in down if holds_letters(text) and (key := sector_key(text))}
    found = sectors_among(found)
    if not codes:
        return found
    numbers = [text for _, text in across if is_number(text)]
    keys = [normal(text) for text in numbers]
    below = [normal(text) for _, text in down if is_number(text)]
    both = [key for key in keys if key in set(below)]
    listed = all(_CODE.fullmatch(text) for text in numbers) and len(set(keys)) == len(keys)
    ordered = both == [key for key in below if key in set(both)]
    return found | set(both) if listed and ordered and 2 * len(both) > len(keys) else found


def _with_regions(sheet: Sheet, corner: _Corner) -> _Corner | None:
    """Return a corner whose labels are told apart by a level of regions that stands both ways."""
    across = [place for place in corner.across if place[1] in corner.keys]
    down = [place for place in corner.down if place[1] in corner.keys]
    if not _repeated(across) or not _repeated(down):
        return None
    top, left = corner.place
    first = min(column for column, _ in across)
    for row in (r for r in range(min(HEADER_ROWS, len(sheet.rows))) if r < down[0][0]):
        for column in (c for c in range(first) if (row, c) != (top, left)):
            if row == top or column == left:
                continue
            wide = [(i, f"{normal(_filled(sheet, row, i))}:{key}") for i, key in corner.across]
            long = [(i, f"{normal(sheet.cell(i, column))}:{key}") for i, key in corner.down]
            keys = {key for _, key in wide} & {key for _, key in long}
            keys = {key for key in keys if key.partition(":")[2] in corner.keys and key[0] != ":"}
            several = {key.partition(":")[0] for key in keys}
            if len(keys) > len(corner.keys) and len(several) > 1:
                return _Corner(corner.place, tuple(wide), tuple(long), frozenset(keys),
                               (row, column))  # fmt: skip
    return None


def _repeated(places: Sequence[Place]) -> bool:
    return len({key for _, key in places}) < len(places)


def _filled(sheet: Sheet, row: int, column: int) -> str:
    """Return a cell of a level above the labels; one label may stand for those to its right."""
    return next((text for i in range(column, -1, -1) if (text := sheet.cell(row, i))), "")


def _twice(
    places: Sequence[Place], cell: Callable[[int], tuple[int, int]], sheet: Sheet, variant: str
) -> list[Fault]:
    counts = Counter(key for _, key in places)
    seen: set[str] = set()
    faults = []
    for i, key in places:
        if key in seen:
            params: dict[str, Param] = {"label": sheet.cell(*cell(i)), "count": counts[key]}
            faults.append(Fault(variant, cell(i), params))
        seen.add(key)
    return faults


# --- what the other columns and rows mean -------------------------------------------------------


def _columns(
    sheet: Sheet, corner: _Corner, chosen: Rows, sectors: Sequence[int]
) -> tuple[dict[str, list[int]], list[int]]:
    """Return columns by role, and those that are neither known nor beside the table."""
    top, left = corner.place
    above = range(min((i for i, key in corner.down if key in corner.keys), default=top + 1))
    first = min(sectors, default=left)
    others = [i for i, _ in corner.across if i > first and i not in set(sectors)]
    texts = {
        i: [sheet.cell(top, i), *(sheet.cell(r, i) for r in above if r != top)] for i in others
    }
    present = {normal(text) for column in texts.values() for text in column if text}
    roles: dict[str, list[int]] = {}
    unknown = []
    for i in others:
        role = column_role(filter(None, texts[i]), present)
        if role:
            roles.setdefault(role, []).append(i)
        elif _has_number(sheet, ((row, i) for row, _ in chosen.rows)):
            unknown.append(i)
    known = max((*sectors, *(i for found in roles.values() for i in found)), default=left)
    labelled = {i for i, _ in corner.across}
    return roles, [i for i in unknown if all(j in labelled for j in range(known + 1, i))]


def _rows(
    sheet: Sheet,
    corner: _Corner,
    chosen: Rows,
    sectors: Sequence[int],
) -> tuple[dict[str, list[int]], list[tuple[int, int]]]:
    """Return rows by role, and the labels of those that are neither known nor below the table."""
    first = min(sectors, default=corner.place[1] + 1)
    begin = min((i for i, key in corner.down if key in corner.keys), default=0)
    taken = {i for i, _ in chosen.rows} | set(chosen.imported.values())
    codes = {normal(sheet.cell(i, c)) for i, _ in chosen.rows for c in range(first)}
    roles: dict[str, list[int]] = {}
    unknown: list[tuple[int, int]] = []
    gap = False  # an empty row ends the table: what is unknown below it is another one
    for row in range(corner.place[0] + 1, len(sheet.rows)):
        labels = [(row, c) for c in range(first) if sheet.cell(row, c)]
        texts = [sheet.cell(*cell) for cell in labels]
        if row in taken or row in chosen.passed:
            gap = gap and row not in taken
            continue
        filled = _has_number(sheet, ((row, i) for i in sectors))
        if row < begin and (not filled or _are_codes(sheet, row, sectors, codes)):
            continue  # a second row of labels
        if not texts and not filled:
            gap = True
        role = row_role(texts) if any(map(holds_letters, texts)) else ""
        if role:
            if role == "imports":  # below output they are supply, above it an input
                role = "supply" if "input" in roles else "other"
            roles.setdefault(role, []).append(row)
        elif filled and not gap and any(map(holds_letters, texts)) and not is_note(texts[0]):
            unknown.append(next(cell for cell in labels if holds_letters(sheet.cell(*cell))))
    return roles, unknown


def _are_codes(sheet: Sheet, row: int, columns: Sequence[int], codes: set[str]) -> bool:
    """Whether the numbers of a row are codes that stand beside the sectors, or count them."""
    keys = [normal(text) for i in columns if (text := sheet.cell(row, i))]
    counted = [str(number) for number in range(1, len(columns) + 1)]
    return set(keys) <= codes or (len(keys) > 1 and keys == counted)


def _has_number(sheet: Sheet, cells: Iterable[tuple[int, int]]) -> bool:
    return any((text := sheet.cell(*cell)) and is_number(text) for cell in cells)


def _name(sheet: Sheet, row: int, before: int, code: str, apart: Iterable[int]) -> str:
    """Return the longest text that stands before the flows of a row: the name beside the code."""
    texts = [sheet.cell(row, column) for column in range(before) if column not in set(apart)]
    words = [text for text in texts if text and not is_number(text) and text != code]
    return max(words, key=len, default=code)
