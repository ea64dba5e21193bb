"""Emission factors and the library that holds them, as records.

Values are facts with a unit, a region, a year and a source; choosing among them is the task of
``handprint.factors.resolve``.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

from handprint.units.unit import MASS, Unit, gas_of, parse_unit, without

if TYPE_CHECKING:
    from handprint.units.unit import Dimension

__all__ = ["NOT_STATED", "Factor", "Library", "Source"]

NOT_STATED = 0  # year of a factor whose source states none: valid from the beginning


@dataclass(frozen=True, slots=True)
class Source:
    """Where factors come from, and under which licence they may be passed on."""

    id: str
    title: Mapping[str, str] = field(hash=False)
    publisher: str
    licence: str
    attribution: str
    url: str
    retrieved: str
    gwp: str
    notes: str


@dataclass(frozen=True, slots=True)
class Factor:
    """One factor: one row of a library.

    Parameters
    ----------
    id : str
        What it is: "electricity.grid"; the same for all regions, years, gases and sources.
    value : float
        Central value [``unit``].
    unit_text : str
        Unit as written, with the gas: "kg CO2/kWh".
    gwp : str
        GWP set of a CO2e value: "AR4", "AR5", "AR6", "EF3.0"; empty: single gas or not stated.
    year, year_to : int
        First and last year of validity; 0 is "not stated", ``year_to`` None "one year or open".
    distribution, p1, p2
        Uncertainty as the source states it: normal (p1 standard deviation), lognormal (p1
        geometric standard deviation), triangular and uniform (p1 low, p2 high) [``unit``].
    dq : str
        Five pedigree scores, 1 best to 5.
    status : str
        How well the number was checked: official, copied, literature, unverified, path.
    own : bool
        Whether it comes from a user's library.
    """

    id: str
    name: Mapping[str, str] = field(hash=False)
    value: float
    unit_text: str
    gwp: str
    region: str
    year: int
    year_to: int | None
    released: str
    scope: str
    accounting: str
    distribution: str
    p1: float | None
    p2: float | None
    dq: str
    reference: str
    status: str
    note: str
    source: Source
    own: bool = False
    place: str = ""

    @property
    def unit(self) -> Unit:
        """The unit, parsed (and cached) on first use: reading the library needs no pint."""
        return parse_unit(self.unit_text)

    @property
    def gas(self) -> str | None:
        """Gas token of the unit ("CO2", "CO2e", "CH4"), None for a property such as a density."""
        return _basis(self.unit_text)[0]

    @property
    def per(self) -> "Dimension":
        """Dimension of the quantity this factor multiplies: energy for ``kg CO2/kWh``."""
        return _basis(self.unit_text)[1]

    @property
    def series(self) -> tuple[str, str]:
        """Source and name of the series: all its regions and years move together."""
        gas = self.gas
        return self.source.id, self.id + (f"/{gas}" if gas else "")

    @property
    def key(self) -> tuple[str, ...]:
        """What must be unique within a library."""
        dimension = str(self.unit.dimension)
        year = str(self.year)
        identity = (self.id, self.source.id, self.region, year, self.scope, self.accounting)
        return (*identity, self.gwp, dimension)


@cache
def _basis(unit_text: str) -> "tuple[str | None, Dimension]":
    """Return the gas of a factor's unit and the dimension of what it is per."""
    dimension = parse_unit(unit_text).dimension
    gas = gas_of(dimension)
    if gas is None:
        inverse: Dimension = dimension**-1
        return None, inverse
    per: Dimension = MASS / without(dimension, gas)
    return gas, per


@dataclass(frozen=True)
class Library:
    """Factors in order of precedence (own before shipped), with an index by id."""

    version: str
    factors: tuple[Factor, ...]
    annual: frozenset[str] = frozenset()
    substitutes: Mapping[str, str] = field(default_factory=dict)
    deprecated: Mapping[str, str] = field(default_factory=dict)
    names: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    sha256: str = field(init=False)
    by_id: Mapping[str, tuple[Factor, ...]] = field(init=False, repr=False)
    _bases: "dict[str, frozenset[Dimension]]" = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def __post_init__(self) -> None:
        index: dict[str, list[Factor]] = {}
        for factor in self.factors:
            index.setdefault(factor.id, []).append(factor)
        frozen = {key: tuple(rows) for key, rows in index.items()}
        object.__setattr__(self, "by_id", frozen)
        object.__setattr__(self, "sha256", _content_hash(self.version, self.factors))

    def bases(self, factor_id: str) -> "frozenset[Dimension]":
        """Return the dimensions of what a factor is given per: litre, tonne, kWh."""
        if factor_id not in self._bases:
            rows = self.by_id.get(factor_id, ())
            self._bases[factor_id] = frozenset(row.per for row in rows)
        return self._bases[factor_id]

    @property
    def sources(self) -> dict[str, Source]:
        """Sources by id, in order of precedence."""
        return {factor.source.id: factor.source for factor in self.factors}


def _content_hash(version: str, factors: Iterable[Factor]) -> str:
    """Hash what the factors say; not how the files are laid out, so CSV and XLSX agree."""
    digest = hashlib.sha256(version.encode())
    for factor in factors:
        f = factor
        numbers = (f.value, f.year, f.year_to, f.p1, f.p2)
        texts = (f.id, f.unit_text, f.gwp, f.region, f.scope, f.accounting, f.distribution, f.dq)
        digest.update(repr((f.source.id, f.status, *texts, *numbers)).encode())
    return digest.hexdigest()
