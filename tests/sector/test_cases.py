"""Cases summed into their sectors, without counting anything twice.

Two solutions on one plant of 1000 t, cutting 100 and 200 t gross with footprints of 10 and 20 t:
together they cut 1000 (1 - 0.9 x 0.8) = 280 t gross, so 280 - 30 = 250 t net and not 270.
"""

import json
from collections.abc import Mapping
from pathlib import Path

import pandas as pd
import pytest

from handprint.core.errors import Findings
from handprint.sector.cases import Coverage, sum_cases
from handprint.sector.inputs import SCORES, read_scores
from handprint.sector.levers import read_levers
from handprint.sector.potential import Potential, potential

BLANK = dict.fromkeys(SCORES, float("nan")) | dict.fromkeys(
    ("case", "sector", "claim", "link", "activity"), ""
)
FIRST = {"case": "a", "sector": "industry", "NER": 90.0, "E_ref": 1000.0, "G0": 100.0, "G": 100.0,
         "F": 10.0, "years": 1.0, "activity": "plant", "link": "process"}  # fmt: skip
SECOND = FIRST | {"case": "b", "NER": 180.0, "G0": 200.0, "G": 200.0, "F": 20.0,
                  "link": "equipment"}  # fmt: skip


@pytest.fixture(scope="module")
def shipped() -> Potential:
    table = read_levers(None, Findings())
    assert table is not None
    result = potential(table, Findings(), year=2030, draws=0)
    assert result is not None
    return result


def summed(
    shipped: Potential, rows: list[dict[str, object]], emissions: Mapping[str, float] | None = None
) -> tuple[Coverage, list[str]]:
    findings = Findings()
    frame = pd.DataFrame([BLANK | row for row in rows])
    coverage = sum_cases(frame, shipped, emissions or {}, findings, "scores.csv")
    return coverage, [finding.key for finding in findings]


def test_overlap_by_hand(shipped: Potential) -> None:
    coverage, keys = summed(shipped, [FIRST, SECOND], {"industry": 5000.0})
    found = coverage.sectors["industry"]
    assert found.ner == pytest.approx(250.0)
    assert found.plain_ner == pytest.approx(270.0)
    assert found.overlapping == 2
    # each keeps its part of 280 t by its gross effect: a third less 10 t, two thirds less 20 t
    assert found.by_link == pytest.approx({"process": 280 / 3 - 10, "equipment": 560 / 3 - 20})
    assert found.idle_links == ("material", "energy_management")
    # potential 13.15 to 22 % of 5000 t
    assert found.potential == pytest.approx((657.5, 1100.0))
    assert found.of_potential == pytest.approx((250 / 1100, 250 / 657.5))
    assert keys == []


def test_different_activities_add_up(shipped: Potential) -> None:
    coverage, _ = summed(shipped, [FIRST, SECOND | {"activity": "another plant"}])
    assert coverage.sectors["industry"].ner == pytest.approx(270.0)


def test_ten_years_are_divided_by_ten(shipped: Potential) -> None:
    unknown = SECOND | {"years": float("nan"), "activity": ""}
    coverage, keys = summed(shipped, [FIRST | {"years": 10.0}, unknown])
    assert coverage.sectors["industry"].ner == pytest.approx(9.0 + 180.0)
    assert "HP-M28" in keys


def test_adverse_cases_count_and_coverage_is_stated(shipped: Potential) -> None:
    rows = [
        FIRST,
        FIRST | {"case": "c", "NER": -40.0, "G": -30.0, "G0": -30.0, "activity": "", "link": ""},
        FIRST | {"case": "d", "NER": float("nan")},
        FIRST | {"case": "e", "sector": ""},
        FIRST | {"case": "f", "sector": "agriculture"},
    ]
    coverage, keys = summed(shipped, rows)
    found = coverage.sectors["industry"]
    assert (found.cases, found.adverse, found.ner) == (2, 1, pytest.approx(50.0))
    assert found.by_link[""] == pytest.approx(-40.0)
    assert (coverage.read, coverage.counted) == (5, 2)
    assert (coverage.without_ner, coverage.without_sector, coverage.outside) == (1, 1, 1)
    assert "HP-M26" in keys


