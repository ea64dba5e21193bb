"""One written number has one reading: widths, signs, thousands, per cent, what is asked back."""

import pytest

from handprint.units.amounts import (
    approximation,
    in_unit,
    is_approximate,
    is_number,
    plain_number,
    read_amount,
    read_number,
    read_whole,
)
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
        ("约 2-3", "HP-U04.interval"),
        ("2至3", "HP-U04.interval"),
        ("2 ~ 3", "HP-U04.interval"),
        ("二至三万", "HP-U04.interval"),
        ("5±1", "HP-U04.interval"),
        ("2 t to 3 t", "HP-U04.interval"),
        ("≥5", "HP-U04.limit"),
        ("up to 5", "HP-U04.limit"),
        ("不超过 5", "HP-U04.limit"),
        ("2000余台", "HP-U04.limit"),
        ("100 以上", "HP-U04.limit"),
        ("5000+", "HP-U04.limit"),
        ("3-5", "HP-U04.interval"),
        ("3～5", "HP-U04.interval"),
        ("三万五", "HP-U04.words"),
        ("一百五", "HP-U04.words"),
        ("三四百", "HP-U04.words"),
        ("3万5", "HP-U04.words"),
        ("百万", "HP-U01.number"),
        ("几百", "HP-U01.number"),
        ("5 t", "HP-U04.unit"),
        ("NA", "HP-U01.number"),
        ("nan", "HP-U01.number"),
        ("inf", "HP-U01.number"),
        ("", "HP-U01.number"),
        *((text, "HP-U01.range") for text in ("1e999", "1e101", "-1e101", "1e-101", "1e-400")),
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


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("三", 3),
        ("两", 2),
        ("十", 10),
        ("十二", 12),
        ("二十", 20),
        ("二十五", 25),
        ("一百零五", 105),
        ("一百五十", 150),
        ("两千零五", 2005),
        ("一千零一十", 1010),
        ("三百万", 3e6),
        ("十二万", 1.2e5),
        ("二十亿", 2e9),
        ("一亿三千万", 1.3e8),
        ("一万二千亿", 1.2e12),
        ("二万亿", 2e12),
        ("1亿2千万", 1.2e8),
        ("2千万", 2e7),
        ("3.5亿", 3.5e8),
        ("3万5千", 35000),
        ("三点五", 3.5),
        ("零点零五", 0.05),
        ("三点五亿", 3.5e8),
        ("二〇二三", 2023),
        ("百分之五", 0.05),
        ("百分之5.2", 0.052),
        ("千分之三", 0.003),
        ("负五", -5),
        ("九千九百九十九万九千九百九十九", 99999999),
    ],
)
def test_numbers_in_words(text: str, number: float) -> None:
    assert read_number(text) == number


@pytest.mark.parametrize(
    ("text", "number", "unit"),
    [
        ("二十亿千瓦时/年", 2e9, "千瓦时/年"),
        ("十二万吨", 1.2e5, "吨"),
        ("三百千瓦时", 300, "千瓦时"),
        ("五万千瓦时", 5e4, "千瓦时"),
        ("三百分点", 3, "百分点"),
        ("四十分钟", 40, "分钟"),
        ("两台", 2, "台"),
        ("3万5千吨", 35000, "吨"),
        ("三百公里", 300, "公里"),
        ("一亿度", 1e8, "度"),
    ],
)
def test_where_words_end_and_the_unit_begins(text: str, number: float, unit: str) -> None:
    amount = read_amount(text)
    assert amount.unit is not None
    assert (amount.number, amount.unit.text) == (number, parse_unit(unit).text)


def test_a_unit_word_between_number_and_unit_belongs_to_either() -> None:
    """三千瓦时 is 3 kWh and 3,000 Wh."""
    assert read_amount("三千瓦时").plain == read_amount("3 kWh").plain


@pytest.mark.parametrize(
    "text",
    [
        "约5",
        "约 5",
        "大约5",
        "~5",
        "～５",
        "≈5",
        "about 5",
        "approx. 5",
        "ca. 5",
        "5左右",
        "5 上下",
    ],
)
def test_approximate_numbers_are_read_and_told(text: str) -> None:
    assert read_number(text) == 5.0
    assert is_approximate(text)
    told = approximation(text, "a.csv:2")
    assert told is not None
    assert (told.rule, told.place, told.params) == ("HP-U05", "a.csv:2", {"text": text})
    assert plain_number(text) is None  # where numbers are told from names


@pytest.mark.parametrize("text", ["5", "-5 %", "about the grid", "约翰", "2-3", "", "近"])
def test_other_texts_are_not_approximate_numbers(text: str) -> None:
    assert not is_approximate(text)


@pytest.mark.parametrize(
    ("text", "number"),
    [("5", True), ("1e308", True), ("1e-400", True), ("5 %", True), ("", False), ("steel", False),
     ("5 t", False), ("about 5", False)],
)  # fmt: skip
def test_a_number_out_of_range_is_no_name(text: str, number: bool) -> None:
    assert is_number(text) is number
