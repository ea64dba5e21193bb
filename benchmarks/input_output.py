"""One final demand of a large multi-regional system: solved, never inverted.

The system has the size of EXIOBASE (49 regions of 200 sectors are 9,800): dense blocks within a
region, thin trade between regions, inputs of 30 to 75 % of output.
"""

import time
from functools import lru_cache

import numpy as np

from handprint.input_output.leontief import formula_intensity, solve

__all__ = ["dense_solution", "final_demand", "linkage"]

SECTORS = 200  # of one region
TRADE = 0.05  # share of the flows between regions that are not zero


@lru_cache(maxsize=2)
def system(size: int) -> tuple[np.ndarray, np.ndarray]:
    """Return technical coefficients and a final demand, the same on every call."""
    generator = np.random.default_rng(7)
    a = np.zeros((size, size), dtype=np.float64)
    for start in range(0, size, SECTORS):
        stop = min(start + SECTORS, size)
        a[start:stop, start:stop] = generator.random((stop - start, stop - start)) ** 4
        columns = a[:, start:stop]
        traded = generator.random(columns.shape) < TRADE
        columns[traded] += 0.02 * generator.random(int(traded.sum()))
    a *= generator.uniform(0.3, 0.75, size) / a.sum(axis=0)
    return a, generator.random(size)


def final_demand(size: int) -> float:
    """Return the time to solve one final demand [s]."""
    a, demand = system(size)
    start = time.perf_counter()
    output = solve(a, demand)
    taken = time.perf_counter() - start
    assert np.abs(output - a @ output - demand).max() < 1e-7 * demand.max()
    return taken


def linkage(size: int) -> float:
    """Return the time to find ICT's row of T for every sector [s]."""
    a, demand = system(size)
    start = time.perf_counter()
    found = formula_intensity(a, demand, range(0, size, SECTORS))
    taken = time.perf_counter() - start
    assert found.shape == (size,)
    return taken


def dense_solution(size: int) -> float:
    """Return the time of one dense factorisation, less than a third of an inverse [s]."""
    a, demand = system(size)
    start = time.perf_counter()
    np.linalg.solve(np.eye(size) - a, demand)
    return time.perf_counter() - start
