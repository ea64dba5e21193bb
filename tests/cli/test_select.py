"""The commands `select` and `compare` as a user meets them."""

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

Run = Callable[..., Result]
ROW = {
    "id": "a", "category": "production", "sector": "industry", "region": "CN", "NER": 100,
    "quality_score": 2, "verdict": "robust", "p5": 50, "p50": 100, "p95": 150, "probability": 1,
}  # fmt: skip
FILES = ["criteria.yaml", "selection.html", "selection.json", "selection.pdf", "selection.xlsx"]


def write(path: Path, *rows: dict[str, Any]) -> str:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(ROW))
        writer.writeheader()
        writer.writerows({**ROW, **row} for row in rows)
    return str(path)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_select_writes_all_files(handprint: Run, tmp_path: Path, lang: str) -> None:
    scores = write(tmp_path / "scores.csv", {}, {"id": "b", "quality_score": 3})
    done = handprint("select", scores, "-o", "out", "--quota", "production=1", "--lang", lang)
    assert done.exit_code == 0, done.output
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == FILES
    document = json.loads((tmp_path / "out/selection.json").read_text("utf-8"))
    assert document["categories"][0]["selected"] == ["a"]


def test_criteria_that_were_written_give_the_same_selection(handprint: Run, tmp_path: Path) -> None:
    scores = write(tmp_path / "scores.csv", {}, {"id": "b", "quality_score": 3})
    handprint("select", scores, "-o", "one", "--quota", "产业=1")
    own = ("--criteria", "one/criteria.yaml", "--quota", "production=1")
    assert handprint("select", scores, "-o", "two", *own).exit_code == 0
    one, two = (
        json.loads((tmp_path / name / "selection.json").read_text("utf-8"))["entries"]
        for name in ("one", "two")
    )
    assert one == two


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("--quota", "production"), 2, "NAME=N"),
        (("--quota", "production=-1"), 2, "NAME=N"),
        (("--limit", "colour=1"), 2, "applicant, region, sector"),
        (("--quota", "produktion=1"), 1, "HP-K10"),
        (("--quota", "production=9"), 0, "HP-K10"),
        (("--criteria", "none.yaml"), 1, "HP-Y01"),
        (("--experts", "none.csv"), 1, "HP-M01"),
    ],
)
def test_bad_options_are_told(
    handprint: Run, tmp_path: Path, arguments: tuple[str, ...], code: int, words: str
) -> None:
    done = handprint("select", write(tmp_path / "s.csv", {}), "-o", "out", *arguments)
    assert done.exit_code == code, done.output
    assert words in done.output


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("none.csv", None, "HP-K01"),
        ("empty.csv", b"", "HP-M02"),
        ("head.csv", b"id,category,NER\n", "HP-M02"),
        ("columns.csv", b"name,value\nx,1\n", "HP-K01"),
        ("cut.parquet", b"PAR1 cut short", "HP-M02"),
        ("bad.json", b"{", "HP-M02"),
        ("other.json", b"{}", "HP-K01"),
        ("broken.xlsx", b"no workbook", "HP-X01"),
    ],
)
def test_scores_that_cannot_be_used_are_told(
    handprint: Run, tmp_path: Path, name: str, content: bytes | None, code: str
) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    done = handprint("select", str(path), "-o", "out", "--quota", "production=1")
    assert done.exit_code == 1, done.output
    assert code in done.output
    assert not (tmp_path / "out/selection.json").exists()


def test_empty_folder_is_told(handprint: Run, tmp_path: Path) -> None:
    (tmp_path / "scores").mkdir()
    done = handprint("select", "scores", "-o", "out")
    assert (done.exit_code, "HP-K01" in done.output) == (1, True)


