"""Score a folder of submissions, one case after the other, into the columns of a table."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from handprint.assess.assess import Assessment, Options, assess
from handprint.batch.found import together
from handprint.batch.partition import BatchOptions, Outcome, Reject
from handprint.batch.plain import text_array
from handprint.batch.rejections import Reason
from handprint.batch.results import Results, Scored
from handprint.batch.sums import joined
from handprint.case.schema import Case
from handprint.core.arrays import Mask
from handprint.core.errors import Finding, Findings, Severity
from handprint.core.files import shown_name
from handprint.core.i18n import pick
from handprint.factors.factor import Library
from handprint.forms.intake import load_case, read_submission
from handprint.model.effects import EFFECTS
from handprint.review.marks import ALWAYS, Mark

__all__ = ["repeated_cases", "score_submissions", "scored_case"]

FOLLOWS = "HP-Q09"  # a formula uses an input that has a finding of its own


def repeated_cases(files: Sequence[Path]) -> dict[int, int]:
    """Return the files (counted from 1) whose case id an earlier file has, and that file."""
    seen: dict[str, int] = {}
    repeated: dict[int, int] = {}
    for number, path in enumerate(files, start=1):
        case_id = _written_id(path)
        if case_id and seen.setdefault(case_id, number) != number:
            repeated[number] = seen[case_id]
    return repeated


def score_submissions(
    files: Sequence[Path],
    first_row: int,
    library: Library,
    options: BatchOptions,
    repeated: dict[int, str],
) -> Outcome:
    """Assess submissions; each has the number of its file as its row.

    Parameters
    ----------
    repeated : mapping
        Rows whose id an earlier file has, to the name of that file.
    """
    results, kept = Results(len(files)), np.zeros(len(files), dtype=bool)
    texts: dict[str, list[str]] = {name: [] for name in ("id", "template", "title", "applicant")}
    rejects: list[Reject] = []
    for place, path in enumerate(files):
        row, findings = first_row + place, Findings()
        loaded = load_case(path, findings)
        if loaded is not None and row in repeated:
            params = {"id": loaded[0].id, "other": repeated[row]}
            rejects.append(
                Reject(row, loaded[0].id, Reason("HP-Y12", "", shown_name(path.name), params))
            )
            continue
        result = None
        if loaded is not None:
            settings = Options(options.draws, options.seed, vary=False)
            result = assess(*loaded, library, settings, findings)
        if result is None:
            case_id = loaded[0].id if loaded is not None else _written_id(path)
            rejects += [Reject(row, case_id, _reason(f, path)) for f in _errors(findings)]
            continue
        kept[place] = True
        results.take(np.array([place]), scored_case(result, findings, options), kept[[place]])
        for name, text in _texts(result.case).items():
            texts[name].append(text)
    columns = _columns(results, kept, first_row, texts, options) if kept.any() else {}
    return Outcome(columns, rejects, joined(results.sums), together(results.tallies))


def _columns(
    results: Results,
    kept: Mask,
    first_row: int,
    texts: Mapping[str, list[str]],
    options: BatchOptions,
) -> dict[str, Any]:
    """Return the score columns, as those of a table."""
    arrays = {name: text_array(values) for name, values in texts.items()}
    with_draws = bool(options.draws)
    return results.columns(kept, first_row, arrays, with_draws=with_draws, with_way=False)


def _texts(case: Case) -> dict[str, str]:
    """Return what a case brings along, as the columns of a table do."""
    return {
        "id": case.id,
        "template": case.template or "",
        "title": pick(case.title, "zh"),
        "applicant": str((case.submitter or {}).get("name") or ""),
    }


def _errors(findings: Findings) -> list[Finding]:
    """Return what forbids a score, without what only follows from another finding."""
    errors = [f for f in findings if f.severity is Severity.ERROR]
    return [f for f in errors if f.rule != FOLLOWS] or errors


def _written_id(path: Path) -> str:
    """Return the id that stands in a submission, "" where none can be read."""
    raw = read_submission(path, Findings())
    found = None if raw is None else raw.tree.get("id")
    return found if isinstance(found, str) else ""


def _reason(finding: Finding, path: Path) -> Reason:
    """Return a finding as a reason, its place without the folder."""
    place = shown_name(finding.place).replace(shown_name(path), shown_name(path.name), 1)
    return Reason(finding.rule, finding.variant, place, finding.params)


def scored_case(result: Assessment, findings: Findings, options: BatchOptions) -> Scored:
    """Return an assessed case with its results."""
    numbers = {str(n): _number(m.value) for n, m in result.metrics.items()}
    numbers |= {name: float(getattr(result.effects, name)[0, 0]) for name in EFFECTS}
    numbers["quality_score"] = float(result.facts["quality_score"][0])
    summary = result.metrics["NER"].summary
    if summary is not None and result.probability is not None:
        numbers |= {name: float(getattr(summary, name)) for name in ("p5", "p50", "p95")}
        numbers["probability"] = result.probability
    ner = np.full(options.draws, numbers["NER"])
    if result.simulation is not None and result.simulation.ner.size > 1:
        ner = result.simulation.ner[: options.draws]  # more are drawn where they had not settled
    return Scored(
        case=result.case,
        model=result.model,
        numbers={name: np.array([value]) for name, value in numbers.items()},
        nature=np.array([result.nature]),
        marks=[Mark(f.rule, f.variant, f.severity, ALWAYS) for f in findings],
        regions=[result.case.region],
        ner=ner,
    )


def _number(value: float | None) -> float:
    return np.nan if value is None else value
