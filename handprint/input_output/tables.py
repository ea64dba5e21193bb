"""Input-output tables: flows between sectors, final demand, imports, output.

Reads CSV and XLSX in the layout of the Chinese national tables, or a plain one; systems in the
formats of EXIOBASE and OECD come through `handprint.input_output.systems`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import numpy as np

from handprint.core.arrays import Array
from handprint.core.errors import CodedError, Finding, Findings, Param, Severity
from handprint.input_output.layout import (
    Layout,
    find_labels,
    find_layout,
    find_money,
    find_year,
    normal,
)
from handprint.input_output.stressors import EmissionRow
from handprint.tables.sheets import Sheet, note_passed_over, read_sheets
from handprint.units.records import number_at
from handprint.units.unit import CURRENCIES, Unit, parse_unit

__all__ = ["Imports", "IoTable", "label_index", "money_unit", "read_table"]

Imports = Literal["competitive", "removed"]
MODEST = 5  # messages list this many
# How statistical offices and systems spell their money.
MONEY = {
    **dict.fromkeys(("m.eur", "m eur", "meur", "mio. eur", "mio eur", "mio_eur", "mill eur",
                     "millions of euros", "mn eur"), "million EUR"),
    **dict.fromkeys(("mill usd", "mill. usd", "million usd", "m.usd", "m usd", "musd", "mio usd",
                     "millions of us dollars", "million us dollars"), "million USD"),
}  # fmt: skip


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
        Direct emissions, where the system brings its own [t of ``gas``].
    rows : sequence of EmissionRow
        The rows of the system that they come from.
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
    rows: tuple[EmissionRow, ...] = ()

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
    path: Path,
    findings: Findings,
    *,
    money: str = "",
    year: int | None = None,
    region: str = "",
    imports: Imports = "competitive",
) -> IoTable | None:
    """Read one table from the sheet that holds the largest; None after an error.

    Parameters
    ----------
    year, region
        Which table is meant where a sheet holds several.
    imports
        Whether imported products, where they have rows of their own, are added to domestic ones.
    """
    sheets = read_sheets(path, findings)
    found = [(sheet, find_layout(sheet, year, region)) for sheet in sheets]
    named = [(sheet, layout) for sheet, layout in found if layout is not None]
    if not named:
        if not findings.has(Severity.ERROR):
            findings.add(_no_table(path.name, sheets))
        return None
    # of several sheets the one that is called by the year, then the one with most sectors
    of_year = str(year or "-")
    sheet, layout = max(named, key=lambda pair: (of_year in pair[0].file, len(pair[1].codes)))
    _tell_others(sheet, layout, named, findings)
    before = _errors(findings)
    note_passed_over(sheet, findings)
    _check_layout(sheet, layout, findings)
    unit = money_unit(money or find_money(sheet), sheet.place(0), findings)
    if _errors(findings) > before:
        return None
    table = _table(_Reader(sheet, layout, parse_unit(unit), findings), unit, imports)
    if _errors(findings) > before:
        return None
    return replace(table, year=year or table.year)


def _no_table(name: str, sheets: Sequence[Sheet]) -> Finding:
    """Return the finding about a file without a table, with the labels that do not agree."""
    if not any(any(row) for sheet in sheets for row in sheet.rows):
        return _error("HP-M41", name, "empty")
    across, down = max(
        (find_labels(sheet) for sheet in sheets), key=lambda both: min(map(len, both))
    )
    if min(len(across), len(down)) <= 1:
        return _error("HP-M41", name)
    shown = {"across": ", ".join(across[:MODEST]), "down": ", ".join(down[:MODEST])}
    return _error("HP-M41", name, "labels", **shown)


def _tell_others(
    sheet: Sheet, layout: Layout, named: Sequence[tuple[Sheet, Layout]], findings: Findings
) -> None:
    """Name the other sheets that hold a table of some size, too."""
    others = [
        other.file.rpartition("!")[2]
        for other, found in named
        if other is not sheet and 2 * len(found.codes) > len(layout.codes) > 1
    ]
    if others:
        params: dict[str, Param] = {"sheet": sheet.file.rpartition("!")[2],
                                    "list": ", ".join(others[:MODEST])}  # fmt: skip
        findings.add(Finding("HP-M69", Severity.WARNING, sheet.file, params))


def money_unit(text: str, place: str, findings: Findings) -> str:
    """Return the unit of money; what is none becomes a finding."""
    if not text:
        findings.add(_error("HP-M44", place))
        return "CNY"
    text = MONEY.get(text.strip().lower(), text)
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
    for fault in layout.faults[:MODEST]:
        findings.add(_error("HP-M43", sheet.place(*fault.cell), fault.variant, **fault.params))
    if layout.faults:
        return
    for row, column in layout.unknown[:MODEST]:
        params: dict[str, Param] = {"label": sheet.cell(row, column), "count": len(layout.unknown)}
        findings.add(Finding("HP-M43", Severity.ERROR, sheet.place(row, column), params))
    roles = layout.column_roles
    summed = layout.regional and not layout.coefficients
    if not ("output" in roles or "input" in layout.row_roles or summed):
        findings.add(_error("HP-M42", sheet.place(layout.corner[0]), column="output (总产出, GO)"))
    if not {"demand", "total", "exports"} & roles.keys():
        wanted = "final demand (最终使用合计, TFU)"
        findings.add(_error("HP-M42", sheet.place(layout.corner[0]), column=wanted))
    for column in roles.get("output", ())[1:]:
        label = sheet.cell(layout.corner[0], column)
        count = len(roles["output"])
        place = sheet.place(layout.corner[0], column)
        findings.add(_error("HP-M43", place, "twice_across", label=label, count=count))


class _Reader:
    """Reads blocks of numbers of a table."""

    def __init__(self, sheet: Sheet, layout: Layout, money: Unit, findings: Findings) -> None:
        self.sheet = replace(sheet, header=layout.corner[0])  # whose labels findings name
        self.layout, self.findings = layout, findings
        self.unit = parse_unit("1") if layout.coefficients else money

    def block(self, rows: Sequence[int], columns: Sequence[int]) -> Array:
        """Return a block of numbers; a row of -1 is 0 throughout, and so are empty cells."""
        values = np.zeros((len(rows), len(columns)))
        for i, row in enumerate(rows):
            for j, column in enumerate(columns):
                if row >= 0:
                    number = number_at(self.sheet, row, column, self.findings, self.unit)
                    values[i, j] = number or 0.0
        return values

    def below(self, role: str) -> "Array | None":
        """Return the sum of the rows of a role by sector, None without such a row."""
        rows = self.layout.row_roles.get(role)
        if not rows:
            return None
        return np.asarray(self.block(rows, self.layout.columns).sum(axis=0))

    def beside(self, rows: Sequence[int], role: str) -> "Array":
        """Return the sum of the columns of a role by row."""
        block = self.block(rows, self.layout.column_roles.get(role, ()))
        return np.asarray(block.sum(axis=1))


USES = ("demand", "total", "exports")


def _table(read: _Reader, money: str, imports: Imports) -> IoTable:
    layout = read.layout
    flows = read.block(layout.rows, layout.columns)
    sums = {role: read.beside(layout.rows, role) for role in (*USES, "imports", "error", "output")}
    # some tables print imports as negative numbers
    sums["imports"] = sums["imports"] if sums["imports"].sum() >= 0 else -sums["imports"]
    given = [read.below("value_total"), read.below("value"), read.below("other")]
    other = [given[2]] if given[2] is not None else []
    if layout.imported:
        bought = read.block(layout.imported, layout.columns)
        abroad = {role: read.beside(layout.imported, role) for role in USES}
        if imports == "competitive":
            flows = flows + bought
            sums |= {role: sums[role] + abroad[role] for role in USES}
            uses = abroad["demand"] if "demand" in layout.column_roles else abroad["total"]
            shipped = abroad["exports"] if "demand" in layout.column_roles else 0.0
            sums["imports"] = sums["imports"] + bought.sum(axis=1) + uses + shipped
        else:
            other.append(bought.sum(axis=0))
    supply = read.below("supply")
    if supply is not None and "imports" not in layout.column_roles:
        sums["imports"] = sums["imports"] + supply
    if "demand" not in layout.column_roles:  # a total of final use holds the exports
        sums["demand"] = sums["total"] - sums["exports"]
    total_input = read.below("input")
    output = _output(layout, flows, sums, total_input)
    if layout.coefficients:
        flows = flows * output
    value = given[0] if given[0] is not None else given[1]
    return IoTable(
        file=read.sheet.file,
        year=find_year(read.sheet),
        codes=layout.codes,
        names=layout.names,
        flows=flows,
        demand=sums["demand"],
        exports=sums["exports"],
        imports=sums["imports"],
        error=sums["error"],
        output=output,
        value_added=value if value is None else value + sum(other),
        total_input=total_input,
        money=money,
    )


def _output(
    layout: Layout, flows: "Array", sums: dict[str, "Array"], total_input: "Array | None"
) -> "Array":
    """Return output: its column, else its row, else what the sectors of all regions sell."""
    if "output" in layout.column_roles:
        return sums["output"]
    if total_input is not None:
        return total_input
    net = sums["demand"] + sums["exports"] - sums["imports"] + sums["error"]
    return np.asarray(flows.sum(axis=1) + net)


def _errors(findings: Findings) -> int:
    return sum(finding.severity is Severity.ERROR for finding in findings)


def _error(code: str, place: str, variant: str = "", **params: Param) -> Finding:
    return Finding(code, Severity.ERROR, place, params, variant)
