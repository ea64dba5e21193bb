"""Connect a quantity of fuel with a factor per another quantity: tonnes, litres, Nm3 with TJ.

``30 L`` of diesel meet ``74100 kg CO2/TJ`` through density and net calorific value. Every step is
a row of the library and is shown in the report. Only net calorific values connect mass or volume
with energy: a factor whose id ends in ``_gross`` takes energy of a gross basis and nothing else.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from handprint.core.errors import CodedError
from handprint.factors import regions
from handprint.factors.factor import Factor, Library
from handprint.units.unit import MASS, describe

if TYPE_CHECKING:
    from handprint.units.unit import Dimension

__all__ = ["Bridge", "Step", "bridge"]


@dataclass(frozen=True, slots=True)
class Step:
    """One property of a fuel, applied as it stands (kg -> MJ by MJ/kg) or the other way round."""

    factor: Factor
    inverse: bool

    @property
    def multiplier(self) -> float:
        """Number a canonical quantity is multiplied with."""
        scaled = self.factor.value * self.factor.unit.scale
        return 1 / scaled if self.inverse else scaled

    def __str__(self) -> str:
        sign = "1/" if self.inverse else ""
        value = f"{self.factor.value:g} {self.factor.unit_text}"
        return f"{sign}{self.factor.id} ({value}, {self.factor.region}, {self.factor.source.id})"


@dataclass(frozen=True, slots=True)
class Bridge:
    """The conversion of a quantity; ``multiplier`` is in canonical units of both dimensions."""

    steps: tuple[Step, ...]

    @property
    def multiplier(self) -> float:
        """Product of the steps."""
        product = 1.0
        for step in self.steps:
            product *= step.multiplier
        return product

    def __str__(self) -> str:
        return " × ".join(str(step) for step in self.steps)


def bridge(
    library: Library, factor_id: str, have: "Dimension", want: "Dimension", *, region: str
) -> Bridge:
    """Find the properties of a fuel that lead from one dimension to another.

    Parameters
    ----------
    factor_id : str
        Factor to be met: "fuel.diesel.combustion"; its fuel's properties are searched.
    have, want : Dimension
        Dimensions of the quantity given and of the quantity the factor is per.
    region : str
        Region of the line: its own calorific value comes before that of the world.

    Raises
    ------
    CodedError
        HP-F06: no such way; variant ``gross``: it would mix net and gross calorific values.

    Examples
    --------
    >>> from handprint.units.unit import ENERGY, MASS
    >>> from handprint.factors.library import shipped_library
    >>> way = bridge(shipped_library(), "fuel.diesel.combustion", MASS, ENERGY, region="CN")
    >>> way.multiplier  # J per kg
    42652000.0
    """
    if have == want:
        return Bridge(())
    if factor_id.endswith("_gross"):
        raise CodedError("HP-F06", "gross", id=factor_id, quantity=describe(have))
    properties = list(_properties(library, factor_id, regions.chain(region)))
    for steps in _ways(properties, have, want):
        return Bridge(steps)
    exists = ", ".join(f"{p.id} [{p.unit_text}]" for p in properties) or "-"
    params = {"id": factor_id, "quantity": describe(have), "per": describe(want)}
    raise CodedError("HP-F06", "", **params, exists=exists)


def _properties(library: Library, factor_id: str, chain: tuple[str, ...]) -> Iterator[Factor]:
    """Yield the fuel's properties, for each kind of unit the row of the nearest region."""
    fuel = factor_id.split(".")[1]
    for name in (f"fuel.{fuel}.ncv", f"fuel.{fuel}.density", f"conversion.{fuel}.tce"):
        rows = library.by_id.get(name, ())
        for dimension in dict.fromkeys(row.unit.dimension for row in rows):
            alike = [row for row in rows if row.unit.dimension == dimension]
            near = [row for code in chain for row in alike if row.region == code]
            yield (near or alike)[0]


def _ways(
    properties: list[Factor], have: "Dimension", want: "Dimension"
) -> Iterator[tuple[Step, ...]]:
    """Yield ways of one step, then of two; over mass first, as a person would calculate."""
    steps = [Step(p, inverse) for p in properties for inverse in (False, True)]
    after = {step: _after(step, have) for step in steps}
    yield from ((step,) for step in steps if after[step] == want)
    for first in sorted(steps, key=lambda step: bool(after[step] != MASS)):
        yield from (
            (first, second)
            for second in steps
            if second.factor.id != first.factor.id and _after(second, after[first]) == want
        )


def _after(step: Step, dimension: "Dimension") -> "Dimension":
    own = step.factor.unit.dimension
    return cast("Dimension", dimension / own if step.inverse else dimension * own)
