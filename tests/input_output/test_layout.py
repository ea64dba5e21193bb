"""Labels of statistical offices and data bases, sheets of several tables, and what is no table."""

from pathlib import Path

import numpy as np
import openpyxl
import pytest

from handprint.core.errors import Finding, Findings
from handprint.input_output.labels import column_role, origin, row_role, sector_key, sectors_among
from handprint.input_output.side_files import read_fuel_use
from handprint.input_output.tables import IoTable, read_table

FIELD = Path(__file__).parents[1] / "field"
FLOWS = [[150.0, 500.0], [200.0, 100.0]]


def read(path: Path, **options: object) -> tuple[IoTable | None, list[Finding]]:
    findings = Findings()
    table = read_table(path, findings, **options)  # type: ignore[arg-type]
    return table, list(findings)


def table_of(path: Path, **options: object) -> IoTable:
    table, findings = read(path, **options)
    assert findings == []
    assert table is not None
    return table


def keys(path: Path, **options: object) -> list[str]:
    return [finding.key for finding in read(path, **options)[1]]


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "table.csv"
    path.write_text("unit: million USD\n" + text, "utf-8")
    return path


def balanced(table: IoTable) -> bool:
    """Whether rows and columns give output to the last digit."""
    rows = table.flows.sum(axis=1) + table.net_demand
    columns = table.output
    if table.value_added is not None:
        columns = table.flows.sum(axis=0) + table.value_added
    return bool(np.allclose(rows, table.output) and np.allclose(columns, table.output))


# --- labels -------------------------------------------------------------------------------------


def test_oecd_names() -> None:
    table = table_of(FIELD / "k13_io_oecd_names.csv")
    assert table.codes == ("D01", "D62T63")
    assert table.flows.tolist() == FLOWS
    assert table.demand.tolist() == [300.0, 1600.0]  # HFCE and GFCF
    assert table.exports.tolist() == [50.0, 100.0]
    assert balanced(table)


def test_oecd_rows_with_prefixes_and_negative_imports(tmp_path: Path) -> None:
    """Rows TTL_01 are columns D01; taxes are an input; output stands in a row only."""
    text = ",D01,D62T63,HFCE,INVNT,CONS_NONRES,EXPO,IMPO\n"
    text += "TTL_01,150,500,200,10,40,200,-100\nTTL_62T63,200,100,1500,100,0,150,-50\n"
    text += "TXS_INT_FNL,10,20\nTTL_INT_FNL,360,620\nVALU,640,1380\nOUTPUT,1000,2000\n"
    table = table_of(written(tmp_path, text))
    assert table.imports.tolist() == [100.0, 50.0]
    assert table.output.tolist() == [1000.0, 2000.0]
    assert balanced(table)


def test_oecd_domestic_and_imported_rows(tmp_path: Path) -> None:
    text = ",D01,D62T63,HFCE,EXPO,OUT\nDOM_01,100,480,370,50,1000\nDOM_62T63,150,50,1700,100,2000\n"
    text += "IMP_01,50,20,30,0,100\nIMP_62T63,50,50,50,0,150\nVALU,650,1400\nOUT,1000,2000\n"
    table = table_of(written(tmp_path, text))
    assert table.flows.tolist() == FLOWS
    assert table.imports.tolist() == [100.0, 150.0]
    assert balanced(table)


EUROSTAT = """Source: an office
,CPA_A01,CPA_J62_J63,CPA_TOTAL,P3_S13,P3_S14,P3,P51G,P52,P5G,P6,TFU,TU
CPA_A01,150,500,650,0,200,200,100,50,150,100,450,1100
CPA_J62_J63,200,100,300,500,1000,1500,100,0,100,150,1750,2050
CPA_TOTAL,350,600,950,500,1200,1700,200,50,250,250,2200,3150
D21X31,10,20,30
P2,360,620
D1,300,700
B2A3G,340,680
B1G,640,1380
P1,1000,2000
P7,100,50
TS_BP,1100,2050
EMP,5,3
Source: Office, 2020
"""


