"""Lever tables: the shipped one is complete; every mistake becomes a located finding."""

import csv
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import Workbook

from handprint.core.errors import Finding, Findings, Severity
from handprint.sector.lever import LeverTable
from handprint.sector.lever_checks import pool_sizes
from handprint.sector.levers import read_levers, shipped_path

Row = dict[str, str]


def shipped_rows() -> list[Row]:
    with shipped_path().open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def write(path: Path, rows: list[Row]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return path


def read(path: Path | None) -> tuple[LeverTable | None, list[Finding]]:
    findings = Findings()
    return read_levers(path, findings), list(findings)


def changed(tmp_path: Path, change: Callable[[list[Row]], object]) -> list[Finding]:
    """Return the findings about the shipped table after a change; it must not be read."""
    rows = shipped_rows()
    change(rows)
    table, findings = read(write(tmp_path / "own.csv", rows))
    assert table is None
    return findings


def lever(rows: list[Row], link: str) -> Row:
    return next(row for row in rows if row["row_type"] == "MODEL" and row["link"] == link)


def test_shipped_table_is_whole() -> None:
    """11 levers and 4 shares of society, 4 published ranges, 49 ranges from the literature, 9
    other studies; nothing to complain about."""
    table, findings = read(None)
    assert table is not None
    assert findings == []
    counts = [len(x) for x in (table.levers, table.society, table.published, table.evidence,
                               table.studies)]  # fmt: skip
    assert counts == [11, 4, 4, 49, 9]
    assert [row.share.low for row in table.society] == [0.47, 0.36, 0.09, 0.08]


def test_every_row_names_its_source_and_both_languages() -> None:
    for row in shipped_rows():
        assert row["source"], row
        assert row["name_en"], row
        assert row["name_zh"], row


def test_calibrated_fields_are_marked() -> None:
    table, _ = read(None)
    assert table is not None
    fields = {lever.id: lever.calibrated for lever in table.levers}
    assert fields["industry.material"] == ("share", "saving_low", "saving_high")
    assert fields["buildings.space_heating"] == ("adoption_low",)
    assert fields["transport.vehicle"] == ()  # its values are published


def test_a_workbook_reads_like_a_csv(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "levers"
    rows = shipped_rows()
    sheet.append(list(rows[0]))
    for row in rows:
        sheet.append([float(v) if v.replace(".", "").isdigit() else v for v in row.values()])
    book.save(tmp_path / "own.xlsx")
    table, findings = read(tmp_path / "own.xlsx")
    assert findings == []
    assert table is not None
    shipped, _ = read(None)
    assert shipped is not None
    assert [x.saving for x in table.levers] == [x.saving for x in shipped.levers]


def test_saving_above_one_is_located(tmp_path: Path) -> None:
    def change(rows: list[Row]) -> None:
        lever(rows, "lighting")["saving_high"] = "1.2"

    (finding,) = changed(tmp_path, change)
    assert finding.rule == "HP-M14"
    assert finding.place == "own.csv:4 saving_high"
    assert finding.params["value"] == 1.2


def test_shares_above_one_in_a_pool(tmp_path: Path) -> None:
    """Heating at 0.6 makes 0.6 + 0.197 + 0.12 + 0.15 = 1.067 of the buildings."""

    def change(rows: list[Row]) -> None:
        lever(rows, "space_heating").update(share_low="0.6", share_high="0.6")

    (finding,) = changed(tmp_path, change)
    assert finding.rule == "HP-M19"
    assert finding.params["total"] == pytest.approx(1.067)
    assert finding.place.startswith("own.csv:")


def test_parts_larger_than_their_pool(tmp_path: Path) -> None:
    """Two parts of the road, 0.6 each, do not fit into its 0.868."""

    def change(rows: list[Row]) -> None:
        lever(rows, "public_travel").update(share_low="0.6", share_high="0.6")
        lever(rows, "vehicle").update(pool="road/freight", share_low="0.6", share_high="0.6")

    (finding,) = changed(tmp_path, change)
    assert finding.rule == "HP-M19"
    assert finding.params["pool"] == "road"
    assert finding.params["limit"] == pytest.approx(0.868)


def test_missing_year(tmp_path: Path) -> None:
    def change(rows: list[Row]) -> None:
        for row in rows:
            row |= {"adoption_2025_low": "0.1", "adoption_2025_high": "0.2"}
        lever(rows, "process")["adoption_2025_high"] = ""

    (finding,) = changed(tmp_path, change)
    assert finding.key == "HP-M13.year"
    assert finding.params["year"] == "2025"
    assert finding.place == "own.csv:8 adoption_2025_high"


@pytest.mark.parametrize(
    ("change", "key", "place"),
    [
        (lambda r: lever(r, "cooling").update(saving_low="0.9"), "HP-M15", "own.csv:3 saving_low"),
        (lambda r: lever(r, "cooling").update(share_low="about a fifth"), "HP-M05",
         "own.csv:3 share_low"),
        (lambda r: lever(r, "cooling").update(pool=""), "HP-M13", "own.csv:3 pool"),
        (lambda r: lever(r, "cooling").update(row_type="GUESS"), "HP-M12", "own.csv:3 row_type"),
        (lambda r: lever(r, "cooling").update(link="lighting"), "HP-M17", "own.csv:4"),
        (lambda r: [row.update(row_type="EVIDENCE") for row in r], "HP-M16", "own.csv"),
        (lambda r: [row.pop("saving_high") for row in r], "HP-M11", "own.csv:1"),
    ],
)  # fmt: skip
def test_other_mistakes(
    tmp_path: Path, change: Callable[[list[Row]], object], key: str, place: str
) -> None:
    findings = changed(tmp_path, change)
    assert [(f.key, f.place) for f in findings if f.severity is Severity.ERROR] == [(key, place)]


def test_unknown_column_and_sector_are_warnings(tmp_path: Path) -> None:
    rows = shipped_rows()
    for row in rows:
        row["savings"] = ""
        row["sector"] = row["sector"].replace("transport", "trasnport")
        row["link"] = row["link"].replace("transport", "trasnport")
    table, findings = read(write(tmp_path / "own.csv", rows))
    assert table is not None
    assert [f.key for f in findings] == ["HP-M11.unknown", "HP-M18"]
    assert findings[1].params["near"] == "transport"


def test_per_cent_and_fraction_are_the_same(tmp_path: Path) -> None:
    rows = shipped_rows()
    lever(rows, "cooling").update(share_low="19.7 %", share_high="19.7%")
    table, findings = read(write(tmp_path / "own.csv", rows))
    assert findings == []
    assert table is not None
    assert next(x for x in table.levers if x.link == "cooling").share.high == pytest.approx(0.197)


def test_a_share_that_nobody_can_calculate_with_is_refused(tmp_path: Path) -> None:
    rows = shipped_rows()
    lever(rows, "cooling").update(share_low="1e-400", share_high="0.2")
    table, findings = read(write(tmp_path / "own.csv", rows))
    assert table is None
    assert "HP-M05.range" in [f.key for f in findings]


def test_missing_and_unreadable_files(tmp_path: Path) -> None:
    assert [f.rule for f in read(tmp_path / "none.csv")[1]] == ["HP-M01"]
    (tmp_path / "text.csv").write_text("a,b\n1,2\n", "utf-8")
    assert [f.key for f in read(tmp_path / "text.csv")[1]] == ["HP-M11.none"]
    (tmp_path / "broken.xlsx").write_bytes(b"no workbook")
    assert read(tmp_path / "broken.xlsx")[1][0].severity is Severity.ERROR


def test_pools_hold_their_parts() -> None:
    sizes = pool_sizes([("road/private", 0.3), ("road/freight", 0.4), ("rail", 0.1)])
    assert sizes["road"] == pytest.approx(0.7)
    assert sizes["rail"] == 0.1
