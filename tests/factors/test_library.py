"""The shipped factor library: every row, and conversions worked from the sources' own tables."""

import csv
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from handprint.core import resources
from handprint.core.errors import Findings
from handprint.factors import regions
from handprint.factors.bridge import bridge
from handprint.factors.check import row_checker
from handprint.factors.factor import Factor
from handprint.factors.gwp import gwp100
from handprint.factors.library import read_library, shipped_library
from handprint.factors.resolve import resolve
from handprint.factors.schema import columns
from handprint.units.amounts import parse_quantity

ROOT = resources.folder("factors")
SOURCES = sorted(path.parent for path in ROOT.glob("*/source.yaml"))
TABLES = [table for folder in SOURCES for table in sorted(folder.glob("*.csv"))]
LIBRARY = shipped_library()

# What may be shipped: a licence that lets the numbers be passed on, or single facts with citation.
LICENCES = {
    "official document (PRC Copyright Law art. 5)",
    "OGL-UK-3.0",
    "public domain (US federal)",
    "CC-BY-4.0",
    "CC0-1.0",
    "Licence Ouverte 2.0 (Etalab)",
    "Singapore Open Data Licence 1.0",
    "facts (UN dataset, cited)",
    "facts (individual default values, cited)",
    "facts (individual values, cited)",
    "facts (single figures, cited row by row)",
    "facts (single figures, cited)",
    "facts from official guidelines and standards, cited by number",
}
EXPECTED_FACTS = 20  # a source of unseen terms gives single facts, never a table


def test_checker_finds_nothing() -> None:
    """The check behind ``handprint factors check factors/``, warnings and notes included."""
    findings = Findings()
    library = read_library(ROOT, findings=findings, check=row_checker(None, findings))
    assert [(f.key, f.place) for f in findings] == []
    assert len(library.factors) == len(LIBRARY.factors) > 1600


def test_source_is_complete_and_may_be_shipped(every: Callable[..., None]) -> None:
    def check(folder: Path) -> None:
        head = yaml.safe_load((folder / "source.yaml").read_text("utf-8"))
        assert set(head["title"]) == {"en", "zh"}
        assert head["licence"] in LICENCES
        assert head["redistributable"] is True
        assert head["publisher"]
        assert head["attribution"]
        assert head["url"].startswith("https://")
        assert list(folder.glob("*.csv"))
        if head["licence"].startswith("CC-BY") or "OGL" in head["licence"]:
            assert len(head["attribution"]) > 10

    every(SOURCES, check, lambda folder: folder.name)


def test_every_folder_has_its_place_in_the_precedence() -> None:
    head = yaml.safe_load((ROOT / "library.yaml").read_text("utf-8"))
    assert sorted(head["precedence"]) == [folder.name for folder in SOURCES]
    assert head["version"]


def test_table_has_all_columns_and_is_sorted(every: Callable[..., None]) -> None:
    def check(table: Path) -> None:
        with table.open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file)
            rows = list(reader)
        assert reader.fieldnames == list(columns())
        keys = ("id", "region", "year", "scope", "accounting", "gwp", "unit")
        order = [tuple(row[key] for key in keys) for row in rows]
        assert order == sorted(order)

    every(TABLES, check)


def test_every_row_says_what_it_is_and_where_it_is_from() -> None:
    for row in LIBRARY.factors:
        where = (row.place, row.id)
        assert row.name["en"], where
        assert row.name["zh"], where
        assert row.reference, where
        checked = row.status in ("official", "copied", "literature")
        assert checked or row.source.id == "project_values", where
        assert len(row.dq) == 5, where
        assert row.year == 0 or 1990 <= row.year <= 2026, where


def test_unverified_and_unclear_sources_are_not_shipped() -> None:
    texts = " ".join(f"{row.reference} {row.note}" for row in LIBRARY.factors).casefold()
    for word in ("electricity maps", "green-e", "aib:", "from memory", "compiler"):
        assert word not in texts
    assert len([r for r in LIBRARY.factors if r.source.id == "cpcd_facts"]) < EXPECTED_FACTS
    assert not any(r.id.startswith("enablement") for r in LIBRARY.factors)


