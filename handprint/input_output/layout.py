"""How input-output tables are laid out: where the sectors stand, and what the other columns mean.

The layout is that of the Chinese national tables (42 or 149 sectors): flows in the middle, final
uses, imports and output to the right, value added and total input below. A plain table of one's own
needs only the sectors, final demand and output.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from handprint.tables.sheets import Sheet
from handprint.units.amounts import plain_number

__all__ = ["Layout", "find_layout", "find_money", "find_year", "normal"]

# Role: how the national tables and others name it. "skip" columns repeat what others hold.
COLUMN_ROLES: dict[str, tuple[str, ...]] = {
    "output": ("总产出", "go", "x", "output", "totaloutput", "grossoutput"),
    "imports": ("进口", "im", "m", "imports"),
    "exports": ("出口", "ex", "exports"),
    "error": ("其他", "误差", "其他误差", "err", "error", "residual", "statisticaldiscrepancy"),
    "total": ("最终使用合计", "tfu", "totalfinaluse", "totalfinaldemand"),
    "demand": (
        *("最终使用", "最终需求", "y", "f", "finaldemand", "finaluse"),
        *("农村居民消费", "农村居民消费支出", "fu101", "城镇居民消费", "城镇居民消费支出", "fu102"),
        *("政府消费", "政府消费支出", "fu103", "固定资本形成总额", "fu201"),
        *("存货增加", "存货变动", "fu202", "households", "householdconsumption"),
        *("government", "governmentconsumption", "investment", "capitalformation"),
        *("grossfixedcapitalformation", "inventories", "changesininventories", "stocks"),
    ),
    "skip": (
        *("中间使用合计", "tiu", "中间使用", "totalintermediateuse", "intermediateuse"),
        *("居民消费合计", "居民消费支出合计", "居民消费小计", "居民消费", "thc"),
        *("最终消费合计", "最终消费支出合计", "最终消费支出", "tc"),
        *("资本形成总额合计", "资本形成总额", "gcf", "合计", "小计", "总使用", "总供给"),
    ),
}
ROW_ROLES: dict[str, tuple[str, ...]] = {
    "input": ("总投入", "ti", "totalinput", "x", "output", "总产出"),
    "value_total": ("增加值合计", "tva", "totalvalueadded"),
    "value": (
        *("劳动者报酬", "va001", "生产税净额", "va002", "固定资产折旧", "va003"),
        *("营业盈余", "va004", "valueadded", "增加值", "v", "va", "compensation"),
        *("compensationofemployees", "taxes", "depreciation", "surplus", "operatingsurplus"),
    ),
    "skip": ("中间投入合计", "tii", "totalintermediateinput", "intermediateinputs", "合计"),
}
HEADER_ROWS, LABEL_COLUMNS = 15, 5
_MONEY = re.compile(r"单位\s*[:：]\s*([^\s)）,，]+)|\bunit\s*:\s*([^),;]+)", re.IGNORECASE)
_YEAR = re.compile(r"(?<!\d)(19[5-9]\d|20\d\d)(?!\d)")


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
    column_roles, row_roles : mapping
        Positions by role.
    unknown : tuple of (row, column)
        Labels that are neither a sector nor a known role.
    coefficients : bool
        Whether the matrix holds A instead of flows: the corner cell says "A".
    """

    corner: tuple[int, int]
    codes: tuple[str, ...]
    names: tuple[str, ...]
    rows: tuple[int, ...]
    columns: tuple[int, ...]
    column_roles: Mapping[str, Sequence[int]]
    row_roles: Mapping[str, Sequence[int]]
    unknown: tuple[tuple[int, int], ...]
    coefficients: bool


def normal(label: str) -> str:
    """Return a label without what people write differently: case, width, spaces, brackets' content.

    Examples
    --------
    >>> normal(" Final Demand （万元） "), normal("01"), normal("1")
    ('finaldemand', '1', '1')
    """
    plain = unicodedata.normalize("NFKC", label).lower()
    plain = re.sub(r"\(.*?\)", "", plain)
    plain = re.sub(r"[\s_·\-/、,，.:：]+", "", plain)
    return plain.lstrip("0") or ("0" if "0" in plain else "")


