"""A number next to zero is refused in a row as it is in a case: as zero it would pass for meant."""

import numpy as np
import pyarrow as pa
import pytest

from handprint.batch.cells import numbers
from handprint.batch.headers import InputColumn
from handprint.batch.rejections import Rejections
from handprint.units.unit import parse_unit

COLUMN = InputColumn("inputs.saving [mg]", "saving", "value", parse_unit("mg"))


def told(values: pa.Array) -> list[str]:
    rejections = Rejections(len(values))
    numbers(pa.table({COLUMN.header: values}), COLUMN, rejections)
    return [
        rejections.reason(int(row)).finding("").key if rejections.mask[row] else ""
        for row in range(len(values))
    ]


@pytest.mark.parametrize("text", ["1e-101", "-1e-308", "1e-400", "-0.001e-330"])
def test_a_text_next_to_zero_is_rejected(text: str) -> None:
    assert told(pa.array([text, "1e-100", "5"])) == ["HP-S07.zero", "", ""]


@pytest.mark.parametrize("text", ["0", "0.0", "-0", "+0.00e-400", ".0", "00", "0e5", ""])
def test_zero_and_nothing_are_what_they_are(text: str) -> None:
    assert told(pa.array([text, "5"])) == ["", ""]


def test_a_stored_number_next_to_zero_is_rejected() -> None:
    assert told(pa.array([1e-101, 0.0, np.nan, 5e-324, -1.0])) == [
        *("HP-S07.zero", "", "", "HP-S07.zero", ""),
    ]
