"""Which factor a case gets: region, year, source, type, basis, and what is said about it.

The Chinese figures are those of the MEE/NBS announcements: national 0.5568 (2021), 0.5366 (2022),
0.5306 (2023); Chongqing 0.5227 (2022), 0.5581 (2023); south-west grid 0.2472 (2023) kg CO2/kWh.
"""

import pickle
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from handprint.core.errors import CodedError, Findings, Severity
from handprint.factors.factor import NOT_STATED, Factor, Library
from handprint.factors.library import load_library, shipped_library
from handprint.factors.paths import read_path
from handprint.factors.resolve import Resolution, candidates, resolve
from handprint.units.unit import ENERGY, MASS, parse_unit


def get(factor_id: str, region: str, *years: int, **options: object) -> Resolution:
    return resolve(shipped_library(), factor_id, region=region, years=years, **options)  # type: ignore[arg-type]


def values(resolution: Resolution) -> list[float]:
    """Return the value of every year: one row each, for the rows of a year are added up."""
    rows = [[(row.gas, row.value) for row in group] for group in resolution.factors]
    assert [len(group) for group in rows] == [1] * len(resolution.asked_years), rows
    return [value for ((_, value),) in rows]


def by_gas(resolution: Resolution) -> list[dict[str | None, float]]:
    """Return the values of every year by gas, each gas once."""
    found = [{row.gas: row.value for row in group} for group in resolution.factors]
    assert list(map(len, found)) == list(map(len, resolution.factors))
    return found


MADE = shipped_library().by_id["material.aluminium.primary"][0]


def row(value: float, year: int = 2020, unit: str = "kg CO2e/t", **changes: Any) -> Factor:
    """Return a made-up row of the id "a.b" in China."""
    texts = {"id": "a.b", "region": "CN", "scope": "cradle_to_gate", "year_to": None}
    return replace(MADE, value=value, year=year, unit_text=unit, **{**texts, **changes})


def of(
    rows: Sequence[Factor], *years: int, region: str = "CN", annual: bool = False, **options: Any
) -> Resolution:
    """Resolve "a.b" in a library that consists of these rows."""
    library = Library("made", tuple(rows), annual=frozenset({"a.b"} if annual else ()))
    return resolve(library, "a.b", region=region, years=years, **options)


def codes(resolution: Resolution) -> list[tuple[str, str, Severity]]:
    return [(f.code, f.variant, f.severity) for f in resolution.fallbacks]


def test_province_and_year_of_its_own_need_no_fallback() -> None:
    found = get("electricity.grid", "CN-CQ", 2022, 2023)
    assert values(found) == [0.5227, 0.5581]
    assert found.fallbacks == ()
    assert (found.region, found.years) == ("CN-CQ", (2022, 2023))


def test_province_without_a_value_takes_its_grid_region() -> None:
    found = get("electricity.grid", "CN-XZ", 2023)
    assert values(found) == [0.2472]
    assert found.region == "CN-GRID-SOUTHWEST"
    assert codes(found) == [("HP-F10", "", Severity.NOTE)]


def test_province_takes_the_country_where_no_nearer_row_exists() -> None:
    found = get("electricity.residual", "CN-CQ", 2023)
    assert values(found) == [0.6096]
    assert found.fallbacks[0].params == {
        "id": "electricity.residual",
        "region": "CN-CQ",
        "found": "CN",
    }


def test_two_national_series_of_one_year_are_two_ids() -> None:
    """0.5366 (MEE and NBS) and 0.5703 t/MWh (power-sector MRV) are both of 2022."""
    assert values(get("electricity.grid", "CN", 2022)) == [0.5366]
    assert values(get("electricity.grid_mrv", "CN", 2022)) == [0.5703]
    years = {row.year for row in candidates(shipped_library(), "electricity.grid", "CN")}
    assert years == {2021, 2022, 2023}