def test_eurostat_codes(tmp_path: Path) -> None:
    """Sums beside their parts are passed over; imports below output are supply."""
    table = table_of(written(tmp_path, EUROSTAT))
    assert table.codes == ("CPA_A01", "CPA_J62_J63")
    assert table.demand.tolist() == [350.0, 1600.0]
    assert table.imports.tolist() == [100.0, 50.0]
    assert balanced(table)


def test_imports_above_output_are_an_input(tmp_path: Path) -> None:
    """In a table of domestic flows the row P7 is what the sectors buy abroad."""
    text = ",A01,J62,P3_S14,P6,P1\nA01,150,500,300,50,1000\nJ62,200,100,1600,100,2000\n"
    text += "P7,50,100\nB1G,600,1300\nP1,1000,2000\n"
    table = table_of(written(tmp_path, text))
    assert table.imports.tolist() == [0.0, 0.0]
    assert balanced(table)


MARIO = """,,,Reg1,Reg1,Reg2,Reg2,Reg1,Reg2
,,,Sector,Sector,Sector,Sector,Consumption category,Consumption category
,,,Food,ICT,Food,ICT,Final demand,Final demand
Reg1,Sector,Food,10,5,2,1,70,12
Reg1,Sector,ICT,3,4,1,2,80,10
Reg2,Sector,Food,2,1,12,6,9,70
Reg2,Sector,ICT,1,2,3,5,11,78
-,Factor of production,Wages,84,88,82,86,0,0
-,Satellite account,CO2,100,200,300,400,7,8
"""
SPECIAL = """,,,Reg1,Reg1,Reg2,Reg2,Reg1,Reg2
,,,Food,ICT,Food,ICT,Final demand,Final demand
Reg1,Food,,10,5,2,1,70,12
Reg1,ICT,,3,4,1,2,80,10
Reg2,Food,,2,1,12,6,9,70
Reg2,ICT,,1,2,3,5,11,78
Reg1,Food,Wages,80,80,80,80,0,0
Reg2,ICT,Wages,4,8,2,6,0,0
Reg1,,CO2,100,200,300,400
"""


@pytest.mark.parametrize("text", [MARIO, SPECIAL], ids=["standard", "special"])
def test_mario_regions(tmp_path: Path, text: str) -> None:
    """Sectors are region:sector, output is what they sell, satellites are passed over."""
    table = table_of(written(tmp_path, text))
    assert table.codes == ("Reg1:Food", "Reg1:ICT", "Reg2:Food", "Reg2:ICT")
    assert table.names == ("Food", "ICT", "Food", "ICT")
    assert table.output.tolist() == [100.0, 100.0, 100.0, 100.0]
    assert balanced(table)


def test_exiobase_names() -> None:
    assert column_role(["Final consumption expenditure by households"]) == "demand"
    assert column_role(["Changes in inventories"]) == "demand"
    assert column_role(["Exports: Total (fob)"]) == "exports"
    assert row_role(["Operating surplus: Consumption of fixed capital"]) == "value"
    assert row_role(["Taxes less subsidies on products purchased: Total"]) == "other"


def test_words_of_labels() -> None:
    assert sector_key("CPA_A01") == sector_key("A01")
    assert sector_key("1.1") != sector_key("11")
    assert origin("DOM_01T03") == "domestic"
    assert sectors_among({"a01", "go", "p1", "total"}) == {"a01"}
    assert sectors_among({"p1", "p2"}) == {"p1", "p2"}  # products of somebody's own table
    assert column_role(["P5G"], {"p51g"}) == "skip"
    assert column_role(["P5G"]) == "demand"


# --- several tables in one sheet ----------------------------------------------------------------

