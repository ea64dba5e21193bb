"""`handprint batch`: a library in, scores, rejects, sums and a manifest out."""

import csv
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import Result

from benchmarks.make_library import table, write_submissions
from handprint.batch import run as batch_run
from handprint.batch.engines import dask_engine, local_engine
from handprint.batch.files import neutral
from handprint.batch.partition import BatchOptions
from handprint.batch.parts import work
from handprint.batch.run import Plan, plan_run, run_batch
from handprint.core.errors import CodedError, Findings, Severity
from handprint.factors.library import shipped_library

Run = Callable[..., Result]
ROWS = 400
SERIAL = local_engine(0, BatchOptions(), 1)


@pytest.fixture(scope="module")
def library_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("library") / "library.parquet"
    pq.write_table(table(ROWS, seed=5), path)
    return path


def plan_of(path: Path, rows: int = 100, draws: int = 0) -> Plan:
    findings = Findings()
    plan = plan_run(path, shipped_library(), BatchOptions(draws), findings, rows=rows)
    assert plan is not None, list(findings)
    return plan


def contents(folder: Path) -> dict[str, bytes]:
    files = (p for p in folder.rglob("*") if p.is_file())
    return {str(p.relative_to(folder)): p.read_bytes() for p in files}


def rejects(out: Path) -> list[dict[str, str]]:
    with (out / "rejects.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def broken_rows() -> pd.DataFrame:
    """Return twelve good rows of the potline scenario, of which some are then broken."""
    frame = table(12, seed=2, templates=["potline-control"]).to_pandas().astype(object)
    frame["title"] = "plain"
    column = "saving [kWh/t]"
    frame.loc[1, "template"] = "potline"
    frame.loc[2, column] = "100 to 120"
    frame.loc[3, column] = None
    frame.loc[4, "id"] = frame.loc[0, "id"]
    frame.loc[5, "region"] = "CN-QQ"
    frame.loc[6, "id"] = "=cmd|' /C calc'!A0"
    frame.loc[7, "years"] = "two"
    frame.loc[8, column] = 1e6
    frame.loc[9, "title"] = "=1+1"
    return frame


EXPECTED = {2: "HP-T01", 3: "HP-U04", 4: "HP-T03", 5: "HP-Y12", 6: "HP-F02", 7: "HP-S08",
            8: "HP-S03", 9: "HP-V02"}  # fmt: skip


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_bad_rows_are_rejected_and_the_rest_is_scored(
    handprint: Run, tmp_path: Path, suffix: str
) -> None:
    frame, path = broken_rows(), tmp_path / f"cases.{suffix}"
    if suffix == "csv":
        frame.to_csv(path, index=False)
    else:
        frame.loc[6, "id"] = "no id"  # a library would write the formula as a formula
        frame.to_excel(path, index=False)
    result = handprint("batch", str(path), "-o", "out")
    assert result.exit_code == 1, result.output
    found = rejects(tmp_path / "out")
    assert {int(row["row"]): row["code"] for row in found} == EXPECTED
    by_row = {int(row["row"]): row for row in found}
    assert by_row[3]["column"] == "saving [kWh/t]"
    assert "100 to 120" in by_row[3]["message"]
    assert by_row[7]["id"] == ("'=cmd|' /C calc'!A0" if suffix == "csv" else "no id")
    assert by_row[2]["place"].startswith("cases.")
    scores = pd.read_parquet(tmp_path / "out" / "scores.parquet")
    assert scores["row"].tolist() == [1, 10, 11, 12]
    assert np.isfinite(scores["NER"]).all()
    assert json.loads((tmp_path / "out/manifest.json").read_text())["cases"] == {
        "rows": 12,
        "scored": 4,
        "rejected": 8,
    }


def test_messages_are_in_the_language_asked_for(handprint: Run, tmp_path: Path) -> None:
    broken_rows().to_csv(tmp_path / "cases.csv", index=False)
    handprint("batch", "cases.csv", "-o", "out", "--lang", "zh")
    text = (tmp_path / "out/rejects.csv").read_text("utf-8-sig")
    assert "应为数字" in text


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_texts_are_never_formulas(handprint: Run, tmp_path: Path, form: str) -> None:
    """The title `=1+1` of row 10 is written as text, with an apostrophe before it."""
    broken_rows().to_csv(tmp_path / "cases.csv", index=False)
    handprint("batch", "cases.csv", "-o", "out", "--format", form)
    if form == "csv":
        frame = pd.read_csv(tmp_path / "out/scores.csv")
        assert frame.loc[frame["row"] == 10, "title"].tolist() == ["'=1+1"]
        return
    sheet = openpyxl.load_workbook(tmp_path / "out/scores.xlsx").active
    header = [cell.value for cell in sheet[1]]
    cell = sheet.cell(3, header.index("title") + 1)
    assert (cell.value, cell.data_type) == ("'=1+1", "s")


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@x", "\t=1"])
def test_active_texts_are_neutralised(text: str) -> None:
    assert neutral(text) == f"'{text}"
    assert neutral("a=1") == "a=1"


def test_sums_are_those_of_the_scores(handprint: Run, tmp_path: Path, library_file: Path) -> None:
    """VEI of a category is its sum of G over its sum of F."""
    assert handprint("batch", str(library_file), "-o", "out").exit_code == 0
    scores = pd.read_parquet(tmp_path / "out/scores.parquet")
    sums = json.loads((tmp_path / "out/portfolio.json").read_text())["sums"]
    assert sums[0]["cases"] == len(scores) == ROWS
    assert sums[0]["NER"] == pytest.approx(scores["NER"].sum(), rel=1e-9)
    for row in sums:
        if row["category"] and not row["sector"]:
            own = scores[scores["category"] == row["category"]]
            assert row["VEI"] == pytest.approx(own["G"].sum() / own["F"].sum(), rel=1e-9)


def test_interval_of_a_sum_is_from_joint_draws(tmp_path: Path) -> None:
    """Twenty cases share the grid factor: the sum varies as much as the cases do together, which
    is far more than twenty independent ones would (the root of the sum of squares).
    """
    cases = table(20, seed=3, templates=["potline-control"])
    region = cases.column_names.index("region")
    cases = cases.set_column(region, "region", pa.array(["CN"] * 20))
    pq.write_table(cases, tmp_path / "t.parquet")
    run_batch(plan_of(tmp_path / "t.parquet", draws=500), tmp_path / "out", SERIAL)
    scores = pd.read_parquet(tmp_path / "out/scores.parquet")
    total = json.loads((tmp_path / "out/portfolio.json").read_text())["sums"][0]
    widths = scores["p95"] - scores["p5"]
    joint = total["p95"] - total["p5"]
    assert joint > 2 * np.sqrt((widths**2).sum())
    assert joint == pytest.approx(widths.sum(), rel=0.05)
    assert (scores["verdict"] == "robust").all()


def test_first_order_draws_only_what_it_cannot_do(
    handprint: Run, tmp_path: Path, library_file: Path
) -> None:
    """The interval's way stands in the scores, the choice in the manifest; sums are near."""
    for name, extra in (("first", ["--first-order"]), ("drawn", [])):
        options = ["-o", name, "--draws", "500", *extra]
        result = handprint("batch", str(library_file), *options)
        assert result.exit_code == 0, result.output
    first, drawn = (pd.read_parquet(tmp_path / n / "scores.parquet") for n in ("first", "drawn"))
    assert set(first["interval_by"]) == {"first_order", "draws"}
    assert (first["interval_by"] == "first_order").mean() > 0.8
    rest = first["interval_by"] == "draws"
    assert first.loc[rest, "p5"].equals(drawn.loc[rest, "p5"])
    assert first["NER"].equals(drawn["NER"])
    manifest = json.loads((tmp_path / "first/manifest.json").read_text())
    assert manifest["options"] == {"draws": 500, "seed": 1, "first_order": True}
    sums = [json.loads((tmp_path / n / "portfolio.json").read_text())["sums"][0]
            for n in ("first", "drawn")]  # fmt: skip
    width = sums[1]["p95"] - sums[1]["p5"]
    assert abs(sums[0]["p5"] - sums[1]["p5"]) < 0.1 * width
    assert abs(sums[0]["p95"] - sums[1]["p95"]) < 0.1 * width


def test_first_order_does_not_depend_on_workers_or_a_stop(
    tmp_path: Path, library_file: Path
) -> None:
    options = BatchOptions(20, 1, first_order=True)
    plan = plan_run(library_file, shipped_library(), options, Findings(), rows=100)
    assert plan is not None
    run_batch(plan, tmp_path / "one", SERIAL)
    run_batch(plan, tmp_path / "two", local_engine(0, options, 4, workers=2))

    def stopping(job: Any, tasks: Any) -> Any:
        for task in tasks:
            if task.number == 2:
                raise StopError
            yield work(job, task)

    with pytest.raises(StopError):
        run_batch(plan, tmp_path / "three", stopping)
    assert run_batch(plan, tmp_path / "three", SERIAL, resume=True).resumed == 2
    assert contents(tmp_path / "one") == contents(tmp_path / "two") == contents(tmp_path / "three")


def test_submissions_are_drawn(handprint: Run, tmp_path: Path) -> None:
    write_submissions(tmp_path / "cases", 3, seed=1)
    result = handprint("batch", "cases", "-o", "out", "--draws", "50", "--first-order")
    assert "HP-B18" in result.output
    assert "interval_by" not in pd.read_parquet(tmp_path / "out/scores.parquet")
    manifest = json.loads((tmp_path / "out/manifest.json").read_text())
    assert manifest["options"]["first_order"] is False


def test_results_do_not_depend_on_the_workers(tmp_path: Path, library_file: Path) -> None:
    for name, engine in (("one", SERIAL), ("two", local_engine(0, BatchOptions(), 4, workers=2))):
        run_batch(plan_of(library_file, draws=20), tmp_path / name, engine)
    assert contents(tmp_path / "one") == contents(tmp_path / "two")


class StopError(Exception):
    """Stands for a full disk or a power cut."""


def test_a_stopped_run_continues_to_the_same_bytes(tmp_path: Path, library_file: Path) -> None:
    """Stopped after two of four parts, one of them damaged since: three are scored again... no
    part that is whole is scored twice, and the result is that of a run that was not stopped.
    """
    plan = plan_of(library_file)
    run_batch(plan, tmp_path / "whole", SERIAL)
    seen: list[int] = []

    def stopping(job: Any, tasks: Any) -> Any:
        for task in tasks:
            if task.number == 2:
                raise StopError
            yield work(job, task)

    def counting(job: Any, tasks: Any) -> Any:
        for task in tasks:
            seen.append(task.number)
            yield work(job, task)

    out = tmp_path / "out"
    with pytest.raises(StopError):
        run_batch(plan, out, stopping)
    assert not (out / "manifest.json").exists()
    assert not list(out.glob("scores*"))
    (folder,) = out.glob(".parts-*")
    damaged = folder / "part-000001.parquet"
    damaged.write_bytes(damaged.read_bytes()[:-100])
    (folder / ".part-000003.parquet.abc").write_bytes(b"half")
    done = run_batch(plan, out, counting, resume=True)
    assert (seen, done.resumed) == ([1, 2, 3], 1)
    assert contents(out) == contents(tmp_path / "whole")
    assert run_batch(plan, out, stopping, resume=True).scored == ROWS  # nothing left to do


def test_a_killed_process_leaves_what_can_be_resumed(tmp_path: Path, library_file: Path) -> None:
    """kill -9 when the first part is there; --resume gives the bytes of an undisturbed run.

    The first part is on the disk when the engine is asked for the third.
    """
    code = (
        "import sys\n"
        "from handprint.batch import parts, run\n"
        "def halting(job, tasks):\n"
        "    yield parts.work(job, next(tasks))\n"
        "    yield parts.work(job, next(tasks))\n"
        "    print('first is kept', flush=True)\n"
        "    sys.stdin.read()\n"
        "from pathlib import Path\n"
        "from handprint.batch.partition import BatchOptions\n"
        "from handprint.core.errors import Findings\n"
        "from handprint.factors.library import shipped_library\n"
        "plan = run.plan_run(Path(sys.argv[1]), shipped_library(), BatchOptions(), "
        "Findings(), rows=20)\n"
        "run.run_batch(plan, Path(sys.argv[2]), halting)\n"
    )
    out = tmp_path / "out"
    command = [sys.executable, "-c", code, str(library_file), str(out)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "first is kept\n"
        os.kill(process.pid, signal.SIGKILL)
    assert list(out.glob(".parts-*/part-000000.json"))
    plan = plan_of(library_file, rows=20)
    done = run_batch(plan, out, SERIAL, resume=True)
    assert done.resumed in (1, 2)  # the second was being written
    run_batch(plan, tmp_path / "whole", SERIAL)
    assert contents(out) == contents(tmp_path / "whole")


def test_resume_refuses_another_run(handprint: Run, tmp_path: Path, library_file: Path) -> None:
    assert handprint("batch", str(library_file), "-o", "out").exit_code == 0
    before = contents(tmp_path / "out")
    other = handprint("batch", str(library_file), "-o", "out", "--resume", "--seed", "2")
    assert other.exit_code == 1
    assert "HP-B12" in other.output
    assert contents(tmp_path / "out") == before


def test_a_lost_worker_is_a_finding_and_what_was_done_stays(
    tmp_path: Path, library_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lost(job: Any, tasks: Any) -> Any:
        yield work(job, next(iter(tasks)))
        raise CodedError("HP-B13")

    with pytest.raises(CodedError, match="HP-B13"):
        run_batch(plan_of(library_file), tmp_path / "out", lost)
    assert len(list((tmp_path / "out").glob(".parts-*/*.json"))) == 1


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("id,template,saving [kg]\na,potline-control,1\n", "HP-B03"),
        ("id,template,savings [kWh/t]\na,potline-control,1\n", "HP-B02"),
        ("id,template,saving\na,potline-control,1\n", "HP-B02"),
        ("id,saving [kWh/t]\na,1\n", "HP-B01"),
        ("id,template\n", "HP-B08"),
        ("id,template,id\na,b,c\n", "HP-B04"),
    ],
)
def test_a_library_that_cannot_be_read_is_told(
    handprint: Run, tmp_path: Path, content: str, code: str
) -> None:
    (tmp_path / "t.csv").write_text(content)
    result = handprint("batch", "t.csv", "-o", "out")
    assert result.exit_code == 1
    assert code in result.output
    assert not list((tmp_path / "out").glob("scores*"))


@pytest.mark.parametrize(
    ("arguments", "code", "exit_code"),
    [
        (("none.csv",), "HP-Y01", 1),
        (("empty",), "HP-B08", 1),
        (("notes.txt",), "HP-B16", 1),
        (("notes.txt", "--scheduler", "tcp://x:1"), "--engine dask", 2),
        (("notes.txt", "--reports", "pdf"), "--top or --where", 2),
        (("notes.txt", "--top", "3"), "--reports", 2),
        (("notes.txt", "--first-order"), "--draws", 2),
    ],
)
def test_usage(
    handprint: Run, tmp_path: Path, arguments: tuple[str, ...], code: str, exit_code: int
) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "notes.txt").write_text("x")
    result = handprint("batch", *arguments, "-o", "out")
    assert (result.exit_code, code in result.output) == (exit_code, True), result.output


