"""Input-output tables: flows between sectors, final demand, imports, output.

Reads CSV and XLSX in the layout of the Chinese national tables, or a plain one; systems in the
formats of EXIOBASE and OECD come through `handprint.input_output.systems`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from handprint.core.errors import CodedError, Finding, Findings, Param, Severity
from handprint.core.limits import in_range
from handprint.input_output.layout import Layout, find_layout, find_money, find_year, normal
from handprint.tables.sheets import Sheet, read_sheets, to_number
from handprint.units.unit import CURRENCIES, parse_unit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

__all__ = ["IoTable", "label_index", "money_unit", "read_table"]

MODEST = 5  # messages list this many


@dataclass(frozen=True, slots=True)
class IoTable:
    """One input-output table.

    Parameters
    ----------
    flows : matrix, shape (n, n)
        Sales of the row's sector to the column's [money]; imports are part of them.
    demand : array, shape (n,)
        Domestic final use, imports included, exports not [money].
    exports, imports, error : array, shape (n,)
        Imports as positive numbers; ``error`` is the table's own column of differences [money].
    output : array, shape (n,)
        Total output [money].
    value_added, total_input : array or None
        Below the flows, if the table has them [money].
    money : str
        Unit of money, as written: "万元".
    emissions : array or None
        Direct emissions, where the system brings its own [t CO2].
    """

    file: str
    year: int | None
    codes: tuple[str, ...]
    names: tuple[str, ...]
    flows: Any
    demand: "Array"
    exports: "Array"
    imports: "Array"
    error: "Array"
    output: "Array"
    value_added: "Array | None"
    total_input: "Array | None"
    money: str
    emissions: "Array | None" = None
    gas: str = "CO2"

    def __len__(self) -> int:
        return len(self.codes)

    @property
    def net_demand(self) -> "Array":
        """Final demand y = x - Z 1 as the table states it: final use - imports + differences."""
        return self.demand + self.exports - self.imports + self.error

    @property
    def scale(self) -> float:
        """Canonical money (CNY, USD, ...) per unit of the table."""
        return parse_unit(self.money).scale


def read_table(
    path: Path, findings: Findings, *, money: str = "", year: int | None = None
) -> IoTable | None:
    """Read one table from the first sheet that holds one; None after an error."""
    found = [(sheet, find_layout(sheet)) for sheet in read_sheets(path, findings)]
    if not found:
        return None
    named = [(sheet, layout) for sheet, layout in found if layout is not None]
    if not named:
        findings.add(_error("HP-M41", path.name))
        return None
    sheet, layout = max(named, key=lambda pair: len(pair[1].codes))
    before = _errors(findings)
    _check_layout(sheet, layout, findings)
    unit = money_unit(money or find_money(sheet), sheet.place(0), findings)
    table = _table(sheet, layout, unit, findings)
    if _errors(findings) > before:
        return None
    return replace(table, year=year or table.year)


def money_unit(text: str, place: str, findings: Findings) -> str:
    """Return the unit of money; what is none becomes a finding."""
    if not text:
        findings.add(_error("HP-M44", place))
        return "CNY"
    try:
        unit = parse_unit(text)
    except CodedError as problem:
        findings.add(problem.finding(place))
        return "CNY"
    tokens = [str(token).strip("[]").partition("_")[0] for token in unit.dimension]
    if len(tokens) != 1 or tokens[0] not in CURRENCIES:
        findings.add(_error("HP-M44", place, "kind", text=text))
        return "CNY"
    return text


def label_index(table: IoTable) -> dict[str, list[int]]:
    """Return the sectors that a label, a code or a name brought to `normal`, stands for.

    In a system of several regions one name stands for a sector of every region.
    """
    found: dict[str, list[int]] = {}
    for position, (code, name) in enumerate(zip(table.codes, table.names, strict=True)):
        for label in {normal(code), normal(name)}:
            found.setdefault(label, []).append(position)
    return found


def _check_layout(sheet: Sheet, layout: Layout, findings: Findings) -> None:
    for row, column in layout.unknown[:MODEST]:
        params: dict[str, Param] = {"label": sheet.cell(row, column), "count": len(layout.unknown)}
        findings.add(Finding("HP-M43", Severity.ERROR, sheet.place(row, column), params))
    roles = layout.column_roles
    if "output" not in roles:
        findings.add(_error("HP-M42", sheet.place(layout.corner[0]), column="output (总产出, GO)"))
    if not {"demand", "total", "exports"} & roles.keys():
        wanted = "final demand (最终使用合计, TFU)"
        findings.add(_error("HP-M42", sheet.place(layout.corner[0]), column=wanted))


def _table(sheet: Sheet, layout: Layout, money: str, findings: Findings) -> IoTable:
    def block(rows: Sequence[int], columns: Sequence[int]) -> "Array":
        return _numbers(sheet, rows, columns, findings)

    roles, size = layout.column_roles, len(layout.codes)
    flows = block(layout.rows, layout.columns)
    sums = {
        role: block(layout.rows, roles.get(role, ())).sum(axis=1)
        for role in ("demand", "total", "exports", "imports", "error", "output")
    }
    if "demand" not in roles:  # a total of final use holds the exports
        sums["demand"] = sums["total"] - sums["exports"]
    if layout.coefficients:
        flows = flows * sums["output"]
    rows = layout.row_roles
    below = {role: block(rows.get(role, ()), layout.columns).sum(axis=0) for role in rows}
    value = below.get("value", below.get("value_total"))
    return IoTable(
        file=sheet.file,
        year=find_year(sheet),
        codes=layout.codes,
        names=layout.names,
        flows=flows.reshape(size, size),
        demand=sums["demand"],
        exports=sums["exports"],
        # some tables print imports as negative numbers
        imports=sums["imports"] if sums["imports"].sum() >= 0 else -sums["imports"],
        error=sums["error"],
        output=sums["output"],
        value_added=value,
        total_input=below.get("input"),
        money=money,
    )


def _numbers(
    sheet: Sheet, rows: Sequence[int], columns: Sequence[int], findings: Findings
) -> "Array":
    """Return a block of numbers; empty cells and dashes are 0, other texts are findings."""
    values = np.zeros((len(rows), len(columns)))
    for i, row in enumerate(rows):
        for j, column in enumerate(columns):
            text = sheet.cell(row, column)
            if text in ("", "-", "—", "–"):
                continue
            number = to_number(text)
            if number is None or not in_range(number):
                params = {"text": text, "column": sheet.cell(0, column) or "-"}
                variant = "" if number is None else "range"
                place = sheet.place(row, column)
                findings.add(Finding("HP-M05", Severity.ERROR, place, params, variant))
            else:
                values[i, j] = number
    return values


def _errors(findings: Findings) -> int:
    return sum(finding.severity is Severity.ERROR for finding in findings)


def _error(code: str, place: str, variant: str = "", **params: Param) -> Finding:
    return Finding(code, Severity.ERROR, place, params, variant)
