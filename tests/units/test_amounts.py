"""One written number has one reading: widths, signs, thousands, per cent, what is asked back."""

import pytest

from handprint.units.amounts import in_unit, plain_number, read_amount, read_number, read_whole
from handprint.units.names import UnitError
from handprint.units.unit import parse_unit


@pytest.mark.parametrize(
    ("text", "number"),
    [("0.3", 0.3), ("30 %", 0.3), ("5.2%", 0.052), ("1,234.5", 1234.5), ("－５", -5.0),
     ("−5", -5.0), ("–5", -5.0), ("1e3", 1000.0), ("1e-3", 0.001), ("1_000", 1000.0),
     ("2,000", 2000.0), ("1,234,567.8", 1234567.8), ("５.２", 5.2), ("５．２％", 0.052),
     ("2023.0", 2023.0), (" 7 ", 7.0), ("+.5", 0.5), ("1 / 1", None)],
)  # fmt: skip
def test_a_number_has_one_reading(text: str, number: float | None) -> None:
    assert plain_number(text) == number


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("1,5", "HP-U02.comma"),
        ("1.234,5", "HP-U02.comma"),
        ("0,250", "HP-U02.comma"),
        ("1,23,456", "HP-U02.comma"),
        ("1 234", "HP-U02.space"),
        ("约5", "HP-U04.about"),
        ("~5", "HP-U04.about"),
        ("about 3", "HP-U04.about"),
        ("3-5", "HP-U04.interval"),
        ("3～5", "HP-U04.interval"),
        ("二十亿", "HP-U04.words"),
        ("5 t", "HP-U04.unit"),
        ("NA", "HP-U01.number"),
        ("nan", "HP-U01.number"),
        ("inf", "HP-U01.number"),
        ("", "HP-U01.number"),
        ("1e999", "HP-U01.range"),
        ("0x10", "HP-U01"),
    ],
)
def test_what_is_no_number_is_asked_back(text: str, key: str) -> None:
    with pytest.raises(UnitError) as caught:
        read_number(text)
    assert f"{caught.value.code}.{caught.value.variant}".rstrip(".") == key


def test_whole_numbers() -> None:
    assert read_whole("2023") == read_whole("2023.0") == read_whole("２０２３") == 2023
    for text in ("2023.5", "2023 year", "5%"):
        with pytest.raises(UnitError) as caught:
            read_whole(text)
        assert caught.value.variant == "whole"


def test_a_number_under_a_unit() -> None:
    """5.2 % under [%] is 5.2, under [1] 0.052; under a unit that is no share it is refused."""
    assert in_unit("5.2%", parse_unit("%")) == 5.2
    assert in_unit("5.2", parse_unit("%")) == 5.2
    assert in_unit("5.2%", parse_unit("1")) == 0.052
    assert in_unit("3 kt", parse_unit("t")) == 3000.0
    with pytest.raises(UnitError) as caught:
        in_unit("5.2%", parse_unit("t/year"))
    assert caught.value.code == "HP-U03"


def test_an_amount_names_its_unit() -> None:
    amount = read_amount("90 万吨/年")
    assert amount.number == 90.0
    assert amount.unit == parse_unit("万吨/年")
    assert read_amount("13500").unit is None