def test_realised_claims_are_told_apart(shipped: Potential) -> None:
    rows = [FIRST | {"claim": "realised", "activity": ""}, SECOND | {"activity": ""}]
    assert summed(shipped, rows)[0].sectors["industry"].realised_ner == pytest.approx(90.0)


@pytest.mark.parametrize(
    ("rows", "key"),
    [
        ([FIRST, FIRST], "HP-M25"),
        ([FIRST | {"E_ref": float("nan")}, SECOND | {"E_ref": float("nan")}], "HP-M27.reference"),
        ([FIRST | {"link": "proces"}], "HP-M30"),
        ([FIRST | {"activity": ""}], "HP-M27"),
        ([FIRST], "HP-M29"),
    ],
)
def test_findings_about_cases(shipped: Potential, rows: list[dict[str, object]], key: str) -> None:
    assert key in summed(shipped, rows)[1]


def test_scores_from_results_tables_and_parquet(tmp_path: Path) -> None:
    """One case as an assess result, as CSV and as Parquet gives the same row."""
    result = {
        "case": {"id": "a", "sector": "industry", "claim": "planned", "period": {"years": 2.0}},
        "metrics": {"NER": {"value": 90.0}},
        "effects": {"E_ref": 1000.0, "G0": 100.0, "G": 100.0, "F": 10.0},
    }
    folder = tmp_path / "results"
    folder.mkdir()
    (folder / "a.json").write_text(json.dumps(result), "utf-8")
    (folder / "other.json").write_text('{"something": "else"}', "utf-8")
    line = "a,industry,planned,2,90,1000,100,100,10\n"
    (tmp_path / "s.csv").write_text(f"id,sector,claim,years,NER,E_ref,G0,G,F\n{line}", "utf-8")
    pd.read_csv(tmp_path / "s.csv").to_parquet(tmp_path / "s.parquet")
    findings = Findings()
    frames = [read_scores(tmp_path / name, findings) for name in ("results", "s.csv", "s.parquet")]
    assert list(findings) == []
    for frame in frames:
        assert frame is not None
        pd.testing.assert_frame_equal(frame, frames[0])
    assert frames[0] is not None
    assert frames[0].loc[0, ["case", "NER", "years"]].tolist() == ["a", 90.0, 2.0]


def test_words_of_a_large_table_are_dictionaries(tmp_path: Path) -> None:
    """Parquet stores few distinct texts as a dictionary; a missing one is an empty text."""
    frame = pd.DataFrame({"id": ["a", "b"], "sector": ["industry", None], "NER": [1, 2]})
    frame["sector"] = frame["sector"].astype("category")
    frame.to_parquet(tmp_path / "s.parquet")
    read = read_scores(tmp_path / "s.parquet", Findings())
    assert read is not None
    assert read["sector"].tolist() == ["industry", ""]
    assert read["NER"].tolist() == [1.0, 2.0]


def test_scores_that_cannot_be_read(tmp_path: Path) -> None:
    def keys(name: str, content: bytes) -> list[str]:
        (tmp_path / name).write_bytes(content)
        findings = Findings()
        assert read_scores(tmp_path / name, findings) is None
        return [finding.key for finding in findings]

    assert keys("a.json", b"{not json") == ["HP-M02"]
    assert keys("b.json", b"{}") == ["HP-M24.empty"]
    assert keys("c.csv", b"case,sector\na,industry\n") == ["HP-M24.column"]
    assert keys("d.csv", b"case,sector,NER\na,industry,much\n") == ["HP-M05"]
    assert keys("e.parquet", b"PAR1") == ["HP-M02"]
