"""What a row says of an input: the reading of single cases, over columns."""

import numpy as np
import pytest

from handprint.batch.given import read_given
from handprint.batch.rejections import Rejections
from handprint.model.parameters import Given

NAN = np.nan


def read(**columns: list[float]) -> tuple[Given, Rejections]:
    own = {name: np.array(values) for name, values in columns.items()}
    rejections = Rejections(len(next(iter(own.values()))))
    return read_given("x", own, rejections), rejections


def told(rejections: Rejections) -> dict[int, str]:
    return {
        int(i): rejections.reason(int(i)).finding("").key for i in np.flatnonzero(rejections.mask)
    }


def test_the_parameters_of_a_row_decide_its_distribution() -> None:
    """Central: the value 10; the mode 11; (8 + 12) / 2 = 10; the value 9; nothing."""
    given, rejections = read(
        value=[10, NAN, NAN, 9, NAN],
        mode=[NAN, 11, NAN, NAN, NAN],
        low=[NAN, 8, 8, NAN, NAN],
        high=[NAN, 12, 12, NAN, NAN],
        sd=[NAN, NAN, NAN, 1, NAN],
    )
    assert told(rejections) == {}
    assert given.present.tolist() == [True, True, True, True, False]
    assert given.central[:4].tolist() == [10, 11, 10, 9]
    assert np.isnan(given.central[4])
    kinds = {part.kind: part.rows.tolist() for part in given.uncertain}
    assert kinds == {"normal": [3], "triangular": [1], "uniform": [2]}


@pytest.mark.parametrize(
    ("columns", "code"),
    [
        ({"low": [1.0]}, "HP-N03"),
        ({"value": [1.0], "high": [2.0]}, "HP-N03"),
        ({"low": [3.0], "high": [2.0]}, "HP-N02.low_above_high"),
        ({"low": [1.0], "high": [2.0], "mode": [5.0]}, "HP-N02.mode_outside"),
        ({"value": [1.0], "sd": [-1.0]}, "HP-N02.sd_negative"),
        ({"value": [1.0], "gsd": [0.5]}, "HP-N02.gsd_below_one"),
        ({"value": [-1.0], "gsd": [1.5]}, "HP-N02.not_positive"),
        ({"value": [1.0], "gsd": [1.5], "low": [0.5]}, "HP-N08"),
        ({"gsd": [1.5]}, "HP-N03"),
        ({"value": [1.0], "mode": [2.0]}, "HP-N08.centre"),
        ({"value": [np.inf]}, "HP-S06"),
        ({"value": [1e101]}, "HP-S07.high"),
        ({"value": [-1e101]}, "HP-S07.low"),
    ],
)
def test_what_makes_no_distribution_is_rejected(columns: dict[str, list[float]], code: str) -> None:
    assert told(read(**columns)[1]) == {0: code}


def test_a_bad_row_does_not_touch_the_others() -> None:
    given, rejections = read(low=[1, 5, 1], high=[3, 3, 3])
    assert told(rejections) == {1: "HP-N02.low_above_high"}
    assert given.uncertain[0].rows.tolist() == [0, 2]


def test_the_first_reason_stays_and_values_are_those_of_the_row() -> None:
    _, rejections = read(value=[np.inf, 1, -np.inf])
    assert rejections.reason(2).params == {"found": "-inf"}
