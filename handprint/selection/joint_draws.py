"""Cases evaluated again with one seed, so that a factor which they share errs for all alike."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from handprint.assess.simulation import simulate
from handprint.case.reader import RawCase
from handprint.case.schema import Case
from handprint.core.arrays import Array
from handprint.core.errors import Findings, Severity
from handprint.forms.intake import load_case_bytes
from handprint.model.bind import bind
from handprint.model.columns import central_columns
from handprint.model.effects import Effects, effects_of
from handprint.selection.submissions import Submission

if TYPE_CHECKING:
    from handprint.factors.factor import Library


__all__ = ["CaseFinder", "draw_effects", "joint_ner"]

AGREES = 1e-6  # relative: a case that gives another NER than its score is not the case scored

# Yields id and case of rows of a scored library; whoever knows the library hands one over.
CaseFinder = Callable[[Sequence[int]], Iterable[tuple[str, Case, RawCase]]]


def joint_ner(
    submissions: Sequence[Submission],
    library: "Library",
    *,
    seed: int,
    draws: int,
    find: CaseFinder | None = None,
) -> dict[str, Array]:
    """Return the drawn NER of the cases that can be evaluated again [t CO2e], by id.

    Parameters
    ----------
    find : callable, optional
        Yields id and case of rows of the library; by default what the documents carry.
    """
    scored = {submission.id: submission.number("NER") for submission in submissions}
    found: dict[str, Array] = {}
    cases = _carried(submissions, library) if find is None else find(_rows(submissions))
    for name, case, raw in cases:
        drawn = draw_effects(case, raw, library, seed=seed, draws=draws)
        if drawn is None or name not in scored:
            continue
        central, simulated = drawn
        own = float(central.ner[0, 0])
        if abs(own - scored[name]) <= AGREES * max(abs(own), 1e-9):
            found[name] = simulated.ner[0]
    return found


def draw_effects(
    case: Case, raw: RawCase, library: "Library", *, seed: int, draws: int
) -> tuple[Effects, Effects] | None:
    """Return the central and the drawn effects of a case; None where it cannot be evaluated.

    The drawn effects are the central ones where nothing is uncertain.
    """
    local = Findings()
    model = bind(case, raw, library, local)
    if model is None or local.has(Severity.ERROR):
        return None
    columns = central_columns(model.columns)
    central = effects_of(model, columns)
    simulation = simulate(model, seed=seed, draws=draws)
    return central, (central if simulation is None else simulation.effects)


def _rows(submissions: Sequence[Submission]) -> list[int]:
    """Return the rows of a scored library that the submissions say they were."""
    named = [submission.extra.get("row", "") for submission in submissions]
    return [int(row) for row in named if row.isdecimal()]


def _carried(
    submissions: Sequence[Submission], library: "Library"
) -> Iterator[tuple[str, Case, RawCase]]:
    """Yield the cases that documents of this factor library carry."""
    for submission in submissions:
        source = submission.source
        if source is None or source.factors != library.sha256:
            continue
        loaded = load_case_bytes(source.file, source.text.encode(), Findings())
        if loaded is not None:
            yield submission.id, *loaded
