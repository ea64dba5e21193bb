"""What drives a result: an uncertain quantity and its part in the variance."""

from dataclasses import dataclass

__all__ = ["Driver"]


@dataclass(frozen=True, slots=True)
class Driver:
    """One uncertain quantity and its contribution to the variance of NER.

    Parameters
    ----------
    keys : tuple of str
        Columns that share the quantity's draws.
    share : float
        Squared correlation with NER, normalised over all drivers [1].
    """

    keys: tuple[str, ...]
    share: float
    p5: float
    p95: float
