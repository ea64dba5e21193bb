"""The benchmarks run at their smallest size, and measure what they say; none is timed here."""

import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks import one_case
from benchmarks.registry import BENCHMARKS, Benchmark
from benchmarks.run import rows

README = Path(__file__).resolve().parent.parent / "benchmarks" / "README.md"


@pytest.mark.parametrize("benchmark", BENCHMARKS, ids=lambda b: b.id)
def test_smallest_size_runs(benchmark: Benchmark) -> None:
    smallest = benchmark.sizes[0]
    assert benchmark.measure(smallest) > 0
    assert all(measure(smallest) > 0 for _, measure in benchmark.references)


def test_target_is_read_in_the_right_direction() -> None:
    by_id = {benchmark.id: benchmark for benchmark in BENCHMARKS}
    assert by_id["help"].met(0.1)
    assert not by_id["help"].met(0.3)
    assert by_id["warm-pdf"].met(3.0)
    assert not by_id["warm-pdf"].met(2.0)


def test_table_has_a_row_per_size_and_judges_the_largest() -> None:
    quick = Benchmark(
        "id", "work", "draws", (1, 10), "s", 5.0, float, (("twice", lambda n: n * 2),)
    )
    assert rows(quick) == [
        ("id: work", "1 draws", "1 s", "", "", "0.5 x twice"),
        ("id: work", "10 draws", "10 s", "< 5 s", "missed", "0.5 x twice"),
    ]


def test_hand_written_kernel_does_the_arithmetic_of_the_engine() -> None:
    """Central NER by the formula and by the engine agree: 73,643 t, as in the example's header."""
    by_hand = one_case.potline(one_case.CENTRAL)
    assert one_case.assessed(draws=0).metrics["NER"].value == pytest.approx(by_hand, rel=1e-9)
    assert by_hand == pytest.approx(73_643, abs=1)


def test_memory_is_that_of_the_process_itself() -> None:
    """A process that a large one has started is not as large: 500 MB are held here meanwhile."""
    held = bytearray(500_000_000)
    held[::4096] = b"x" * len(held[::4096])  # every page is there
    code = "from benchmarks.batch import _peak; print(_peak())"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert 10 < float(done.stdout) < 450
    assert len(held) == 500_000_000


def test_every_benchmark_is_described() -> None:
    assert all(f"`{b.id}`" in README.read_text("utf-8") for b in BENCHMARKS)
