"""Tables of cases: Parquet, CSV and XLSX become the same partitions."""

import gzip
from pathlib import Path

import numpy as np
import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from handprint.batch.case_tables import TableLibrary, open_table, repeated_ids, text_tables
from handprint.core.errors import Findings, Severity

ROWS = [["a", "x", "1"], ["b", "y", "2.5"], ["c", "x", ""], ["d", "", "4"], ["e", "x", "5"]]
HEADER = ["id", "template", "n [1]"]


def opened(path: Path, **options: int) -> TableLibrary:
    findings = Findings()
    library = open_table(path, findings, **options)
    assert library is not None, list(findings)
    return library


def codes(path: Path) -> list[str]:
    findings = Findings()
    assert open_table(path, findings) is None
    return [f.key for f in findings if f.severity is Severity.ERROR]


def rows(library: TableLibrary) -> list[list[object]]:
    return [list(r.values()) for part in library.partitions() for r in part.table().to_pylist()]


def write_csv(path: Path, table: list[list[str]], encoding: str = "utf-8") -> Path:
    path.write_text("\n".join(",".join(row) for row in table) + "\n", encoding)
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_csv_is_read_in_the_usual_encodings(tmp_path: Path, encoding: str) -> None:
    table = [["id", "template", "title"], ["a", "x", "零碳园区"], ["b", "y", "电解槽"]]
    library = opened(write_csv(tmp_path / "t.csv", table, encoding))
    assert library.columns == ("id", "template", "title")
    assert rows(library) == table[1:]


def test_partitions_have_a_fixed_number_of_rows(tmp_path: Path) -> None:
    """Five rows by two: three partitions that begin with rows 1, 3 and 5."""
    library = opened(write_csv(tmp_path / "t.csv", [HEADER, *ROWS]), rows=2)
    assert [(p.number, p.first_row, p.rows) for p in library.partitions()] == [
        (0, 1, 2),
        (1, 3, 2),
        (2, 5, 1),
    ]
    assert rows(library) == ROWS
    assert library.place_of(3) == "t.csv:4"


def test_a_row_with_other_cells_keeps_its_number(tmp_path: Path) -> None:
    """Row 2 has two cells instead of three: it is told, and row 3 stays row 3."""
    library = opened(write_csv(tmp_path / "t.csv", [HEADER, ROWS[0], ["b", "y"], ROWS[2], ROWS[3]]))
    part = library.partition(0)
    assert library.broken(part) == {2: 2}
    assert [r["id"] for r in part.table().to_pylist()] == ["a", "", "c", "d"]


def test_a_workbook_is_read_like_a_csv_file(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.title = "notes"
    sheet = book.create_sheet("cases")
    for row in (
        [*HEADER, "ok"],
        ["a", "x", 1, True],
        ["b", "y", 2.5, None],
        ["c", "x", "=1+1", False],
    ):
        sheet.append(row)
    book.save(tmp_path / "t.xlsx")
    library = opened(tmp_path / "t.xlsx")
    expected = [["a", "x", "1", "true"], ["b", "y", "2.5", ""], ["c", "x", "=1+1", "false"]]
    assert rows(library) == expected  # a formula without a result is no empty cell
    assert library.place_of(2) == "t.xlsx!cases!3"


def test_row_groups_are_joined_and_cut(tmp_path: Path) -> None:
    """Row groups of 3 rows: by 7 two at a time; by 2 each is cut into 2 and 1."""
    table = pa.table({"id": [f"r{i}" for i in range(9)], "template": ["x"] * 9})
    pq.write_table(table, tmp_path / "t.parquet", row_group_size=3)
    large, small = (opened(tmp_path / "t.parquet", rows=n) for n in (7, 2))
    assert [(p.first_row, p.rows) for p in large.partitions()] == [(1, 6), (7, 3)]
    assert [(p.first_row, p.rows) for p in small.partitions()] == [
        (1, 2), (3, 1), (4, 2), (6, 1), (7, 2), (9, 1),
    ]  # fmt: skip
    assert rows(large) == rows(small) == [[f"r{i}", "x"] for i in range(9)]


def test_a_partitioned_dataset_takes_columns_from_its_folders(tmp_path: Path) -> None:
    for name in ("x", "y"):
        folder = tmp_path / "lib" / f"template={name}"
        folder.mkdir(parents=True)
        pq.write_table(pa.table({"id": [f"{name}1", f"{name}2"]}), folder / "part.parquet")
    library = opened(tmp_path / "lib")
    assert rows(library) == [["x1", "x"], ["x2", "x"], ["y1", "y"], ["y2", "y"]]
    assert library.partition(1).first_row == 3


def test_a_parquet_file_cut_short_is_told(tmp_path: Path) -> None:
    pq.write_table(pa.table({"id": ["a"] * 1000, "template": ["x"] * 1000}), tmp_path / "t.parquet")
    content = (tmp_path / "t.parquet").read_bytes()
    (tmp_path / "t.parquet").write_bytes(content[: len(content) // 2])
    assert codes(tmp_path / "t.parquet") == ["HP-B06"]


def test_files_of_a_dataset_with_other_columns_are_told(tmp_path: Path) -> None:
    pq.write_table(pa.table({"id": ["a"], "template": ["x"]}), tmp_path / "a.parquet")
    pq.write_table(pa.table({"id": ["a"], "templat": ["x"]}), tmp_path / "b.parquet")
    findings = Findings()
    assert open_table(tmp_path, findings) is None
    (found,) = findings
    assert (found.rule, found.place) == ("HP-B07", "b.parquet")
    assert found.params == {"missing": "template", "extra": "templat", "first": "a.parquet"}


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"id,template\n", "HP-B08"),
        (b"id,template,id\na,x,b\n", "HP-B04"),
        (b"", "HP-M02.empty"),
        (b"id,template\na,\x00\n", "HP-M03.unknown"),
        (b"id,template\na,\xff\xff\xff\n", "HP-M03.unlikely"),
    ],
)
def test_csv_files_that_are_no_library(tmp_path: Path, content: bytes, code: str) -> None:
    (tmp_path / "t.csv").write_bytes(content)
    assert codes(tmp_path / "t.csv") == [code]


