"""The numbers of a row, read again for its report."""

from handprint.batch.headers import InputColumn
from handprint.batch.row_case import row_numbers
from handprint.units.unit import parse_unit


def test_numbers_are_read_as_they_were_scored() -> None:
    column = InputColumn("output [t/year]", "output", "value", parse_unit("t/year"))
    for cell in ("900,000", "90 万t/year", "900 kt/year", 900_000.0):
        found = row_numbers({column.header: cell}, [column], "potline-control")
        assert found == {("output", "value"): (900_000.0, column.unit.text)}, cell
