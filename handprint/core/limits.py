"""How large and how small a number may be that somebody gives.

No quantity on earth is larger or, but for zero, smaller; products and ratios of a few such numbers
still fit into a double.
"""

__all__ = ["LARGEST", "SMALLEST", "in_range"]

LARGEST = 1e100
SMALLEST = 1e-100


def in_range(number: float) -> bool:
    """Whether a number may be calculated with: zero, or of a size that a quantity can have.

    Examples
    --------
    >>> in_range(0.0), in_range(-3e7), in_range(1e308), in_range(1e-308), in_range(float("nan"))
    (True, True, False, False, False)
    """
    return number == 0 or SMALLEST <= abs(number) <= LARGEST
