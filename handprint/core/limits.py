"""How large and how small a number may be that somebody gives.

No quantity on earth is larger or, but for zero, smaller; products and ratios of a few such numbers
still fit into a double.
"""

import math
import re

__all__ = ["LARGEST", "SMALLEST", "as_written", "in_range"]

LARGEST = 1e100
SMALLEST = 1e-100
_ZERO = re.compile(r"[+-]?[0._]*(?:[eE].*)?\Z")


def in_range(number: float) -> bool:
    """Whether a number may be calculated with: zero, or of a size that a quantity can have.

    Examples
    --------
    >>> in_range(0.0), in_range(-3e7), in_range(1e308), in_range(1e-308), in_range(float("nan"))
    (True, True, False, False, False)
    """
    return number == 0 or SMALLEST <= abs(number) <= LARGEST


def as_written(text: str) -> float:
    """Return the number of a text, the smallest there is where a double cannot tell it from zero.

    As zero it would pass for one that was meant.

    Examples
    --------
    >>> as_written("2.5"), as_written("0.0e-9"), as_written("1e-400")
    (2.5, 0.0, 5e-324)
    """
    number = float(text)
    return number if number or _ZERO.match(text) else math.copysign(math.ulp(0.0), number)
