"""Fuel use, concordances and deflators beside an input-output table."""

from pathlib import Path

import pytest
import xlsxwriter

from handprint.core.errors import Findings
from handprint.input_output.run import shipped_concordances
from handprint.input_output.side_files import read_concordance, read_deflators, read_fuel_use

DATA = Path(__file__).parents[1] / "data" / "io"


def fuel_keys(tmp_path: Path, text: str) -> list[str]:
    (tmp_path / "e.csv").write_text(text, "utf-8")
    findings = Findings()
    assert read_fuel_use(tmp_path / "e.csv", findings) is None
    return [finding.key for finding in findings]


def test_fuels_by_hand() -> None:
    """Agriculture: 1000 tce x 2.66 + 20,000 GJ x 0.0561 = 3782 t; ICT: 500 x 2.66 = 1330 t."""
    findings = Findings()
    found = read_fuel_use(DATA / "two_sectors_energy.csv", findings)
    assert list(findings) == []
    assert found is not None
    assert found.emissions == pytest.approx([3782.0, 1330.0])
    assert (found.gas, [fuel.name for fuel in found.fuels]) == ("CO2", ["coal", "gas"])
    assert found.fuels[0].emissions == pytest.approx(3990.0)


def test_units_are_converted(tmp_path: Path) -> None:
    """1 万tce with 2.66 t CO2/tce; 1000 tce with 90.76 kg CO2/GJ, 29.3076 GJ each; 5 kt CO2."""
    text = "行业,甲,乙,丙\n单位,万tce,tce,kt CO2\n排放因子,2.66,90.76,\n"
    text += "因子单位,t CO2/tce,kg CO2/GJ,\nx,1,1000,5\n"
    (tmp_path / "e.csv").write_text(text, "utf-8")
    findings = Findings()
    found = read_fuel_use(tmp_path / "e.csv", findings)
    assert list(findings) == []
    assert found is not None
    assert found.emissions == pytest.approx([26600 + 1000 * 29.3076 * 0.09076 + 5000])


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("sector,coal\nfactor,2.66\na,1\n", "HP-M46"),
        ("sector,coal\nunit,tce\na,1\n", "HP-M47"),
        ("sector,coal\nunit,tce\nfactor,2.66\nfactor_unit,t CO2/GWp\na,1\n", "HP-M47"),
        ("sector,coal\nunit,tce\nfactor,2.66\na,1\n", "HP-M47.factor"),
        ("sector,coal\nunit,t CO2\na,-1\n", "HP-M47.negative"),
        ("sector,coal\nunit,t CO2\na,some\n", "HP-M05"),
        ("sector,coal\nunit,ton\na,1\n", "HP-U02"),
        ("sector,coal,gas\nunit,t CO2,t CO2e\na,1,1\n", "HP-M47.gases"),
    ],
)
def test_bad_fuels(tmp_path: Path, text: str, key: str) -> None:
    assert fuel_keys(tmp_path, text) == [key]


@pytest.mark.parametrize("name", ["cn_2012_42", "cn_2017_42"])
def test_shipped_concordances(name: str) -> None:
    """42 sectors of the national tables in the eight of annex 1; ICT is two of them."""
    findings = Findings()
    found = read_concordance(shipped_concordances()[name], findings)
    assert list(findings) == []
    assert found is not None
    assert len(found.group_of) == 42
    assert {group.code for group in found.groups} == {
        "agriculture", "industry", "power", "water", "construction", "transport", "ict", "services"
    }  # fmt: skip
    ict = [sector for sector, group in found.group_of.items() if group == "ict"]
    assert ict == ["通信设备、计算机和其他电子设备", "信息传输、软件和信息技术服务"]


def test_bad_concordances(tmp_path: Path) -> None:
    (tmp_path / "c.csv").write_text("sector,group\na,x\na,y\nb,\n", "utf-8")
    findings = Findings()
    read_concordance(tmp_path / "c.csv", findings)
    assert [(f.key, f.place) for f in findings] == [
        ("HP-M48.twice", "c.csv:3 sector"), ("HP-M48.empty", "c.csv:4 group")
    ]  # fmt: skip
    (tmp_path / "c.csv").write_text("from,to\na,x\n", "utf-8")
    findings = Findings()
    assert read_concordance(tmp_path / "c.csv", findings) is None
    assert {f.key for f in findings} == {"HP-M06"}


def test_deflators(tmp_path: Path) -> None:
    findings = Findings()
    found = read_deflators(DATA / "cn_deflator.csv", findings)
    assert list(findings) == []
    assert found is not None
    assert found.years == (2012, 2017)
    assert found.by_sector["20"] == {2012: 100.0, 2017: 92.0}
    (tmp_path / "d.csv").write_text("sector,2012,2017\na,100,0\nall,100,\n", "utf-8")
    read_deflators(tmp_path / "d.csv", findings)
    assert [f.key for f in findings] == ["HP-M49", "HP-M49"]


def test_the_sheet_of_fuels_is_found_by_its_title(tmp_path: Path) -> None:
    """One workbook holds table and fuels; blanks and capitals in the title do not matter."""
    with xlsxwriter.Workbook(tmp_path / "all.xlsx") as book:
        book.add_worksheet("table").write_row(0, 0, ["Z", "a", "output"])
        fuels = book.add_worksheet("Fuel use")
        for row, cells in enumerate((["sector", "coal"], ["unit", "t CO2"], ["a", 5])):
            fuels.write_row(row, 0, cells)
    findings = Findings()
    found = read_fuel_use(tmp_path / "all.xlsx", findings)
    assert found is not None, list(findings)
    assert found.file == "all.xlsx!Fuel use"
    assert found.emissions.tolist() == [5.0]
