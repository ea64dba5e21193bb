"""Batch scoring: a library of 12 templates from Parquet to Parquet."""

import atexit
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from functools import cache
from pathlib import Path

from benchmarks import bare_batch, one_case
from benchmarks.make_library import write_table
from handprint.batch.engines import local_engine
from handprint.batch.partition import BatchOptions
from handprint.batch.run import plan_run, run_batch
from handprint.core.errors import Findings
from handprint.factors.library import shipped_library

__all__ = [
    "bare",
    "drawn_by_two",
    "drawn",
    "first_order",
    "full_draws",
    "full_draws_by_hand",
    "full_draws_in_a_loop",
    "memory",
    "score",
]

DRAWS = 1_000
FULL_DRAWS = 10_000


@cache
def _folder() -> Path:
    path = Path(tempfile.mkdtemp(prefix="handprint-batch-"))
    atexit.register(shutil.rmtree, path, ignore_errors=True)
    return path


@cache
def _library(rows: int) -> Path:
    path = _folder() / f"library-{rows}.parquet"
    write_table(path, rows)
    return path


@cache
def _script() -> bare_batch.Script:
    return bare_batch.script()


def _run(rows: int, options: BatchOptions, workers: int | None = None) -> float:
    path = _library(rows)
    with tempfile.TemporaryDirectory(dir=_folder()) as out:
        start = time.perf_counter()
        plan = plan_run(path, shipped_library(), options, Findings())
        assert plan is not None
        engine = local_engine(plan.rows, options, len(plan), workers)
        done = run_batch(plan, Path(out), engine)
        spent = time.perf_counter() - start
    assert done.scored == rows
    return spent


def score(rows: int) -> float:
    """Return the seconds for point values, with rules, rejects, sums and manifest, one process."""
    return _run(rows, BatchOptions(), workers=1)


def bare(rows: int) -> float:
    """Return the seconds of a script that knows the library."""
    path, ready = _library(rows), _script()
    with tempfile.TemporaryDirectory(dir=_folder()) as out:
        start = time.perf_counter()
        assert bare_batch.run(path, Path(out), ready) == rows
        return time.perf_counter() - start


def drawn_by_two(rows: int) -> float:
    """Return the seconds for 1,000 draws of each case on two processes."""
    return _run(rows, BatchOptions(DRAWS), workers=2)


def full_draws(rows: int) -> float:
    """Return the seconds for a library with as many draws per case as `assess` takes."""
    return _run(rows, BatchOptions(FULL_DRAWS))


def full_draws_by_hand(rows: int) -> float:
    """Return the seconds of one case by hand in numpy, as often as there are cases."""
    return one_case.numpy_by_hand(FULL_DRAWS) * rows


def full_draws_in_a_loop(rows: int) -> float:
    """Return the seconds of one case draw by draw in Python, as often as there are cases."""
    return one_case.loop(FULL_DRAWS) * rows


def first_order(rows: int) -> float:
    """Return the seconds for intervals to first order, and by draws where these do not serve."""
    return _run(rows, BatchOptions(DRAWS, first_order=True))


def drawn(rows: int) -> float:
    """Return the seconds for intervals by draws, from those for a tenth of the rows."""
    part = max(1, rows // 10)
    return _run(part, BatchOptions(DRAWS)) * rows / part


def memory(rows: int) -> float:
    """Return the largest memory of a process that scores a library [MB]."""
    code = f"from benchmarks.batch import _score_once; print(_score_once({str(_library(rows))!r}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return float(done.stdout.splitlines()[-1])


def _score_once(path: str) -> float:
    """Score a library in this process and return its largest memory [MB]."""
    with tempfile.TemporaryDirectory() as out:
        plan = plan_run(Path(path), shipped_library(), BatchOptions(), Findings())
        assert plan is not None
        run_batch(plan, Path(out), local_engine(plan.rows, BatchOptions(), len(plan), 1))
    return _peak()


def _peak() -> float:
    """Return the largest memory that this process has had [MB].

    On Linux from the high-water mark of its own address space: ``ru_maxrss`` outlives exec, and of
    a process that a large one has started it tells the size of the large one.
    """
    status = Path("/proc/self/status")
    if status.exists():
        (mark,) = re.findall(r"^VmHWM:\s*(\d+) kB$", status.read_text("ascii"), re.MULTILINE)
        return int(mark) / 1024
    unit = 1024**2 if sys.platform == "darwin" else 1024  # macOS counts bytes
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit
