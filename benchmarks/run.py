"""`python -m benchmarks.run [ID...]`: measure and print a table; the best of several repeats."""

import os
import sys

from rich.console import Console
from rich.table import Table

from benchmarks.registry import BENCHMARKS, Benchmark, Measure

__all__ = ["best", "rows"]


def best(benchmark: Benchmark, measure: Measure, size: int) -> float:
    """Return the best of the repeats: the least disturbed one."""
    values = [measure(size) for _ in range(benchmark.repeats)]
    return max(values) if benchmark.unit == "1/s" else min(values)


def rows(benchmark: Benchmark) -> list[tuple[str, ...]]:
    """Measure one benchmark at all sizes; return table rows."""
    found: list[tuple[str, ...]] = []
    for size in benchmark.sizes:
        value = best(benchmark, benchmark.measure, size)
        ratios = [
            f"{value / best(benchmark, measure, size):,.1f} x {name}"
            for name, measure in benchmark.references
        ]
        target = verdict = ""
        if size == benchmark.sizes[-1]:
            sign = ">=" if benchmark.unit == "1/s" else "<"
            target = f"{sign} {benchmark.target:g} {benchmark.unit}"
            verdict = "met" if benchmark.met(value) else "missed"
        shown = f"{value:.3g} {benchmark.unit}"
        work = f"{benchmark.id}: {benchmark.title}"
        found.append(
            (work, f"{size:,} {benchmark.size_means}", shown, target, verdict, "; ".join(ratios))
        )
    return found


def _main(chosen: list[str]) -> None:
    known = {benchmark.id for benchmark in BENCHMARKS}
    if unknown := set(chosen) - known:
        sys.exit(f"no benchmark {', '.join(sorted(unknown))}; there are {', '.join(sorted(known))}")
    table = Table(title=f"{os.cpu_count()} processors, Python {sys.version.split()[0]}")
    for heading in ("Work", "Size", "Measured", "Target", "", "Against"):
        table.add_column(heading)
    for benchmark in BENCHMARKS:
        if not chosen or benchmark.id in chosen:
            for row in rows(benchmark):
                table.add_row(*row)
    Console(width=160).print(table)


if __name__ == "__main__":
    _main(sys.argv[1:])
