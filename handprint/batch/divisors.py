"""What the lines of a model divide by: a quantity that takes both signs makes no finite number."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from handprint.batch.rejections import Reason
from handprint.batch.scoring import place_of
from handprint.core.arrays import Array, Mask
from handprint.model.structure import ModelLine
from handprint.units.formula import Formula

__all__ = ["Divisor", "divisors"]


@dataclass(frozen=True, slots=True)
class Divisor:
    """A formula that a line divides by."""

    line: ModelLine
    formula: Formula

    @property
    def keys(self) -> set[str]:
        """Columns that it reads."""
        return {self.line.names[n] for n in self.formula.names if n in self.line.names}

    def reason(self) -> Reason:
        """Return why a row is rejected for it."""
        place, line = place_of(self.line), self.line.id
        if self.formula is self.line.lifetime:
            return Reason("HP-V04", "draws", place, {"line": line})
        return Reason("HP-N10", "", place, {"line": line, "divisor": self.formula.text})

    def impossible(self, columns: "Mapping[str, Array]") -> "Mask | None":
        """Return the rows where it takes both signs, or a lifetime none; None for no row."""
        named = {name: columns[key] for name, key in self.line.names.items() if key in columns}
        values = self.formula.evaluate(named)
        if values.size == 0 or values.min() > 0:
            return None
        low, high = values.min(axis=(1, 2)), values.max(axis=(1, 2))
        ends = low <= 0
        return np.asarray(ends if self.formula is self.line.lifetime else ends & (high >= 0))


def divisors(lines: Sequence[ModelLine]) -> list[Divisor]:
    """Return what some lines divide by."""
    return [Divisor(line, formula) for line in lines for formula in _formulas(line)]


def _formulas(line: ModelLine) -> Iterator[Formula]:
    if line.lifetime is not None:
        yield line.lifetime
    yield from line.formula.divisors()
