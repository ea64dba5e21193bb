"""Units: spellings, hand-worked conversions, refusals, dimensions, messages, the written list."""

import math
import pickle
import re
import string
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from handprint.core import i18n
from handprint.units import names as unit_names
from handprint.units import unit as units
from handprint.units.amounts import parse_quantity
from handprint.units.unit import (
    GASES,
    UnitError,
    convert,
    describe,
    gas_of,
    is_unit,
    parse_unit,
    without,
)

ROOT = Path(__file__).resolve().parents[2]

SPELLINGS = [
    ("tCO2e/MWh", "t CO2e/MWh"),
    ("t CO2e / MWh", "t CO2e/MWh"),
    ("kgCO2e", "kg CO2e"),
    ("kg CO2-eq", "kg CO2e"),
    ("kg CO2 eq", "kg CO2e"),
    ("kg CO₂e", "kg CO2e"),
    ("kg-CO2", "kg CO2"),
    ("t/a", "t/year"),
    ("kwh", "kWh"),
    ("KWH", "kWh"),
    ("Kwh", "kWh"),
    ("KWh", "kWh"),
    ("m²", "m2"),
    ("㎡", "m2"),
    ("m^2", "m2"),
    ("m**3", "m3"),
    ("Nm³", "Nm3"),
    ("吨CO2", "吨 CO2"),
    ("吨二氧化碳", "吨二氧化碳"),
    ("gCO2/kWh", "g CO2/kWh"),
    ("人次", "人次"),
    ("t CO2e/万元", "t CO2e/万元"),
    ("万吨CO2e", "万吨 CO2e"),
    ("kWh／t", "kWh/t"),
    ("ｋＷｈ", "kWh"),
    ("千瓦时每吨", "千瓦时/吨"),
    ("kg CO2e per device per year", "kg CO2e/device/year"),
    ("kg CO2e / (m**2 * year)", "kg CO2e/(m2·year)"),
    ("W * hour / (TB * hour)", "W·h/(TB·h)"),
    ("kg R-410A/台", "kg R410A/台"),
    ("kg R134a", "kg HFC-134a"),
    ("L/100km", "L/100 km"),
    ("Year", "year"),
    ("RMB_2022", "CNY_2022"),
    ("s²", "s^2"),
    ("m⁻¹", "m^-1"),
    ("1/a", "1/year"),
    ("dimensionless", "dimensionless"),
    # as official factor files write them
    ("tonne.km", "tkm"),
    ("kg CO2e/tonne.km", "kg CO2e/tkm"),
    ("kgCO2e/passenger.km", "kg CO2e/pkm"),
    ("p.km", "pkm"),
    ("vehicle.km", "vkm"),
    ("kW.h/m2", "kW·h/m2"),
    ("10^4Nm3", "万 Nm3"),
    ("tCO2/10^4Nm3", "t CO2/万 Nm3"),
    ("tCO2/10⁴Nm³", "t CO2/万 Nm3"),
    ("10^8 kWh", "亿 kWh"),
    ("kg CO2 eq.", "kg CO2e"),
    ("kg CO2-eq./kWh", "kg CO2e/kWh"),
    ("kg CO2 equivalent", "kg CO2e"),
    ("kg CO2-Äq.", "kg CO2e"),
    ("cubic metres", "m3"),
    ("kg CO2e/cubic meter", "kg CO2e/m3"),
    ("litres", "L"),
    ("tonnes", "t"),
    ("kilometres", "km"),
]


@pytest.mark.parametrize(("written", "printed"), SPELLINGS)
def test_spellings_people_use_are_read_and_tidied(written, printed):
    assert parse_unit(written).text == printed


