"""How far a long calculation is, told to whoever waits for it."""

from collections.abc import Callable
from dataclasses import dataclass

__all__ = ["Progress", "Work"]

Progress = Callable[[int, int], object]  # done, total; an exception of it ends the work


@dataclass(slots=True)
class Work:
    """Draws that are done, of those that are to be done.

    Parameters
    ----------
    progress : callable or None
        Is told both numbers after every step. What it raises ends the calculation: nothing is
        left half-done, since a calculation changes nothing but its result.
    """

    progress: Progress | None = None
    total: int = 0
    done: int = 0

    def did(self, draws: int) -> None:
        """Note that some draws are done."""
        self.done += draws
        if self.progress is not None:
            self.progress(self.done, max(self.total, self.done))
