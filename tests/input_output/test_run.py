"""Runs of the input-output model: identities, comparison of two years, and what stops a run.

tests/data/io/cn_2012.csv and cn_2017.csv have the layout of the Chinese national tables with nine
sectors and made-up values that balance.
"""

import csv
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from handprint.core.errors import Findings, Severity
from handprint.input_output.leontief import leontief_inverse
from handprint.input_output.run import IoOptions, IoRun, run_io

DATA = Path(__file__).parents[1] / "data" / "io"
TWO = (DATA / "two_sectors.csv",)
TWO_ENERGY = (DATA / "two_sectors_energy.csv",)
CN = (DATA / "cn_2012.csv", DATA / "cn_2017.csv")
CN_ENERGY = (DATA / "cn_2012_energy.csv", DATA / "cn_2017_energy.csv")
GROUPS = (DATA / "cn_groups.csv",)


def done(options: IoOptions, *expected: str) -> IoRun:
    findings = Findings()
    run = run_io(options, findings)
    assert run is not None, list(findings)
    assert [f.key for f in findings] == list(expected)
    return run


def errors(options: IoOptions) -> list[str]:
    findings = Findings()
    assert run_io(options, findings) is None
    return [f.key for f in findings if f.severity is Severity.ERROR]


def test_two_sectors_by_hand() -> None:
    """Miller and Blair's table with 3782 and 1330 t: S = (3.782, 0.665) t per million USD.
    ICT's row 0.665 x (0.2640, 1.1221) x (350, 1700) = (61.45, 1268.55), together 1330 t."""
    (year,) = done(IoOptions(TWO, TWO_ENERGY)).years
    assert year.linkage is not None
    assert year.economy.s == pytest.approx([3.782, 0.665])
    assert year.linkage.formula == pytest.approx([61.452, 1268.548], abs=1e-3)
    assert year.linkage.formula.sum() == pytest.approx(1330.0)
    assert year.linkage.wording == pytest.approx([2121.914, 1268.548], abs=1e-3)
    assert year.footprint is not None
    assert year.footprint.total == pytest.approx(1330 + 3.782 * 500 / 0.85)
    assert year.footprint.share_of_all == pytest.approx(1330 / 5112)


def test_vei_of_the_whole_sector() -> None:
    run = done(IoOptions(TWO, TWO_ENERGY, enabled="35.5 kt CO2e"))
    assert run.enabled == pytest.approx(35500.0)


def test_aggregation_and_intensity_in_the_tables_unit() -> None:
    """Eight groups; ICT's emissions are those of its two sectors, 60 and 40 tce, 20 and 60 t."""
    year = done(IoOptions(CN[:1], CN_ENERGY[:1], GROUPS)).years[0]
    assert len(year.economy.table) == 8
    ict = year.economy.ict[0]
    assert year.economy.emissions is not None
    assert year.economy.emissions[ict] == pytest.approx(100 * 2.66 + 80 * 3.1)
    assert year.economy.x[ict] == pytest.approx(700000 + 300000)
    assert year.economy.s[ict] == pytest.approx((266 + 248) / 1e6)
    assert year.linkage is not None
    everything = float(np.sum(year.economy.s * year.economy.x))
    assert float(np.sum(year.linkage.multipliers * year.economy.y)) == pytest.approx(everything)


def test_fuels_may_be_given_for_the_groups(tmp_path: Path) -> None:
    rows = ["sector,CO2", "unit,t CO2"]
    names = ("Agriculture", "industry", "ICT 产业", "power", "water", "construction",
             "transport", "services")  # fmt: skip
    rows += [f"{name},{100 * i}" for i, name in enumerate(names, start=1)]
    (tmp_path / "e.csv").write_text("\n".join(rows), "utf-8")
    year = done(IoOptions(CN[:1], (tmp_path / "e.csv",), GROUPS)).years[0]
    assert year.economy.emissions is not None
    codes = year.economy.table.codes
    assert year.economy.emissions[codes.index("ict")] == 300.0
    assert year.economy.emissions.sum() == 3600.0


def test_removed_imports_keep_the_balance_and_lower_the_linkage() -> None:
    competitive = done(IoOptions(CN[:1], CN_ENERGY[:1], GROUPS)).years[0]
    removed = done(IoOptions(CN[:1], CN_ENERGY[:1], GROUPS, imports="removed")).years[0]
    for year in (competitive, removed):
        produced = leontief_inverse(np.asarray(year.economy.a)) @ year.economy.y
        assert produced == pytest.approx(year.economy.x)
    assert competitive.linkage is not None
    assert removed.linkage is not None
    assert np.all(removed.linkage.multipliers <= competitive.linkage.multipliers)
    assert removed.linkage.formula.sum() == pytest.approx(competitive.linkage.formula.sum())