QUANTITIES = [
    # 1 t = 1,000 kg; 万 = 1e4, 亿 = 1e8
    ("90 万吨", 9e8, "kg"),
    ("90万吨", 9e8, "kg"),
    ("90 万 t", 9e8, "kg"),
    ("1 百万吨", 1e9, "kg"),
    # 1 kWh = 1,000 W x 3,600 s = 3.6e6 J
    ("3 亿度", 3e8 * 3.6e6, "J"),
    ("1 万千瓦时", 3.6e10, "J"),
    ("5 万kWh", 1.8e11, "J"),
    ("1 kW*h", 3.6e6, "J"),
    ("1 Pa*m3", 1.0, "J"),
    # standard coal: 7,000 kcal/kg x 4,186.8 J = 29.3076 MJ; / 3.6 MJ = 8.141 kWh
    ("1 kgce", 29.3076e6, "J"),
    ("1 吨标准煤", 29.3076e9, "J"),
    ("1 万tce", 29.3076e13, "J"),
    ("1 toe", 41.868e9, "J"),
    ("1 MMBtu", 1055.05585262e6, "J"),
    ("1 therm", 105.505585262e6, "J"),
    ("3 亩", 2000.0, "m2"),
    ("1 公顷", 10000.0, "m2"),
    ("1 km2", 1e6, "m2"),
    ("1 cm2", 1e-4, "m2"),
    ("1 mile", 1609.344, "m"),
    ("1 gal_US", 3.785411784e-3, "m3"),
    ("1 gal_UK", 4.54609e-3, "m3"),
    ("1 bbl", 0.158987294928, "m3"),
    ("1 万方", 1e4, "m3"),
    ("1 lb", 0.45359237, "kg"),
    ("1 ton_US", 907.18474, "kg"),
    ("1 ton_UK", 1016.0469088, "kg"),
    ("1 kt", 1e6, "kg"),
    ("1 Gg", 1e6, "kg"),
    # a year is 365 days of 86,400 s, a month a twelfth: 2,628,000 s
    ("1 year", 31536000.0, "s"),
    ("5 年", 157680000.0, "s"),
    ("42 month", 42 * 2628000.0, "s"),
    ("10 %", 0.1, "1"),
    ("5 ‰", 0.005, "1"),
    ("3 百分点", 0.03, "1"),
    ("3 万", 30000.0, "1"),
    ("4", 4.0, "1"),
    ("1 GB", 1e9, "B"),
    ("8 Gbit", 1e9, "B"),
    ("100 Mbps", 12.5e6, "B/s"),
    ("2 万吨公里", 2e4 * 1000 * 1000, "kg*m"),
    ("2 tkm", 2e6, "kg*m"),
    ("3 人公里", 3000.0, "person*m"),
    ("1 车公里", 1000.0, "vehicle*m"),
    ("7 人次", 7.0, "person*trip"),
    ("15 kWh/100km", 15 * 3.6e6 / 1e5, "J/m"),
    ("15 kWh/百公里", 15 * 3.6e6 / 1e5, "J/m"),
    ("2 t CO2e/万元", 0.2, "kg CO2e/CNY"),
    ("1e3 t", 1e6, "kg"),
    ("1_000 t", 1e6, "kg"),
    ("2,000 t", 2e6, "kg"),
    ("1,234,567.8 kg", 1234567.8, "kg"),
    ("−5 t", -5000.0, "kg"),
    ("“５.２ t”", 5200.0, "kg"),
    ("5 s^-1", 5.0, "1/s"),
    ("－２．５ t", -2500.0, "kg"),
    (".5 h", 1800.0, "s"),
    ("0.2 1/year", 0.2 / 31536000.0, "1/s"),
    ("二十亿千瓦时/年", 2e9 * 3.6e6 / 31536000.0, "W"),
    ("十二万吨", 1.2e8, "kg"),
    ("三点五万吨", 3.5e7, "kg"),
    ("约 5 t", 5000.0, "kg"),
    ("1 kWh/m2/a", 3.6e6 / 31536000.0, "J/(m2*s)"),
]


@pytest.mark.parametrize(("text", "canonical", "target"), QUANTITIES)
def test_quantities_worked_by_hand(text, canonical, target):
    value, unit = parse_quantity(text)
    assert convert(value, unit, parse_unit(target)) == pytest.approx(canonical, rel=1e-12)
    assert value * unit.scale == pytest.approx(canonical, rel=1e-12)


def test_one_tce_is_8141_kwh():
    """29,307.6 MJ / 3.6 MJ/kWh = 8,141 kWh (GB/T 2589 prints 0.1229 kgce/kWh, its inverse)."""
    assert convert(1.0, parse_unit("tce"), parse_unit("kWh")) == pytest.approx(8141.0, rel=1e-9)
    assert convert(1.0, parse_unit("kWh"), parse_unit("kgce")) == pytest.approx(0.1228, abs=1e-4)


def test_a_power_counts_on_its_unit_alone():
    assert parse_unit("kg*m^2/s^2") == parse_unit("kg·m2/s²")
    assert parse_unit("J").dimension == parse_unit("kg*m**2*s^-2").dimension
    assert parse_unit("km^-2").scale == pytest.approx(1e-6)
    assert parse_unit("kWh/万km2").scale == pytest.approx(3.6e6 / 1e10)


def test_division_goes_from_left_to_right_and_brackets_bind():
    assert parse_unit("kWh/m2/year").dimension == parse_unit("kWh/(m2*year)").dimension
    assert parse_unit("kWh/m2*year").dimension == parse_unit("kWh*year/m2").dimension
    assert parse_unit("kg/(m2/(s*m))").dimension == parse_unit("kg*s*m/m2").dimension


