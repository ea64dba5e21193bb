"""Draws: one uncertain quantity is one column of uniforms, keyed by its identity.

The generator is a counter hash: draw ``i`` of a column depends on ``i`` and on the column's 128-bit
key alone. So the first 10,000 draws are a prefix of 20,000, no result depends on the order of
cases or on the number of workers, and a million columns cost no generator objects.

The mixing steps are those of SplitMix64 (Steele, Lea, Flood 2014, "Fast splittable pseudorandom
number generators"), with the second half of the key injected between the two rounds so that two
columns are never shifted copies of one another.
"""

from collections.abc import Sequence
from functools import lru_cache
from hashlib import blake2b
from typing import TYPE_CHECKING

import numpy as np

from handprint.core.arrays import Array

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["column_key", "uniforms", "uniforms_of"]

_GAMMA = np.uint64(0x9E3779B97F4A7C15)
_FIRST = np.uint64(0xBF58476D1CE4E5B9)
_SECOND = np.uint64(0x94D049BB133111EB)
_TO_UNIT = 2.0**-52
_HALF_STEP = 2.0**-53  # keeps 0 and 1 out: quantile functions are infinite there


def column_key(seed: int, identity: str) -> bytes:
    """Return the 128-bit key of the column for ``identity`` under ``seed``."""
    return blake2b(f"{seed}|{identity}".encode(), digest_size=16).digest()


def uniforms(key: bytes, draws: int, *, start: int = 0) -> Array:
    """Return uniform numbers in the open interval (0, 1), shape (draws,).

    Parameters
    ----------
    start : int
        Number of draws to skip: chunks put together are the whole.
    """
    column: Array = uniforms_of([key], draws, start=start)[0]
    return column


def uniforms_of(keys: Sequence[bytes], draws: int, *, start: int = 0) -> Array:
    """Return the uniforms of several columns, shape (key, draws)."""
    pairs = np.frombuffer(b"".join(keys), dtype="<u8").reshape(len(keys), 2)
    mixed = _counters(start, draws)[None, :] ^ pairs[:, :1]
    shifted = mixed >> np.uint64(30)
    mixed ^= shifted  # in place: a library draws billions
    mixed *= _FIRST
    mixed += pairs[:, 1:]
    np.right_shift(mixed, np.uint64(27), out=shifted)
    mixed ^= shifted
    mixed *= _SECOND
    np.right_shift(mixed, np.uint64(31), out=shifted)
    mixed ^= shifted
    mixed >>= np.uint64(12)  # 52 bits: with a 53rd the half step would be rounded, up to 1.0
    result: Array = mixed.astype(np.float64)
    result *= _TO_UNIT
    result += _HALF_STEP
    return result


@lru_cache(maxsize=4)
def _counters(start: int, draws: int) -> "NDArray[np.uint64]":
    """Return the mixed draw numbers after ``start``, the same for every column."""
    counters = np.arange(start + 1, start + draws + 1, dtype=np.uint64) * _GAMMA
    counters = (counters ^ (counters >> np.uint64(30))) * _FIRST
    counters = (counters ^ (counters >> np.uint64(27))) * _SECOND
    counters ^= counters >> np.uint64(31)
    counters.setflags(write=False)
    return counters