def test_types_of_electricity_are_apart() -> None:
    assert values(get("electricity.fossil", "CN", 2023)) == [0.8273]
    assert values(get("electricity.footprint", "CN", 2024)) == [0.5777]
    assert values(get("electricity.operating_margin", "CN", 2021)) == [899]
    kinds = {
        row.id: row.accounting for row in shipped_library().factors if row.region.startswith("CN")
    }
    assert kinds["electricity.grid"] == "location_average"
    assert kinds["electricity.residual"] == "residual"
    assert kinds["electricity.fossil"] == "fossil"
    assert kinds["electricity.operating_margin"] == "operating_margin"
    assert kinds["electricity.build_margin"] == "build_margin"
    assert kinds["electricity.footprint"] == "footprint"


def test_accounting_filters() -> None:
    with pytest.raises(CodedError, match="HP-F03"):
        get("electricity.grid", "CN", 2022, accounting="residual")


def test_years_past_the_newest_take_it_and_say_so() -> None:
    found = get("electricity.grid", "CN", 2023, 2024, 2028)
    assert values(found) == [0.5306, 0.5306, 0.5306]
    assert found.years == (2023, 2023, 2023)
    assert codes(found) == [("HP-F15", "", Severity.WARNING)]
    told = found.fallbacks[0].finding("").params
    assert (told["newest"], told["years"]) == (2023, "2024-2028")


def test_more_than_five_years_past_the_newest_need_a_path() -> None:
    with pytest.raises(CodedError, match="HP-F04") as caught:
        get("electricity.grid", "CN", 2023, 2029, 2030)
    params = caught.value.params
    assert (params["newest"], params["last"], params["year"]) == (2023, 2028, 2029)


def test_an_older_province_goes_before_a_newer_country() -> None:
    """Chongqing up to 2023, the country made up to 2024: 0.5581 for 2024."""
    shipped = shipped_library()
    country = next(r for r in candidates(shipped, "electricity.grid", "CN") if r.year == 2023)
    newer = replace(shipped, factors=(*shipped.factors, replace(country, year=2024, value=0.5)))
    assert values(resolve(newer, "electricity.grid", region="CN", years=[2024])) == [0.5]
    found = resolve(newer, "electricity.grid", region="CN-CQ", years=[2024])
    assert (values(found), found.region) == ([0.5581], "CN-CQ")
    assert codes(found) == [("HP-F15", "", Severity.WARNING)]


def test_year_before_the_oldest_of_an_annual_series_is_refused() -> None:
    with pytest.raises(CodedError, match="HP-F03") as caught:
        get("electricity.grid", "CN", 2020)
    assert caught.value.variant == "year"
    assert caught.value.params["oldest"] == 2021


def test_linear_path_to_a_target() -> None:
    """0.5306 in 2023 to 0.35 in 2030: 0.5306 - 0.1806 x 1/7 = 0.5048 in 2024; held after 2030."""
    path = read_path({"to": 0.35, "unit": "kg CO2/kWh", "year": 2030, "source": "plan"})
    found = get("electricity.grid", "CN", 2023, 2024, 2030, 2032, path=path)
    assert values(found) == pytest.approx([0.5306, 0.5048, 0.35, 0.35])
    assert found.factors[1][0].status == "path"
    assert found.factors[1][0].reference == "plan"
    assert codes(found) == [("HP-F14", "", Severity.WARNING)]


def test_path_in_another_unit_is_converted() -> None:
    path = read_path({"to": 350, "unit": "g CO2/kWh", "year": 2030, "source": "plan"})
    assert values(get("electricity.grid", "CN", 2030, path=path)) == pytest.approx([0.35])


def test_path_of_another_gas_is_refused() -> None:
    path = read_path({"to": 0.35, "unit": "kg CO2e/kWh", "year": 2030, "source": "plan"})
    with pytest.raises(CodedError, match="HP-U03"):
        get("electricity.grid", "CN", 2030, path=path)


