"""One run of the sector model: read the tables, calculate, sum the cases."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from handprint.core.errors import Finding, Findings, Param, Severity
from handprint.core.files import unreadable
from handprint.sector.cases import Coverage, sum_cases
from handprint.sector.inputs import read_emissions, read_links, read_scores
from handprint.sector.levers import read_levers, shipped_path
from handprint.sector.potential import Correlation, Potential, potential
from handprint.sector.tonnage import Tonnes, tonnes_of

__all__ = ["SectorOptions", "SectorRun", "run_sector"]


@dataclass(frozen=True, slots=True)
class SectorOptions:
    """What a run of the sector model is asked for; without ``levers`` the shipped table."""

    levers: Path | None = None
    emissions: Path | None = None
    cases: Path | None = None
    links: Path | None = None
    year: int = 2030
    seed: int = 1
    draws: int = 10_000
    correlation: Correlation = "low-high"


@dataclass(frozen=True, slots=True)
class SectorRun:
    """Everything one run of the sector model found."""

    potential: Potential
    tonnes: Mapping[str, Tonnes]
    coverage: Coverage | None
    inputs: Sequence[Path]


def run_sector(options: SectorOptions, findings: Findings) -> SectorRun | None:
    """Run the sector model; None where a table has errors: nothing is computed on half of it."""
    given = (options.levers, options.emissions, options.cases, options.links)
    findings.extend(unreadable(given, files=True))
    if findings.has(Severity.ERROR):
        return None
    table = read_levers(options.levers, findings)
    emissions: dict[str, float] = {}
    if options.emissions is not None:
        emissions = read_emissions(options.emissions, findings)
    if table is None or findings.has(Severity.ERROR):
        return None
    result = potential(
        table,
        findings,
        year=options.year,
        seed=options.seed,
        draws=options.draws,
        correlation=options.correlation,
    )
    if result is None:
        return None
    place = "" if options.emissions is None else options.emissions.name
    tonnes = tonnes_of(result, emissions, findings, place)
    coverage = _cases(options, result, emissions, findings)
    if findings.has(Severity.ERROR):
        return None
    files = (options.levers or shipped_path(), options.emissions, options.cases, options.links)
    return SectorRun(result, tonnes, coverage, [path for path in files if path is not None])


def _cases(
    options: SectorOptions, result: Potential, emissions: Mapping[str, float], findings: Findings
) -> Coverage | None:
    if options.cases is None:
        return None
    frame = read_scores(options.cases, findings)
    links = {} if options.links is None else read_links(options.links, findings)
    if frame is None:
        return None
    unknown = sorted(set(links) - set(frame["case"]))
    if unknown and options.links is not None:
        params: dict[str, Param] = {"count": len(unknown), "list": ", ".join(unknown[:5])}
        findings.add(Finding("HP-M31", Severity.ERROR, options.links.name, params))
    for column in ("link", "activity"):
        given = frame["case"].map({case: entry[column] for case, entry in links.items()})
        frame[column] = given.where(given.notna() & (given != ""), frame[column])
    return sum_cases(frame, result, emissions, findings, options.cases.name)
