"""Which distribution parameters make: a case is read as a row of a table is."""

from typing import Any

import numpy as np
import pytest

from handprint.batch.given import read_given
from handprint.batch.rejections import Rejections
from handprint.case.schema import Distributed
from handprint.core.errors import CodedError
from handprint.model.columns import Column, Identity, column
from handprint.units.unit import parse_unit

NAME = Identity("case", "c", "x")
KWH = parse_unit("kWh/t")


def of_case(*years: dict[str, Any]) -> Column:
    return column("x", NAME, [(Distributed(**year), KWH) for year in years])


def fault(*years: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    with pytest.raises(CodedError) as caught:
        of_case(*years)
    error = caught.value
    return f"{error.code}.{error.variant}".strip("."), dict(error.params)


ALIKE: list[dict[str, float]] = [
    {"value": 10.0},
    {"mode": 10.0},
    {"low": 8.0, "high": 12.0},
    {"low": 8.0, "value": 9.0, "high": 12.0},
    {"low": 8.0, "mode": 9.0, "high": 12.0},
    {"value": 10.0, "sd": 1.0},
    {"mode": 10.0, "sd": 1.0},
    {"value": 10.0, "gsd": 1.2},
]
FAULTY: list[dict[str, float]] = [
    {"low": 8.0},
    {"gsd": 1.2},
    {"value": 1.0, "mode": 2.0},
    {"low": 12.0, "high": 8.0},
    {"value": 10.0, "sd": 1.0, "gsd": 1.2},
    {"value": -1.0, "gsd": 1.2},
]


@pytest.mark.parametrize("given", ALIKE)
def test_a_case_and_a_row_are_read_alike(given: dict[str, float]) -> None:
    single = of_case(given)
    own = {n: np.array([v * (1 if n == "gsd" else KWH.scale)]) for n, v in given.items()}
    row = read_given("x", own, Rejections(1))
    assert row.present.tolist() == [True]
    assert row.central.tolist() == single.central()[0, :, 0].tolist()
    kinds = [(part.kind, {n: v.tolist() for n, v in part.parameters.items()})
             for part in row.uncertain]  # fmt: skip
    told = {n: v.tolist() for n, v in single.parameters.items()}
    assert kinds == ([(single.kind, told)] if single.kind else [])


@pytest.mark.parametrize("given", FAULTY)
def test_a_case_and_a_row_are_refused_alike(given: dict[str, float]) -> None:
    rejections = Rejections(1)
    read_given("x", {n: np.array([v]) for n, v in given.items()}, rejections)
    assert rejections.reason(0).finding("").key == fault(given)[0]


def test_what_only_a_case_can_give() -> None:
    half = of_case({"value": 10.0, "plus_minus": "10 %"})
    assert half.kind == "normal"
    assert half.parameters["sd"] / KWH.scale == pytest.approx(1 / 1.959963984540054)
    choice = of_case({"values": [1.0, 3.0], "weights": [3.0, 1.0]})
    assert choice.kind == "discrete"
    assert choice.parameters["weights"].tolist() == [[3.0, 1.0]]
    even = of_case({"values": [1.0, 3.0]})
    assert even.parameters["weights"].tolist() == [[1.0, 1.0]]
    named = of_case({"distribution": "uniform", "low": 8.0, "value": 9.0, "high": 12.0})
    assert named.kind == "uniform"
    assert named.central().flat[0] == 9.0 * KWH.scale


def test_years_are_entries() -> None:
    yearly = of_case({"value": 10.0, "sd": 1.0}, {"value": 20.0, "sd": 3.0})
    assert (yearly.parameters["sd"] / KWH.scale).tolist() == [1.0, 3.0]
    assert fault({"value": 10.0}, {"value": 20.0, "sd": 3.0}) == ("HP-N04", {"kinds": "-, normal"})
    three, two = {"values": [1.0, 2.0, 3.0]}, {"values": [1.0, 2.0]}
    assert fault(three, two) == ("HP-N04", {"kinds": "discrete"})


def test_all_that_is_missing_or_idle_is_told_at_once() -> None:
    missing = {"distribution": "triangular", "missing": "low, high"}
    assert fault({"distribution": "triangular", "value": 1.0}) == ("HP-N03", missing)
    idle = {"distribution": "normal", "idle": "low, gsd"}
    asked = {"distribution": "normal", "value": 1.0, "sd": 1.0, "low": 0.0, "gsd": 2.0}
    assert fault(asked) == ("HP-N08", idle)
    assert fault({"value": 1.0, "weights": [1.0]}) == ("HP-N08.certain", {"idle": "weights"})
    assert fault({"value": 1.0, "plus_minus": "much"})[0] == "HP-N05"
    assert fault({})[0] == "HP-N01"
