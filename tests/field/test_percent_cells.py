"""A number that a spreadsheet shows in per cent reads like the same per cent in plain CSV.

Every reader of tables, under every per-cent format that people use; a literal sign scales nothing.
"""

from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter

from handprint.batch.case_tables import open_table
from handprint.batch.cells import numbers
from handprint.batch.headers import read_layout
from handprint.batch.rejections import Rejections
from handprint.core.errors import Findings
from handprint.factors.files import read_own
from handprint.input_output.tables import read_table
from handprint.sector.inputs import read_emissions, read_scores
from handprint.sector.levers import read_levers
from handprint.selection.criteria import ExpertScale
from handprint.selection.experts import read_experts
from handprint.selection.submissions import read_scores as read_submissions

FORMATS = ["0%", "0.0%", "0.00 %", "[Red]0.0%;-0.0%", "[$-409]0.0%", "#,##0.0%_);(#,##0.0%)"]
SHARE = 0.052
MARK = "<5.2%>"  # stands for the cell that is shown in per cent

Reading = Callable[[Path], object]


def batch(path: Path) -> object:
    findings = Findings()
    library = open_table(path, findings)
    assert library is not None, list(findings)
    columns = read_layout(library.columns, "t", findings).inputs
    rejections = Rejections(library.rows)
    found = [numbers(library.partition(0).table(), c, rejections).tolist() for c in columns]
    assert not rejections.mask.any()
    return found


def factors(path: Path) -> object:
    findings = Findings()
    (source,) = read_own(path, findings)
    return [row.numbers(findings) for row in source.rows]


def levers(path: Path) -> object:
    table = read_levers(path, Findings())
    assert table is not None
    return [(lever.share, lever.saving, lever.adoption) for lever in table.levers]


def coefficients(path: Path) -> object:
    table = read_table(path, Findings(), money="CNY")
    assert table is not None
    return table.flows.tolist()


def sector_scores(path: Path) -> object:
    frame = read_scores(path, Findings())
    assert frame is not None
    return frame["NER"].tolist()


def selection_scores(path: Path) -> object:
    return [dict(case.numbers) for case in read_submissions(path, Findings()).submissions]


def experts(path: Path) -> object:
    return read_experts(path, ["a"], ["novelty"], ExpertScale(low=0.0, high=1.0), Findings())


READERS: dict[str, tuple[Reading, list[list[str]]]] = {
    "batch": (batch, [["id", "template", "loss_rate [%]", "loss_reduction [1]"],
                      ["a", "grid-losses", MARK, MARK]]),
    "factors": (factors, [["id", "value", "unit", "region", "year", "scope"],
                          ["property.loss", MARK, "%", "CN", "2023", "property"]]),
    "levers": (levers, [["row_type", "sector", "link", "pool", "share_low", "share_high",
                         "saving_low", "saving_high", "adoption_2030_low", "adoption_2030_high"],
                        ["MODEL", "buildings", "x", "x", "0.01", MARK, "0.01", MARK, ".5", ".8"]]),
    "io": (coefficients, [["A", "s1", "s2", "final demand", "output"],
                          ["s1", MARK, "0.1", "85", "100"], ["s2", "0.1", MARK, "85", "100"]]),
    "sector": (sector_scores, [["case", "sector", "NER"], ["a", "industry", MARK]]),
    "selection": (selection_scores, [["id", "NER", "category"], ["a", MARK, "living"]]),
    "experts": (experts, [["case", "expert", "novelty"], ["a", "X", MARK]]),
}  # fmt: skip


def write_csv(path: Path, rows: list[list[str]]) -> None:
    text = "\n".join(",".join(row) for row in rows).replace(MARK, "5.2%")
    path.write_text(text + "\n", "utf-8")


def write_book(path: Path, rows: list[list[str]], form: str) -> None:
    """Write numbers as numbers, and the marked ones as a share with a format."""
    with xlsxwriter.Workbook(path, {"strings_to_numbers": True}) as book:
        shown = book.add_format({"num_format": form})
        sheet = book.add_worksheet("factors")
        for i, row in enumerate(rows):
            for j, text in enumerate(row):
                if text == MARK:
                    sheet.write_number(i, j, SHARE, shown)
                else:
                    sheet.write(i, j, text)
        source = book.add_worksheet("source")
        for i, key in enumerate(("title_en", "publisher", "licence", "url")):
            source.write_row(i, 0, [key, "x"])


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("reader", READERS)
def test_a_cell_shown_in_per_cent_is_that_per_cent(tmp_path: Path, reader: str, form: str) -> None:
    read, rows = READERS[reader]
    (tmp_path / "source.yaml").write_text("title: x\npublisher: x\nlicence: x\nurl: x\n", "utf-8")
    write_csv(tmp_path / "plain.csv", rows)
    write_book(tmp_path / "shown.xlsx", rows, form)
    shown, plain = (read(tmp_path / name) for name in ("shown.xlsx", "plain.csv"))
    assert shown
    assert shown == plain


def test_per_cent_under_a_unit_that_is_no_share_is_told(tmp_path: Path) -> None:
    rows = [["sector", "emissions", "unit"], ["industry", MARK, "Mt CO2"]]
    write_csv(tmp_path / "plain.csv", rows)
    write_book(tmp_path / "shown.xlsx", rows, "0.0%")
    for name in ("plain.csv", "shown.xlsx"):
        findings = Findings()
        assert read_emissions(tmp_path / name, findings) == {}
        assert [f.rule for f in findings] == ["HP-U03"]
