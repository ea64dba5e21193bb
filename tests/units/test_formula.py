"""Formulas: grammar, unit binding, dimensions, and what is refused at once."""

from collections.abc import Callable

import numpy as np
import pytest

from handprint.units.formula import Formula, FormulaError, is_input_name, parse_formula
from handprint.units.unit import DIMENSIONLESS, ENERGY, POWER, TIME, UnitError, parse_unit

INPUTS = frozenset({"servers", "output", "saving", "产量", "area"})
KWH = 3.6e6  # joules


def value(text: str, **columns: float) -> float:
    formula = parse_formula(text, INPUTS)
    return float(formula.evaluate({name: np.asarray(x) for name, x in columns.items()}))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2 + 3 * 4", 14),
        ("(2 + 3) * 4", 20),
        ("2 ** 3", 8),
        ("2 ^ 3", 8),
        ("2 ** -2", 0.25),
        ("2 ** 4", 16),  # the largest power
        ("2 ** -4", 0.0625),
        ("-2 ** 2", -4),
        ("(-2) ** 2", 4),
        ("2 - 3 - 4", -5),
        ("12 / 3 / 2", 2),
        ("2 × 3 · 4", 24),
        ("+5 - -5", 10),
        ("1_000 + 1e3 + .5", 2000.5),
        ("50 %", 0.5),
        ("30 ‰", 0.03),
        ("5²", 25),  # plain NFKC would make it 52
        ("10³", 1000),
        ("（２＋３）＊４", 20),  # full-width
        ("7 − 2", 5),
    ],
)
def test_arithmetic(text: str, expected: float) -> None:
    assert value(text) == pytest.approx(expected, rel=1e-15)


@pytest.mark.parametrize(
    ("text", "expected", "unit"),
    [
        ("servers * 400 W/device", 20 * 400.0, "W"),
        ("1/2 h", 1 / 7200, "1/h"),  # a number with its unit binds tightest: 1/(2 h)
        ("servers / 2 h", 20 / 7200, "device/h"),
        ("100 km / 5 h", 100_000 / 18_000, "km/h"),
        ("3 kWh/t * 2 t", 6 * KWH, "kWh"),
        ("0.2 /year * 10 t", 2000 / 31_536_000, "kg/year"),
        ("5 kg*m/s^2", 5, "kg*m/s^2"),
        ("5 kWh/(m2*year)", 5 * KWH / 31_536_000, "kWh/(m2*year)"),
        ("3 万千瓦时", 30_000 * KWH, "kWh"),
        ("90 万吨", 9e8, "kg"),
        ("5 度/吨 * 2 吨", 10 * KWH, "kWh"),
        ("2 t CO2e", 2000, "kg CO2e"),
        ("5 km²", 5e6, "m2"),
        ("5 m ** 2", 5, "m2"),
        ("5 m^-2", 5, "1/m2"),
    ],
)
def test_numbers_with_units(text: str, expected: float, unit: str) -> None:
    formula = parse_formula(text, INPUTS)
    dimension = {"servers": parse_unit("device").dimension}
    assert float(formula.evaluate({"servers": np.asarray(20.0)})) == pytest.approx(expected)
    assert formula.dimension(dimension) == parse_unit(unit).dimension


def test_unit_ends_at_an_input() -> None:
    """`400 W/device * servers`: the unit takes W/device and leaves the input alone."""
    assert value("400 W/device * servers", servers=20) == 8000
    assert value("3 kWh/output", output=2.0) == pytest.approx(1.5 * KWH)
    assert parse_formula("3 kWh/output", INPUTS).names == {"output"}


def test_chinese_input_names() -> None:
    assert value("产量 * 2", 产量=21) == 42


def test_dimension_of_powers() -> None:
    formula = parse_formula("area ** 2 / area ** 2", INPUTS)
    assert formula.dimension({"area": parse_unit("m2").dimension}) == DIMENSIONLESS
    zero = parse_formula("area ** 0", INPUTS)
    assert zero.dimension({"area": parse_unit("m2").dimension}) == DIMENSIONLESS


def test_dimensions_multiply_and_divide() -> None:
    formula = parse_formula("output * saving / 1 year", INPUTS)
    per_tonne = parse_unit("kWh/t").dimension
    found = formula.dimension({"output": parse_unit("t").dimension, "saving": per_tonne})
    assert found == POWER
    assert found * TIME == ENERGY


def test_arrays_broadcast_over_year_and_draw() -> None:
    formula = parse_formula("output * (1 - saving)", INPUTS)
    output = np.array([[[1.0], [2.0]]])  # (case, year, draw)
    saving = np.array([[[0.1, 0.2, 0.3]]])
    found = formula.evaluate({"output": output, "saving": saving})
    assert found.shape == (1, 2, 3)
    assert found[0, 1, 2] == pytest.approx(1.4)


