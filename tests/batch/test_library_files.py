"""A library that changes while it is scored, two runs in one folder, a run without a score."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from handprint.batch import run as batch_run
from handprint.batch.engines import local_engine
from handprint.batch.library_files import hashed, states
from handprint.batch.partition import BatchOptions
from handprint.batch.run import Plan, plan_run, run_batch
from handprint.cli.main import cli
from handprint.core.errors import CodedError, Findings
from handprint.core.files import sole_user
from handprint.factors.library import shipped_library

EXAMPLES = Path(__file__).resolve().parents[2] / "case_templates" / "examples"
COLUMNS = {
    "template": "potline-control",
    "region": "CN",
    "start": 2022,
    "years": 1,
    "output [kt/year]": 900.0,
    "saving.low [kWh/t]": 100.0,
    "saving.mode [kWh/t]": 150.0,
    "saving.high [kWh/t]": 200.0,
    "intensity [kWh/t]": 13500.0,
    "servers [device]": 20.0,
    "sensors [device]": 300.0,
    "base_stations [device]": 10.0,
}


def rows(first: int, count: int, **changed: object) -> pa.Table:
    told = {**COLUMNS, **changed}
    ids = [f"case-{number}" for number in range(first, first + count)]
    return pa.table({"id": ids, **{name: [value] * count for name, value in told.items()}})


def parquet(folder: Path) -> Path:
    pq.write_table(rows(0, 4), folder / "library.parquet")
    return folder / "library.parquet"


def dataset(folder: Path) -> Path:
    (folder / "library").mkdir()
    for part in range(3):
        pq.write_table(rows(4 * part, 4), folder / "library" / f"part-{part}.parquet")
    return folder / "library"


def table(folder: Path) -> Path:
    pa_csv.write_csv(rows(0, 4), folder / "library.csv")
    return folder / "library.csv"


def workbook(folder: Path) -> Path:
    import openpyxl

    book = openpyxl.Workbook()
    assert book.active is not None
    for row in [rows(0, 4).column_names, *(list(r.values()) for r in rows(0, 4).to_pylist())]:
        book.active.append(row)
    book.save(folder / "library.xlsx")
    return folder / "library.xlsx"


def submissions(folder: Path) -> Path:
    (folder / "library").mkdir()
    for name in ("commuter-bus", "potline"):
        shutil.copy(EXAMPLES / f"{name}.yaml", folder / "library")
    return folder / "library"


KINDS = [parquet, dataset, table, workbook, submissions]


def planned(library: Path) -> Plan:
    findings = Findings()
    plan = plan_run(library, shipped_library(), BatchOptions(), findings)
    assert plan is not None, list(findings)
    return plan


def score(plan: Plan, out: Path, told: Callable[[int], None] = lambda _rows: None) -> None:
    out.mkdir(exist_ok=True)
    run_batch(plan, out, local_engine(plan.rows, BatchOptions(), 1, 1), progress=told)


def last_file(library: Path) -> Path:
    return library if library.is_file() else sorted(library.iterdir())[-1]


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_that_changes_while_it_is_scored_is_named(
    kind: Callable[[Path], Path], tmp_path: Path
) -> None:
    """Its content is another one when the first part is done: no score, no part, no manifest."""
    library = kind(tmp_path)
    plan = planned(library)
    file = last_file(library)

    def change(_rows: int) -> None:
        with file.open("ab") as stream:
            stream.write(b"\n# more\n")

    with pytest.raises(CodedError) as found:
        score(plan, tmp_path / "out", change)
    assert (found.value.code, found.value.params["file"]) == ("HP-B21", str(file))
    assert list((tmp_path / "out").iterdir()) == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_that_changes_between_plan_and_run_is_named(
    kind: Callable[[Path], Path], tmp_path: Path
) -> None:
    """The same size and the time of before: the content decides."""
    library = kind(tmp_path)
    plan = planned(library)
    file = last_file(library)
    content, before = file.read_bytes(), file.stat()
    file.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    with pytest.raises(CodedError) as found:
        score(plan, tmp_path / "out")
    assert (found.value.code, found.value.params["file"]) == ("HP-B21", str(file))


def test_a_file_that_is_replaced_by_a_broken_one_is_named(tmp_path: Path) -> None:
    library = dataset(tmp_path)
    plan = planned(library)
    (library / "part-1.parquet").write_bytes(b"half")
    with pytest.raises(CodedError) as found:
        score(plan, tmp_path / "out")
    file = str(library / "part-1.parquet")
    assert (found.value.code, found.value.params["file"]) == ("HP-B21", file)


def test_a_file_that_is_only_touched_is_the_same(tmp_path: Path) -> None:
    library = table(tmp_path)
    score(planned(library), tmp_path / "out", lambda _rows: os.utime(library))
    assert (tmp_path / "out" / "manifest.json").exists()


def test_the_command_says_which_file_has_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = table(tmp_path)
    original = batch_run.keep_part

    def keep(folder: Path, part: batch_run.Part) -> None:
        original(folder, part)
        library.write_text("id\n")

    monkeypatch.setattr(batch_run, "keep_part", keep)
    result = CliRunner().invoke(cli, ["batch", str(library), "-o", str(tmp_path / "out")])
    assert result.exit_code == 1
    assert "HP-B21" in result.output
    assert "library.csv" in result.output


def test_files_are_hashed_as_they_were_seen(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"abc")
    (told,) = hashed(states([tmp_path / "a.csv"]))
    digest = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert told == {"file": "a.csv", "bytes": 3, "sha256": digest}


# --- one run in a folder ----------------------------------------------------------------------


@pytest.mark.parametrize("command", ["batch", "select"])
def test_a_folder_that_another_run_uses_is_left_alone(command: str, tmp_path: Path) -> None:
    library, out, scores = table(tmp_path), tmp_path / "out", tmp_path / "scores"
    invoke = CliRunner().invoke
    assert invoke(cli, ["batch", str(library), "-o", str(scores)]).exit_code == 0
    source = library if command == "batch" else scores
    words = [command, str(source), "-o", str(out)]
    more = ["--include-ineligible", "--draws", "0"] if command == "select" else []
    out.mkdir()
    with sole_user(out):
        refused = invoke(cli, [*words, *more])
        assert refused.exit_code == 1
        assert "HP-O04" in refused.output
        assert list(out.iterdir()) == []
    assert invoke(cli, [*words, *more]).exit_code == 0


def test_the_lock_of_a_killed_run_is_gone(tmp_path: Path) -> None:
    script = (
        "import os, pathlib, signal, sys; from handprint.core.files import sole_user\n"
        "with sole_user(pathlib.Path(sys.argv[1])):\n"
        "    print('locked', flush=True); sys.stdin.read()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(EXAMPLES.parents[1])},
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"locked\n"
        with pytest.raises(CodedError, match="HP-O04"), sole_user(tmp_path):
            pass
        other.kill()
    with sole_user(tmp_path):
        assert list(tmp_path.iterdir()) == []


# --- nothing to score ---------------------------------------------------------------------------


def test_a_run_without_a_score_says_so_and_leaves_no_older_scores(tmp_path: Path) -> None:
    library, out = table(tmp_path), tmp_path / "out"
    command = ["batch", str(library), "-o", str(out), "--reports", "pdf", "--top", "1"]
    assert CliRunner().invoke(cli, command[:4]).exit_code == 0
    assert (out / "scores.parquet").exists()
    pa_csv.write_csv(rows(0, 2, region="XX"), library)
    for lang, said in (("en", "none of which could be scored"), ("zh", "均未能评分")):
        result = CliRunner().invoke(cli, [*command, "--lang", lang])
        assert result.exit_code == 1
        assert said in result.output
        assert "scores.parquet" not in result.output
        assert "Traceback" not in result.output
    assert not list(out.glob("scores*"))