def test_select_reads_parquet_with_dictionaries(handprint: Run, tmp_path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    folder = tmp_path / "batch"
    folder.mkdir()
    rows = [ROW, {**ROW, "id": "b", "quality_score": 1}]
    columns = {name: pa.array([row[name] for row in rows]) for name in ROW}
    columns["category"] = columns["category"].dictionary_encode()
    pq.write_table(pa.table(columns), folder / "scores.parquet")
    done = handprint("select", "batch", "-o", "out", "--quota", "production=1")
    assert done.exit_code == 0, done.output
    document = json.loads((tmp_path / "out/selection.json").read_text("utf-8"))
    assert document["categories"][0]["selected"] == ["b"]


def case_file(path: Path, tree: dict[str, Any], **changes: Any) -> str:
    path.write_text(json.dumps({**tree, **changes}), "utf-8")
    return str(path)


def test_compare_pairs_the_draws(handprint: Run, tmp_path: Path, small_case: Any) -> None:
    """Two cases share an uncertain grid factor; one uses a tenth more power in the reference.

    Per tonne of power saved both rise and fall together, so the larger is larger in every draw.
    """
    power = {"id": "power", "quantity": "10000 MWh/year", "factor": "electricity.grid"}
    small_case["reference"]["lines"].append(power)
    first = case_file(tmp_path / "a.json", small_case, id="a")
    small_case["reference"]["lines"][-1] = {**power, "quantity": "11000 MWh/year"}
    second = case_file(tmp_path / "b.json", small_case, id="b")
    done = handprint("compare", first, second, "-o", "out", "--draws", "500")
    assert done.exit_code == 0, done.output
    found = json.loads((tmp_path / "out/comparison.json").read_text("utf-8"))
    rows = {row["quantity"]: row for row in found["differences"]}
    alone = {c["id"]: c["quantities"]["NER"] for c in found["cases"]}
    assert rows["NER"]["probability"] == 0.0
    assert rows["NER"]["value"] == pytest.approx(alone["a"]["value"] - alone["b"]["value"])
    spread = rows["NER"]["p95"] - rows["NER"]["p5"]
    assert spread < 0.2 * (alone["a"]["p95"] - alone["a"]["p5"])
    assert (tmp_path / "out/comparison.xlsx").stat().st_size > 3000


def test_compare_says_what_cannot_be_compared(
    handprint: Run, tmp_path: Path, small_case: Any
) -> None:
    first = case_file(tmp_path / "a.json", small_case, id="a")
    unit = {"quantity": "5000 t", "unit": "t"}
    longer = {"start": 2022, "years": 2}
    second = case_file(tmp_path / "b.json", small_case, id="b", functional_unit=unit, period=longer)
    done = handprint("compare", first, second, "--draws", "0")
    assert done.exit_code == 0, done.output
    assert done.output.count("HP-K20") == 2
    assert "Central values only" in done.output


def test_compare_needs_two_cases(handprint: Run, tmp_path: Path, small_case: Any) -> None:
    done = handprint("compare", case_file(tmp_path / "a.json", small_case))
    assert (done.exit_code, "HP-K21" in done.output) == (1, True)


def test_cases_of_a_batch_are_drawn_jointly_from_its_library(
    handprint: Run, tmp_path: Path, small_case: Any
) -> None:
    """The library lies beside the scores, so the draws of the cases are those of their scores."""
    power = {"id": "power", "quantity": "10000 MWh/year", "factor": "electricity.grid"}
    small_case["reference"]["lines"].append(power)
    (tmp_path / "library").mkdir()
    for name in ("a", "b"):
        case_file(tmp_path / "library" / f"{name}.json", small_case, id=name)
    handprint("batch", "library", "-o", "out", "--draws", "500")
    options = ("--include-ineligible", "--quota", "production=1", "--draws", "500")
    done = handprint("select", "out", "-o", "selection", *options)
    assert done.exit_code == 0, done.output
    document = json.loads((tmp_path / "selection/selection.json").read_text("utf-8"))
    assert document["draws"]["origin"] == "joint"
    alone = handprint("select", "out", "-o", "other", *options, "--library", "none")
    assert (alone.exit_code, "HP-Y01" in alone.output) == (1, True)
