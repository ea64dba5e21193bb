"""Which emission rows of a system are added, of which gas, and which are refused and why."""

import json
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import openpyxl
import pandas as pd
import pytest

from handprint.core.errors import Findings, Severity
from handprint.input_output.document import io_document
from handprint.input_output.report import io_html
from handprint.input_output.run import IoOptions, run_io
from handprint.input_output.stressors import EmissionChoice, emissions_of
from handprint.input_output.substances import is_biogenic, is_total, spelled_unit, substance
from handprint.input_output.systems import from_pymrio
from handprint.input_output.workbook import io_workbook
from handprint.units.unit import parse_unit

FIELD = Path(__file__).parents[1] / "field"
OUTPUT = np.array([10.0, 20.0])


def extension(name: str, *rows: tuple[object, str], values: float = 1000.0) -> SimpleNamespace:
    index = pd.Index([label for label, _ in rows], tupleize_cols=False)
    data = pd.DataFrame([[values, values * 2] for _ in rows], index=index)
    units = pd.DataFrame({"unit": [unit for _, unit in rows]}, index=index)
    return SimpleNamespace(name=name, F=data, unit=units)


def added(*extensions: SimpleNamespace, **choice: Any) -> tuple[list[float] | None, str, list[str]]:
    """Return the emissions by sector, their gas and the keys of the findings."""
    findings = Findings()
    system = SimpleNamespace(get_extensions=lambda data: list(extensions))
    values, gas, _ = emissions_of(system, OUTPUT, EmissionChoice(**choice), "s", findings)
    return None if values is None else values.tolist(), gas, [f.key for f in findings]


def test_rows_of_one_gas_are_added() -> None:
    air = extension("air", ("CO2 - combustion - air", "kg"), ("CO2 - cement - air", "t"))
    assert added(air) == ([1001.0, 2002.0], "CO2", [])


def test_gases_are_added_only_with_warming_potentials() -> None:
    air = extension("air", ("CO2 - air", "kg"), ("CH4 - air", "kg"))
    assert added(air, names=("C",)) == (None, "CO2", ["HP-M68"])
    assert added(air, names=("C",), gwp="AR5") == ([29.0, 58.0], "CO2e", [])  # 1 t and 28 t
    assert added(air, names=("CH4",)) == (None, "CO2", ["HP-M68.one"])


@pytest.mark.parametrize(
    ("label", "unit", "key"),
    [
        ("CO2 energy", "TJ", "HP-M65.energy"),
        ("CO2 - jobs", "person", "HP-M65"),
        ("CO2 - combustion", "bushels", "HP-U01"),
        ("CO2 - combustion", "", "HP-U01.empty"),
        ("CO2 - combustion", "t CH4", "HP-M65.differs"),
        ("CO2 and CH4", "t", "HP-M65.other"),
        ("CO2_bio", "t", "HP-M66.only"),
    ],
)
def test_what_is_no_mass_of_a_gas_is_refused(label: str, unit: str, key: str) -> None:
    assert added(extension("air", (label, unit))) == (None, "CO2", [key])


def test_the_option_does_not_say_the_gas() -> None:
    impacts = extension("impacts", ("GHG emissions", "kg"), ("NOx - air", "kg"))
    assert added(impacts, names=("GHG",))[2] == ["HP-M65.gas"]
    assert added(impacts, names=("GHG",), gas="CO2e") == ([1.0, 2.0], "CO2e", [])
    assert added(impacts, names=("NOx",), gas="CO2")[2] == ["HP-M65.other"]
    named = extension("emissions", (("emission_type1", "air"), "kg"))
    assert added(named, names=("emission",)) == ([1.0, 2.0], "CO2", ["HP-M65.taken"])


def test_the_same_emissions_are_not_added_twice() -> None:
    air, satellite = (extension(name, ("CO2 - air", "kg")) for name in ("air", "satellite"))
    assert added(air, satellite)[2] == ["HP-M67"]
    assert added(air, satellite, extensions=("AIR",)) == ([1.0, 2.0], "CO2", [])
    assert added(air, extensions=("water",))[2] == ["HP-M67.unknown"]
    parts = extension("air", ("CO2 total", "kg"), ("CO2 - combustion", "kg"))
    assert added(parts)[2] == ["HP-M67.total"]
    assert added(parts, names=("=CO2 total",)) == ([1.0, 2.0], "CO2", [])
    twice = extension("air", ("CO2", "kg"), ("CO2", "kg"))
    assert added(twice)[2] == ["HP-M67.twice"]
    impacts = extension("impacts", ("Global warming (GWP100)", "kg CO2 eq."))
    assert added(air, impacts, names=("CO2", "Global"), gwp="AR6")[2] == ["HP-M67"]


