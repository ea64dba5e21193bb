"""Numbers for print, worked out by hand.

The potline example: NER 73,900 t CO2e with the 90 % interval 55,000..93,000. Its width is 38,000,
one per cent of it 380, the nearest power of ten 1,000: 74,000 in English, 7.4 万 in Chinese.
"""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handprint.core import numbers
from handprint.core.i18n import LANGUAGES

finite = st.floats(allow_nan=False, allow_infinity=False, min_value=-1e15, max_value=1e15)


@pytest.mark.parametrize(
    ("value", "lang", "interval", "shown"),
    [
        (73900.0, "en", (55000.0, 93000.0), "74,000"),
        (73900.0, "zh", (55000.0, 93000.0), "7.4\u00a0万"),
        (73900.0, "en", None, "73,900"),
        (73900.0, "zh", None, "7.39\u00a0万"),
        (6652000.0, "zh", None, "665\u00a0万"),
        (12.15e9, "zh", None, "122\u00a0亿"),
        (12.15e9, "en", None, "12.2\u00a0billion"),
        (82.11, "en", (61.0, 103.0), "82"),  # one per cent is 0.42: nearer to 1 than to 0.1
        (-351.4, "en", None, "\u2212351"),
        (0.0, "zh", None, "0"),
        (-0.0, "en", None, "0"),
        (-0.3, "en", (-400.0, 500.0), "0"),  # step 10: never minus zero
        (9999.6, "zh", None, "1.00\u00a0万"),  # rounding reaches the next word and keeps 3 digits
        (9999.6, "en", None, "10,000"),
        (1.8e-4, "en", None, "1.80 × 10⁻⁴"),
        (None, "en", None, "—"),
        (math.nan, "zh", None, "—"),
        (math.inf, "zh", None, "—"),
    ],
)
def test_a_number_has_the_digits_its_interval_supports(value, lang, interval, shown):
    assert numbers.format_number(value, lang, interval=interval) == shown


def test_a_narrow_interval_gives_four_digits_at_most():
    assert numbers.format_number(6652345.0, "en", interval=(6652344.0, 6652346.0)) == "6,652,000"


def test_the_scale_stands_with_the_unit():
    assert numbers.format_with_unit(73900.0, "t CO2e", "zh") == ("7.39", "万 t CO₂e")
    assert numbers.format_with_unit(73900.0, "t CO2e", "en") == ("73,900", "t CO₂e")
    assert numbers.format_with_unit(41250000.0, "pkm", "zh") == ("4120", "万人公里")
    assert numbers.format_with_unit(None, "t CO2e", "en") == ("—", "t CO₂e")


def test_an_interval_has_the_digits_and_the_scale_of_its_value():
    assert numbers.format_interval(55400.0, 93100.0, "zh", 73900.0) == "5.5–9.3\u00a0万"
    assert numbers.format_interval(55400.0, 93100.0, "en", 73900.0) == "55,000–93,000"
    assert numbers.format_interval(-401.2, -280.4, "en", -348.0) == "\u2212401 to \u2212280"
    assert numbers.format_interval(-20.0, 50.0, "zh", 12.0) == "\u221220 至 50"
    assert numbers.format_interval(0.0, 0.0, "en", 0.0) == "0"
    assert numbers.format_interval(None, 1.0, "en", 0.0) == "—"


@pytest.mark.parametrize(
    ("value", "en", "zh"),
    [
        (13500.0, "13,500", "13500"),
        (900000.0, "900,000", "90\u00a0万"),
        (0.5366, "0.5366", "0.5366"),
        (0.1, "0.1", "0.1"),
        (1e-7, "1 × 10⁻⁷", "1 × 10⁻⁷"),
        (100.0, "100", "100"),
    ],
)
def test_a_stated_number_gains_and_loses_no_digit(value, en, zh):
    assert numbers.format_exact(value, "en") == en
    assert numbers.format_exact(value, "zh") == zh


@pytest.mark.parametrize(
    ("share", "shown"),
    [
        (0.0, "0 %"),
        (0.0111, "1.1 %"),
        (0.914, "91 %"),
        (0.9994, "99.9 %"),
        (0.99999, "> 99.9 %"),
        (1.0, "100 %"),
        (-2.14, "\u2212214 %"),
        (1e-9, "< 0.01 %"),
        (None, "—"),
    ],
)
def test_a_share_that_is_nearly_one_is_not_one(share, shown):
    assert numbers.format_percent(share, "en") == shown.replace(" ", "\u00a0")


def test_two_numbers_are_told_apart():
    """6,652,000 and 6,578,000 differ by 74,000, a ninetieth: four digits show 6,652 and 6,578."""
    assert numbers.digits_to_tell_apart(6652000.0, 6578000.0) == 4
    assert numbers.digits_to_tell_apart(100.0, 40.0) == 3
    assert numbers.digits_to_tell_apart(5.0, 5.0) == 3


@pytest.mark.parametrize(
    ("unit", "en", "zh"),
    [
        ("t CO2e", "t CO₂e", "t CO₂e"),
        ("kg CO2e/(m2*year)", "kg CO₂e/(m²·year)", "kg CO₂e/(m²·年)"),
        ("kWh/t", "kWh/t", "kWh/t"),
        ("person/vehicle", "person/vehicle", "人/辆"),
        ("kg CO2e/(person*trip)", "kg CO₂e/(person·trip)", "kg CO₂e/人次"),
        ("kg SF6", "kg SF₆", "kg SF₆"),
        ("CO2_biogenic", "CO₂ (biogenic)", "CO₂（生物源）"),
        ("1", "", ""),
    ],
)
def test_units_are_set_as_units(unit, en, zh):
    assert numbers.pretty_unit(unit, "en") == en
    assert numbers.pretty_unit(unit, "zh") == zh


def test_plain_digits_undo_the_typesetting():
    assert numbers.plain_digits("kg CO₂e/m² × 10⁻⁴") == "kg CO2e/m2 × 10\u22124"


@given(finite, st.sampled_from(LANGUAGES))
def test_what_is_printed_reads_back_within_half_a_per_cent(value, lang):
    shown = numbers.format_number(value, lang)
    assert not shown.startswith("-")
    words = {"万亿": 1e12, "亿": 1e8, "万": 1e4, "trillion": 1e12, "billion": 1e9}
    number, _, word = shown.partition("\u00a0")
    mantissa, _, power = number.replace(",", "").replace("\u2212", "-").partition(" × 10")
    exponent = float(numbers.plain_digits(power).replace("\u2212", "-")) if power else 0.0
    read = float(mantissa) * 10**exponent * words.get(word, 1.0)
    assert read == pytest.approx(value, rel=0.0051)
