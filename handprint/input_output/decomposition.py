"""What changed between two input-output tables: intensity, structure or demand.

References
----------
Dietzenbacher and Los, Structural decomposition techniques: sense and sensitivity, Economic Systems
Research 10 (1998): the mean over all orders of change leaves no residual.
"""

from collections.abc import Callable, Mapping, Sequence
from itertools import permutations
from typing import Any

import numpy as np

from handprint.core.arrays import Array

__all__ = ["decompose"]


def decompose(
    result: Callable[..., Array], before: Mapping[str, Any], after: Mapping[str, Any]
) -> dict[str, Array]:
    """Return what each factor adds to ``result(after) - result(before)``; the parts sum to it.

    Parameters
    ----------
    result : callable
        Takes the factors by name.
    before, after : mapping
        The factors of the two years, under the same names.

    Notes
    -----
    The factors change one after the other, in every possible order; a factor's part is the mean of
    its steps. With three factors these are six orders and eight evaluations.

    Examples
    --------
    >>> parts = decompose(lambda p, q: np.array([p * q]), {"p": 2, "q": 3}, {"p": 4, "q": 5})
    >>> float(parts["p"][0]), float(parts["q"][0])  # 2 x 4 and 2 x 3; the sum is 14
    (8.0, 6.0)
    """
    names = tuple(before)
    known: dict[frozenset[str], Array] = {}

    def at(changed: frozenset[str]) -> Array:
        if changed not in known:
            known[changed] = result(**{n: (after if n in changed else before)[n] for n in names})
        return known[changed]

    orders: Sequence[tuple[str, ...]] = list(permutations(names))
    parts: dict[str, Array] = {}
    for order in orders:
        changed: frozenset[str] = frozenset()
        for name in order:
            step = at(changed | {name}) - at(changed)
            parts[name] = parts.get(name, np.zeros_like(step)) + step / len(orders)
            changed |= {name}
    return parts