def test_fabricated_regional_values_are_absent() -> None:
    """A "2022 regional" list circulates (North China 0.5921, East China 0.5703); the
    announcement says 0.6776 and 0.5617."""
    found = {r.region: r.value for r in LIBRARY.by_id["electricity.grid"] if r.year == 2022}
    assert found["CN-GRID-NORTH"] == 0.6776
    assert found["CN-GRID-EAST"] == 0.5617


def test_official_grid_is_complete() -> None:
    """30 provinces (no Tibet), 7 regions and the country for 2021, 2022 and 2023."""
    for year in (2021, 2022, 2023):
        codes = {
            r.region
            for r in LIBRARY.by_id["electricity.grid"]
            if r.year == year and r.source.id == "cn_mee"
        }
        assert len(codes) == 38
        assert "CN-XZ" not in codes


def test_gases_of_a_series_are_the_same_in_every_year() -> None:
    """Columns of draws are one per gas: a gas that comes and goes would break the series."""
    gases: dict[tuple[object, ...], dict[int, list[str | None]]] = defaultdict(dict)
    for row in LIBRARY.factors:
        if row.id.startswith("gwp."):
            continue
        key = (row.source.id, row.id, row.region, str(row.per), row.scope)
        gases[key].setdefault(row.year, []).append(row.gas)
    for key, by_year in gases.items():
        assert len({tuple(found) for found in by_year.values()}) == 1, key


def test_all_regions_are_known_and_named() -> None:
    for code in {row.region for row in LIBRARY.factors}:
        assert regions.known(code)
        assert regions.name(code, "zh") != code


def test_substitutes_and_annual_series_exist() -> None:
    assert LIBRARY.annual <= set(LIBRARY.by_id)
    assert set(LIBRARY.substitutes) | set(LIBRARY.substitutes.values()) <= set(LIBRARY.by_id)
    assert set(LIBRARY.names) <= set(LIBRARY.by_id)


def test_carbon_content_explains_the_chinese_fuel_factors() -> None:
    """EF = NCV x carbon content x oxidation x 44/12; diesel: 42.652 GJ/t x 20.2 t/TJ x 0.98."""
    checked = 0
    for row in LIBRARY.factors:
        if row.source.id != "cn_guideline" or not row.id.endswith(".combustion"):
            continue
        parts = [_only(f"{row.id.rpartition('.')[0]}.{name}", "cn_guideline")
                 for name in ("ncv", "carbon_content", "oxidation")]  # fmt: skip
        if all(parts):
            product = 44 / 12
            for part in parts:
                assert part is not None
                product *= part.value * part.unit.scale
            assert row.value * row.unit.scale == pytest.approx(product, rel=2e-4), row.id
            checked += 1
    assert checked == 14


def _only(factor_id: str, source: str) -> Factor | None:
    rows = [r for r in LIBRARY.by_id.get(factor_id, ()) if r.source.id == source]
    return rows[0] if len(rows) == 1 else None


def emission(amount: str, factor_id: str, region: str, year: int, assessment: str = "AR5") -> float:
    """Return kg CO2e (or kg CO2) as an assessment would: resolve, bridge, GWP."""
    number, unit = parse_quantity(amount)
    found = resolve(LIBRARY, factor_id, region=region, years=[year], per=unit.dimension)
    total = 0.0
    for row in found.factors[0]:
        way = bridge(LIBRARY, row.id, unit.dimension, row.per, region=region)
        potential = gwp100(row.gas or "", assessment)
        total += number * unit.scale * way.multiplier * row.value * row.unit.scale * potential
    return total


