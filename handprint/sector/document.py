"""The sector model's result as one plain dict: the JSON file, and what reports are made from.

Enabled shares are in per cent of the sector's emissions, amounts in t CO2e per year.
"""

from typing import Any

from handprint.core.errors import Findings
from handprint.core.i18n import Language, both, document_findings
from handprint.page.run_manifest import run_manifest
from handprint.sector.cases import Coverage, SectorCases
from handprint.sector.lever import Lever, Range, Reference
from handprint.sector.potential import Interval, Potential, SectorPotential, Swing
from handprint.sector.run import SectorRun
from handprint.sector.tonnage import Tonnes

__all__ = ["sector_document"]

PER_CENT = 100.0
SOCIETY = "society"
FULL = 1.0
BOOKING_SHARES = ("energy", "industry", "transport", "buildings")


def sector_document(run: SectorRun, findings: Findings, lang: Language) -> dict[str, Any]:
    """Return the result document; ``lang`` is the language of the findings' texts."""
    p = run.potential
    return {
        "handprint": 1,
        "kind": "sector",
        "title": dict(p.table.title),
        "year": p.year,
        "unit": "%",
        "sectors": {name: _sector(run, name, result) for name, result in p.sectors.items()},
        "society": None if p.society is None else _society(run, p.society),
        "implied": _implied(p),
        "conventions": [_convention(name, r) for name, r in _all(p).items()],
        "path": [
            {"year": year, **{name: _ends(*ends) for name, ends in values.items()}}
            for year, values in p.path.items()
        ],
        "tornado": [_swing(swing) for swing in p.swings],
        "side_by_side": [_reference(study) for study in p.table.studies],
        "evidence": [_reference(row) for row in p.table.evidence],
        "cases": None if run.coverage is None else _coverage(run.coverage),
        "calibration": _calibration(p),
        "notes": [{"code": code, **both(code)} for code in _notes(run)],
        "findings": document_findings(findings, lang, run.inputs),
        "manifest": run_manifest(
            run.inputs, year=p.year, seed=p.seed, draws=p.draws, correlation=p.correlation
        ),
    }


def _all(p: Potential) -> dict[str, SectorPotential]:
    return dict(p.sectors) | ({} if p.society is None else {SOCIETY: p.society})


def _ends(low: float, high: float) -> dict[str, float]:
    return {"low": _percent(low), "high": _percent(high)}


def _percent(share: float) -> float:
    return round(PER_CENT * share, 10)


def _range(value: Range | None, factor: float = PER_CENT) -> dict[str, float] | None:
    if value is None:
        return None
    return {"low": round(factor * value.low, 10), "high": round(factor * value.high, 10)}


def _shares(run: SectorRun, name: str, result: SectorPotential) -> dict[str, Any]:
    """Return what a sector and society have in common."""
    table = run.potential.table
    at_base = run.potential.year == table.base_year
    tonnes = run.tonnes.get(name)
    return {
        "low": _percent(result.low),
        "high": _percent(result.high),
        "combined_low": _percent(result.combined_low),
        "combined_high": _percent(result.combined_high),
        "status": result.status,
        "published": _range(table.published.get(name), 1.0) if at_base else None,
        "intervals": {kind: _interval(value) for kind, value in result.intervals.items()},
        "interval": _chosen_interval(run.potential, result),
        "tonnes": None if tonnes is None else _tonnes(tonnes),
    }


def _chosen_interval(p: Potential, result: SectorPotential) -> dict[str, float] | None:
    found = result.intervals.get(p.correlation)
    return None if found is None else _interval(found)


def _interval(value: Interval) -> dict[str, float]:
    return {"p5": _percent(value.p5), "p50": _percent(value.p50), "p95": _percent(value.p95)}


def _tonnes(value: Tonnes) -> dict[str, float]:
    return {"emissions": value.emissions, "low": value.low, "high": value.high}


def _sector(run: SectorRun, name: str, result: SectorPotential) -> dict[str, Any]:
    row = run.potential.table.share_of(name)
    return {
        **_shares(run, name, result),
        "share_of_society": None if row is None else _range(row.share),
        "links": [
            _link(lever, result.contributions[lever.link], run.potential.year)
            for lever in run.potential.table.of(name)
        ],
    }


