"""The scenario table: one choice changed at a time, by hand.

Small case: E_ref 10,000, E_sol 8,600, R 0.2, embodied 300 t over 5 years, use 140 t: NER 920 t.
"""

from collections.abc import Callable

import pytest

from handprint.assess.assess import Options, assess
from handprint.core.errors import Findings
from handprint.factors.factor import Library
from tests.conftest import PER_TONNE, Tree, read


@pytest.fixture
def table(library: Library) -> Callable[[Tree], dict[tuple[str, str], float]]:
    def run(tree: Tree) -> dict[tuple[str, str], float]:
        findings = Findings()
        loaded = read(tree, findings)
        assert loaded is not None, list(findings)
        result = assess(*loaded, library, Options(draws=1000), findings)
        assert result is not None, list(findings)
        return {(row.kind, row.choice): row.ner for row in result.sensitivity.scenarios}

    return run


def test_rebound_grid(small_case: Tree, table: Callable[..., dict[tuple[str, str], float]]) -> None:
    """1,400 (1 - R) - 200: 1,200, 1,060, 780, 500 t."""
    rows = table(small_case)
    found = [rows["rebound", choice] for choice in ("0", "0.1", "0.3", "0.5")]
    assert found == pytest.approx([1200.0, 1060.0, 780.0, 500.0])


def test_lifetime_halved_and_doubled(
    small_case: Tree, table: Callable[..., dict[tuple[str, str], float]]
) -> None:
    """300/2.5 = 120 and 300/10 = 30 t instead of 60: NER 860 and 950 t."""
    rows = table(small_case)
    assert rows["lifetime", "0.5"] == pytest.approx(860.0)
    assert rows["lifetime", "2"] == pytest.approx(950.0)


def test_alternative_reference(
    small_case: Tree, table: Callable[..., dict[tuple[str, str], float]]
) -> None:
    """Market average 9,000 t: G0 400, NER 400 x 0.8 - 200 = 120 t; by level 8,000 t: -800 t."""
    small_case["reference"]["candidates"] = [
        {
            "kind": "market_average",
            "lines": [{"id": "activity", "quantity": "9000 t/year", "factor": PER_TONNE}],
        },
        {"kind": "regulated_level", "emissions": {"value": 8000, "unit": "t CO2e/year"}},
    ]
    rows = table(small_case)
    assert rows["reference", "market_average"] == pytest.approx(120.0)
    assert rows["reference", "regulated_level"] == pytest.approx(-800.0)


def test_a_declared_reference_decides_the_verdict(small_case: Tree, library: Library) -> None:
    """P5 > 0 with the chosen reference, but not with the declared other one: not robust."""
    small_case["ict"]["lines"][1]["quantity"] = "use"
    small_case["inputs"]["use"] = {"value": 140, "sd": 5, "unit": "t/year"}
    loaded = read(small_case, Findings())
    assert loaded is not None
    alone = assess(*loaded, library, Options(draws=1000), Findings())
    level = {"value": 8000, "unit": "t CO2e/year"}
    small_case["reference"]["candidates"] = [{"kind": "regulated_level", "emissions": level}]
    loaded = read(small_case, Findings())
    assert loaded is not None
    weighed = assess(*loaded, library, Options(draws=1000), Findings())
    assert alone is not None
    assert weighed is not None
    assert alone.verdict == "robust"
    assert weighed.verdict == "likely"


def test_accounting_of_electricity(
    small_case: Tree, table: Callable[..., dict[tuple[str, str], float]]
) -> None:
    """150 MWh at the residual factor of China 2023 (0.6096) instead of the average (0.5306)."""
    small_case["period"] = {"start": 2023, "years": 1}
    for name, quantity in (("reference", "1000 MWh/year"), ("solution", "850 MWh/year")):
        small_case[name]["lines"] = [
            {"id": "power", "quantity": quantity, "factor": "electricity.grid"}
        ]
    small_case["higher_order"]["rebound"] = {"status": "embedded_in_measurement"}
    rows = table(small_case)
    assert rows["electricity", "market"] == pytest.approx(150 * 0.6096 - 200)