REFUSED = [
    ("", "HP-U01", "empty"),
    ("   ", "HP-U01", "empty"),
    ("kWh÷t", "HP-U01", "character"),
    ("kWh?t", "HP-U01", "character"),
    ("kWh、t", "HP-U01", "character"),
    ("1,5 kg", "HP-U01", "character"),
    ("kWh (Net CV)", "HP-U01", "remark"),
    ("kg CO2e/kWh (Gross CV)", "HP-U01", "remark"),
    ("kWh（低位）/t", "HP-U01", "remark"),
    ("t (dry)", "HP-U01", "remark"),
    ("tC/GJ", "HP-U01", "carbon"),
    ("t C/TJ", "HP-U01", "carbon"),
    ("吨碳/TJ", "HP-U01", "carbon"),
    ("Sm3", "HP-U01", "standard"),
    ("kg CO2/Sm³", "HP-U01", "standard"),
    ("kgCO2e/unit", "HP-U01", "suggest"),
    ("pmile", "HP-U01", "suggest"),
    ("kWh/m2.a", "HP-U02", "order"),
    ("kWh.", "HP-U01", "character"),
    ("10^40 t", "HP-U01", "digits"),
    ("104Nm3", "HP-U01", "digits"),
    ("C", "HP-U02", ""),
    ("k\u200bg", "HP-U01", "character"),
    ("kg\u202e", "HP-U01", "character"),
    ("kg\0", "HP-U01", "character"),
    ("😀", "HP-U01", "character"),
    ("m②", "HP-U01", "character"),
    ("Ⅻ", "HP-U01", "character"),
    ("٣", "HP-U01", "character"),
    ("kg t", "HP-U01", "space"),
    ("t t CO2", "HP-U01", "space"),
    ("kWh h", "HP-U01", "space"),
    ("CO2 kg", "HP-U01", "space"),
    ("kg*", "HP-U01", "syntax"),
    ("/kg", "HP-U01", "syntax"),
    ("kg//t", "HP-U01", "syntax"),
    ("(kg", "HP-U01", "syntax"),
    ("kg)", "HP-U01", "syntax"),
    ("()", "HP-U01", "syntax"),
    ("kg(t)", "HP-U01", "syntax"),
    ("(m*s)^2", "HP-U01", "syntax"),
    ("kg+t", "HP-U01", "syntax"),
    ("万^2", "HP-U01", "syntax"),
    ("m^5", "HP-U01", "power"),
    ("m^0", "HP-U01", "power"),
    ("m^0.5", "HP-U01", "character"),
    ("9**9**9", "HP-U01", "digits"),
    ("10 kt/year", "HP-U01", "digits"),
    ("kWh/7 km", "HP-U01", "digits"),
    ("*".join(["Gt^4"] * 10), "HP-U01", "range"),
    ("1/(" + "*".join(["Gt^4"] * 10) + ")", "HP-U01", "range"),
    ("a" * 100_000, "HP-U01", "long"),
    ("(" * 101, "HP-U01", "long"),
    ("(" * 100, "HP-U01", "syntax"),
    ("x" * 99, "HP-U01", ""),
    ("万万吨", "HP-U01", ""),
    ("devices", "HP-U01", "suggest"),
    ("吨媒", "HP-U01", ""),
    ("吨煤", "HP-U02", ""),
    ("TCO2", "HP-U02", ""),
    ("kilowat", "HP-U01", "suggest"),
    ("kwH", "HP-U01", "suggest"),
    ("ton", "HP-U02", ""),
    ("tons", "HP-U02", ""),
    ("Ton", "HP-U02", ""),
    ("tonCO2e", "HP-U02", ""),
    ("万ton", "HP-U02", ""),
    ("mt", "HP-U02", ""),
    ("MT", "HP-U02", ""),
    ("Mg", "HP-U02", ""),
    ("gallon", "HP-U02", ""),
    ("gal", "HP-U02", ""),
    ("mwh", "HP-U02", ""),
    ("mw", "HP-U02", ""),
    ("C", "HP-U02", ""),
    ("℃", "HP-U02", ""),
    ("标准煤", "HP-U02", ""),
    ("kWh/m2·a", "HP-U02", "order"),
]


@pytest.mark.parametrize(("text", "code", "variant"), REFUSED, ids=range(len(REFUSED)))
def test_refusals(text, code, variant):
    with pytest.raises(UnitError) as caught:
        parse_unit(text)
    assert (caught.value.code, caught.value.variant) == (code, variant)


