"""The cases behind a scored library by their rows, so that others can draw them jointly."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from handprint.batch.files import read_manifest
from handprint.batch.partition import BatchOptions
from handprint.batch.reports import raw_cases
from handprint.batch.run import Plan, plan_run
from handprint.case.reader import RawCase
from handprint.case.schema import Case
from handprint.case.template import expand
from handprint.case.validate import validate
from handprint.core.errors import Findings, Severity
from handprint.core.files import standing_at
from handprint.factors.factor import Library

__all__ = ["RowFinder", "find_cases"]

RowFinder = Callable[[Sequence[int]], Iterator[tuple[str, Case, RawCase]]]


def find_cases(
    scores: Path, library: Path | None, factors: Library, findings: Findings
) -> RowFinder | None:
    """Return what finds the cases of scores; None where the library is not known.

    Parameters
    ----------
    library : Path or None
        The library as the user names it; else one of its name is looked for beside the scores.
    """
    path = library or _beside(scores)
    if path is None:
        return None
    told = Findings()
    plan = plan_run(path, factors, BatchOptions(), told)
    if plan is None or told.has(Severity.ERROR):
        findings.extend(told if library is not None else ())
        return None
    return _finder(plan)


def _beside(scores: Path) -> Path | None:
    """Return the library that the manifest of the scores names, where it is still to be found."""
    folder = scores if standing_at(scores) == "folder" else scores.parent
    manifest = read_manifest(folder)
    try:
        name = str((manifest or {})["library"]["name"])
    except (KeyError, TypeError):
        return None
    places = (Path(name), folder / name, folder.parent / name)
    return next((place for place in places if standing_at(place)), None)


def _finder(plan: Plan) -> RowFinder:
    def find(rows: Sequence[int]) -> Iterator[tuple[str, Case, RawCase]]:
        for raw in raw_cases(plan, [row for row in rows if 1 <= row <= plan.rows]):
            local = Findings()
            expanded = expand(raw, local)
            case = validate(expanded, local)
            if case is not None and not local.has(Severity.ERROR):
                yield case.id, case, expanded

    return find
