"""Enabled shares in tonnes, and the emissions a user gives for them."""

from pathlib import Path

import pytest

from handprint.core.errors import CodedError, Findings
from handprint.sector.inputs import read_emissions
from handprint.sector.run import SectorOptions, run_sector
from handprint.units.tonnes import tonnes

BALANCED = "sector,emissions,unit\nenergy,4700,Mt CO2\nindustry,36,亿吨CO2\n"
BALANCED += "transport,900,Mt CO2\nbuildings,800,Mt CO2\n"


def test_units_of_emissions() -> None:
    assert tonnes("36 亿吨CO2") == 3.6e9
    assert tonnes("1.5 Mt CO2e") == 1.5e6
    with pytest.raises(CodedError):
        tonnes("5 Mt")  # of what?
    with pytest.raises(CodedError):
        tonnes("5 Mt CH4")


def test_tonnes_by_hand(tmp_path: Path) -> None:
    """Transport 900 Mt: 10.077 to 33.025 % are 90.7 to 297.2 Mt; society is the sum."""
    (tmp_path / "e.csv").write_text(BALANCED, "utf-8")
    findings = Findings()
    run = run_sector(SectorOptions(emissions=tmp_path / "e.csv", draws=0), findings)
    assert run is not None
    assert list(findings) == []
    assert run.tonnes["transport"].low == pytest.approx(90.69363e6)
    assert run.tonnes["transport"].high == pytest.approx(297.22815e6)
    total = sum(run.tonnes[s].high for s in ("energy", "industry", "transport", "buildings"))
    assert run.tonnes["society"].high == pytest.approx(total)
    assert run.tonnes["society"].emissions == pytest.approx(10e9)


def test_other_boundaries_are_noticed(tmp_path: Path) -> None:
    """Errata: power is 40 % of the national total but energy 47 % of energy-related emissions."""
    (tmp_path / "e.csv").write_text(BALANCED.replace("4700", "3000"), "utf-8")
    findings = Findings()
    assert run_sector(SectorOptions(emissions=tmp_path / "e.csv", draws=0), findings) is not None
    assert {f.key for f in findings} == {"HP-M23"}


@pytest.mark.parametrize(
    ("rows", "key"),
    [
        ("industry,-3,Mt CO2\n", "HP-M22.negative"),
        ("industry,3,Mt CO2\nindustry,4,Mt CO2\n", "HP-M22.twice"),
        ("industry,3,MWh\n", "HP-U03"),
        ("industry,3,ton CO2\n", "HP-U02"),
        ("industry,much,Mt CO2\n", "HP-M05"),
    ],
)
def test_bad_emissions(tmp_path: Path, rows: str, key: str) -> None:
    (tmp_path / "e.csv").write_text(f"sector,emissions,unit\n{rows}", "utf-8")
    findings = Findings()
    read_emissions(tmp_path / "e.csv", findings)
    assert [f.key for f in findings] == [key]


def test_columns_and_sectors_are_named(tmp_path: Path) -> None:
    (tmp_path / "e.csv").write_text("sector,value\nindustry,3\n", "utf-8")
    findings = Findings()
    assert run_sector(SectorOptions(emissions=tmp_path / "e.csv"), findings) is None
    assert {f.key for f in findings} == {"HP-M06"}
    (tmp_path / "e.csv").write_text("sector,emissions,unit\nretail,3,Mt CO2\n", "utf-8")
    findings = Findings()
    assert run_sector(SectorOptions(emissions=tmp_path / "e.csv"), findings) is not None
    assert [f.key for f in findings] == ["HP-M23.unknown"]


def test_links_from_a_file_of_their_own(tmp_path: Path) -> None:
    (tmp_path / "s.csv").write_text("case,sector,NER,years\na,industry,10,1\n", "utf-8")
    (tmp_path / "l.csv").write_text("case,link,activity\na,process,plant\n", "utf-8")
    findings = Findings()
    options = SectorOptions(cases=tmp_path / "s.csv", links=tmp_path / "l.csv", draws=0)
    run = run_sector(options, findings)
    assert run is not None
    assert run.coverage is not None
    assert run.coverage.sectors["industry"].by_link == {"process": 10.0}
    (tmp_path / "l.csv").write_text("case,link\nz,process\n", "utf-8")
    assert run_sector(options, findings) is None
    assert "HP-M31" in [f.key for f in findings]
