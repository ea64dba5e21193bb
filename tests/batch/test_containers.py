"""A case scores alike in every container: as a row of a table, as a file or form of a folder."""

import csv
import json
import math
import re
from io import BytesIO
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from handprint.batch.engines import local_engine
from handprint.batch.partition import BatchOptions
from handprint.batch.reports import raw_cases
from handprint.batch.run import Plan, plan_run, run_batch
from handprint.case.template import template
from handprint.core.errors import Findings
from handprint.core.i18n import messages
from handprint.factors.factor import Library
from handprint.forms.writer import form_content, write_form
from tests.batch.mixed_table import as_table, mixed_rows

Scores = dict[str, dict[str, Any]]
ROWS = 30
UNLIKE = ("row", "title", "applicant")


def run(path: Path, out: Path, library: Library, draws: int) -> tuple[Plan, Scores]:
    plan = plan_run(path, library, BatchOptions(draws), Findings())
    assert plan is not None
    run_batch(plan, out, local_engine(plan.rows, plan.job.options, len(plan), 1))
    rows = pq.read_table(out / "scores.parquet", partitioning=None).to_pylist()
    return plan, {row["id"]: row for row in rows}


def same(one: object, other: object) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        nothing = math.isnan(one) and math.isnan(other)
        return nothing or one == pytest.approx(other, rel=1e-9, abs=1e-9)
    return one == other


@pytest.mark.parametrize("draws", [0, 40])
def test_a_table_and_a_folder_give_the_same_columns(
    tmp_path: Path, library: Library, draws: int
) -> None:
    table, folder = tmp_path / "library.parquet", tmp_path / "cases"
    folder.mkdir()
    pq.write_table(as_table(mixed_rows(ROWS, seed=17)), table)
    plan, rows = run(table, tmp_path / "of-table", library, draws)
    for raw in raw_cases(plan, list(range(1, ROWS + 1))):
        (folder / raw.file).write_bytes(raw.source)
    _, cases = run(folder, tmp_path / "of-folder", library, draws)
    assert len(rows) > ROWS / 2
    assert rows.keys() == cases.keys()
    for case_id, row in rows.items():
        case = cases[case_id]
        common = row.keys() - set(UNLIKE)
        assert common == case.keys() - set(UNLIKE)
        assert [name for name in row if name in common] == [n for n in case if n in common]
        assert not {n for n in common if not same(row[n], case[n])}, (case_id, row, case)


def test_a_form_has_the_score_of_its_case(tmp_path: Path, library: Library) -> None:
    """The example of a scenario as YAML and as a form that is filled with it."""
    scenario = template("potline-control")
    tree = {
        "handprint": 1,
        "id": "potline",
        "template": scenario.id,
        "inputs": {n: {**s.typical.model_dump(exclude_none=True), "unit": s.unit,
                       "pedigree": [2, 1, 1, 2, 1]}
                   for n, s in scenario.inputs.items() if s.required},
    }  # fmt: skip
    for folder in ("file", "form"):
        (tmp_path / folder).mkdir()
    (tmp_path / "file/case.json").write_text(json.dumps(tree), "utf-8")
    stream = BytesIO()
    write_form(scenario, "en", form_content(scenario, tree), stream)
    (tmp_path / "form/case.xlsx").write_bytes(stream.getvalue())
    scores = []
    for folder, draws in (("file", 0), ("form", 0), ("file", 60), ("form", 60)):
        _, found = run(tmp_path / folder, tmp_path / f"{folder}-{draws}", library, draws)
        scores += [row["quality_score"] for row in found.values()]
    assert len(scores) == 4
    assert scores == pytest.approx([scores[0]] * 4)
    assert 1 < scores[0] < 5


def test_texts_of_the_findings_stand_beside_the_scores(tmp_path: Path, library: Library) -> None:
    """Each code once per scenario, with the number of its cases and no open placeholder."""
    table = tmp_path / "library.parquet"
    pq.write_table(as_table(mixed_rows(ROWS * 2, seed=5)), table)
    _, rows = run(table, tmp_path / "out", library, 0)
    with (tmp_path / "out/findings.csv").open(encoding="utf-8-sig", newline="") as stream:
        entries = list(csv.DictReader(stream))
    counted: dict[tuple[str, str], int] = {}
    for row in rows.values():
        for code in row["findings"].split():
            counted[row["template"], code] = counted.get((row["template"], code), 0) + 1
    assert {(e["template"], e["code"]): int(e["cases"]) for e in entries} == counted
    assert len(entries) == len(counted)
    for entry in entries:
        assert entry["title_zh"] == messages()[entry["code"]]["title"]["zh"]
        assert not re.search(r"\{\w+\}", entry["found_en"])
