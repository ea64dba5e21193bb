"""Names for the arrays that annotations speak of; numpy itself is not imported for them."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]  # numbers
    Mask = NDArray[np.bool_]
    Codes = NDArray[np.int64]  # positions, ranks, counts
    AnyArray = NDArray[Any]  # words, or whatever a table holds
else:
    Array = Mask = Codes = AnyArray = Any

__all__ = ["AnyArray", "Array", "Codes", "Mask"]
