"""What the input-output model says: linkages of ICT, ICT's own footprint, and how both changed.

A linkage is emissions connected with ICT through inputs. It is not a difference between two
scenarios, so it is never a reduction and never a NER.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from handprint.core.arrays import Array
from handprint.core.errors import Finding, Findings, Severity
from handprint.input_output.decomposition import decompose
from handprint.input_output.economy import Economy
from handprint.input_output.leontief import (
    formula_intensity,
    multipliers,
    sector_footprint,
    wording_emissions,
)

__all__ = ["PUBLISHED", "Change", "Footprint", "Linkage", "compare", "footprint", "linkage"]

# Growth of the linked total from 2012 to 2017 [1]: CAICT 2021, annex 1. Groups as in the shipped
# concordances; the annex gives no figure for agriculture, water and ICT itself.
PUBLISHED_YEARS = (2012, 2017)
PUBLISHED = {"services": 1.00, "transport": 0.97, "construction": 0.42, "industry": 0.26,
             "power": 0.19}  # fmt: skip
FACTORS = ("intensity", "structure", "demand")


@dataclass(frozen=True, slots=True)
class Linkage:
    """Linkages of ICT, by sector.

    Parameters
    ----------
    multipliers : array
        All emissions per unit of a sector's final demand [t CO2 per money].
    formula_intensity, formula : array
        As annex 1 prints it: ICT's own emissions in one unit of, and in all of, each sector's
        final demand [t CO2 per money], [t CO2].
    wording_intensity, wording : array
        As annex 1 words it: each sector's emissions behind one unit of, and behind all of, ICT's
        final demand [t CO2 per money], [t CO2].
    """

    multipliers: Array
    formula_intensity: Array
    formula: Array
    wording_intensity: Array
    wording: Array


@dataclass(frozen=True, slots=True)
class Footprint:
    """Emissions of ICT's whole output [t CO2]: direct, power bought, rest of the supply chain.

    ``final_demand`` is another cut: all emissions behind what ICT sells to final users.
    """

    direct: float
    power: float | None
    upstream: float
    final_demand: float
    share_of_all: float | None

    @property
    def total(self) -> float:
        """Scope 1, 2 and upstream scope 3 [t CO2]."""
        return self.direct + (self.power or 0.0) + self.upstream


@dataclass(frozen=True, slots=True)
class Change:
    """What changed in one kind of linkage, by sector.

    Parameters
    ----------
    before, after : array
        [t CO2]
    growth : array
        after / before - 1, NaN where before is 0 [1].
    intensity_growth : array
        The same per unit of final demand [1].
    parts : mapping of arrays
        What intensity, structure and demand add; they sum to after - before [t CO2].
    """

    before: Array
    after: Array
    growth: Array
    intensity_growth: Array
    parts: Mapping[str, Array]


def linkage(economy: Economy) -> Linkage:
    """Return the linkages of an economy that has emissions and ICT sectors."""
    a, s, y, ict = economy.a, economy.s, economy.y, economy.ict
    per_unit = formula_intensity(a, s, ict)
    behind = wording_emissions(a, s, y, ict)
    demand = float(np.sum(y[list(ict)]))
    return Linkage(
        multipliers=multipliers(a, s),
        formula_intensity=per_unit,
        formula=per_unit * y,
        wording_intensity=behind / demand if demand else np.full_like(behind, np.nan),
        wording=behind,
    )


def footprint(economy: Economy) -> Footprint:
    """Return the emissions of the whole ICT sector, for `VEI_org` (scope 1, 2 and 3)."""
    parts = sector_footprint(economy.a, economy.s, economy.x, economy.ict, economy.power)
    behind = wording_emissions(economy.a, economy.s, economy.y, economy.ict)
    everything = float(np.sum(economy.s * economy.x))
    return Footprint(
        direct=parts["direct"],
        power=parts["power"] if economy.power else None,
        upstream=parts["upstream"],
        final_demand=float(behind.sum()),
        share_of_all=parts["direct"] / everything if everything else None,
    )


def compare(before: Economy, after: Economy, findings: Findings) -> dict[str, Change] | None:
    """Return the change of both linkages; None where the two economies do not match."""
    place = f"{before.table.file}, {after.table.file}"
    if before.table.codes != after.table.codes:
        differing = sorted(set(before.table.codes) ^ set(after.table.codes))
        listed = ", ".join(differing[:5]) or "-"
        findings.add(Finding("HP-M60", Severity.ERROR, place, {"list": listed}))
        return None
    if before.table.scale != after.table.scale or before.gas != after.gas:
        params = {"before": f"{before.table.money}, {before.gas}",
                  "after": f"{after.table.money}, {after.gas}"}  # fmt: skip
        findings.add(Finding("HP-M60", Severity.ERROR, place, params, "unit"))
        return None
    if before.price_year is None or before.price_year != after.price_year:
        findings.add(Finding("HP-M61", Severity.WARNING, place))
    ict = before.ict

    def formula(intensity: Array, structure: Any, demand: Array) -> Array:
        return formula_intensity(structure, intensity, ict) * demand

    def wording(intensity: Array, structure: Any, demand: Array) -> Array:
        return wording_emissions(structure, intensity, demand, ict)

    return {
        "formula": _change(before, after, formula, range(len(before.y))),
        "wording": _change(before, after, wording, ict),
    }


def _change(
    before: Economy, after: Economy, result: Callable[..., Array], demanded: Sequence[int]
) -> Change:
    """Return the change of one linkage; ``demanded``: the sectors whose final demand drives it."""
    factors = [
        dict(zip(FACTORS, (economy.s, economy.a, economy.y), strict=True))
        for economy in (before, after)
    ]
    first, last = (result(**factor) for factor in factors)
    each = len(demanded) == len(before.y)  # every sector's own demand, or ICT's for all
    per = [
        economy.y if each else np.full_like(economy.y, economy.y[list(demanded)].sum())
        for economy in (before, after)
    ]
    return Change(
        before=first,
        after=last,
        growth=_ratio(last, first) - 1.0,
        intensity_growth=_ratio(_ratio(last, per[1]), _ratio(first, per[0])) - 1.0,
        parts=decompose(result, *factors),
    )


def _ratio(above: Array, below: Array) -> Array:
    return np.divide(above, below, out=np.full_like(above, np.nan), where=below != 0)