# amount, factor, region, year, kg, how it was worked out
WORKED = [
    ("1000 kWh", "electricity.grid", "CN", 2023, 530.6, "0.5306 kg/kWh"),
    ("1000 kWh", "electricity.grid", "CN", 2021, 556.8, "0.5568 kg/kWh"),
    ("1 万千瓦时", "electricity.grid", "CN-CQ", 2022, 5227, "10,000 x 0.5227"),
    ("3 亿度", "electricity.grid", "CN-YN", 2023, 39_990_000, "3e8 x 0.1333"),
    ("1 GWh", "electricity.grid", "CN-GRID-SOUTH", 2023, 404_200, "1e6 x 0.4042"),
    ("10 MWh", "electricity.residual", "CN", 2023, 6096, "10,000 x 0.6096"),
    ("10 MWh", "electricity.fossil", "CN", 2023, 8273, "10,000 x 0.8273"),
    ("1 MWh", "electricity.grid_mrv", "CN", 2022, 570.3, "0.5703 t/MWh"),
    ("1 MWh", "electricity.footprint", "CN", 2024, 577.7, "0.5777 kg/kWh"),
    ("1 MWh", "electricity.footprint_transmission", "CN", 2024, 32.7, "0.0327 kg/kWh"),
    ("1 MWh", "electricity.operating_margin", "CN", 2021, 899, "899 g/kWh"),
    ("1 MWh", "electricity.grid", "US", 2023, 349.667, "770.884 lb x 0.45359237"),
    ("1 MWh", "electricity.grid", "GB", 2025, 177, "0.177 kg/kWh"),
    ("1 MWh", "electricity.grid", "SG", 2022, 416.8, "0.4168 kg/kWh"),
    ("1 MWh", "electricity.grid", "JP", 2024, 423, "0.000423 t/kWh"),
    ("1 MWh", "electricity.grid", "NO", 2024, 30.75, "Ember 30.75 g/kWh"),
    ("1 TJ", "fuel.diesel.combustion", "GLO", 2022, 74_343, "74100 + 3 x 28 + 0.6 x 265"),
    ("1 t", "fuel.diesel.combustion", "GLO", 2022, 3196.749, "0.043 TJ x 74343"),
    ("30 L", "fuel.diesel.combustion", "GLO", 2022, 83.4351, "26.1 kg x 43 MJ x 74.343 g"),
    ("1 t", "fuel.natural_gas.combustion", "GLO", 2022, 2695.416, "0.048 x (56100 + 28 + 26.5)"),
    ("1 t", "fuel.bituminous_coal.combustion", "GLO", 2022, 2451.658,
     "0.0258 TJ x (94600 + 28 + 1.5 x 265)"),
    ("1 TJ", "fuel.diesel.combustion_road", "GLO", 2022, 75_242.7, "74100 + 3.9 x (28 + 265)"),
    ("1 t", "fuel.diesel.combustion", "CN", 2022, 3095.91, "3.09591 t/t"),
    ("1 TJ", "fuel.diesel.combustion", "CN", 2022, 72_585.3, "3.09591 t/t / 42.652 GJ/t"),
    ("1 t", "fuel.petrol.combustion", "CN", 2022, 2925.056, "2.925056 t/t"),
    ("1000 Nm3", "fuel.natural_gas.combustion", "CN", 2022, 2162.189, "2.162189 kg/Nm3"),
    ("1 t", "fuel.bituminous_coal.combustion", "CN", 2022, 1741.75, "1.74175 t/t"),
    ("0.7143 tce", "fuel.raw_coal.combustion_national_database", "CN", 2026, 2493,
     "1 t of raw coal is 0.7143 tce; 2.493 t/t"),
    ("5 万吨标准煤", "fuel.standard_coal.combustion", "CN", 2022, 133e6, "50,000 tce x 2.66 t"),
    ("1 GJ", "heat.purchased", "CN", 2022, 110, "0.11 t/GJ"),
    ("100 L", "fuel.petrol.combustion", "GB", 2025, 233.984, "2.33984 kg/L"),
    ("100 L", "fuel.diesel_blend.combustion", "GB", 2025, 257.082, "2.57082 kg/L"),
    ("1 MWh", "fuel.natural_gas.combustion", "GB", 2025, 202.7, "0.2027 kg/kWh net"),
    ("1 MWh", "fuel.natural_gas.combustion_gross", "GB", 2025, 182.96, "0.18296 kg/kWh gross"),
    ("1 t", "fuel.lng.wtt", "GB", 2025, 912.2281, "912.2281 kg/t"),
    ("1000 pkm", "transport.bus", "GB", 2025, 103.85, "0.10385 kg/pkm"),
    ("1000 pkm", "transport.coach", "GB", 2025, 27.76, "0.02776 kg/pkm"),
    ("1000 人公里", "transport.metro", "CN", 2023, 43.14, "43.14 g/pkm"),
    ("100 vkm", "transport.car.petrol", "GB", 2025, 16.272, "0.16272 kg/vkm"),
    ("100 车公里", "transport.truck.heavy", "CN", 2021, 87.7, "0.877 kg/vkm"),
    ("1000 吨公里", "transport.truck.average", "GB", 2025, 101.63, "0.10163 kg/tkm"),
    ("1000 pkm", "transport.flight.domestic_rf", "GB", 2025, 229.28, "0.22928 kg/pkm"),
    ("1 t", "process.aluminium_prebake", "GLO", 2022, 1600, "1.6 t/t"),
    ("1 t", "process.nitric_acid_medium", "GLO", 2022, 1855, "7 kg N2O x 265"),
    ("1 t", "material.aluminium.primary", "GLO", 2022, 15_100, "15.1 t/t"),
    ("1 t", "material.steel.crude", "GLO", 2021, 1910, "1.91 t/t"),
    ("20 device", "ict.server.manufacture", "CN", 2022, 73_200, "20 x 3660 kg"),
    ("1 t", "waste.weee.landfill", "GB", 2025, 8.98311, "8.98311 kg/t"),
    ("1000 m3", "water.supply", "GB", 2025, 191.3, "0.1913 kg/m3"),
]  # fmt: skip


