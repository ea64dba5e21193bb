"""From cases up: what assessed cases cut in their sectors, against the sectors' potential.

Every case that was read counts, the adverse ones too (R18); solutions on one reference activity
combine by their gross rates before footprints are subtracted (R19).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from handprint.core.errors import Finding, Findings, Severity

if TYPE_CHECKING:
    import pandas as pd

    from handprint.sector.potential import Potential

__all__ = ["Coverage", "SectorCases", "sum_cases"]

UNNAMED = ("", "unknown", "none")


@dataclass(frozen=True, slots=True)
class SectorCases:
    """The cases of one sector, per year.

    Parameters
    ----------
    ner, plain_ner : float
        Net reduction with and without the treatment of overlaps [t CO2e/year].
    realised_ner : float
        Part of ``ner`` whose claim is "realised" [t CO2e/year].
    by_link : mapping
        Net reduction by link; "" holds cases that name none [t CO2e/year].
    of_potential : tuple of float or None
        Share of the sector's potential, against its high and its low end [1]; None without the
        sector's emissions.
    """

    cases: int
    adverse: int
    overlapping: int
    ner: float
    plain_ner: float
    realised_ner: float
    by_link: Mapping[str, float]
    idle_links: tuple[str, ...]
    potential: tuple[float, float] | None
    of_potential: tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class Coverage:
    """What was summed, and what could not be (R18)."""

    read: int
    counted: int
    without_ner: int
    without_sector: int
    outside: int
    sectors: Mapping[str, SectorCases]


def sum_cases(
    frame: "pd.DataFrame",
    potential: "Potential",
    emissions: Mapping[str, float],
    findings: Findings,
    place: str,
) -> Coverage:
    """Return the cases summed into their sectors.

    Parameters
    ----------
    frame : DataFrame
        The columns of `handprint.sector.inputs.SCORES`.
    emissions : mapping
        Emissions by sector [t CO2e/year]; may be empty.
    """
    scored = frame[np.isfinite(frame["NER"])]
    named = scored[~scored["sector"].isin(UNNAMED)]
    inside = named[named["sector"].isin(list(potential.sectors))]
    _report(frame, inside, potential, emissions, findings, place)
    yearly = _per_year(inside)
    return Coverage(
        read=len(frame),
        counted=len(inside),
        without_ner=len(frame) - len(scored),
        without_sector=len(scored) - len(named),
        outside=len(named) - len(inside),
        sectors={
            sector: _sector(sector, yearly[yearly["sector"] == sector], potential, emissions)
            for sector in potential.sectors
        },
    )


def _per_year(frame: "pd.DataFrame") -> "pd.DataFrame":
    """Return the effects of each case divided by the years of its period."""
    years = frame["years"].where(frame["years"] > 0, 1.0)
    amounts = ["NER", "E_ref", "G0", "G", "F"]
    result = frame.copy()
    result[amounts] = frame[amounts].div(years, axis=0)
    gross = result["G"].fillna(result["NER"] + result["F"].fillna(0.0))
    result["G"] = gross
    result["G0"] = result["G0"].fillna(gross)
    result["F"] = gross - result["NER"]  # what the case itself subtracted
    return result


def _sector(
    sector: str, cases: "pd.DataFrame", potential: "Potential", emissions: Mapping[str, float]
) -> SectorCases:
    counted = _without_overlap(cases)
    ner = float(counted.sum())
    realised = float(counted[cases["claim"] == "realised"].sum())
    by_link = counted.groupby(cases["link"]).sum()
    links = {str(link): float(value) for link, value in by_link.items()}
    known = [lever.link for lever in potential.table.of(sector)]
    result = potential.sectors[sector]
    reach = None
    if sector in emissions:
        reach = (result.low * emissions[sector], result.high * emissions[sector])
    shares = None
    if reach is not None and min(reach) > 0:
        first, second = sorted((ner / reach[0], ner / reach[1]))
        shares = (first, second)
    shared = (cases["activity"] != "") & cases["activity"].duplicated(keep=False)
    return SectorCases(
        cases=len(cases),
        adverse=int((cases["NER"] < 0).sum()),
        overlapping=int(shared.sum()),
        ner=ner,
        plain_ner=float(cases["NER"].sum()),
        realised_ner=realised,
        by_link=_known_links(links, known),
        idle_links=tuple(link for link in known if links.get(link, 0.0) <= 0.0),
        potential=reach,
        of_potential=shares,
    )


def _known_links(links: Mapping[str, float], known: list[str]) -> dict[str, float]:
    other = sum(value for link, value in links.items() if link not in known)
    named = {link: value for link, value in links.items() if link in known}
    return named | ({"": other} if other else {})


def _without_overlap(cases: "pd.DataFrame") -> "pd.Series[float]":
    """Return the net reduction that each case adds, overlaps taken out.

    Cases on one reference activity cut ``E_ref (1 - prod(1 - G0/E_ref))`` together; each keeps its
    part of that in proportion to its own gross effect, and its own footprint.
    """
    shared = cases[(cases["activity"] != "") & (cases["E_ref"] > 0)]
    activity = shared["activity"]
    e_ref = shared.groupby(activity)["E_ref"].transform("max")
    remaining = (1.0 - shared["G0"] / e_ref).groupby(activity).transform("prod")
    plain = shared.groupby(activity)["G0"].transform("sum")
    scale = (e_ref * (1.0 - remaining) / plain).where(plain != 0, 1.0)
    several = activity.duplicated(keep=False)
    counted = cases["NER"].copy()
    counted.loc[shared.index[several]] = (shared["G"] * scale - shared["F"])[several]
    return counted


def _report(
    frame: "pd.DataFrame",
    inside: "pd.DataFrame",
    potential: "Potential",
    emissions: Mapping[str, float],
    findings: Findings,
    place: str,
) -> None:
    """Report what a reader of the sum must know."""

    def note(code: str, severity: Severity, variant: str = "", **params: str | int) -> None:
        findings.add(Finding(code, severity, place, params, variant))

    doubled = frame["case"][frame["case"].duplicated()].unique()
    if len(doubled):
        listed = ", ".join(str(case) for case in doubled[:5])
        note("HP-M25", Severity.ERROR, count=len(doubled), list=listed)
    left_out = len(frame) - len(inside)
    if left_out:
        note("HP-M26", Severity.WARNING, count=left_out, read=len(frame))
    if not (inside["activity"] != "").any():
        note("HP-M27", Severity.WARNING)
    shared = (inside["activity"] != "") & inside["activity"].duplicated(keep=False)
    lacking = int((shared & ~(inside["E_ref"] > 0)).sum())
    if lacking:
        note("HP-M27", Severity.ERROR, "reference", count=lacking)
    _report_links(inside, potential, findings, place)
    if inside["years"].isna().any():
        note("HP-M28", Severity.WARNING, count=int(inside["years"].isna().sum()))
    if not emissions:
        note("HP-M29", Severity.NOTE)


def _report_links(
    inside: "pd.DataFrame", potential: "Potential", findings: Findings, place: str
) -> None:
    """Report links that the lever table does not have, one finding for each."""
    named = inside[inside["link"] != ""].drop_duplicates(["sector", "link"])
    for case, sector, link in zip(named["case"], named["sector"], named["link"], strict=True):
        known = [lever.link for lever in potential.table.of(sector)]
        if link not in known:
            params = {"link": link, "case": case, "known": ", ".join(known) or "-"}
            findings.add(Finding("HP-M30", Severity.WARNING, place, params))