def test_two_years_in_constant_prices() -> None:
    """Prices of 2012: metals of 2017 are worth 100/96 of their value, ICT services 100/98, the
    rest 100/108."""
    options = IoOptions(CN, CN_ENERGY, GROUPS, deflator=DATA / "cn_deflator.csv")
    run = done(options)
    assert run.changes is not None
    first, last = run.years
    assert (first.economy.price_year, last.economy.price_year) == (2012, 2012)
    codes = last.economy.table.codes
    assert last.economy.x[codes.index("industry")] == pytest.approx(1900000 / 0.96)
    assert last.economy.x[codes.index("ict")] == pytest.approx(1050000 / 0.92 + 650000 / 0.98)
    for change in run.changes.values():
        parts = sum(change.parts.values())
        assert parts == pytest.approx(change.after - change.before)
    formula = run.changes["formula"]
    assert last.linkage is not None
    assert formula.after == pytest.approx(last.linkage.formula)
    assert formula.growth == pytest.approx(formula.after / formula.before - 1)


def test_current_prices_are_a_warning_and_hold_price_changes() -> None:
    run = done(IoOptions(CN, CN_ENERGY, GROUPS), "HP-M61")
    constant = done(IoOptions(CN, CN_ENERGY, GROUPS, deflator=DATA / "cn_deflator.csv"))
    assert run.changes is not None
    assert constant.changes is not None
    # totals of emissions do not depend on prices, their split into factors does
    assert run.changes["wording"].after == pytest.approx(constant.changes["wording"].after, rel=0.1)
    now, then = (c.changes["formula"].parts["intensity"].sum() for c in (run, constant))  # type: ignore[index]
    assert now != pytest.approx(then)


def test_one_workbook_may_hold_everything(tmp_path: Path) -> None:
    import xlsxwriter

    sheets = {"table": CN[0], "能源": CN_ENERGY[0], "concordance": GROUPS[0]}
    with xlsxwriter.Workbook(tmp_path / "all.xlsx") as book:
        for name, path in sheets.items():
            sheet = book.add_worksheet(name)
            with path.open(encoding="utf-8", newline="") as stream:
                for number, row in enumerate(csv.reader(stream)):
                    sheet.write_row(number, 0, row)
    year = done(IoOptions((tmp_path / "all.xlsx",))).years[0]
    plain = done(IoOptions(CN[:1], CN_ENERGY[:1], GROUPS)).years[0]
    assert year.linkage is not None
    assert plain.linkage is not None
    assert year.linkage.formula == pytest.approx(plain.linkage.formula)


def test_without_emissions_or_ict_there_is_an_inverse_but_no_linkage() -> None:
    run = done(IoOptions(TWO), "HP-M57")
    assert run.years[0].linkage is None
    run = done(IoOptions(CN[:1], CN_ENERGY[:1]), "HP-M59")
    assert run.years[0].linkage is None


def test_ict_by_code_name_and_pattern() -> None:
    for asked in (("20", "31"), ("*设备", "信息传输*"), ("通信设备计算机和其他电子设备", "31")):
        year = done(IoOptions(CN[:1], CN_ENERGY[:1], ict=asked)).years[0]
        assert year.economy.ict == (2, 7)
    assert errors(IoOptions(CN[:1], CN_ENERGY[:1], ict=("99",))) == ["HP-M50.option"]


def changed(tmp_path: Path, source: Path, change: Callable[[str], str]) -> Path:
    text = source.read_text("utf-8")
    assert change(text) != text
    path = tmp_path / source.name
    path.write_text(change(text), "utf-8")
    return path


@pytest.mark.parametrize(
    ("old", "new", "keys"),
    [
        ("350,1000", "350,1100", ["HP-M51.row", "HP-M51.column"]),
        ("value added,650", "value added,640", ["HP-M51.column"]),
        ("1700,2000", "1500,1800", ["HP-M51.column"]),
    ],
)
def test_unbalanced_tables(tmp_path: Path, old: str, new: str, keys: list[str]) -> None:
    path = changed(tmp_path, TWO[0], lambda text: text.replace(old, new))
    assert errors(IoOptions((path,), TWO_ENERGY)) == keys


