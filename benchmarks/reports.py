"""PDFs in a batch: two processes that have rendered before, each with one case after another.

No two cases are equal, so no chart is drawn from a cache.
"""

import multiprocessing
import time

from benchmarks.one_case import assessed

__all__ = ["pdfs_per_second"]

PROCESSES = 2
DRAWS = 1_000  # rendering is what takes the time


def pdfs_per_second(count: int) -> float:
    """Return the rate of assessing and rendering ``count`` cases [1/s]."""
    # fork after the chart renderer was loaded deadlocks
    with multiprocessing.get_context("spawn").Pool(PROCESSES) as pool:
        pool.map(_render, range(-PROCESSES * 2, 0), chunksize=1)
        start = time.perf_counter()
        sizes = pool.map(_render, range(1, count + 1), chunksize=1)
        taken = time.perf_counter() - start
    assert len(sizes) == count
    assert all(sizes)
    return count / taken


def _render(number: int) -> int:
    """Render the report of a potline with its own output; return its size in bytes."""
    from handprint.assess.document import document, rendered_findings
    from handprint.report.report import render_pdf

    assessment = assessed(DRAWS, more_output=1_000.0 * number)
    rendered = rendered_findings(assessment, "zh")
    return len(render_pdf(document(assessment, "zh"), "zh", findings=rendered))