def test_constant_path_keeps_the_newest_value() -> None:
    path = read_path({"constant": True, "source": "conservative"})
    assert values(get("electricity.grid", "CN", 2023, 2029, path=path)) == [0.5306, 0.5306]


def test_path_does_not_touch_known_years() -> None:
    path = read_path({"values": {2021: 0.1, 2025: 0.45}, "unit": "kg CO2/kWh", "source": "x"})
    assert values(get("electricity.grid", "CN", 2021, 2024, path=path)) == pytest.approx(
        [0.5568, (0.5306 + 0.45) / 2]
    )


def test_country_without_an_official_factor_gets_the_substitute_with_a_warning() -> None:
    """Norway: Ember gives 30.75 g CO2e/kWh for 2024; the world mean of 473 would mislead."""
    found = get("electricity.grid", "NO", 2024)
    assert values(found) == [30.75]
    assert found.factors[0][0].id == "electricity.grid_ember"
    assert codes(found) == [("HP-F12", "", Severity.WARNING)]


def test_official_series_is_never_continued_by_another_source() -> None:
    """France: EEA ends in 2023; Ember has 2024 under its own id only."""
    assert values(get("electricity.grid", "FR", 2024)) == [0.05]
    assert values(get("electricity.grid_ember", "FR", 2024)) == [44.18]


def test_what_depends_on_a_local_grid_does_not_travel() -> None:
    """UK rail runs on UK electricity: no value for China, and the message says where it exists."""
    with pytest.raises(CodedError, match="HP-F03") as caught:
        get("transport.rail", "CN", 2023)
    assert caught.value.params["exists"] == "GB, IN"


def test_what_travels_comes_from_elsewhere_with_a_warning() -> None:
    found = get("transport.bus", "CN", 2025)
    assert values(found) == [0.10385]
    assert codes(found) == [("HP-F10", "elsewhere", Severity.WARNING)]


def test_material_takes_the_nearest_earlier_year() -> None:
    """Primary aluminium: 15.8 (2021), 15.1 (2022) t CO2e/t; 2024 takes 2022 and says so."""
    found = get("material.aluminium.primary", "GLO", 2021, 2022, 2024)
    assert values(found) == [15.8, 15.1, 15.1]
    assert codes(found) == [("HP-F11", "", Severity.NOTE)]
    assert found.fallbacks[0].params["used"] == 2022


def test_equipment_may_be_newer_than_the_activity() -> None:
    found = get("ict.laptop.manufacture", "GLO", 2022)
    assert values(found) == [170.3]
    assert codes(found) == [("HP-F11", "later", Severity.NOTE)]


def test_old_factor_is_a_warning() -> None:
    """North China margins are of 2015: eight years before 2023."""
    found = get("electricity.build_margin", "CN-GRID-NORTH", 2023)
    assert values(found) == [0.478]
    assert codes(found) == [("HP-F11", "", Severity.WARNING)]


def test_library_travels_to_worker_processes() -> None:
    copy = pickle.loads(pickle.dumps(shipped_library()))  # noqa: S301 (our own bytes)
    assert copy.sha256 == shipped_library().sha256
    found = resolve(copy, "electricity.grid", region="CN", years=[2023])
    assert values(found) == [0.5306]


def test_factor_without_a_year_serves_every_year() -> None:
    found = get("ict.server.manufacture", "GLO", 1995, 2030)
    assert values(found) == [3660, 3660]
    assert found.fallbacks == ()


def test_rows_of_all_gases_come_together() -> None:
    found = get("fuel.diesel.combustion", "GLO", 2022)
    assert by_gas(found) == [{"CO2": 74100, "CH4": 3, "N2O": 0.6}]


@pytest.mark.parametrize(("unit", "value"), [("L", 2.66155), ("t", 3203.91143), ("kWh", 0.26808)])
def test_the_row_whose_basis_fits_the_quantity_is_chosen(unit: str, value: float) -> None:
    """DESNZ 2025, mineral diesel: 2.66155 kg/L, 3203.91 kg/t, 0.26808 kg/kWh (net)."""
    found = get("fuel.diesel.combustion", "GB", 2025, per=parse_unit(unit).dimension)
    assert values(found) == pytest.approx([value], rel=1e-6)