def test_tolerance_is_a_choice(tmp_path: Path) -> None:
    """350 for 351: 0.1 % of 1000."""
    path = changed(tmp_path, TWO[0], lambda text: text.replace("350,1000", "352,1000"))
    assert errors(IoOptions((path,), TWO_ENERGY)) == ["HP-M51.row"]
    run = done(IoOptions((path,), TWO_ENERGY, tolerance=0.01))
    assert run.years[0].checks.rows == pytest.approx(0.002)


def table(tmp_path: Path, rows: str) -> Path:
    path = tmp_path / "own.csv"
    path.write_text(f"unit: million USD,,,,\nZ,a,ict,final demand,output\n{rows}", "utf-8")
    return path


@pytest.mark.parametrize(
    ("rows", "severity", "key"),
    [
        ("a,-1,0,11,10\nict,1,1,8,10\n", Severity.WARNING, "HP-M52"),
        ("a,1,12,-3,10\nict,1,1,8,10\n", Severity.WARNING, "HP-M55"),
        ("a,1,1,8,10\nict,0,0,0,0\n", Severity.ERROR, "HP-M54.active"),
        ("a,1,0,9,10\nict,0,0,0,0\n", Severity.NOTE, "HP-M54"),
        ("a,6,6,-2,10\nict,6,6,-2,10\n", Severity.ERROR, "HP-M56"),
        ("a,1,1,-12,-10\nict,1,1,8,10\n", Severity.ERROR, "HP-M53"),
        ("a,1,10,-1,10\nict,1,-2,11,10\n", Severity.NOTE, "HP-M52.demand"),
    ],
)
def test_tables_that_mean_nothing(tmp_path: Path, rows: str, severity: Severity, key: str) -> None:
    findings = Findings()
    run = run_io(IoOptions((table(tmp_path, rows),), tolerance=0.01), findings)
    assert (key, severity) in [(f.key, f.severity) for f in findings]
    assert (run is None) == findings.has(Severity.ERROR)


def test_labels_that_do_not_match_between_files(tmp_path: Path) -> None:
    energy = changed(tmp_path, CN_ENERGY[0], lambda text: text.replace("14,金属", "15,金属"))
    assert set(errors(IoOptions(CN[:1], (energy,), GROUPS))) == {"HP-M50.fuel", "HP-M50.lacking"}
    groups = changed(tmp_path, GROUPS[0], lambda text: text.replace("建筑,", "建筑业,", 1))
    found = errors(IoOptions(CN[:1], CN_ENERGY[:1], (groups,)))
    assert set(found) == {"HP-M50.concordance", "HP-M48.lacking"}
    deflator = changed(tmp_path, DATA / "cn_deflator.csv", lambda text: text.replace("14,", "99,"))
    assert errors(IoOptions(CN, CN_ENERGY, GROUPS, deflator)) == ["HP-M50.deflator"]


def test_tables_that_cannot_be_compared(tmp_path: Path) -> None:
    """2017 without its concordance has other sectors; 2017 in 亿元 has another unit."""
    other = tmp_path / "own.csv"
    text = (DATA / "cn_groups.csv").read_text("utf-8").replace(",water,", ",utilities,")
    other.write_text(text, "utf-8")
    found = errors(IoOptions(CN, CN_ENERGY, (GROUPS[0], other)))
    assert found == ["HP-M60"]
    path = changed(tmp_path, CN[1], lambda text: text.replace("万元", "亿元"))
    assert errors(IoOptions((CN[0], path), CN_ENERGY, GROUPS)) == ["HP-M60.unit"]


def test_files_that_do_not_pair_up() -> None:
    assert errors(IoOptions((*CN, CN[0]), CN_ENERGY)) == ["HP-M63", "HP-M62"]
    assert errors(IoOptions(CN, CN_ENERGY[:1])) == ["HP-M62"]
    assert errors(IoOptions(CN, CN_ENERGY, years=(2012,))) == ["HP-M62"]


def test_deflators_need_years(tmp_path: Path) -> None:
    deflator = DATA / "cn_deflator.csv"
    assert errors(IoOptions(TWO, TWO_ENERGY, deflator=deflator)) == ["HP-M64"]
    found = errors(IoOptions(CN, CN_ENERGY, GROUPS, deflator, years=(2012, 2018)))
    assert found == ["HP-M49.column"]


def test_enabled_reduction_is_read_with_its_unit() -> None:
    assert errors(IoOptions(TWO, TWO_ENERGY, enabled="120 Mt")) == ["HP-U03"]
