"""Ctrl-C: one line, the exit code that shells know, whole files only, no process left."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from handprint.batch.processes import processes

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "case_templates" / "examples"
MAIN = "from handprint.cli.main import main; main()"
LOOKS = 3_000  # before a test gives up, on a loaded machine
PATIENCE = 240.0  # seconds, for what never ends otherwise
HEADER = (
    "id,template,region,start,years,output [kt/year],saving.low [kWh/t],saving.mode [kWh/t],"
    "saving.high [kWh/t],intensity [kWh/t],servers [device],sensors [device],"
    "base_stations [device]\n"
)


@contextmanager
def started(*words: object) -> Iterator["subprocess.Popen[str]"]:
    """Run a command in a session of its own, as a terminal does."""
    with subprocess.Popen(
        [sys.executable, "-c", MAIN, *map(str, words)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            yield process
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)


def wait_for(happened: Callable[[], object], looks: int = LOOKS) -> None:
    """Look again and again, with a short pause between."""
    pause = threading.Event()
    for _ in range(looks):
        if happened():
            return
        pause.wait(0.05)
    pytest.fail("it never happened")


def left_of(session: int) -> list[int]:
    """Return the processes of a session that still run."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[3]) == session and fields[0] != "Z":
            found.append(int(stat.parent.name))
    return found


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """Four partitions of some seconds each."""
    path = tmp_path / "library.csv"
    row = "potline-control,CN,2022,1,900,100,150,200,13500,20,300,10\n"
    path.write_text(HEADER + "".join(f"case-{number},{row}" for number in range(4000)))
    return path


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc")
@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("all_of_them", [True, False], ids=["group", "parent"])
def test_an_interrupted_batch_leaves_parts_and_no_process(
    tmp_path: Path, library: Path, workers: int, all_of_them: bool
) -> None:
    out = tmp_path / "out"
    words = ("batch", library, "-o", out, "--draws", 25_000, "--workers", workers)
    with started(*words, "--lang", "zh") as process:
        wait_for(lambda: list(out.glob(".parts-*/part-*.json")) or process.poll() is not None)
        (os.killpg if all_of_them else os.kill)(process.pid, signal.SIGINT)
        _, said = process.communicate(timeout=PATIENCE)
        wait_for(lambda: not left_of(process.pid))
    assert process.returncode == 130, said
    assert "已中断" in said
    assert "Traceback" not in said
    (parts,) = out.iterdir()
    assert parts.name.startswith(".parts-")
    for record in parts.glob("part-*.json"):
        json.loads(record.read_text())


def test_an_interrupted_assessment_leaves_whole_files(tmp_path: Path) -> None:
    out = tmp_path / "out"
    words = ("assess", EXAMPLES, "--format", "json,xlsx,pdf", "--draws", 100_000, "-o", out)
    with started(*words) as process:
        assert process.stdout is not None
        first = process.stdout.readline().strip()
        os.killpg(process.pid, signal.SIGINT)
        _, said = process.communicate(timeout=PATIENCE)
    assert process.returncode == 130, said
    assert "Interrupted" in said
    assert "Traceback" not in said
    assert first.endswith(".json")
    names = [path.name for path in out.iterdir()]
    assert not [name for name in names if name.startswith(".")]
    assert len(names) < 3 * len(list(EXAMPLES.glob("*.yaml")))
    json.loads(Path(first).read_text("utf-8"))
    for path in out.glob("*.pdf"):
        assert path.read_bytes().rstrip().endswith(b"%%EOF")


SLEEPER = """
import time
from handprint.batch.processes import processes
if __name__ == "__main__":
    with processes(1) as pool:
        assert pool.submit(abs, -1).result() == 1
        pool.submit(time.sleep, 600)
        print("ready", flush=True)
        time.sleep(600)
"""


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc")
def test_workers_do_not_outlive_a_killed_run(tmp_path: Path) -> None:
    (tmp_path / "sleeper.py").write_text(SLEEPER)
    with subprocess.Popen(
        [sys.executable, str(tmp_path / "sleeper.py")],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        start_new_session=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        assert len(left_of(process.pid)) > 1
        process.kill()
        try:
            wait_for(lambda: not left_of(process.pid))
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


def interrupted() -> None:
    with processes(1) as pool:
        pool.submit(signal.pause)
        raise KeyboardInterrupt


def test_an_early_end_does_not_wait_for_what_was_begun() -> None:
    """What was begun never ends by itself: a run that waited for it would not end either."""
    with pytest.raises(KeyboardInterrupt):
        interrupted()
