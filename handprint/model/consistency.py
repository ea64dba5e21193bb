"""Whether the parts of a case fit together: regions, twin lines, factor paths."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from handprint.case.reader import KeyPath, RawCase
from handprint.case.schema import Case
from handprint.core.errors import Finding, Severity
from handprint.factors import regions
from handprint.model.factor_binding import series_of
from handprint.model.structure import SCENARIOS

if TYPE_CHECKING:
    from handprint.model.structure import ModelLine

__all__ = ["unknown_regions", "unlike_twins", "unused_paths"]


def unknown_regions(case: Case, raw: RawCase) -> Iterator[Finding]:
    """Yield a finding for every region code that is not known."""
    places: list[tuple[KeyPath, str | None]] = [(("region",), case.region)]
    places += [(("sites", i, "region"), s.region) for i, s in enumerate(case.sites)]
    for scenario in SCENARIOS:
        block = getattr(case, scenario)
        places.append(((scenario, "region"), getattr(block, "region", None)))
        for i, line in enumerate(block.lines):
            places.append(((scenario, "lines", i, "region"), line.region))
    for path, code in places:
        if code is not None and not regions.known(code):
            params = {"region": code, "near": regions.nearest(code)}
            yield Finding("HP-F02", Severity.ERROR, raw.place(path), params)


def unlike_twins(lines: "Sequence[ModelLine]") -> Iterator[Finding]:
    """Yield a finding where a reference line is a rate and its solution twin an amount."""
    reference = {(line.id, line.site): line for line in lines if line.scenario == "reference"}
    for line in lines:
        twin = reference.get((line.id, line.site))
        if line.scenario == "solution" and twin is not None and twin.kind != line.kind:
            params = {"line": line.id, "reference": twin.kind, "solution": line.kind}
            yield Finding("HP-L01", Severity.BLOCK, line.place, params)


def unused_paths(case: Case, raw: RawCase) -> Iterator[Finding]:
    """Yield a finding for every factor path whose factor no line uses: it had no effect."""
    lines = [line for scenario in SCENARIOS for line in getattr(case, scenario).lines]
    written = [(line.factor.id, line) for line in lines if line.factor is not None]
    used = {i for i, _ in written} | {series_of(i, line) for i, line in written if i}
    for factor_id in case.factor_paths.keys() - used:
        place = raw.place(("factor_paths", factor_id))
        yield Finding("HP-L02", Severity.WARNING, place, {"name": factor_id}, "path")