def find_layout(sheet: Sheet) -> Layout | None:
    """Return the layout of a sheet, None if no labels stand both in a row and in a column."""
    shared_at = {corner: _common(sheet, *corner) for corner in _corners(sheet)}
    # of names and codes that serve equally, the shorter are the codes
    corner = max(
        shared_at, key=lambda c: (len(shared_at[c]), -sum(map(len, shared_at[c]))), default=None
    )
    if corner is None or not shared_at[corner]:
        return None
    top, left = corner
    across = {normal(text): i for i, text in _across(sheet, corner) if normal(text)}
    down = {normal(text): i for i, text in _down(sheet, corner) if normal(text)}
    shared = [label for label in across if label in shared_at[corner]]
    first = min(down[label] for label in shared)
    columns = {across[label] for label in shared}
    rows = {down[label] for label in shared}
    column_roles, unknown_columns = _roles(
        COLUMN_ROLES,
        {
            i: [sheet.cell(r, i) for r in range(first)]
            for i, text in _across(sheet, corner)
            if i not in columns and text
        },
    )
    row_roles, unknown_rows = _roles(
        ROW_ROLES,
        {
            i: [sheet.cell(i, c) for c in range(min(columns))]
            for i, text in _down(sheet, corner)
            if i not in rows and i > first and text and _has_number(sheet, i, columns)
        },
    )
    return Layout(
        corner=corner,
        codes=tuple(sheet.cell(top, across[label]) for label in shared),
        names=tuple(
            _name(sheet, down[label], min(columns), sheet.cell(top, across[label]))
            for label in shared
        ),
        rows=tuple(down[label] for label in shared),
        columns=tuple(across[label] for label in shared),
        column_roles=column_roles,
        row_roles=row_roles,
        unknown=(
            *((top, column) for column in unknown_columns),
            *((row, left) for row in unknown_rows),
        ),
        coefficients=sheet.cell(top, left).strip().upper() == "A",
    )


def find_money(sheet: Sheet) -> str:
    """Return the unit that a table names: "单位：万元" or "unit: 10,000 CNY" above the flows."""
    for row in sheet.rows[:HEADER_ROWS]:
        for cell in row:
            if found := _MONEY.search(cell):
                return (found[1] or found[2]).strip()
    return ""


def find_year(sheet: Sheet) -> int | None:
    """Return the only year that stands above the flows or in the file's name, else None."""
    texts = [cell for row in sheet.rows[:3] for cell in row if plain_number(cell) is None]
    for text in (*texts, sheet.file):
        if found := _YEAR.search(text):
            return int(found[1])
    return None


def _has_number(sheet: Sheet, row: int, columns: set[int]) -> bool:
    """Whether a row has a number right of its labels; a source or a note below a table has none."""
    cells = sheet.rows[row][min(columns) :]
    return any(plain_number(text) is not None for text in cells)


def _corners(sheet: Sheet) -> list[tuple[int, int]]:
    rows = min(HEADER_ROWS, len(sheet.rows))
    return [(row, column) for row in range(rows) for column in range(LABEL_COLUMNS)]


def _across(sheet: Sheet, corner: tuple[int, int]) -> list[tuple[int, str]]:
    top, left = corner
    return [(i, text) for i, text in enumerate(sheet.rows[top]) if i > left and text]


def _down(sheet: Sheet, corner: tuple[int, int]) -> list[tuple[int, str]]:
    top, left = corner
    rows = range(top + 1, len(sheet.rows))
    return [(row, sheet.cell(row, left)) for row in rows if sheet.cell(row, left)]


def _common(sheet: Sheet, top: int, left: int) -> set[str]:
    """Return the labels that stand both right of a cell and below it."""
    across = [normal(text) for _, text in _across(sheet, (top, left))]
    down = [normal(text) for _, text in _down(sheet, (top, left))]
    shared = {label for label in set(across) & set(down) if label and not _is_role(label)}
    # numbers of the body may look like codes, but codes stand in one order both ways
    numbers = {label for label in shared if plain_number(label) is not None}
    ordered = [[label for label in labels if label in numbers] for labels in (across, down)]
    return shared if ordered[0] == ordered[1] else shared - numbers


def _is_role(label: str) -> bool:
    """Whether a label that stands both ways names a total, and not a sector.

    Sections of industry have one letter, too: F is construction, M are professional services.
    """
    names = {name for roles in (COLUMN_ROLES, ROW_ROLES) for words in roles.values()
             for name in words}  # fmt: skip
    return label in names and (len(label) > 1 or label == "x")


def _roles(
    words: Mapping[str, Sequence[str]], labels: Mapping[int, Sequence[str]]
) -> tuple[dict[str, list[int]], list[int]]:
    """Return positions by role, and the positions without one."""
    found: dict[str, list[int]] = {}
    unknown: list[int] = []
    for position, texts in labels.items():
        spoken = [normal(text) for text in texts if text]
        role = next((role for role, names in words.items() for t in spoken if t in names), None)
        if role is None:
            unknown.append(position)
        else:
            found.setdefault(role, []).append(position)
    return found, unknown


def _name(sheet: Sheet, row: int, before: int, code: str) -> str:
    """Return the longest text that stands before the flows of a row: the name beside the code."""
    texts = [sheet.cell(row, column) for column in range(before)]
    words = [text for text in texts if text and plain_number(text) is None and text != code]
    return max(words, key=len, default=code)