@pytest.mark.parametrize("worked", WORKED, ids=lambda w: f"{w[0]} {w[1]} {w[2]}")
def test_worked_by_hand(worked: tuple[str, str, str, int, float, str]) -> None:
    """GWP set AR5 (CH4 28, N2O 265); each case says how its number comes about."""
    amount, factor_id, region, year, kilograms, _ = worked
    assert emission(amount, factor_id, region, year) == pytest.approx(kilograms, rel=2e-5)


def test_gwp_set_changes_the_sum_of_gases() -> None:
    """Diesel, 1 TJ: AR4 74100 + 3 x 25 + 0.6 x 298 = 74353.8; AR6 + 3 x 27.9 + 0.6 x 273."""
    found = [emission("1 TJ", "fuel.diesel.combustion", "GLO", 2022, a) for a in ("AR4", "AR6")]
    assert found == pytest.approx([74353.8, 74347.5])


def test_perfluorocarbons_of_a_smelter() -> None:
    """0.4 kg CF4 x 7380 + 0.04 kg C2F6 x 12400 = 3448 kg CO2e per tonne (AR6)."""
    found = emission("1 t", "process.aluminium_pfc_prebake", "GLO", 2022, "AR6")
    assert found == pytest.approx(3448)


def test_biogenic_carbon_dioxide_is_no_emission() -> None:
    """Wood, 1 TJ, AR5: 30 x 28 + 4 x 265 = 1900; the 112,000 kg of biogenic CO2 are a memo."""
    assert emission("1 TJ", "fuel.wood.combustion", "GLO", 2022) == pytest.approx(1900)


def test_electricity_as_standard_coal() -> None:
    """10,000 kWh are 1.229 tce by calorific value (GB/T 2589: 0.1229 kgce/kWh), a pure number."""
    row = LIBRARY.by_id["conversion.electricity.tce_equivalent"][0]
    assert row.value == 0.1229
    assert row.value * row.unit.scale == pytest.approx(1, abs=6e-4)


def test_radiative_forcing_multiplies_by_about_1_7() -> None:
    with_rf = emission("1 pkm", "transport.flight.long_haul_rf", "GB", 2025)
    without = emission("1 pkm", "transport.flight.long_haul", "GB", 2025)
    assert with_rf / without == pytest.approx(1.69, abs=0.01)