@pytest.mark.parametrize("size", [1, 3, 100])
def test_later_rows_of_an_id_are_found(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows 4 and 6 repeat row 1, row 5 repeats row 2; empty ids repeat nothing."""
    monkeypatch.setattr("handprint.batch.case_tables.repeated.AT_ONCE", size)
    parts = [pa.array(["a", "b", " "]), pa.array(["a", "b", "a", ""])]
    found = repeated_ids(lambda: parts, 7)
    assert found.within(1, 7) == {4: 1, 5: 2, 6: 1}
    assert found.within(5, 2) == {5: 2, 6: 1}
    assert found.rows.dtype == np.int64


@pytest.mark.parametrize(
    "values",
    [
        pa.array([[1.0]], pa.list_(pa.float64())),
        pa.array([{"x": 1}]),
        pa.array([5], pa.duration("s")),
    ],
    ids=lambda values: str(values.type),
)
def test_a_column_that_holds_no_cells_is_told(tmp_path: Path, values: pa.Array) -> None:
    pq.write_table(
        pa.table({"id": ["a"], "template": ["x"], "n [1]": values}), tmp_path / "t.parquet"
    )
    assert codes(tmp_path / "t.parquet") == ["HP-B19"]


def test_bytes_are_text_where_they_are_utf_8(tmp_path: Path) -> None:
    for name, content in (("good", "电解槽".encode()), ("bad", b"\xff")):
        table = pa.table({"id": ["a"], "template": ["x"], "title": pa.array([content])})
        pq.write_table(table, tmp_path / f"{name}.parquet")
    assert rows(opened(tmp_path / "good.parquet")) == [["a", "x", "电解槽"]]
    assert codes(tmp_path / "bad.parquet") == ["HP-B06"]


def test_usual_types_are_cells(tmp_path: Path) -> None:
    table = pa.table(
        {
            "id": pa.array(["a"]).dictionary_encode(),
            "template": pa.array(["x"], pa.large_string()),
            "start": pa.array([19_000], pa.date32()),
            "n [1]": pa.array([1.5], pa.float32()),
            "claim": pa.array([None], pa.null()),
        }
    )
    pq.write_table(table, tmp_path / "t.parquet")
    assert opened(tmp_path / "t.parquet").rows == 1


def test_empty_rows_are_no_rows_and_lines_are_those_of_an_editor(tmp_path: Path) -> None:
    """A cell of two lines, an empty line, a row of commas and one that is too short."""
    (tmp_path / "t.csv").write_text(
        'id,template,note\na,x,"two\nlines"\n\n,,\nb,y,z\n , ,\nc\nd,x,w\n', "utf-8"
    )
    library = opened(tmp_path / "t.csv")
    assert [row[0] for row in rows(library)] == ["a", "b", "", "d"]
    assert [library.place_of(row) for row in (1, 2, 3, 4)] == [
        "t.csv:2", "t.csv:6", "t.csv:8", "t.csv:9"]  # fmt: skip
    assert library.broken(library.partition(0)) == {3: 1}


def test_a_sheet_is_as_long_as_its_cells(tmp_path: Path) -> None:
    """A coloured cell far below, an empty row, and a cell to the right of the header."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (HEADER, ["a", "x", 1], [], ["b", "y", 2, None, "beside"], ["c", "x", 3]):
        sheet.append(row)
    sheet.cell(900_000, 1).fill = openpyxl.styles.PatternFill("solid", fgColor="FF0000")
    book.save(tmp_path / "t.xlsx")
    library = opened(tmp_path / "t.xlsx")
    assert [row[0] for row in rows(library)] == ["a", "", "c"]
    assert [library.place_of(row) for row in (1, 2, 3)] == [
        "t.xlsx!Sheet!2", "t.xlsx!Sheet!4", "t.xlsx!Sheet!5"]  # fmt: skip
    assert library.broken(library.partition(0)) == {2: 5}


def test_what_is_held_in_memory_has_a_limit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A packed file once unpacked, and one separated by full-width commas; no other."""
    text = "id,template,title\n" + "a,x,y\n" * 2000  # 12 kB, packed to 100 bytes
    (tmp_path / "t.csv").write_text(text, "utf-8")
    (tmp_path / "t.csv.gz").write_bytes(gzip.compress(text.encode()))
    (tmp_path / "wide.csv").write_text(text.replace(",", "，"), "utf-8")
    names = ("t.csv", "t.csv.gz", "wide.csv")
    assert [opened(tmp_path / name).rows for name in names] == [2000] * 3
    monkeypatch.setattr(text_tables, "UNPACKED", 11_000)
    monkeypatch.setattr(text_tables, "WIDE_COMMAS", 11_000)
    assert opened(tmp_path / "t.csv").rows == 2000
    assert codes(tmp_path / "t.csv.gz") == ["HP-M02.packed"]
    assert codes(tmp_path / "wide.csv") == ["HP-M02.wide"]