REFUSED_QUANTITIES = [
    ("1.234,5 kWh", "HP-U02", "comma"),
    ("0,123 kWh", "HP-U02", "comma"),
    ("1.234.567", "HP-U02", "comma"),
    ("三万五千瓦时五", "HP-U01", ""),
    ("三万五吨", "HP-U04", "words"),
    ("1，5 kg", "HP-U02", "comma"),
    ("1 234 kWh", "HP-U02", "space"),
    ("1 1/2 h", "HP-U02", "space"),
    ("kWh", "HP-U01", "number"),
    ("", "HP-U01", "number"),
    ("nan kg", "HP-U01", "number"),
    ("约5-8吨", "HP-U04", "interval"),
    ("1e999 kg", "HP-U01", "range"),
    ("5-10 t", "HP-U04", "interval"),
    ("1/2 h", "HP-U01", "syntax"),
    ("10² t", "HP-U01", "syntax"),
    ("1.2.3 t", "HP-U01", "character"),
    ("5①", "HP-U01", "character"),
    ("5 ton", "HP-U02", ""),
    ("5" * 101, "HP-U01", "long"),
]


@pytest.mark.parametrize(("text", "code", "variant"), REFUSED_QUANTITIES)
def test_refused_quantities(text, code, variant):
    with pytest.raises(UnitError) as caught:
        parse_quantity(text)
    assert (caught.value.code, caught.value.variant) == (code, variant)


def test_a_suggestion_names_the_nearest_unit():
    with pytest.raises(UnitError) as caught:
        parse_unit("devices")
    assert caught.value.params["hint"] == "device"


def test_kilograms_of_co2_and_of_co2e_are_different_dimensions():
    co2, co2e = parse_unit("kg CO2"), parse_unit("kg CO2e")
    assert co2.dimension != co2e.dimension != parse_unit("kg").dimension
    with pytest.raises(UnitError) as caught:
        convert(1.0, co2, co2e)
    assert (caught.value.code, caught.value.variant) == ("HP-U03", "gas")


@pytest.mark.parametrize(
    ("source", "target", "variant"),
    [
        ("kt", "km", ""),
        ("kg", "kg CO2e", ""),
        ("CNY", "USD", "money"),
        ("元_2020", "元_2022", "money"),
        ("元", "元_2022", "money"),
        ("t CO2/MWh", "t CO2e/MWh", "gas"),
        ("t CO2/MWh", "t CO2e/km", ""),
        ("m3", "Nm3", ""),
        ("台", "件", ""),
    ],
)
def test_conversion_between_kinds_is_refused(source, target, variant):
    with pytest.raises(UnitError) as caught:
        convert(1.0, parse_unit(source), parse_unit(target))
    assert (caught.value.code, caught.value.variant) == ("HP-U03", variant)


def test_constants_are_the_dimensions_of_their_units():
    assert parse_unit("kg").dimension == units.MASS
    assert parse_unit("kWh").dimension == units.ENERGY
    assert parse_unit("h").dimension == units.TIME
    assert parse_unit("kW").dimension == units.POWER
    assert parse_unit("%").dimension == units.DIMENSIONLESS
    assert units.POWER * units.TIME == units.ENERGY
    with pytest.raises(AttributeError):
        _ = units.NO_SUCH_CONSTANT


def test_every_gas_is_found_again_in_its_dimension():
    for gas in GASES:
        dimension = parse_unit(f"kg {gas}/kWh").dimension
        assert gas_of(dimension) == gas
        assert without(dimension, gas) == units.MASS / units.ENERGY


def test_gas_of_takes_only_the_one_in_the_numerator():
    assert gas_of(parse_unit("kWh").dimension) is None
    assert gas_of(parse_unit("kWh/kg CO2").dimension) is None
    assert gas_of(parse_unit("kg CO2e/kg CH4").dimension) == "CO2e"
    assert gas_of((parse_unit("kg CO2").dimension) * parse_unit("kg CH4").dimension) is None
    assert without(units.MASS, "CO2") == units.MASS


def test_is_unit():
    for name in (
        "kWh",
        "万吨",
        "度",
        "year",
        "tCO2",
        "HFC_134a",
        "CNY_2022",
        "万",
        "ton",
        "元_2022",
    ):
        assert is_unit(name), name
    for name in (
        "output",
        "servers",
        "period",
        "trips",
        "share",
        "",
        "kg/t",
        "k" * 200,
        "X_2022",
        "é",
    ):
        assert not is_unit(name), name