def test_a_folder_of_submissions(handprint: Run, tmp_path: Path) -> None:
    """Thirty submissions as YAML, JSON and forms, two of them broken."""
    broken = write_submissions(tmp_path / "cases", 30)
    result = handprint("batch", "cases", "-o", "out", "--draws", "50")
    assert result.exit_code == 1, result.output
    rejected = {row["place"] for row in rejects(tmp_path / "out")}
    assert rejected >= set(broken)  # one more is broken by the numbers it was dealt
    assert len(broken) == 2
    scores = pd.read_parquet(tmp_path / "out/scores.parquet")
    assert len(scores) == 30 - len(rejected) >= 26
    assert (scores["p5"] <= scores["p95"]).all()
    one = next((tmp_path / "cases").glob("000-*"))
    handprint("assess", str(one), "-o", "single", "--format", "json", "--draws", "50")
    (single,) = (tmp_path / "single").glob("*.json")
    metrics = json.loads(single.read_text("utf-8"))["metrics"]
    own = scores[scores["id"] == single.stem].iloc[0]
    assert own["NER"] == metrics["NER"]["value"]
    assert own["p95"] == metrics["NER"]["p95"]


def test_one_id_in_two_submissions(handprint: Run, tmp_path: Path) -> None:
    write_submissions(tmp_path / "cases", 1)
    (first,) = (tmp_path / "cases").iterdir()
    (tmp_path / "cases/zz.yaml").write_bytes(first.read_bytes())
    handprint("batch", "cases", "-o", "out")
    (row,) = rejects(tmp_path / "out")
    assert (row["code"], row["place"]) == ("HP-Y12", "zz.yaml")
    assert first.name in row["message"]