def test_unknown_id_names_the_nearest() -> None:
    with pytest.raises(CodedError, match="HP-F01") as caught:
        get("electricity.gird", "CN", 2022)
    assert str(caught.value.params["near"]).startswith("electricity.grid")


def test_unknown_region_names_the_nearest() -> None:
    with pytest.raises(CodedError, match="HP-F02") as caught:
        get("electricity.grid", "chongqing", 2022)
    assert "CN-CQ" in str(caught.value.params["near"])


def test_renamed_id_still_works() -> None:
    base = shipped_library()
    library = Library("x", base.factors, deprecated={"grid.old": "electricity.grid"})
    found = resolve(library, "grid.old", region="CN", years=[2022])
    assert values(found) == [0.5366]
    assert codes(found) == [("HP-F13", "", Severity.NOTE)]


def own(folder: Path, *lines: str) -> Path:
    """Write an own library of electricity in China for 2022."""
    folder.mkdir(parents=True)
    (folder / "source.yaml").write_text(
        "title: Own\npublisher: us\nlicence: own\nurl: https://example.org\n", encoding="utf-8"
    )
    rows = [f"electricity.grid,{line},CN,2022,generation" for line in lines]
    table = "\n".join(["id,value,unit,region,year,scope", *rows, ""])
    (folder / "f.csv").write_text(table, encoding="utf-8")
    return folder


@pytest.mark.parametrize("name", ["mine", "cn_mee"])
def test_own_factor_replaces_the_shipped_one(tmp_path: Path, name: str) -> None:
    """Also where the own folder is named as the shipped source: 0.4, not 0.4 + 0.5366."""
    findings = Findings()
    library = load_library([own(tmp_path / name, "0.4,kg CO2/kWh")], findings=findings)
    found = resolve(library, "electricity.grid", region="CN", years=[2022])
    assert values(found) == [0.4]
    assert found.factors[0][0].own
    assert [f.rule for f in findings] == ["HP-F31"]


def test_own_factor_takes_the_place_of_the_whole_series(tmp_path: Path) -> None:
    """Shipped 2021 and 2023 do not fill up an own series of 2022 that bears their name."""
    library = load_library([own(tmp_path / "cn_mee", "0.4,kg CO2/kWh")], findings=Findings())
    found = resolve(library, "electricity.grid", region="CN", years=[2022, 2023])
    assert values(found) == [0.4, 0.4]
    assert codes(found) == [("HP-F15", "", Severity.WARNING)]


def test_own_factors_of_several_gases_come_together(tmp_path: Path) -> None:
    folder = own(tmp_path / "cn_mee", "0.4,kg CO2/kWh", "0.01,g CH4/kWh")
    library = load_library([folder], findings=Findings())
    found = resolve(library, "electricity.grid", region="CN", years=[2022])
    assert by_gas(found) == [{"CO2": 0.4, "CH4": 0.01}]


def test_of_two_own_libraries_the_first_is_taken(tmp_path: Path) -> None:
    folders = [own(tmp_path / f"{v}/mine", f"{v},kg CO2/kWh") for v in (0.3, 0.4)]
    library = load_library(folders, findings=Findings())
    assert values(resolve(library, "electricity.grid", region="CN", years=[2022])) == [0.3]


def test_fallback_becomes_a_finding_at_the_place_of_the_line() -> None:
    fallback = get("electricity.grid", "NO", 2024).fallbacks[0]
    finding = fallback.finding("case.yaml:12 reference.lines[0].factor")
    assert finding.place == "case.yaml:12 reference.lines[0].factor"
    assert finding.key == "HP-F12"