@pytest.mark.parametrize(
    ("unit", "described"),
    [
        ("g CO2e/MWh", "kg CO2e/kWh"),
        ("t CO2", "kg CO2"),
        ("kWh/t", "kWh/kg"),
        ("%", "1"),
        ("1/day", "1/year"),
        ("kWh/(m2*year)", "kW/m2"),
        ("t CO2e/万元_2022", "kg CO2e/CNY_2022"),
        ("Nm3/t", "Nm3/kg"),
        ("人次", "person·trip"),
        ("TB", "GB"),
    ],
)
def test_describe_names_a_unit_of_the_dimension(unit, described):
    dimension = parse_unit(unit).dimension
    assert describe(dimension) == described
    assert parse_unit(describe(dimension)).dimension == dimension


def test_reading_the_printed_text_again_gives_the_same_unit():
    for written, _ in SPELLINGS:
        unit = parse_unit(written)
        assert parse_unit(unit.text) == unit
    for name in unit_names.names():
        unit = parse_unit(name)
        assert parse_unit(unit.text) == unit


def test_a_unit_survives_pickling():
    unit = parse_unit("t CO2e/万元_2022")
    assert pickle.loads(pickle.dumps(unit)) == unit  # noqa: S301 (our own bytes)


def test_names_with_two_meanings_are_in_no_other_list():
    assert not unit_names.AMBIGUOUS.keys() & unit_names.names()
    assert not unit_names.MULTIPLIERS.keys() & unit_names.names()


def test_no_latin_name_changes_its_meaning_when_capitals_are_ignored():
    """Names that differ only in capitals are one unit: "kwh" and "KWH", never "mg" and "Mg"."""
    by_lower: dict[str, set[str]] = {}
    for name in unit_names.names():
        by_lower.setdefault(name.lower(), set()).add(unit_names.canonical_name(name))
    several = {lower: kinds for lower, kinds in by_lower.items() if len(kinds) > 1}
    assert several == {}


ALPHABET = st.sampled_from(
    [
        *string.ascii_letters,
        *"0123456789 */^()·×-_%.,",
        *"万亿千吨度每元人公里时",
        "CO2e",
        "kWh",
        "kg",
    ]
)


@given(st.one_of(st.text(max_size=120), st.lists(ALPHABET, max_size=30).map("".join)))
def test_any_text_gives_a_unit_or_a_unit_error(text):
    for read in (parse_unit, parse_quantity):
        try:
            result = read(text)
        except UnitError as error:
            messages = [i18n.render_finding(error.finding("x"), lang) for lang in i18n.LANGUAGES]
            unprintable = [m for m in messages if not m["message"].isprintable()]
            assert unprintable == []
        else:
            unit = result if read is parse_unit else result[1]
            assert 0 < unit.scale < math.inf
            again = parse_unit(unit.text)
            assert again.dimension == unit.dimension
            assert again.scale == pytest.approx(unit.scale)


def test_every_message_exists_in_both_languages():
    """Every code and variant that the source raises has all its texts, and no text is left over."""
    source = "".join(p.read_text("utf-8") for p in (ROOT / "handprint/units").glob("*.py"))
    raised = set(re.findall(r'(?:refusal|_refused)\("(\w+)"', source))
    raised |= {"suggest", "empty", "gas", "money", "column", "carbon", "standard"}
    catalogue = yaml.safe_load((ROOT / "reports/messages/units.yaml").read_text("utf-8"))
    assert {key.partition(".")[2] for key in catalogue} == raised | {""}
    for entry in catalogue.values():
        for part in ("title", "found", "expected", "fix"):
            assert set(entry[part]) == {"en", "zh"}


def test_the_documented_list_is_the_list():
    text = (ROOT / "docs/units.md").read_text("utf-8")
    rows = [line for line in text.splitlines() if line.startswith("| `")]
    cells = {name for row in rows for name in re.findall(r"`([^`]+)`", row)}
    documented = {name.replace("-", "_") for name in cells}
    assert documented == unit_names.names()


def test_pint_is_not_imported_with_the_module():
    code = "import sys, handprint.units.unit; sys.exit('pint' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_examples_in_the_documentation_hold():
    """Every inline example is read, except the one that the text says is asked back."""
    text = (ROOT / "docs/units.md").read_text("utf-8").partition("\n## ")[0]
    asked_back = {"kWh/m2·year", "tC/GJ", "Sm3", "unit", "kWh (Gross CV)", "_gross"}
    signs = {"/", "*", "·", "×", "-", "_", "per"}
    examples = set(re.findall(r"`([^`]+)`", text)) - signs
    refused = {example for example in examples if not _is_read(example)}
    assert refused == asked_back


def _is_read(text: str) -> bool:
    try:
        parse_unit(text)
    except UnitError:
        return False
    return True
