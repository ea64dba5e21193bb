"""Multi-regional systems through pymrio, which is also the referee of the results."""

from pathlib import Path
from typing import Any

import numpy as np
import pymrio
import pytest

from handprint.core.errors import Findings
from handprint.input_output.leontief import (
    coefficients,
    formula_intensity,
    intensities,
    multipliers,
    solve,
    wording_emissions,
)
from handprint.input_output.stressors import EmissionChoice
from handprint.input_output.systems import from_pymrio, read_system

FIRST = EmissionChoice(("emission_type1",), gas="CO2")


@pytest.fixture(scope="module")
def system() -> Any:
    return pymrio.load_test().calc_all()


def table_of(system: Any, **options: Any) -> Any:
    findings = Findings()
    table = from_pymrio(system, findings, choice=FIRST, **options)
    assert list(findings) == []
    assert table is not None
    return table


def test_the_test_system_has_six_regions_of_eight_sectors(system: Any) -> None:
    table = table_of(system)
    assert len(table) == 48
    assert table.codes[0] == "reg1:food"
    assert table.names[0] == "food"
    assert table.money == "million USD"
    assert table.output == pytest.approx(np.asarray(system.x).ravel())


def test_pymrio_is_the_referee(system: Any) -> None:
    """A, x = L y, emissions per output S and multipliers M = S L as pymrio gives them."""
    table = table_of(system)
    a = coefficients(table.flows, table.output)
    assert a == pytest.approx(np.asarray(system.A))
    assert solve(a, table.net_demand) == pytest.approx(np.asarray(system.L) @ table.net_demand)
    s = intensities(table.emissions, table.output)
    stressor = ("emission_type1", "air")
    assert s * 1000 == pytest.approx(np.asarray(system.emissions.S.loc[stressor]))
    assert multipliers(a, s) * 1000 == pytest.approx(np.asarray(system.emissions.M.loc[stressor]))


def test_linkages_agree_with_the_full_inverse(system: Any) -> None:
    table = table_of(system)
    a = coefficients(table.flows, table.output)
    s = intensities(table.emissions, table.output)
    t = s[:, None] * np.asarray(system.L)
    ict = [i for i, name in enumerate(table.names) if name == "electricity"]
    assert formula_intensity(a, s, ict) == pytest.approx(t[ict].sum(axis=0))
    behind = t[:, ict] @ table.net_demand[ict]
    assert wording_emissions(a, s, table.net_demand, ict) == pytest.approx(behind)


def test_a_saved_system_is_read_back(system: Any, tmp_path: Path) -> None:
    system.save_all(tmp_path / "saved")
    findings = Findings()
    table = read_system(tmp_path / "saved", "pymrio", findings, choice=FIRST, year=2011)
    assert list(findings) == []
    assert table is not None
    assert table.year == 2011
    assert table.flows == pytest.approx(table_of(system).flows)


def test_coefficients_alone_suffice(system: Any) -> None:
    class OnlyA:
        Z = None
        A, Y, unit = system.A, system.Y, system.unit

        def get_extensions(self, data: bool) -> list[Any]:
            return [system.emissions] if data else []

    assert table_of(OnlyA()).flows == pytest.approx(np.asarray(system.Z))


def test_what_cannot_be_read_is_a_finding(system: Any, tmp_path: Path) -> None:
    findings = Findings()
    assert read_system(tmp_path / "nowhere", "pymrio", findings) is None
    assert [f.key for f in findings] == ["HP-M45"]
    findings = Findings()
    table = from_pymrio(system, findings, choice=EmissionChoice(("no such gas",)))
    assert table is not None
    assert table.emissions is None
    assert [f.key for f in findings] == ["HP-M45.stressor"]