WIOD = """Year,Code,Description,Origin,A,J,CONS_h,GFCF,EXP,GO
,,,,Agriculture,ICT,Households,Capital,Exports,Output
2013,A,Agriculture,Domestic,1,1,6,1,1,10
2013,J,ICT,Domestic,1,1,6,1,1,10
2013,A,Agriculture,Imports,0,0,0,0,0,0
2013,J,ICT,Imports,0,0,0,0,0,0
2013,VA,Value added at basic prices,TOT,8,8
2013,GO,Output at basic prices,TOT,10,10
2014,A,Agriculture,Domestic,100,480,320,50,50,1000
2014,J,ICT,Domestic,150,50,1600,100,100,2000
2014,A,Agriculture,Imports,50,20,30,0,0,100
2014,J,ICT,Imports,50,50,40,10,0,150
2014,II_fob,Total intermediate consumption,TOT,350,600
2014,TXSP,taxes less subsidies on products,TOT,10,20
2014,VA,Value added at basic prices,TOT,640,1380
2014,GO,Output at basic prices,TOT,1000,2000
"""


def test_a_year_of_wiod(tmp_path: Path) -> None:
    path = written(tmp_path, WIOD)
    both = table_of(path, year=2014)
    assert both.names == ("Agriculture", "ICT")
    assert both.flows.tolist() == [[150.0, 500.0], [200.0, 100.0]]  # imports as if made at home
    assert both.imports.tolist() == [100.0, 150.0]
    assert balanced(both)
    domestic = table_of(path, year=2014, imports="removed")
    assert domestic.flows.tolist() == [[100.0, 480.0], [150.0, 50.0]]
    assert domestic.imports.tolist() == [0.0, 0.0]
    assert balanced(domestic)


NATIONAL = """,,01,02,TIU,FU101,EX,TFU,IM,GO
,,农业,信息,中间使用合计,农村居民消费支出,出口,最终使用合计,进口,总产出
国内产品中间投入,农业,100,480,580,370,50,420,,1000
国内产品中间投入,信息,150,50,200,1700,100,1800,,2000
进口产品中间投入,农业,50,20,70,30,0,30,100,
进口产品中间投入,信息,50,50,100,50,0,50,150,
,中间投入合计,350,600
,增加值合计,650,1400
,总投入,1000,2000
注：初步数,2018
"""


def test_a_national_table_with_imports_apart(tmp_path: Path) -> None:
    table = table_of(written(tmp_path, NATIONAL))
    assert table.codes == ("农业", "信息")
    assert table.flows.tolist() == FLOWS
    assert table.imports.tolist() == [100.0, 150.0]
    assert balanced(table)


def test_the_choices_are_named(tmp_path: Path) -> None:
    path = written(tmp_path, WIOD)
    (finding,) = read(path)[1]
    assert (finding.key, finding.params["list"]) == ("HP-M43.year", "2013, 2014")
    assert keys(path, year=1999) == ["HP-M43.year_unknown"]


REGIONS = """region,code,A,J,final demand,output
North,A,1,1,8,10
North,J,1,1,8,10
North,value added,8,8
South,A,2,2,16,20
South,J,2,2,16,20
South,value added,16,16
"""


def test_a_region_of_a_sheet(tmp_path: Path) -> None:
    path = written(tmp_path, REGIONS)
    table = table_of(path, region="south")
    assert table.output.tolist() == [20.0, 20.0]
    assert balanced(table)
    (finding,) = read(path)[1]
    assert (finding.key, finding.params["list"]) == ("HP-M43.region", "North, South")
    assert keys(path, region="East") == ["HP-M43.region_unknown"]
    assert keys(FIELD / "k13_io_oecd_names.csv", region="East") == ["HP-M43.region_unused"]