def test_gaps_are_no_zeros() -> None:
    assert added(extension("air", ("CO2", "kg"), values=float("nan")))[2] == ["HP-M65.empty"]


def test_a_system_issued_as_coefficients() -> None:
    air = extension("air", ("CO2", "kg"))
    coefficients = SimpleNamespace(name="air", F=None, S=air.F, unit=air.unit)
    assert added(coefficients) == ([10.0, 40.0], "CO2", [])  # 1 t per unit times 10, 2 t times 20


@pytest.mark.parametrize(
    ("label", "gas"),
    [
        ("CO2 - combustion - air", "CO2"),
        ("Carbon dioxide (CO2) Fuel combustion", "CO2"),
        ("Methane (CH4) CO2EQ IPCC categories 1 to 4", "CO2e"),
        ("GHG emissions AR5 (GWP100) | GWP100 (IPCC, 2010)", "CO2e"),
        ("SF6 - air", "SF6"),
        ("HFC - air", ""),
        ("CO - combustion - air", ""),
        ("氧化亚氮", "N2O"),
    ],
)
def test_gas_of_a_label(label: str, gas: str) -> None:
    assert substance(label).gas == gas


def test_words_of_labels() -> None:
    assert is_biogenic("CO2 - waste - biogenic - air")
    assert not is_biogenic("CO2 - excluding biogenic")
    assert not is_biogenic("CO2 - non-biogenic")
    assert is_total("GHG emissions (GWP100)")
    assert not is_total("CO2 - combustion - air")


@pytest.mark.parametrize(
    ("written", "read"),
    [("kg CO2 eq.", "kg CO2e"), ("kg CO2-eq", "kg CO2e"), ("Gg CO2eq", "kt CO2e"), ("Gg", "kt")],
)
def test_units_of_exiobase(written: str, read: str) -> None:
    assert parse_unit(spelled_unit(written)).text == read


# --- whole systems ------------------------------------------------------------------------------


def run(folder: str, **options: Any) -> tuple[dict[str, Any] | None, list[str]]:
    findings = Findings()
    chosen = {"system": "pymrio", "ict": ("*ict",), **options}
    found = run_io(IoOptions((FIELD / folder,), **chosen), findings)
    keys = [finding.key for finding in findings]
    return None if found is None else io_document(found, findings, "en"), keys


@pytest.mark.parametrize(
    ("folder", "options", "gas"),
    [
        ("k2_io_biogenic", {}, "CO2"),
        ("k2_io_double", {"extensions": ("air",)}, "CO2"),
        ("k2_io_ghg", {"stressors": ("GHG",)}, "CO2e"),
        ("k2_io_ghg_eq", {"stressors": ("GHG",)}, "CO2e"),
    ],
)
def test_systems_with_one_tonne(folder: str, options: dict[str, Any], gas: str) -> None:
    document, _ = run(folder, **options)
    assert document is not None
    (year,) = document["years"]
    assert (year["totals"]["emissions"], year["gas"]) == (1.0, gas)
    assert [row["emissions"] for row in year["emission_rows"] if row["counted"]] == [1.0]


@pytest.mark.parametrize(
    ("folder", "options", "key"),
    [
        ("k2_io_double", {}, "HP-M67"),
        ("k2_io_energy_tj", {"stressors": ("Energy",)}, "HP-M65.energy"),
    ],
)
def test_systems_that_are_refused(folder: str, options: dict[str, Any], key: str) -> None:
    assert run(folder, **options) == (None, [key])


def test_the_rows_stand_in_every_result() -> None:
    document, keys = run("k2_io_biogenic")
    assert document is not None
    assert keys == ["HP-M66"]
    json.dumps(document)
    page = io_html(document, "en")
    book = openpyxl.load_workbook(BytesIO(io_workbook(document, "en")))
    cells = [cell.value for row in book["Emission rows"].iter_rows() for cell in row]
    for label in ("CO2 - combustion - air", "CO2 - waste - biogenic - air"):
        assert label in page
        assert label in cells


def test_hybrid_and_broken_systems_are_refused() -> None:
    index = pd.Index([("r", "a"), ("r", "b")], tupleize_cols=False)
    flows = pd.DataFrame([[1.0, 1.0], [1.0, 1.0]], index=index)
    demand = pd.DataFrame([[5.0], [float("nan")]], index=index)
    system = SimpleNamespace(
        Z=flows, A=None, Y=demand, unit=pd.DataFrame({"unit": ["M.EUR", "tonnes"]}),
        get_extensions=lambda data: [],
    )  # fmt: skip
    findings = Findings()
    assert from_pymrio(system, findings) is None
    assert [f.key for f in findings] == ["HP-M45.numbers", "HP-M44.mixed"]
    assert findings.has(Severity.ERROR)