def test_per_is_the_dimension_of_the_quantity() -> None:
    rows = get("fuel.diesel.combustion", "GLO", 2022).factors[0]
    assert {row.per for row in rows} == {ENERGY}
    assert get("fuel.diesel.combustion", "CN", 2022).factors[0][0].per == MASS


# --- the rule, on made-up rows ----------------------------------------------------------------


def test_the_smallest_region_of_the_chain_comes_first() -> None:
    """Province, grid region, country, world; for a member state the EU before the world."""
    rows = [row(i, region=r) for i, r in enumerate(("GLO", "CN", "CN-GRID-SOUTHWEST", "CN-CQ"))]
    for kept in (4, 3, 2, 1):
        assert values(of(rows[:kept], 2020, region="CN-CQ")) == [kept - 1]
    european = [row(1, region="GLO"), row(2, region="EU")]
    assert values(of(european, 2020, region="FR")) == [2]
    assert values(of(european, 2020, region="CN")) == [1]


@pytest.mark.parametrize(
    ("scope", "severity"), [("generation", Severity.WARNING), ("process", Severity.NOTE)]
)
def test_a_world_value_of_what_is_local_is_a_warning(scope: str, severity: Severity) -> None:
    found = of([row(1, region="GLO", scope=scope)], 2020)
    assert codes(found) == [("HP-F10", "", severity)]


def test_series_of_two_sources_are_never_chained() -> None:
    """The first source ends in 2020; the second one's 2022 is not taken, nor added."""
    second = replace(MADE.source, id="second")
    rows = [row(1, 2020), row(2, 2020, source=second), row(3, 2022, source=second)]
    found = of(rows, 2020, 2022)
    assert values(found) == [1, 1]
    assert codes(found) == [("HP-F11", "", Severity.NOTE)]


def test_only_rows_of_the_wanted_scope() -> None:
    rows = [row(1, scope="cradle_to_gate"), row(2, scope="life_cycle")]
    assert values(of(rows, 2020, scope="life_cycle")) == [2]
    with pytest.raises(CodedError, match="HP-F03"):
        of(rows, 2020, scope="use")


def test_without_a_fitting_basis_the_first_is_returned() -> None:
    rows = [row(1, unit="kg CO2e/t"), row(2, unit="kg CO2e/m3")]
    assert values(of(rows, 2020, per=parse_unit("L").dimension)) == [2]
    assert values(of(rows, 2020, per=parse_unit("kWh").dimension)) == [1]
    assert values(of(rows, 2020)) == [1]


def test_what_is_local_in_one_region_travels_from_none() -> None:
    """One row that depends on a grid keeps all of the id at home, wherever it stands."""
    travelling = row(1, region="GB", scope="combustion")
    assert codes(of([travelling], 2020)) == [("HP-F10", "elsewhere", Severity.WARNING)]
    local = row(2, region="IN", scope="operation")
    for rows in ([travelling, local], [local, travelling], [local]):
        with pytest.raises(CodedError, match="HP-F03") as caught:
            of(rows, 2020)
        assert caught.value.variant == "region"


@pytest.mark.parametrize(
    ("asked", "remark"),
    [
        (2014, ("HP-F11", "later", Severity.WARNING)),
        (2015, ("HP-F11", "later", Severity.NOTE)),
        (2020, None),
        (2025, ("HP-F11", "", Severity.NOTE)),
        (2026, ("HP-F11", "", Severity.WARNING)),
    ],
)
def test_five_years_of_age_are_a_note_and_six_a_warning(
    asked: int, remark: tuple[str, str, Severity] | None
) -> None:
    found = of([row(1, 2020)], asked)
    assert values(found) == [1]
    assert codes(found) == ([remark] if remark else [])


def test_years_without_a_value_take_the_nearest_earlier_one() -> None:
    rows = [row(1, 2010), row(2, 2014), row(3, 2020)]
    found = of(rows, 2010, 2013, 2019, 2020)
    assert values(found) == [1, 1, 2, 3]
    assert found.years == (2010, 2010, 2014, 2020)


