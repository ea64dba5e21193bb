"""How long it takes to load the factor library and to look a factor up.

Run ``python benchmarks/factors.py``; it exits with 1 when a budget is missed. The loading time is
taken in fresh processes, imports included; a look-up is warm, as it is from the second line of a
case on.
"""

import statistics
import subprocess
import sys
import time

LOAD_BUDGET = 0.3  # s, import and reading of the whole library
LOOKUP_BUDGET = 0.001  # s, one factor for one region and year
REPEATS = 5

LOAD = """
import time
start = time.perf_counter()
from handprint.factors.library import shipped_library
library = shipped_library()
print(time.perf_counter() - start, len(library.factors))
"""


def load_seconds() -> tuple[float, int]:
    """Return the median time to load the library in a fresh process, and its number of rows."""
    found = [
        subprocess.run([sys.executable, "-c", LOAD], capture_output=True, text=True, check=True)
        for _ in range(REPEATS)
    ]
    pairs = [result.stdout.split() for result in found]
    return statistics.median(float(seconds) for seconds, _ in pairs), int(pairs[0][1])


def lookup_seconds() -> float:
    """Return the mean time to resolve every id of the library once, units warm."""
    from handprint.core.errors import CodedError
    from handprint.factors.library import shipped_library
    from handprint.factors.resolve import resolve

    library = shipped_library()
    jobs = [(name, rows[0].region, rows[0].year or 2023) for name, rows in library.by_id.items()]
    for _ in range(2):  # the first round parses the units
        start = time.perf_counter()
        for name, region, year in jobs:
            try:
                resolve(library, name, region=region, years=[year])
            except CodedError as error:
                raise AssertionError(name) from error
        seconds = (time.perf_counter() - start) / len(jobs)
    return seconds


def main() -> int:
    """Print the times beside their budgets."""
    load, rows = load_seconds()
    lookup = lookup_seconds()
    print(f"load {rows} factors  {load * 1000:8.1f} ms  (budget {LOAD_BUDGET * 1000:.0f} ms)")
    print(f"look one up         {lookup * 1e6:8.1f} us  (budget {LOOKUP_BUDGET * 1e6:.0f} us)")
    return int(load > LOAD_BUDGET or lookup > LOOKUP_BUDGET)


if __name__ == "__main__":
    sys.exit(main())
