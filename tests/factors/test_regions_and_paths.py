"""Regions, their chains, and declared paths."""

import pytest

from handprint.core.errors import CodedError
from handprint.factors import regions
from handprint.factors.paths import FactorPath, read_path


@pytest.mark.parametrize(
    ("code", "links"),
    [
        ("GLO", ("GLO",)),
        ("NO", ("NO", "GLO")),
        ("FR", ("FR", "EU", "GLO")),
        ("CN-CQ", ("CN-CQ", "CN-GRID-SOUTHWEST", "CN", "GLO")),
        ("CN-GD", ("CN-GD", "CN-GRID-SOUTH", "CN", "GLO")),
        ("US-CA", ("US-CA", "US", "GLO")),
        ("CN-HK", ("CN-HK", "HK", "GLO")),
    ],
)
def test_chain(code: str, links: tuple[str, ...]) -> None:
    assert regions.chain(code) == links


def test_norway_is_a_country_and_not_false() -> None:
    assert regions.known("NO")
    assert regions.name("NO", "en") == "Norway"
    assert regions.name("NO", "zh") == "挪威"


def test_seven_grid_regions_hold_the_31_provinces() -> None:
    provinces = [
        code
        for code in regions._regions()
        if code.startswith("CN-") and regions.chain(code)[1].startswith("CN-GRID-")
    ]
    assert len(provinces) == 31
    assert len({regions.chain(code)[1] for code in provinces}) == 7


def test_every_region_ends_at_the_world() -> None:
    for code in regions._regions():
        assert regions.chain(code)[-1] == "GLO"


def test_the_union_has_27_members() -> None:
    members = [code for code in regions._regions() if regions.chain(code)[1:2] == ("EU",)]
    assert len(members) == 27


@pytest.mark.parametrize("code", ["no", "China", "XX", "", "CN-GRID"])
def test_unknown_codes_are_refused_with_a_hint(code: str) -> None:
    assert not regions.known(code)
    with pytest.raises(CodedError, match="HP-F02") as caught:
        regions.chain(code)
    assert caught.value.params["near"]


@pytest.mark.parametrize(
    ("written", "code"),
    [("UK", "GB"), ("GBR", "GB"), ("England", "GB"), ("CHN", "CN"), ("PRC", "CN"), ("prc", "CN"),
     ("Mainland China", "CN"), ("中国大陆", "CN"), ("USA", "US"), ("DEU", "DE"), ("JPN", "JP"),
     ("ROW", "GLO"), ("EU27", "EU"), ("CN-32", "CN-JS"), ("320000", "CN-JS"), ("江苏省", "CN-JS"),
     ("内蒙古自治区", "CN-NM"), ("上海市", "CN-SH"), ("cn_js", "CN-JS"), ("Jiangsu", "CN-JS"),
     ("HKG", "HK"), ("Turkey", "TR")],
)  # fmt: skip
def test_other_codes_and_names_are_refused_with_the_code_that_is_meant(
    written: str, code: str
) -> None:
    assert not regions.known(written)
    assert regions.nearest(written) == code


def test_names_lead_to_codes() -> None:
    assert regions.nearest("norway") == "NO"
    assert "CN-YN" in regions.nearest("云南")


def test_shapes_of_a_path() -> None:
    linear = read_path({"to": 0.3, "unit": "kg CO2/kWh", "year": 2030, "source": "s"})
    table = read_path({"values": {2030: 0.4, 2025: 0.5}, "unit": "kg CO2/kWh", "source": "s"})
    constant = read_path({"constant": True, "source": "s"})
    assert (linear.kind, linear.last) == ("linear", 2030)
    assert (table.kind, table.points) == ("table", ((2025, 0.5), (2030, 0.4)))
    assert (constant.kind, constant.last) == ("constant", None)


def test_straight_lines_between_the_points() -> None:
    """From 0.6 in 2022: 0.5 in 2024, 0.4 in 2028 -> 0.55 in 2023, 0.45 in 2026, 0.4 in 2040."""
    path = FactorPath(((2024, 0.5), (2028, 0.4)), None, "")
    found = [path.at(year, newest=(2022, 0.6)) for year in (2023, 2024, 2026, 2040)]
    assert found == pytest.approx([0.55, 0.5, 0.45, 0.4])


def test_points_before_the_newest_known_year_do_not_count() -> None:
    path = FactorPath(((2020, 0.1), (2026, 0.4)), None, "")
    assert path.at(2024, newest=(2022, 0.6)) == pytest.approx(0.5)


@pytest.mark.parametrize(
    "raw",
    [
        None,
        "0.35",
        {},
        {"to": 0.35, "unit": "kg CO2/kWh"},
        {"to": -1, "unit": "kg CO2/kWh", "year": 2030},
        {"to": "nan", "unit": "kg CO2/kWh", "year": 2030},
        {"to": 0.3, "unit": "kg CO2/kWh", "year": 20300},
        {"values": [0.1], "unit": "kg CO2/kWh"},
        {"values": {}, "unit": "kg CO2/kWh"},
        {"values": {"x": 1}, "unit": "kg CO2/kWh"},
    ],
)
def test_bad_paths(raw: object) -> None:
    with pytest.raises(CodedError, match="HP-F05"):
        read_path(raw)


@pytest.mark.parametrize("unit", ["", "kg CO2/kWhh", "ton"])
def test_bad_units_of_a_path(unit: str) -> None:
    with pytest.raises(CodedError, match="HP-U0"):
        read_path({"to": 0.3, "unit": unit, "year": 2030})