def test_a_sheet_that_is_called_by_the_year(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for year, size in ((2012, 1.0), (2017, 2.0)):
        sheet = book.create_sheet(str(year))
        for row in (["unit: EUR"], ["", "A", "J", "final demand", "output"],
                    ["A", size, size, 8 * size, 10 * size],
                    ["J", size, size, 8 * size, 10 * size]):  # fmt: skip
            sheet.append(row)
    book.save(tmp_path / "years.xlsx")
    table, findings = read(tmp_path / "years.xlsx", year=2017)
    assert table is not None
    assert table.output.tolist() == [20.0, 20.0]
    assert [finding.key for finding in findings] == ["HP-M69"]  # the other sheet is named


# --- what is no label, no row, no sector --------------------------------------------------------


def test_a_label_that_stands_twice() -> None:
    found = read(FIELD / "k13_io_label_twice.csv")[1]
    assert [finding.key for finding in found] == ["HP-M43.twice_across", "HP-M43.twice_down"]
    assert [finding.place for finding in found] == [
        "k13_io_label_twice.csv:2 column D", "k13_io_label_twice.csv:5 column A",
    ]  # fmt: skip


def test_numbers_are_no_labels() -> None:
    (finding,) = read(FIELD / "k13_io_numbers_as_labels.csv")[1]
    assert finding.key == "HP-M41.labels"
    assert "agriculture" in str(finding.params["across"])
    assert str(finding.params["down"]).startswith("A, B")


def test_a_sector_named_other() -> None:
    table = table_of(FIELD / "k13_io_sector_named_other.csv")
    assert table.codes == ("agriculture", "ict", "其他")
    assert table.error.tolist() == [0.0, 0.0, 0.0]
    assert balanced(table)


def test_other_is_a_difference_where_it_stands_across_only(tmp_path: Path) -> None:
    text = ",A,J,最终使用合计,其他,总产出\nA,1,1,7,1,10\nJ,1,1,7,1,10\n"
    assert table_of(written(tmp_path, text)).error.tolist() == [1.0, 1.0]


@pytest.mark.parametrize("name", ["k7_io_notes_below.xlsx", "k7_io_error_on_other_sheet.xlsx"])
def test_only_the_table_is_looked_at(name: str) -> None:
    assert table_of(FIELD / name).flows.tolist() == FLOWS


def test_errors_count_only_where_cells_are_read(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (["unit: million USD"], ["Z", "A", "J", "final demand", "output", "", "check"],
                ["A", 150, 500, 350, 1000, "", "#DIV/0!"], ["J", 200, 100, 1700, 2000, "", 7],
                ["value added", 650, 1400], [], ["sum", 1000, "#REF!"]):  # fmt: skip
        sheet.append(row)
    book.save(tmp_path / "beside.xlsx")
    assert table_of(tmp_path / "beside.xlsx").flows.tolist() == FLOWS
    sheet["B4"] = "#DIV/0!"
    book.save(tmp_path / "inside.xlsx")
    (finding,) = read(tmp_path / "inside.xlsx")[1]
    assert (finding.key, finding.place) == ("HP-M04", "inside.xlsx!Sheet!B4")
    sheet["B4"], sheet["D2"], sheet["F2"] = 200, "#NAME?", "final demand"  # a label
    sheet["F3"], sheet["F4"], sheet["G2"] = 350, 1700, None
    book.save(tmp_path / "label.xlsx")
    assert [f.place for f in read(tmp_path / "label.xlsx")[1]] == ["label.xlsx!Sheet!D2"]


@pytest.mark.parametrize("old", ["agriculture,150", "ict,200"])
def test_no_sector_is_lost(tmp_path: Path, old: str) -> None:
    """A row whose label differs from its column's is told, also when it is the first."""
    text = ",agriculture,ict,final demand,output\nagriculture,150,500,350,1000\n"
    text += "ict,200,100,1700,2000\n"
    assert "HP-M43" in keys(written(tmp_path, text.replace(old, old.replace(",", "x,"))))


def test_a_number_that_is_none_names_its_column(tmp_path: Path) -> None:
    text = ",A,J,final demand,output\nA,1,1,eight,10\nJ,1,1,8,10\n"
    (finding,) = read(written(tmp_path, text))[1]
    assert (finding.key, finding.params["column"]) == ("HP-M05", "final demand")


def test_two_columns_of_output(tmp_path: Path) -> None:
    text = ",A,J,final demand,output,output\nA,1,1,8,10,10\nJ,1,1,8,10,10\n"
    assert keys(written(tmp_path, text)) == ["HP-M43.twice_across"]


def test_nothing_in_the_file_is_a_finding(tmp_path: Path) -> None:
    openpyxl.Workbook().save(tmp_path / "empty.xlsx")
    assert keys(tmp_path / "empty.xlsx") == ["HP-M41.empty"]
    findings = Findings()
    assert read_fuel_use(tmp_path / "empty.xlsx", findings) is None
    assert [finding.key for finding in findings] == ["HP-M02.empty"]
