"""The bounds that docs/robustness.md states are those of the program and of the tests."""

from pathlib import Path

import pytest

from handprint.batch import given
from handprint.batch.case_tables import sheet_tables
from handprint.case import reader
from handprint.factors import files, rows
from handprint.forms import cells, grid
from handprint.tables import archive, sheets, workbook
from handprint.units import formula
from handprint.units import reader as unit_reader
from handprint.verify import reading
from tests.fuzz import commands, rewritings, run

PAGE = (Path(__file__).parents[2] / "docs" / "robustness.md").read_text("utf-8")
SIZES = sheets.Sizes()


@pytest.mark.parametrize(
    ("row", "numbers"),
    [
        ("Case (YAML", (reader.MAX_BYTES, reader.MAX_NODES, reader.MAX_DEPTH)),
        ("Filled form", (workbook.UNPACKED_BYTES, archive.MAX_PARTS, archive.MAX_RATIO)),
        ("Sheet of a form", (grid.MAX_ROWS, grid.MAX_COLUMNS, cells.MAX_TEXT)),
        ("Lever, score", (SIZES.file, SIZES.unpacked, SIZES.rows, SIZES.columns)),
        ("Table of cases", (sheet_tables.MAX_WORKBOOK, sheet_tables.MAX_UNPACKED)),
        ("Own factors", (rows.MAX_BYTES, files.SIZES.rows)),
        ("Report or result", (reading.MAX_BYTES,)),
        ("Formula", (formula.MAX_LENGTH, formula.MAX_DEPTH, formula.MAX_EXPONENT)),
        ("Unit", (unit_reader.MAX_LENGTH, unit_reader.MAX_POWER)),
    ],
)
def test_bounds_are_those_of_the_program(row: str, numbers: tuple[int, ...]) -> None:
    (line,) = [line for line in PAGE.splitlines() if line.startswith(f"| {row}")]
    assert [number for number in numbers if f"{number:,}" not in line] == []


def test_bounds_of_numbers_and_of_the_tests() -> None:
    assert f"{given.LARGEST:g}".replace("+", "") in PAGE
    assert f"{commands.SECONDS:.0f} s of processor time" in PAGE
    assert f"{run.MEMORY:,} bytes of memory" in PAGE
    assert f"as {len(rewritings.REWRITINGS)} programs" in PAGE
