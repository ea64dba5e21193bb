"""Input-output tables in the layouts that people have: plain, coefficients, national."""

from pathlib import Path

import numpy as np
import pytest
import xlsxwriter

from handprint.core.errors import Findings, Severity
from handprint.input_output.layout import normal
from handprint.input_output.tables import IoTable, read_table

DATA = Path(__file__).parents[1] / "data" / "io"


def read(path: Path, **options: object) -> tuple[IoTable | None, list[str]]:
    findings = Findings()
    table = read_table(path, findings, **options)  # type: ignore[arg-type]
    return table, [finding.key for finding in findings]


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "table.csv"
    path.write_text(text, "utf-8")
    return path


def test_plain_table() -> None:
    table, keys = read(DATA / "two_sectors.csv")
    assert keys == []
    assert table is not None
    assert table.codes == ("agriculture", "ict")
    assert table.flows.tolist() == [[150.0, 500.0], [200.0, 100.0]]
    assert table.net_demand.tolist() == [350.0, 1700.0]
    assert table.output.tolist() == [1000.0, 2000.0]
    assert table.value_added is not None
    assert table.value_added.tolist() == [650.0, 1400.0]
    assert table.money == "million USD"
    assert table.scale == 1e6


def test_coefficients_become_flows(tmp_path: Path) -> None:
    text = "unit: million USD,,,,\nA,agriculture,ict,final demand,output\n"
    text += "agriculture,0.15,0.25,350,1000\nict,0.2,0.05,1700,2000\n"
    table, keys = read(written(tmp_path, text))
    assert keys == []
    assert table is not None
    assert table.flows == pytest.approx(np.array([[150.0, 500.0], [200.0, 100.0]]))


def test_national_layout() -> None:
    """Codes and names, subtotals passed over, imports, differences, value added below."""
    table, keys = read(DATA / "cn_2017.csv")
    assert keys == []
    assert table is not None
    assert table.codes[:3] == ("01", "14", "20")
    assert table.names[2] == "通信设备、计算机和其他电子设备"
    assert (table.year, table.money) == (2017, "万元")
    assert table.scale == 1e4
    used = table.flows.sum(axis=1) + table.net_demand
    assert used == pytest.approx(table.output)
    assert table.value_added is not None
    assert table.flows.sum(axis=0) + table.value_added == pytest.approx(table.output)
    assert table.imports[2] == 126000  # 12 % of 1,050,000
    assert table.demand[2] + table.exports[2] == pytest.approx(
        table.output[2] - table.flows[2].sum() + table.imports[2] - table.error[2]
    )


def test_the_same_table_as_a_workbook(tmp_path: Path) -> None:
    """Codes as numbers, as Excel stores them, on the second sheet."""
    import csv

    with (DATA / "cn_2017.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.reader(stream))
    with xlsxwriter.Workbook(tmp_path / "cn_2017.xlsx", {"strings_to_numbers": True}) as book:
        book.add_worksheet("说明").write_string(0, 0, "投入产出表")
        sheet = book.add_worksheet("表")
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    table, keys = read(tmp_path / "cn_2017.xlsx")
    plain, _ = read(DATA / "cn_2017.csv")
    assert keys == []
    assert table is not None
    assert plain is not None
    assert [normal(code) for code in table.codes] == [normal(code) for code in plain.codes]
    assert table.flows.tolist() == plain.flows.tolist()
    assert table.net_demand.tolist() == plain.net_demand.tolist()


def test_negative_imports_and_a_total_of_final_use(tmp_path: Path) -> None:
    """Older yearbooks print imports as negative numbers; output = uses - imports all the same."""
    text = "单位：亿元,,,,,\n,a,b,最终使用合计,出口,进口,总产出\n"
    text += "a,1,2,10,3,-1,12\nb,2,1,10,2,-2,11\n"
    table, keys = read(written(tmp_path, text))
    assert keys == []
    assert table is not None
    assert table.imports.tolist() == [1.0, 2.0]
    assert table.demand.tolist() == [7.0, 8.0]
    assert table.flows.sum(axis=1) + table.net_demand == pytest.approx(table.output)


def test_sections_of_industry_have_one_letter(tmp_path: Path) -> None:
    """F is construction and M are professional services, not final demand and imports."""
    text = "unit: EUR,,,,\n,F,M,final demand,output\nF,1,1,8,10\nM,2,2,6,10\n"
    table, keys = read(written(tmp_path, text))
    assert keys == []
    assert table is not None
    assert table.codes == ("F", "M")


def test_unit_and_year_from_the_caller(tmp_path: Path) -> None:
    text = ",a,b,final demand,output\na,1,1,8,10\nb,2,2,6,10\n"
    assert read(written(tmp_path, text))[1] == ["HP-M44"]
    table, keys = read(written(tmp_path, text), money="万元", year=2020)
    assert keys == []
    assert table is not None
    assert (table.money, table.year) == ("万元", 2020)


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ("ict,200", "itc,200", "HP-M43"),  # labels across and down differ
        (",output", ",", "HP-M42"),
        (",final demand", ",", "HP-M42"),
        (",350,", ",a third,", "HP-M05"),
        ("million USD", "kWh", "HP-M44.kind"),
        ("million USD", "bushels", "HP-U01"),
        ("final demand", "final demnad", "HP-M43"),
    ],
)
def test_mistakes_are_located(tmp_path: Path, old: str, new: str, key: str) -> None:
    text = (DATA / "two_sectors.csv").read_text("utf-8")
    assert old in text
    path = written(tmp_path, text.replace(old, new, 1))
    findings = Findings()
    assert read_table(path, findings) is None
    found = [f for f in findings if f.severity is Severity.ERROR]
    assert key in [f.key for f in found]
    assert all(f.place.startswith("table.csv:") for f in found)


def test_no_table_at_all(tmp_path: Path) -> None:
    assert read(written(tmp_path, "a,b\n1,2\n"))[1] == ["HP-M41"]
    assert read(written(tmp_path, ""))[1] == ["HP-M41.empty"]
    assert read(tmp_path / "none.csv")[1] == ["HP-M01"]
