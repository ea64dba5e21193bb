"""Enabled shares in tonnes, from the emissions that a user gives for the sectors."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from handprint.core.errors import Finding, Findings, Severity

if TYPE_CHECKING:
    from handprint.sector.potential import Potential

__all__ = ["Tonnes", "tonnes_of"]

SOCIETY = "society"
TOLERANCE = 0.02  # share of the total: published shares are whole per cent


@dataclass(frozen=True, slots=True)
class Tonnes:
    """Emissions of a sector, and the part that the levers enable [t CO2e/year]."""

    emissions: float
    low: float
    high: float


def tonnes_of(
    potential: "Potential", emissions: Mapping[str, float], findings: Findings, place: str
) -> dict[str, Tonnes]:
    """Return tonnes per sector and for society, the sum of the sectors.

    Society is summed over the sectors given, or, where the user gives ``society`` itself, its
    enabled share times that.
    """
    for sector in emissions:
        if sector not in potential.sectors and sector != SOCIETY:
            params = {"sector": sector, "known": ", ".join(potential.sectors)}
            findings.add(Finding("HP-M23", Severity.WARNING, place, params, "unknown"))
    found = {
        sector: Tonnes(emissions[sector], result.low * emissions[sector],
                       result.high * emissions[sector])
        for sector, result in potential.sectors.items()
        if sector in emissions
    }  # fmt: skip
    total = emissions.get(SOCIETY, sum(entry.emissions for entry in found.values()))
    complete = all(row.link in found for row in potential.table.society)
    if complete and total > 0:
        _check_shares(potential, found, total, findings, place)
    if potential.society is not None and SOCIETY in emissions:
        low, high = potential.society.low * total, potential.society.high * total
        found[SOCIETY] = Tonnes(total, low, high)
    elif found:
        parts = list(found.values())
        found[SOCIETY] = Tonnes(total, sum(p.low for p in parts), sum(p.high for p in parts))
    return found


def _check_shares(
    potential: "Potential",
    found: Mapping[str, Tonnes],
    total: float,
    findings: Findings,
    place: str,
) -> None:
    """Report sectors whose share of the given total is not the share of the lever table."""
    for row in potential.table.society:
        given = found[row.link].emissions / total
        if not row.share.low - TOLERANCE <= given <= row.share.high + TOLERANCE:
            table = f"{100 * row.share.low:.0f} %"
            if row.share.high > row.share.low:
                table = f"{100 * row.share.low:.0f}-{100 * row.share.high:.0f} %"
            params = {"sector": row.link, "given": f"{100 * given:.1f} %", "table": table}
            findings.add(Finding("HP-M23", Severity.WARNING, place, params))
