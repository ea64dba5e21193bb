"""Benchmarks: `python -m benchmarks.run` prints a table; no test depends on the clock."""
