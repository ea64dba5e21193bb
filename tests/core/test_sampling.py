"""Draws: prefixes, independence of columns, uniformity, and the same bytes everywhere.

Statistical limits are set so that a sound generator fails less than once in a million; the seeds
are fixed, so a test that passes always passes.
"""

import hashlib
import subprocess
import sys
from itertools import pairwise

import numpy as np
import pytest
from scipy import stats

from handprint.core.sampling import column_key, uniforms

DRAWS = 10_000
IDENTITIES = [f"case:c{i}/x" for i in range(200)]


@pytest.fixture(scope="module")
def columns() -> np.ndarray:
    return np.array([uniforms(column_key(1, name), DRAWS) for name in IDENTITIES])


def test_first_draws_are_a_prefix() -> None:
    for draws in (1, 999, 10_000):
        key = column_key(1, "factor:cn_mee/electricity.grid")
        assert np.array_equal(uniforms(key, draws), uniforms(key, 20_000)[:draws])


def test_columns_do_not_depend_on_the_order_of_calls() -> None:
    names = IDENTITIES[:20]
    forward = {name: uniforms(column_key(1, name), 100) for name in names}
    backward = {name: uniforms(column_key(1, name), 100) for name in reversed(names)}
    assert all(np.array_equal(forward[name], backward[name]) for name in names)


def test_a_caller_cannot_spoil_later_draws() -> None:
    key = column_key(1, "x")
    before = uniforms(key, 50).copy()
    uniforms(key, 50)[:] = 0.0
    assert np.array_equal(uniforms(key, 50), before)


def test_open_interval(columns: np.ndarray) -> None:
    assert columns.min() > 0.0
    assert columns.max() < 1.0


def test_every_column_is_uniform(columns: np.ndarray) -> None:
    """Kolmogorov-Smirnov per column; the p-values of 200 columns are themselves uniform."""
    p = np.array([stats.kstest(column, "uniform").pvalue for column in columns])
    assert p.min() > 1e-6
    assert stats.kstest(p, "uniform").pvalue > 1e-3


def test_bins_of_all_draws(columns: np.ndarray) -> None:
    counts = np.histogram(columns, bins=1000, range=(0, 1))[0]
    assert stats.chisquare(counts).pvalue > 1e-4


def test_unrelated_columns_are_not_correlated(columns: np.ndarray) -> None:
    """19,900 pairs: the largest correlation of independent columns stays below 5/sqrt(N)."""
    correlation = np.corrcoef(columns)[np.triu_indices(len(columns), 1)]
    assert np.abs(correlation).max() < 5 / np.sqrt(DRAWS)
    # and their spread is 1/sqrt(N): neither too large nor suspiciously small
    assert correlation.std() * np.sqrt(DRAWS) == pytest.approx(1.0, abs=0.03)
    assert (np.abs(correlation) > 4 / np.sqrt(DRAWS)).mean() < 1e-3


def test_neighbouring_seeds_and_names_are_not_correlated() -> None:
    near = [uniforms(column_key(seed, "x"), DRAWS) for seed in range(1, 60)]
    near += [uniforms(column_key(1, f"case:a/x{i}"), DRAWS) for i in range(60)]
    correlation = np.corrcoef(near)[np.triu_indices(len(near), 1)]
    assert np.abs(correlation).max() < 5 / np.sqrt(DRAWS)


def test_columns_are_not_shifted_copies(columns: np.ndarray) -> None:
    """No column repeats a stretch of another: all draws of 200 columns are distinct numbers."""
    assert np.unique(columns).size == columns.size


@pytest.mark.parametrize("lag", [1, 2, 3, 7, 64, 1000])
def test_no_serial_correlation(columns: np.ndarray, lag: int) -> None:
    a, b = columns[:, :-lag] - 0.5, columns[:, lag:] - 0.5
    correlation = 12 * (a * b).mean(axis=1)
    assert np.abs(correlation).max() < 5 / np.sqrt(DRAWS - lag)


def test_pairs_fill_the_square(columns: np.ndarray) -> None:
    """Serial test: consecutive pairs fall evenly into 32 x 32 cells."""
    flat = columns[:, : DRAWS // 2 * 2].reshape(-1, 2)
    counts = np.histogram2d(flat[:, 0], flat[:, 1], bins=32, range=[[0, 1], [0, 1]])[0]
    assert stats.chisquare(counts.ravel()).pvalue > 1e-4


def test_every_bit_is_balanced(columns: np.ndarray) -> None:
    """Each of the 52 bits is one half of the time, and no bit follows its neighbour."""
    integers = (columns * 2.0**52).astype(np.uint64).ravel()
    limit = 5 * 0.5 / np.sqrt(integers.size)
    bits = [((integers >> np.uint64(i)) & np.uint64(1)).astype(bool) for i in range(52)]
    assert max(abs(bit.mean() - 0.5) for bit in bits) < limit
    assert max(abs((a ^ b).mean() - 0.5) for a, b in pairwise(bits)) < limit


def test_draws_are_midpoints(columns: np.ndarray) -> None:
    """(k + 1/2) / 2^52 is exact for every k, so neither end can be reached by rounding."""
    doubled = columns[:10] * 2.0**53
    assert np.all(doubled == np.floor(doubled))
    assert np.all(doubled % 2 == 1)


def test_runs_up_and_down(columns: np.ndarray) -> None:
    """The number of rises in independent draws is (n-1)/2 with variance (n+1)/12."""
    rises = (np.diff(columns, axis=1) > 0).sum(axis=1)
    z = (rises - (DRAWS - 1) / 2) / np.sqrt((DRAWS + 1) / 12)
    assert np.abs(z).max() < 5
    assert z.std() == pytest.approx(1.0, abs=0.25)


def test_seed_and_identity_both_matter() -> None:
    keys = {column_key(seed, name) for seed in (0, 1, 2**63 - 1) for name in ("a", "b", "", "a|b")}
    assert len(keys) == 12


DIGEST = "import sys,hashlib;from handprint.core.sampling import *;" + (
    "print(hashlib.sha256(uniforms(column_key(7,'产量'),20000).tobytes()).hexdigest())"
)


def test_same_bytes_in_every_process() -> None:
    """Hash randomisation, process and call order change nothing."""
    here = hashlib.sha256(uniforms(column_key(7, "产量"), 20_000).tobytes()).hexdigest()
    for seed in ("0", "4711"):
        found = subprocess.run(
            [sys.executable, "-c", DIGEST],
            capture_output=True,
            text=True,
            check=True,
            env={"PYTHONHASHSEED": seed, "PATH": ""},
        )
        assert found.stdout.strip() == here


def test_known_values() -> None:
    """Frozen: a change of the generator changes every published interval."""
    found = uniforms(column_key(1, "factor:cn_mee/electricity.grid/CO2"), 3)
    assert found.tolist() == pytest.approx(KNOWN, rel=1e-15)


KNOWN = [0.6118903508187176, 0.4373520783383983, 0.23583716527531873]
