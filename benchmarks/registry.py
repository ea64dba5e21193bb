"""What is measured: sizes, targets and references are declared here, once."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from benchmarks import batch, cold, input_output, one_case, reports

__all__ = ["BENCHMARKS", "Benchmark"]

Measure = Callable[[int], float]


@dataclass(frozen=True, slots=True)
class Benchmark:
    """One thing to measure.

    Parameters
    ----------
    sizes : tuple of int
        Smallest first; the smoke test runs the first, the target belongs to the last.
    unit : str
        Unit of the measured value and of the target: "s" or "MB" (less is better) or "1/s".
    references : mapping
        What the value is compared with: name to function, in the same unit.
    """

    id: str
    title: str
    size_means: str
    sizes: tuple[int, ...]
    unit: Literal["s", "1/s", "MB"]
    target: float
    measure: Measure
    references: tuple[tuple[str, Measure], ...] = ()
    repeats: int = 3

    def met(self, value: float) -> bool:
        """Whether a value reaches the target."""
        return value >= self.target if self.unit == "1/s" else value <= self.target


BENCHMARKS = (
    Benchmark(
        id="help",
        title="handprint --help, cold process",
        size_means="processes",
        sizes=(1,),
        unit="s",
        target=0.2,
        measure=cold.show_help,
        references=(("bare interpreter", cold.bare_interpreter),),
        repeats=9,
    ),
    Benchmark(
        id="cold-pdf",
        title="one case to a Chinese PDF, cold process",
        size_means="draws",
        sizes=(100, 10_000),
        unit="s",
        target=3.0,
        measure=cold.assess_to_pdf,
        references=(("imports of its libraries alone", cold.library_imports),),
        repeats=5,
    ),
    Benchmark(
        id="assessment",
        title="bind, evaluate, vary and review one case",
        size_means="draws",
        sizes=(100, 10_000),
        unit="s",
        target=0.050,
        measure=one_case.assessment,
        repeats=20,
    ),
    Benchmark(
        id="evaluation",
        title="draw and evaluate one bound case",
        size_means="draws",
        sizes=(100, 10_000),
        unit="s",
        target=0.010,
        measure=one_case.engine,
        references=(("numpy by hand", one_case.numpy_by_hand), ("Python loop", one_case.loop)),
        repeats=20,
    ),
    Benchmark(
        id="warm-pdf",
        title="Chinese PDFs on two warm processes",
        size_means="PDFs",
        sizes=(2, 12),
        unit="1/s",
        target=2.5,
        measure=reports.pdfs_per_second,
    ),
    Benchmark(
        id="final-demand",
        title="one final demand of a multi-regional input-output system",
        size_means="sectors",
        sizes=(2_000, 9_800),
        unit="s",
        target=1.0,
        measure=input_output.final_demand,
        references=(("one dense factorisation", input_output.dense_solution),),
    ),
    Benchmark(
        id="batch",
        title="cases of 12 templates, point values and rules, Parquet to Parquet",
        size_means="cases",
        sizes=(1_000, 10_000, 100_000, 10_000_000, 1_000_000),
        unit="s",
        target=3.0,
        measure=batch.score,
        references=(("the same in numpy and pyarrow alone", batch.bare),),
    ),
    Benchmark(
        id="batch-draws",
        title="cases with 1,000 draws, two processes",
        size_means="cases",
        sizes=(200, 1_000_000),
        unit="s",
        target=120.0,
        measure=batch.drawn_by_two,
        repeats=1,
    ),
    Benchmark(
        id="batch-first-order",
        title="intervals to first order, by 1,000 draws where these do not serve",
        size_means="cases",
        sizes=(200, 1_000_000),
        unit="s",
        target=20.0,
        measure=batch.first_order,
        references=(("all with 1,000 draws, from a tenth", batch.drawn),),
        repeats=1,
    ),
    Benchmark(
        id="batch-full-draws",
        title="a library with 10,000 draws per case",
        size_means="cases",
        sizes=(20, 1_000),
        unit="s",
        target=3.0,
        measure=batch.full_draws,
        references=(
            ("numpy by hand, one case as often", batch.full_draws_by_hand),
            ("Python loop, likewise", batch.full_draws_in_a_loop),
        ),
    ),
    Benchmark(
        id="batch-memory",
        title="largest memory of a batch",
        size_means="cases",
        sizes=(1_000, 1_000_000, 10_000_000),
        unit="MB",
        target=1_024.0,
        measure=batch.memory,
        repeats=1,
    ),
    Benchmark(
        id="io-linkage",
        title="ICT's row of the demand matrix, all sectors",
        size_means="sectors",
        sizes=(2_000, 9_800),
        unit="s",
        target=1.0,
        measure=input_output.linkage,
    ),
)