def test_reports_of_the_cases_asked_for(handprint: Run, tmp_path: Path, library_file: Path) -> None:
    arguments = ("--reports", "pdf", "--top", "1", "--where", "category=production")
    result = handprint("batch", str(library_file), "-o", "out", *arguments)
    assert result.exit_code == 0, result.output
    scores = pd.read_parquet(tmp_path / "out/scores.parquet")
    best = scores[scores["category"] == "production"].sort_values("NER").iloc[-1]
    assert [p.name for p in (tmp_path / "out/reports").iterdir()] == [f"{best['id']}.pdf"]


def test_a_comparison_that_cannot_be_read(handprint: Run, library_file: Path) -> None:
    for where in ("NER", "nothing>1", "NER>many", "__import__('os')>1"):
        result = handprint(
            "batch", str(library_file), "-o", "out", "--reports", "pdf", "--where", where
        )
        assert result.exit_code == 1
        assert "HP-B17" in result.output


def test_an_unwritable_folder_is_told(handprint: Run, tmp_path: Path, library_file: Path) -> None:
    (tmp_path / "out").write_text("a file")
    result = handprint("batch", str(library_file), "-o", "out")
    assert result.exit_code == 1
    assert "HP-O01" in result.output


def test_a_full_disk_keeps_what_was_done(
    tmp_path: Path, library_file: Path, handprint: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(batch_run, "keep_part", full)
    result = handprint("batch", str(library_file), "-o", "out")
    assert result.exit_code == 1
    assert "No space left" in result.output
    assert not list((tmp_path / "out").glob("scores*"))


@pytest.mark.filterwarnings("ignore")
def test_dask_gives_the_same_bytes_though_a_worker_dies(tmp_path: Path, library_file: Path) -> None:
    """A cluster of two separate processes; the first part done, one of them is killed."""
    import dask
    from distributed import LocalCluster

    plan = plan_of(library_file, rows=20, draws=20)
    run_batch(plan, tmp_path / "local", SERIAL)
    patient = dask.config.set({"distributed.comm.timeouts.connect": "300s"})
    with (
        patient,
        LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=":0") as cluster,
    ):
        engine = dask_engine(cluster.scheduler_address)
        killed: list[int] = []

        def disturbed(job: Any, tasks: Any) -> Any:
            for part in engine(job, tasks):
                if not killed:
                    killed.append(next(iter(cluster.workers.values())).pid)
                    os.kill(killed[0], signal.SIGKILL)
                yield part

        run_batch(plan, tmp_path / "dask", disturbed)
    assert killed
    assert contents(tmp_path / "dask") == contents(tmp_path / "local")


def test_no_scheduler_is_told(handprint: Run, library_file: Path, tmp_path: Path) -> None:
    findings = Findings()
    with pytest.raises(CodedError, match="HP-B14 scheduler"):
        next(dask_engine("nonsense://x")(plan_of(library_file).job, iter(())))
    assert not findings.has(Severity.ERROR)