def test_one_remark_for_all_late_years_names_the_first() -> None:
    found = of([row(1, 2020)], 2020, 2021, 2022)
    assert codes(found) == [("HP-F11", "", Severity.NOTE)]
    assert found.fallbacks[0].params["year"] == 2021


def test_years_too_early_and_years_too_late_are_two_remarks() -> None:
    """2018 and 2019 take a newer value, 2021 and 2022 an older one."""
    found = of([row(1, 2020)], 2018, 2019, 2021, 2022)
    assert values(found) == [1, 1, 1, 1]
    assert codes(found) == [("HP-F11", "later", Severity.NOTE), ("HP-F11", "", Severity.NOTE)]
    assert [fallback.params["year"] for fallback in found.fallbacks] == [2018, 2021]


def test_stated_end_of_validity() -> None:
    """Valid from 2015 to 2020: 2020 needs no remark; 2025 is five years late, 2026 six."""
    rows = [row(1, 2015, year_to=2020)]
    assert codes(of(rows, 2015, 2018, 2020)) == []
    assert codes(of(rows, 2021)) == [("HP-F11", "", Severity.NOTE)]
    assert codes(of(rows, 2025)) == [("HP-F11", "", Severity.NOTE)]
    assert codes(of(rows, 2026)) == [("HP-F11", "", Severity.WARNING)]


def test_stated_end_of_validity_where_the_beginning_is_not_stated() -> None:
    rows = [row(1, NOT_STATED, year_to=2020)]
    assert codes(of(rows, 1995, 2020)) == []
    found = of(rows, 2021)
    assert codes(found) == [("HP-F11", "", Severity.NOTE)]
    assert found.fallbacks[0].params["used"] == 2020


def test_stated_end_of_validity_of_an_annual_series() -> None:
    """A value that is stated for 2020 to 2022 serves 2022; the five years past it are counted."""
    rows = [row(1, 2020, year_to=2022)]
    inside = of(rows, 2020, 2022, annual=True)
    assert (values(inside), codes(inside)) == ([1, 1], [])
    assert codes(of(rows, 2027, annual=True)) == [("HP-F15", "", Severity.WARNING)]
    with pytest.raises(CodedError, match="HP-F04"):
        of(rows, 2028, annual=True)


def test_first_year_past_a_path() -> None:
    """Declared to 2030: 2030 is the path's, 2031 holds its value and says so, once."""
    path = read_path({"to": 0.5, "unit": "kg CO2e/t", "year": 2030, "source": "plan"})
    inside = of([row(1, 2020)], 2025, 2030, path=path)
    assert (values(inside), codes(inside)) == ([0.75, 0.5], [])
    past = of([row(1, 2020)], 2030, 2031, 2032, path=path)
    assert values(past) == [0.5, 0.5, 0.5]
    assert codes(past) == [("HP-F14", "", Severity.WARNING)]
    assert past.fallbacks[0].params["last"] == 2030


def test_path_of_several_gases_is_refused() -> None:
    path = read_path({"to": 0.5, "unit": "kg CO2/t", "year": 2030, "source": "plan"})
    rows = [row(1, unit="kg CO2/t"), row(2, unit="kg CH4/t")]
    assert by_gas(of(rows, 2020, path=path)) == [{"CO2": 1, "CH4": 2}]
    with pytest.raises(CodedError, match="HP-F05") as caught:
        of(rows, 2021, path=path)
    assert caught.value.variant == "gases"


def test_a_path_moves_the_spread_with_the_value() -> None:
    """10 (8 to 12) on its way to 5 in 2030: 7.5 (6 to 9) in 2025."""
    path = read_path({"to": 5, "unit": "kg CO2e/t", "year": 2030, "source": "plan"})
    spread = replace(row(10, 2020), distribution="triangular", p1=8.0, p2=12.0)
    ((moved,),) = of([spread], 2025, path=path).factors
    assert (moved.value, moved.p1, moved.p2) == pytest.approx((7.5, 6.0, 9.0))