def _link(lever: Lever, contribution: tuple[float, float], year: int) -> dict[str, Any]:
    return {
        "id": lever.link,
        "name": dict(lever.name),
        "pool": lever.pool,
        "share": _range(lever.share),
        "saving": _range(lever.saving),
        "adoption": {str(y): _range(value) for y, value in lever.adoption.items()},
        "year": year,
        "contribution": _ends(*contribution),
        "calibrated": list(lever.calibrated),
        "literature": {name: _range(value) for name, value in lever.literature.items()},
        "source": lever.source,
        "status": lever.status,
        "note": lever.note,
    }


def _society(run: SectorRun, result: SectorPotential) -> dict[str, Any]:
    shares = {row.link: _range(row.share) for row in run.potential.table.society}
    parts = {
        row.link: {
            "low": _percent(row.share.low * run.potential.sectors[row.link].low),
            "high": _percent(row.share.high * run.potential.sectors[row.link].high),
        }
        for row in run.potential.table.society
    }
    return {**_shares(run, SOCIETY, result), "shares": shares, "parts": parts}


def _implied(p: Potential) -> dict[str, Any] | None:
    if p.implied is None:
        return None
    return {
        "sector": "energy",
        **_ends(p.implied.low, p.implied.high),
        "low_band": [_percent(value) for value in p.implied.low_band],
        "high_band": [_percent(value) for value in p.implied.high_band],
    }


def _convention(name: str, result: SectorPotential) -> dict[str, Any]:
    return {
        "sector": name,
        "additive": _ends(result.low, result.high),
        "multiplicative": _ends(result.combined_low, result.combined_high),
        "difference": _ends(result.low - result.combined_low, result.high - result.combined_high),
    }


def _swing(swing: Swing) -> dict[str, Any]:
    society = swing.society_low is not None and swing.society_high is not None
    return {
        "sector": swing.sector,
        "link": None if swing.lever is None else swing.lever.link,
        "name": None if swing.lever is None else dict(swing.lever.name),
        "of_sector": _ends(swing.sector_low, swing.sector_high),
        "of_society": _ends(swing.society_low or 0.0, swing.society_high or 0.0)
        if society
        else None,
    }


def _reference(row: Reference) -> dict[str, Any]:
    published = row.ranges.get("published")
    return {
        "sector": row.sector,
        "name": dict(row.name),
        "published": _range(published, 1.0),
        "of": row.of,
        "year": row.year,
        "ranges": {
            name: _range(value) for name, value in row.ranges.items() if name != "published"
        },
        "source": row.source,
        "status": row.status,
        "note": row.note,
    }


def _calibration(p: Potential) -> dict[str, Any]:
    """Return how much of the table was chosen to meet published ranges."""
    levers = p.table.levers
    full = [lever for lever in levers if _full(lever, p.table.base_year)]
    return {
        "levers": len(levers),
        "calibrated": sum(bool(lever.calibrated) for lever in levers),
        "fields": {lever.id: list(lever.calibrated) for lever in levers if lever.calibrated},
        "full_adoption_at_high": len(full),
    }


def _full(lever: Lever, year: int) -> bool:
    return year in lever.adoption and lever.adoption[year].high >= FULL


def _coverage(coverage: Coverage) -> dict[str, Any]:
    return {
        "read": coverage.read,
        "counted": coverage.counted,
        "without_ner": coverage.without_ner,
        "without_sector": coverage.without_sector,
        "outside": coverage.outside,
        "sectors": {name: _cases(found) for name, found in coverage.sectors.items()},
    }


def _cases(found: SectorCases) -> dict[str, Any]:
    potential, part = found.potential, found.of_potential
    return {
        "cases": found.cases,
        "adverse": found.adverse,
        "overlapping": found.overlapping,
        "NER": found.ner,
        "NER_without_overlap_treatment": found.plain_ner,
        "NER_realised": found.realised_ner,
        "by_link": dict(found.by_link),
        "links_without_cases": list(found.idle_links),
        "potential": None if potential is None else {"low": potential[0], "high": potential[1]},
        "of_potential": None if part is None else _ends(*part),
    }


def _notes(run: SectorRun) -> list[str]:
    """Return the statements that belong to the numbers, by their catalogue keys."""
    p = run.potential
    notes = ["sector.note.calibrated"] if any(lever.calibrated for lever in p.table.levers) else []
    if p.implied is not None:
        notes.append("sector.note.derived")
    if {row.link for row in p.table.society} >= set(BOOKING_SHARES):
        notes.append("sector.note.booking")
    notes.append("sector.note.conventions")
    if any(_full(lever, p.table.base_year) for lever in p.table.levers):
        notes.append("sector.note.adoption")
    notes.append("sector.note.gross")
    notes.append("sector.note.curve")
    if run.coverage is not None:
        notes.append("sector.note.cases")
    return notes
