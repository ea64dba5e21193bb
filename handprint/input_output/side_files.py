"""What stands beside an input-output table: fuel use, a concordance of sectors, deflators."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from handprint.core.arrays import Array
from handprint.core.errors import CodedError, Finding, Findings, Param, Severity
from handprint.core.files import standing_at
from handprint.input_output.layout import normal
from handprint.tables.sheets import Record, Sheet, find_table, read_sheets, records
from handprint.units.amounts import read_amount
from handprint.units.records import number_at, number_of
from handprint.units.unit import Unit, gas_of, parse_unit, without

__all__ = [
    "CONCORDANCE_SHEETS",
    "ENERGY_SHEETS",
    "Concordance",
    "Deflators",
    "Fuel",
    "FuelUse",
    "Group",
    "has_sheet",
    "read_concordance",
    "read_deflators",
    "read_fuel_use",
]

TONNE = 1000.0  # kg
# Rows of the fuel table that describe its columns.
HEADS: dict[str, tuple[str, ...]] = {
    "unit": ("unit", "单位"),
    "factor": ("factor", "emissionfactor", "排放因子", "系数", "排放系数"),
    "factor_unit": ("factorunit", "因子单位", "系数单位"),
}
NAME_COLUMNS = ("name", "名称", "sectorname", "行业名称")
# Sheets of a workbook that holds everything in one file.
ENERGY_SHEETS = ("energy", "fuels", "fueluse", "能源", "能源消费", "能源消费量")
CONCORDANCE_SHEETS = ("concordance", "对照", "对照表", "部门对照")
ALL = ("all", "*", "合计", "全部")


@dataclass(frozen=True, slots=True)
class Fuel:
    """One column of the fuel table.

    Parameters
    ----------
    factor, factor_unit
        beta_k; None where the column holds emissions.
    quantity : float
        Use by all sectors [``unit``].
    emissions : float
        [t CO2]
    """

    name: str
    unit: str
    factor: float | None
    factor_unit: str
    quantity: float
    emissions: float


@dataclass(frozen=True, slots=True)
class FuelUse:
    """Emissions by sector from fuel use, sum_k E_ik beta_k [t CO2]."""

    file: str
    labels: tuple[str, ...]
    places: tuple[str, ...]
    emissions: "Array"
    gas: str
    fuels: tuple[Fuel, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """One sector of the aggregated table."""

    code: str
    name: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Concordance:
    """Which sector of a table belongs to which group."""

    file: str
    group_of: Mapping[str, str]  # label of the sector -> code of the group
    places: Mapping[str, str]
    groups: tuple[Group, ...]


@dataclass(frozen=True, slots=True)
class Deflators:
    """Price indices by sector and year; only ratios of two years matter [1]."""

    file: str
    years: tuple[int, ...]
    by_sector: Mapping[str, Mapping[int, float]]
    places: Mapping[str, str]


def has_sheet(path: Path, names: Sequence[str]) -> bool:
    """Whether a file is a workbook with a sheet of one of the names."""
    sheets = read_sheets(path, Findings()) if standing_at(path) == "file" else ()
    return any(sheet.workbook and _title(sheet) in names for sheet in sheets)


def read_fuel_use(path: Path, findings: Findings) -> FuelUse | None:
    """Read fuel use by sector; None after an error.

    The first row names sector and fuels; rows "unit", "factor" and "factor_unit" describe the
    fuels, all other rows are sectors. A column without a factor holds emissions.
    """
    sheet = _first(path, findings, names=ENERGY_SHEETS)
    if sheet is None:
        return None
    before = len(findings)
    heads: dict[str, int] = {}
    sectors: list[int] = []
    for row in range(sheet.header + 1, len(sheet.rows)):
        label = normal(sheet.cell(row, 0))
        head = next((name for name, words in HEADS.items() if label in words), None)
        if head is not None:
            heads[head] = row
        elif label:
            sectors.append(row)
    if "unit" not in heads:
        findings.add(_error("HP-M46", sheet.head_place()))
        return None
    columns = [
        i for i, name in enumerate(sheet.rows[sheet.header])
        if i and name and normal(name) not in NAME_COLUMNS
    ]  # fmt: skip
    total, gases, fuels = np.zeros(len(sectors)), set[str](), []
    for column in columns:
        unit = _unit(sheet, heads["unit"], column, findings)
        quantities = _column(sheet, sectors, column, unit or parse_unit("1"), findings)
        scale = None if unit is None else _scale(sheet, heads, column, unit, findings)
        if scale is None:
            continue
        gases.add(scale[0])
        total += quantities * scale[1]
        fuels.append(_fuel(sheet, heads, column, quantities, scale[1]))
    if len(gases) > 1:
        params = {"gases": ", ".join(sorted(gases))}
        findings.add(_error("HP-M47", sheet.place(heads["unit"]), "gases", **params))
    if len(findings) > before and findings.has(Severity.ERROR):
        return None
    return FuelUse(
        sheet.file,
        tuple(sheet.cell(row, 0) for row in sectors),
        tuple(sheet.place(row, 0) for row in sectors),
        total,
        next(iter(gases), "CO2"),
        tuple(fuels),
    )


def read_concordance(path: Path, findings: Findings) -> Concordance | None:
    """Read a concordance with the columns sector, group, and perhaps group_en, group_zh."""
    sheet = _first(path, findings, ("sector", "group"), names=CONCORDANCE_SHEETS)
    if sheet is None:
        return None
    group_of: dict[str, str] = {}
    places: dict[str, str] = {}
    groups: dict[str, Group] = {}
    for row in records(sheet, findings):
        label, code = row["sector"], row["group"]
        if not label or not code:
            missing = "group" if label else "sector"
            findings.add(_error("HP-M48", row.place(missing), "empty", column=missing))
            continue
        if label in group_of:
            findings.add(_error("HP-M48", row.place("sector"), "twice", label=label))
        group_of[label], places[label] = code, row.place("sector")
        if code not in groups or row["group_en"] or row["group_zh"]:
            groups[code] = _group(row, code, groups.get(code))
    return Concordance(path.name, group_of, places, tuple(groups.values()))


def read_deflators(path: Path, findings: Findings) -> Deflators | None:
    """Read price indices: a column sector and one per year; a row "all" stands for the rest."""
    sheet = _first(path, findings, ("sector",))
    if sheet is None:
        return None
    years = [int(name) for name in sheet.names if name.isdigit() and len(name) == 4]
    by_sector: dict[str, dict[int, float]] = {}
    places: dict[str, str] = {}
    for row in records(sheet, findings):
        label = "all" if normal(row["sector"]) in ALL else row["sector"]
        indices = {year: number_of(row, str(year), findings) for year in years}
        places[label] = row.place("sector")
        by_sector[label] = {}
        for year, index in indices.items():
            if index is None or index <= 0:
                params: dict[str, Param] = {"sector": row["sector"], "year": year}
                findings.add(Finding("HP-M49", Severity.ERROR, row.place(str(year)), params))
            else:
                by_sector[label][year] = index
    return Deflators(path.name, tuple(years), by_sector, places)


# --- parts --------------------------------------------------------------------------------------


def _first(
    path: Path, findings: Findings, needed: Sequence[str] = (), names: Sequence[str] = ()
) -> Sheet | None:
    """Return the sheet with one of the names, else the first one; None after a finding."""
    sheet = find_table(path, needed, findings, titled=lambda title: normal(title) in names)
    if sheet is None:
        if not findings.has(Severity.ERROR):
            findings.add(_error("HP-M41", path.name, "empty"))
        return None
    lacking = [name for name in needed if name not in sheet.names]
    for name in lacking:
        params = {"column": name, "needed": ", ".join(needed)}
        findings.add(_error("HP-M06", sheet.head_place(), **params))
    return None if lacking else sheet


def _title(sheet: Sheet) -> str:
    return normal(sheet.title)


def _column(
    sheet: Sheet, rows: Sequence[int], column: int, unit: Unit, findings: Findings
) -> "Array":
    values = np.zeros(len(rows))
    for i, row in enumerate(rows):
        number = number_at(sheet, row, column, findings, unit)
        if number is not None and number < 0:
            name = sheet.cell(sheet.header, column)
            params = {"text": sheet.cell(row, column), "column": name}
            place = sheet.place(row, column)
            findings.add(Finding("HP-M47", Severity.ERROR, place, params, "negative"))
        elif number is not None:
            values[i] = number
    return values


def _scale(
    sheet: Sheet, heads: Mapping[str, int], column: int, unit: Unit, findings: Findings
) -> tuple[str, float] | None:
    """Return the gas, and t of it per unit of the column; None after a finding."""
    factor, factor_unit = 1.0, parse_unit("1")
    text = sheet.cell(heads["factor"], column) if "factor" in heads else ""
    if text:
        row = heads.get("factor_unit")
        given = None if row is None else _unit(sheet, row, column, findings)
        if given is None:
            params = {"fuel": sheet.cell(sheet.header, column)}
            findings.add(_error("HP-M47", sheet.place(heads["factor"], column), "factor", **params))
            return None
        number = number_at(sheet, heads["factor"], column, findings, given)
        if number is None:
            return None
        factor, factor_unit = number, given
    dimension = unit.dimension * factor_unit.dimension
    gas = gas_of(dimension)
    if gas not in ("CO2", "CO2e") or without(dimension, gas) != parse_unit("kg").dimension:
        params = {"fuel": sheet.cell(sheet.header, column), "unit": unit.text,
                  "factor": factor_unit.text or "-"}  # fmt: skip
        findings.add(_error("HP-M47", sheet.place(heads["unit"], column), **params))
        return None
    return gas, factor * unit.scale * factor_unit.scale / TONNE


def _unit(sheet: Sheet, row: int, column: int, findings: Findings) -> Unit | None:
    try:
        return parse_unit(sheet.cell(row, column))
    except CodedError as problem:
        findings.add(problem.finding(sheet.place(row, column)))
        return None


def _fuel(
    sheet: Sheet, heads: Mapping[str, int], column: int, quantities: "Array", scale: float
) -> Fuel:
    factor = sheet.cell(heads["factor"], column) if "factor" in heads else ""
    row = heads.get("factor_unit")
    return Fuel(
        name=sheet.cell(sheet.header, column),
        unit=sheet.cell(heads["unit"], column),
        factor=read_amount(factor).number if factor else None,
        factor_unit=sheet.cell(row, column) if row is not None and factor else "",
        quantity=float(quantities.sum()),
        emissions=float(quantities.sum()) * scale,
    )


def _group(row: Record, code: str, before: Group | None) -> Group:
    names = dict(before.name) if before else {"en": code, "zh": code}
    given = {"en": row["group_en"], "zh": row["group_zh"]}
    return Group(code, names | {lang: name for lang, name in given.items() if name})


def _error(code: str, place: str, variant: str = "", **params: Param) -> Finding:
    return Finding(code, Severity.ERROR, place, params, variant)
