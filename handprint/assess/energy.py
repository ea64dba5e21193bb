"""Energy saved, in kWh and in standard coal, equivalent and primary-energy value."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from handprint.core.errors import CodedError
from handprint.factors.resolve import resolve
from handprint.model.evaluate import Entry
from handprint.units.unit import ENERGY, parse_unit

if TYPE_CHECKING:
    from handprint.factors.factor import Factor, Library

__all__ = ["EnergySaving", "energy_saved"]

KWH = 3.6e6  # joules
ELECTRICITY, OTHER = "electricity", "other"
EQUIVALENT = "conversion.electricity.tce_equivalent"
PRIMARY = "conversion.electricity.tce_primary"


@dataclass(frozen=True, slots=True)
class EnergySaving:
    """Energy saved by the solution over the period, without the ICT system's own use.

    Parameters
    ----------
    carrier : str
        "electricity" or "other" (fuel or heat given in energy units).
    saved : float
        [kWh]
    equivalent, primary : Factor or None
        Coefficients [kgce/kWh]: equivalent value (当量值) and primary-energy value (等价值).
    """

    carrier: str
    saved: float
    equivalent: "Factor | None"
    primary: "Factor | None"

    def tce(self, coefficient: "Factor | None") -> float | None:
        """Return the saving in t of standard coal."""
        if coefficient is None:
            return None
        per_kwh = coefficient.value * coefficient.unit.scale / parse_unit("kgce/kWh").scale
        return self.saved * per_kwh / 1000.0


def energy_saved(
    entries: Iterable[Entry], library: "Library", year: int, *, normalisation: float = 1.0
) -> list[EnergySaving]:
    """Return the savings per carrier, from the activity of reference and solution lines.

    Parameters
    ----------
    normalisation : float
        What brings the solution to the function of the reference.
    """
    sums: dict[str, float] = {}
    seen: set[tuple[str, str, str]] = set()
    for entry in entries:
        line = entry.line
        if line.scenario not in ("reference", "solution") or line.factor is None or line.lifetime:
            continue
        if (line.scenario, line.id, line.site) in seen:
            continue  # one activity, several gases
        seen.add((line.scenario, line.id, line.site))
        if parse_unit(line.activity_unit).dimension != ENERGY:
            continue
        electric = line.factor.source.id.startswith("electricity") or bool(line.electricity)
        sign = 1.0 if line.scenario == "reference" else -normalisation
        carrier = ELECTRICITY if electric else OTHER
        sums[carrier] = sums.get(carrier, 0.0) + sign * float(entry.activity.sum()) / KWH
    equivalent = _coefficient(library, EQUIVALENT, year)
    primary = _coefficient(library, PRIMARY, year)
    return [
        EnergySaving(carrier, saved, equivalent, primary if carrier == ELECTRICITY else None)
        for carrier, saved in sums.items()
    ]


def _coefficient(library: "Library", factor_id: str, year: int) -> "Factor | None":
    if factor_id not in library.by_id:
        return None
    try:
        return resolve(library, factor_id, region="CN", years=(year,)).factors[0][0]
    except CodedError:
        return None
