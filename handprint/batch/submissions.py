"""Score a folder of submissions, one case after the other, into the columns of a table."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from handprint.assess.assess import Assessment, Options, assess
from handprint.batch.partition import BatchOptions, Outcome, Reject
from handprint.batch.rejections import Reason
from handprint.batch.sums import GroupSum, joined
from handprint.core.errors import Finding, Findings, Severity
from handprint.core.i18n import pick
from handprint.factors.factor import Library
from handprint.forms.intake import SUFFIXES, load_case, read_submission
from handprint.model.effects import EFFECTS

__all__ = ["case_files", "repeated_cases", "score_submissions"]

FOLLOWS = "HP-Q09"  # a formula uses an input that has a finding of its own


def case_files(folder: Path) -> list[Path]:
    """Return the submissions of a folder and the folders in it, in the order of their names."""
    return sorted(
        path
        for path in folder.rglob("*")
        if path.is_file()
        and path.suffix.lower() in SUFFIXES
        and not any(part.startswith(("~$", ".")) for part in path.relative_to(folder).parts)
    )


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
    scored: list[dict[str, Any]] = []
    rejects: list[Reject] = []
    sums: list[GroupSum] = []
    for row, path in enumerate(files, start=first_row):
        findings = Findings()
        loaded = load_case(path, findings)
        if loaded is not None and row in repeated:
            params = {"id": loaded[0].id, "other": repeated[row]}
            rejects.append(Reject(row, loaded[0].id, Reason("HP-Y12", "", path.name, params)))
            continue
        result = None
        if loaded is not None:
            settings = Options(options.draws, options.seed, vary=False)
            result = assess(*loaded, library, settings, findings)
        if result is None:
            case_id = loaded[0].id if loaded is not None else _written_id(path)
            rejects += [Reject(row, case_id, _reason(f, path)) for f in _errors(findings)]
            continue
        scored.append(_score(result, row, findings, options))
        sums.append(_sum(result, options))
    columns = _columns(scored) if scored else {}
    return Outcome(columns, rejects, joined(sums))


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
    place = finding.place.replace(str(path), path.name, 1)
    return Reason(finding.rule, finding.variant, place, finding.params)


def _score(
    result: Assessment, row: int, findings: Findings, options: BatchOptions
) -> dict[str, Any]:
    case = result.case
    keys = list(dict.fromkeys(f.key for f in findings))
    blocking = dict.fromkeys(f.key for f in findings if f.severity is Severity.BLOCK)
    submitter = case.submitter or {}
    found: dict[str, Any] = {
        "row": row,
        "id": case.id,
        "template": case.template or "",
        "title": pick(case.title, "zh"),
        "applicant": str(submitter.get("name") or ""),
        "region": case.region,
        "year": result.model.calendar.years[0],
        **{str(name): _number(metric.value) for name, metric in result.metrics.items()},
        **{name: float(getattr(result.effects, name)[0, 0]) for name in EFFECTS},
        "quality_score": float(result.facts["quality_score"][0]),
    }
    if options.draws:
        summary = result.metrics["NER"].summary
        known = summary is not None and result.probability is not None
        found |= {
            "p5": summary.p5 if known and summary else np.nan,
            "p50": summary.p50 if known and summary else np.nan,
            "p95": summary.p95 if known and summary else np.nan,
            "probability": _number(result.probability),
            "verdict": result.verdict,
        }
    return found | {
        "category": case.category or "",
        "sector": case.sector,
        "EI_unit": result.metrics["EI"].unit,
        "nature": result.nature,
        "findings": " ".join(keys),
        "blocking": " ".join(blocking),
    }


def _number(value: float | None) -> float:
    return np.nan if value is None else value


def _sum(result: Assessment, options: BatchOptions) -> GroupSum:
    effects = {name: float(getattr(result.effects, name)[0, 0]) for name in EFFECTS}
    ner = np.full(options.draws, float(result.effects.ner[0, 0]))
    if result.simulation is not None and result.simulation.ner.size > 1:
        ner = result.simulation.ner[: options.draws]  # more are drawn where they had not settled
    return GroupSum(result.case.category or "", result.case.sector, 1, effects, ner)


def _columns(scored: Sequence[dict[str, Any]]) -> dict[str, Any]:
    return {name: np.array([case[name] for case in scored]) for name in scored[0]}
