"""The bound model of a case: what the evaluator needs, and what a report tells about it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from handprint.case.period import Calendar
from handprint.case.schema import LineSpec
from handprint.core.arrays import Array
from handprint.core.i18n import Texts
from handprint.model.columns import Column, Coupling
from handprint.units.formula import Formula

if TYPE_CHECKING:
    from handprint.factors.resolve import Resolution
    from handprint.units.unit import Dimension


__all__ = [
    "BIOGENIC",
    "SCENARIOS",
    "BoundFactor",
    "Component",
    "FactorRequest",
    "FactorSource",
    "Model",
    "ModelLine",
    "Ratio",
    "Scenario",
]

Scenario = Literal["reference", "solution", "ict", "higher_order"]
SCENARIOS: tuple[Scenario, ...] = ("reference", "solution", "ict", "higher_order")
LineKind = Literal["rate", "amount", "stock"]
BIOGENIC = "CO2_biogenic"


@dataclass(frozen=True, slots=True)
class Component:
    """One gas of a factor.

    Parameters
    ----------
    gas : str
        Gas token.
    column : str
        Key of the column with the factor's value per year [kg gas per canonical unit].
    gwp : float
        Global warming potential [kg CO2e/kg gas]; 1 for CO2e.
    unit : str
        Unit of the factor for this gas as the source gives it.
    value : float
        Value in the first active year [``unit``].
    """

    gas: str
    column: str
    gwp: float
    unit: str = ""
    value: float = 1.0


@dataclass(frozen=True, slots=True)
class FactorSource:
    """What a report and the rules ask about a factor: what it is and where it comes from.

    Parameters
    ----------
    gas, gwp, region, scope, accounting : str
        As the source states them; "" where it does not.
    asked_region : str
        Region of the line; ``region`` is where the value holds.
    status : str
        library, own (a user's library), path, inline.
    checked : str or None
        How well the number was checked.
    fallback : bool
        Whether something else than asked for was taken.
    uncertainty_default : bool or None
        Whether the spread is a default of its category; None where the case states the factor.
    stated : bool
        Whether source and year are there (R24).
    bridge : str or None
        Conversion from the quantity to what the factor is per, "" for none.
    """

    id: str
    name: Texts
    gas: str
    gwp: str
    region: str
    asked_region: str
    scope: str
    accounting: str
    source: Texts
    reference: str
    licence: str
    attribution: str
    url: str
    status: str
    checked: str | None
    note: str
    fallback: bool
    distribution: str
    uncertainty: str
    uncertainty_default: bool | None
    stated: bool
    bridge: str | None = None


@dataclass(frozen=True, slots=True)
class BoundFactor:
    """A factor as one case uses it; several lines may share it.

    Parameters
    ----------
    dimension : Dimension
        What its columns are in: the unit's dimension, or that after a conversion (L to TJ).
    """

    key: str
    dimension: "Dimension"
    components: tuple[Component, ...]
    unit: str
    values: tuple[tuple[int, float, int], ...]  # (year, value in ``unit``, year of the factor)
    source: FactorSource
    resolution: "Resolution | None" = None


@dataclass(frozen=True, slots=True)
class FactorRequest:
    """What a line asks of the factor library: asked again for a case of another region.

    Parameters
    ----------
    quantity : Dimension
        Of the line's quantity.
    region : str or None
        Of the line, its site or its scenario; None where it is the case's.
    place : str
        Where the factor stands.
    """

    spec: LineSpec
    active: tuple[bool, ...]
    quantity: "Dimension"
    region: str | None
    place: str

    @property
    def local(self) -> bool:
        """Whether the region is the case's."""
        return self.region is None


@dataclass(frozen=True, slots=True)
class ModelLine:
    """One emission line of one scenario at one site.

    Parameters
    ----------
    weights : array, shape (1, year, 1)
        What turns the quantity into each year's activity: seconds for a rate, seconds for a
        stock (divided by the lifetime when evaluated), one in the year of an amount.
    activity_scale : float
        Canonical units per printed unit of the integrated quantity.
    """

    scenario: Scenario
    id: str
    site: str
    region: str
    stage: str
    formula: Formula
    kind: LineKind
    weights: Array
    factor: BoundFactor | None
    request: FactorRequest | None
    direct: Component | None  # gas of a quantity that already is an emission
    lifetime: Formula | None
    share: Formula | None
    names: Mapping[str, str]  # formula name -> column key (sites have their own inputs)
    memo: bool  # declared as biogenic CO2
    credit: bool
    place: str
    activity_unit: str
    activity_scale: float
    first_year: int | None  # as the line states it; None from the beginning of the period
    last_year: int | None
    electricity: str  # accounting that the line names, "" for none
    label: Texts
    share_key: str
    reason: Texts  # of a credit
    note: Texts


@dataclass(frozen=True, slots=True)
class Ratio:
    """A quantity to divide by, summed over its terms: the functional unit, spending, traffic.

    Parameters
    ----------
    terms : tuple of (formula, names, weights)
        One per site, or one.
    scale : float
        Canonical units per ``unit``.
    """

    terms: tuple[tuple[Formula, Mapping[str, str], "Array"], ...]
    unit: str
    scale: float


@dataclass(frozen=True, slots=True)
class Model:
    """A case with every name resolved, every unit checked and every factor chosen."""

    case_id: str
    calendar: Calendar
    gwp: str
    columns: Mapping[str, Column]
    lines: tuple[ModelLine, ...]
    factors: tuple[BoundFactor, ...]
    functional_unit: Ratio
    functional_unit_solution: Ratio | None
    normalise: bool
    activity: Ratio | None
    spend: Ratio | None
    definitions: Mapping[str, str]  # metric -> id of its definition
    rebound: str | None  # column key of the rebound share
    couplings: tuple[Coupling, ...]
    historical: float | None  # kg CO2e per year
    sector_emissions: float | None  # kg CO2e per year

    @property
    def used(self) -> frozenset[str]:
        """Keys of the columns that NER depends on."""
        keys = {self.rebound} if self.rebound else set()
        for line in self.lines:
            formulas = [f for f in (line.formula, line.lifetime, line.share) if f is not None]
            keys |= {line.names[n] for f in formulas for n in f.names if n in line.names}
            components = line.factor.components if line.factor is not None else ()
            keys |= {component.column for component in components}
        units = (self.functional_unit, self.functional_unit_solution) if self.normalise else ()
        for unit in units:
            for formula, names, _ in unit.terms if unit is not None else ():
                keys |= {names[n] for n in formula.names if n in names}
        return frozenset(keys)
