"""One run of the input-output model: read one or two tables, check, link, compare."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from handprint.core import resources
from handprint.core.errors import CodedError, Finding, Findings, Param, Severity
from handprint.core.files import standing_at, unreadable
from handprint.core.limits import in_range
from handprint.factors.gwp import Assessment
from handprint.input_output.checks import Checks, check_table
from handprint.input_output.economy import Economy, Imports, Sources, build
from handprint.input_output.leontief import NoSolutionError
from handprint.input_output.linkage import Change, Footprint, Linkage, compare, footprint, linkage
from handprint.input_output.side_files import (
    CONCORDANCE_SHEETS,
    ENERGY_SHEETS,
    Deflators,
    FuelUse,
    has_sheet,
    read_concordance,
    read_deflators,
    read_fuel_use,
)
from handprint.input_output.stressors import EmissionChoice
from handprint.input_output.systems import read_system
from handprint.input_output.tables import IoTable, read_table
from handprint.units.tonnes import tonnes

__all__ = ["IoOptions", "IoRun", "Year", "run_io", "shipped_concordances"]

MOST_TABLES = 2
Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class IoOptions:
    """What a run of the input-output model is asked for.

    Parameters
    ----------
    tables : sequence of Path
        One table, or two years with the earlier first.
    energy, concordances, years : sequence
        One entry per table; a single concordance serves all.
    system : str
        Empty for tables in CSV or XLSX, else a format of `handprint.input_output.systems`.
    tolerance : float
        Largest imbalance, as a share of output [1].
    stressors, extensions, gas, gwp
        Emission rows of a system, see `EmissionChoice`.
    region : str
        Which of several tables of one sheet, where a column names the region.
    enabled : str
        Emission reduction enabled by the whole ICT sector, for VEI: "120 Mt CO2e".
    """

    tables: Sequence[Path]
    energy: Sequence[Path] = ()
    concordances: Sequence[Path] = ()
    deflator: Path | None = None
    years: Sequence[int] = ()
    ict: Sequence[str] = ()
    power: Sequence[str] = ()
    imports: Imports = "competitive"
    money: str = ""
    system: str = ""
    stressors: Sequence[str] = ("CO2",)
    tolerance: float = 0.001
    enabled: str = ""
    extensions: Sequence[str] = ()
    gas: str = ""
    gwp: Assessment | None = None
    region: str = ""


@dataclass(frozen=True, slots=True)
class Year:
    """The results of one table; linkage and footprint need emissions and ICT sectors."""

    table: IoTable
    checks: Checks
    economy: Economy
    fuel_use: FuelUse | None
    linkage: Linkage | None
    footprint: Footprint | None


@dataclass(frozen=True, slots=True)
class IoRun:
    """Everything one run of the input-output model found.

    Parameters
    ----------
    enabled : float or None
        Enabled reduction of the whole ICT sector [t CO2e per year].
    """

    years: tuple[Year, ...]
    changes: Mapping[str, Change] | None
    enabled: float | None
    inputs: Sequence[Path]


def shipped_concordances() -> dict[str, Path]:
    """Return the shipped concordances by name: "cn_2017_42"."""
    folder = resources.folder("factors") / "io_concordances"
    return {path.stem: path for path in sorted(folder.glob("*.csv"))}


def run_io(options: IoOptions, findings: Findings) -> IoRun | None:
    """Run the input-output model; None after an error: nothing is computed on half a table."""
    _check_counts(options, findings)
    findings.extend(unreadable(_inputs(options), files=True))
    if findings.has(Severity.ERROR):
        return None
    deflators = None
    if options.deflator is not None:
        deflators = read_deflators(options.deflator, findings)
    enabled = _enabled(options.enabled, findings)
    tables = [_table(options, index, path, findings) for index, path in enumerate(options.tables)]
    if findings.has(Severity.ERROR):
        return None
    target = next((table.year for table in tables if table is not None), None)
    years = [
        _year(options, index, table, deflators, target, findings)
        for index, table in enumerate(tables)
        if table is not None
    ]
    done = tuple(year for year in years if year is not None)
    if findings.has(Severity.ERROR) or len(done) < len(options.tables):
        return None
    changes = None
    if len(done) == MOST_TABLES and all(year.linkage is not None for year in done):
        changes = compare(done[0].economy, done[1].economy, findings)
    if findings.has(Severity.ERROR):
        return None
    return IoRun(done, changes, enabled, _inputs(options))


def _check_counts(options: IoOptions, findings: Findings) -> None:
    count = len(options.tables)
    if count > MOST_TABLES:
        findings.add(Finding("HP-M63", Severity.ERROR, "TABLE", {"count": count}))
    lists = {"--energy": options.energy, "--concordance": options.concordances,
             "--year": options.years}  # fmt: skip
    for option, given in lists.items():
        shared = option == "--concordance" and len(given) == 1
        if given and len(given) != count and not shared:
            params: dict[str, Param] = {"given": len(given), "option": option, "tables": count}
            findings.add(Finding("HP-M62", Severity.ERROR, option, params))


def _enabled(text: str, findings: Findings) -> float | None:
    if not text:
        return None
    try:
        amount = tonnes(text)
    except CodedError as problem:
        findings.add(problem.finding("--enabled"))
        return None
    if not in_range(amount):
        params = {"text": text, "column": "--enabled"}
        findings.add(Finding("HP-M05", Severity.ERROR, "--enabled", params, "range"))
        return None
    return amount


def _pick(items: Sequence[Item], index: int) -> Item | None:
    """Return the entry for a table, the only one for all, or None."""
    if not items:
        return None
    return items[index] if index < len(items) else items[0]


def _table(options: IoOptions, index: int, path: Path, findings: Findings) -> IoTable | None:
    year = _pick(options.years, index)
    if options.system and options.region:
        params: dict[str, Param] = {"region": options.region}
        findings.add(Finding("HP-M43", Severity.ERROR, path.name, params, "region_unused"))
        return None
    if options.system:
        return read_system(
            path,
            options.system,
            findings,
            choice=_emission_rows(options),
            money=options.money,
            year=year,
        )
    return read_table(
        path,
        findings,
        money=options.money,
        year=year,
        region=options.region,
        imports=options.imports,
    )


def _emission_rows(options: IoOptions) -> EmissionChoice | None:
    """Return which rows of a system are added; None where fuels are given instead."""
    if options.energy:
        return None
    return EmissionChoice(options.stressors, options.extensions, options.gas, options.gwp)


def _year(
    options: IoOptions,
    index: int,
    table: IoTable,
    deflators: Deflators | None,
    target: int | None,
    findings: Findings,
) -> Year | None:
    checks = check_table(table, findings, options.tolerance)
    sources = _sources(options, index, deflators, target, findings)
    if deflators is not None and table.year is None:
        findings.add(Finding("HP-M64", Severity.ERROR, table.file))
    if findings.has(Severity.ERROR):
        return None
    economy = build(table, sources, findings)
    if economy is None:
        return None
    linked = economy.emissions is not None and bool(economy.ict)
    try:
        return Year(
            table,
            checks,
            economy,
            sources.fuel_use,
            linkage(economy) if linked else None,
            footprint(economy) if linked else None,
        )
    except NoSolutionError:
        params = {"radius": checks.radius}
        findings.add(Finding("HP-M56", Severity.ERROR, table.file, params))
        return None


def _sources(
    options: IoOptions,
    index: int,
    deflators: Deflators | None,
    target: int | None,
    findings: Findings,
) -> Sources:
    table = options.tables[index]
    energy = _pick(options.energy, index) or _inside(table, ENERGY_SHEETS)
    concordance = _concordance(_pick(options.concordances, index))
    concordance = concordance or _inside(table, CONCORDANCE_SHEETS)
    return Sources(
        fuel_use=None if energy is None else read_fuel_use(energy, findings),
        concordance=None if concordance is None else read_concordance(concordance, findings),
        deflators=deflators,
        deflate_to=target,
        ict=options.ict,
        power=options.power,
        imports=options.imports,
    )


def _inside(table: Path, names: Sequence[str]) -> Path | None:
    """Return the table's own workbook where it holds a sheet of one of the names."""
    return table if has_sheet(table, names) else None


def _concordance(given: Path | None) -> Path | None:
    """Return a concordance; the name of a shipped one stands for its file."""
    if given is None or standing_at(given):
        return given
    return shipped_concordances().get(given.name, given)


def _inputs(options: IoOptions) -> list[Path]:
    found = [*options.tables, *options.energy, *map(_concordance, options.concordances)]
    named = [*found, options.deflator]
    return [path for path in named if path is not None]