def refusal(text: str) -> str:
    with pytest.raises((FormulaError, UnitError)) as caught:
        parse_formula(text, INPUTS).dimension(dict.fromkeys(INPUTS, DIMENSIONLESS))
    error = caught.value
    return f"{error.code}.{error.variant}".rstrip(".")


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("", "HP-Q01.length"),
        ("   ", "HP-Q01.length"),
        ("1" * 1001, "HP-Q01.length"),
        ("1" * 1_000_000, "HP-Q01.length"),
        ("1" + "+1" * 500_000, "HP-Q01.length"),
        ("\ufdfa" * 900, "HP-Q01.length"),  # one character that NFKC makes eighteen
        ("(" * 31 + "1" + ")" * 31, "HP-Q01.depth"),
        ("(" * 450 + "1" + ")" * 450, "HP-Q01.depth"),
        ("-" * 31 + "1", "HP-Q01.depth"),
        ("-" * 900 + "1", "HP-Q01.depth"),
        ("+-" * 450 + "1", "HP-Q01.depth"),
        ("(1", "HP-Q01"),
        ("1)", "HP-Q01"),
        ("servers servers", "HP-Q01"),
        ("1 +", "HP-Q01"),
        ("* 2", "HP-Q01"),
        ("2 ** 2 kWh", "HP-Q01"),
        ("servers.real", "HP-Q02.character"),
        ("servers.__class__.__bases__", "HP-Q02.character"),
        ("servers[0]", "HP-Q02.character"),
        ("'a'", "HP-Q02.character"),
        ("servers // 2", "HP-Q01"),
        ("servers > 2", "HP-Q02.character"),
        ("servers = 2", "HP-Q02.character"),
        ("servers, 2", "HP-Q02.character"),
        ("1,5 * servers", "HP-Q02.character"),
        ("lambda: 1", "HP-Q02.character"),
        ("lambda x: x", "HP-Q02.character"),
        ("(servers := 2)", "HP-Q02.character"),
        ("servers\x00", "HP-Q02.character"),
        ("servers; 2", "HP-Q02.character"),
        ("servers @ 2", "HP-Q02.character"),
        ("2 * __0", "HP-Q02.character"),  # the parser's own placeholder
        ("__import__", "HP-Q02.character"),
        ("2 * ①", "HP-U01.character"),  # plain NFKC would make it 1
        ("½ * servers", "HP-U01.character"),
        ("servers(2)", "HP-Q02"),
        ("open(servers)", "HP-Q02"),
        ("2 (3)", "HP-Q02"),
        ("servers if output else saving", "HP-Q02"),
        ("servers and output", "HP-Q02"),
        ("not servers", "HP-Q02"),
        ("servers in output", "HP-Q02"),
        ("servers % 2", "HP-Q02"),
        ("True", "HP-Q02"),
        ("None", "HP-Q02"),
        ("server", "HP-Q03"),
        ("output * savings", "HP-Q03"),
        ("kWh", "HP-Q04"),
        ("servers * kWh", "HP-Q04"),
        ("9**9**9", "HP-Q05"),
        ("9**9", "HP-Q05"),
        ("2**5", "HP-Q05"),
        ("2**-5", "HP-Q05"),
        ("2**1e9", "HP-Q05"),
        ("2**servers", "HP-Q05"),
        ("2**0.5", "HP-Q05"),
        ("2**--1", "HP-Q05"),
        ("2 + 3 kWh", "HP-Q06"),
        ("servers + 2 device", "HP-Q06"),
        ("1 t CO2 + 1 t CO2e", "HP-Q06"),
        ("3 ton", "HP-U02"),
    ],
)
def test_refusals(text: str, key: str, calls_of: Callable[[Callable[[], object]], int]) -> None:
    """Refused at once: whatever the length of a text, the work is that of a short formula."""
    assert refusal(text) == key
    assert calls_of(lambda: refusal(text)) < 5_000


def test_unknown_name_suggests_the_nearest_input() -> None:
    with pytest.raises(FormulaError) as caught:
        parse_formula("server * 2", INPUTS)
    assert caught.value.params["known"] == "servers"


@pytest.mark.parametrize("name", ["servers", "meters", "产量", "x1", "line_speed", "Ölmenge"])
def test_input_names(name: str) -> None:
    assert is_input_name(name)


@pytest.mark.parametrize(
    "name",
    [
        *("kWh", "t", "吨", "ton", "万"),  # units
        *("", "1x", "_x", "__0", "a b", "a-b", "a.b", "a/b", "a\n", "x" * 61),  # no plain words
        *("lambda", "if", "True"),
        *("ｘ", "ﬁeld"),  # folding a formula changes them, so no formula could use them
    ],
)
def test_names_that_no_input_may_have(name: str) -> None:
    assert not is_input_name(name)


def test_long_sums_are_read() -> None:
    formula = parse_formula("+".join(["servers"] * 125), INPUTS)
    assert isinstance(formula, Formula)
    assert float(formula.evaluate({"servers": np.asarray(1.0)})) == 125


def test_brackets_side_by_side_are_not_deep() -> None:
    assert value("+".join(["(servers)"] * 40), servers=1) == 40
    assert value("+".join(["(-servers)"] * 40), servers=1) == -40


def test_deepest_formula() -> None:
    """Thirty brackets or signs are read; one more is refused (above)."""
    assert value("(" * 30 + "servers" + ")" * 30, servers=7) == 7
    assert value("-" * 30 + "servers", servers=7) == 7


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("servers / output", ["output"]),
        ("servers * output ** -1", ["output"]),
        ("servers * output ** -2", ["output"]),
        ("servers * output ** 0", []),
        ("servers * output ** 1", []),
        ("servers / 2 / 3 kWh", []),  # what no input is in cannot become zero
        ("1 / (servers / output)", ["(servers / output)", "output"]),
        ("(1 / servers) ** 2 - 1 / (1 - saving)", ["servers", "(1 - saving)"]),
    ],
)
def test_what_a_formula_divides_by(text: str, expected: list[str]) -> None:
    assert [divisor.text for divisor in parse_formula(text, INPUTS).divisors()] == expected


@pytest.mark.parametrize("literal", ["1e101", "1e999", "1e-101", "1e-400", "2e300 kWh"])
def test_a_number_that_nobody_can_calculate_with_is_refused(literal: str) -> None:
    with pytest.raises(UnitError) as caught:
        parse_formula(f"output * {literal}", INPUTS)
    assert (caught.value.code, caught.value.variant) == ("HP-U01", "range")


def test_zero_and_the_limits_are_numbers() -> None:
    assert value("0e-400 + 0.0 + 1e100") == 1e100
    assert value("1e-100") == 1e-100
