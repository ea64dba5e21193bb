"""Scores of experts per case and criterion; who has declared a conflict of interest is left out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from handprint.core.errors import Finding, Findings, Severity
from handprint.selection.criteria import ExpertScale
from handprint.tables.sheets import Record, Sheet, find_table, folded, records
from handprint.units.records import number_of

__all__ = ["Opinion", "read_experts"]

NEEDED = ("case", "expert")
OTHERS = (*NEEDED, "conflict", "note")
NO_CONFLICT = ("", "no", "none", "false", "0", "-", "否", "无")
FULL = 100.0


@dataclass(frozen=True, slots=True)
class Opinion:
    """What the experts think of one case in one criterion, in points from 0 to 100."""

    mean: float
    low: float
    high: float
    count: int


def read_experts(
    path: Path, cases: Sequence[str], criteria: Sequence[str], scale: ExpertScale, found: Findings
) -> Mapping[tuple[str, str], Opinion]:
    """Return the opinions by case and criterion from a table (CSV or XLSX).

    Columns: case, expert, conflict (empty or "no" means none), and one per criterion with scores
    on the scale; an empty cell is no opinion.
    """
    sheet = find_table(path, NEEDED, found)
    columns = [] if sheet is None else _columns(sheet, criteria, found)
    points: dict[tuple[str, str], list[float]] = {}
    seen: set[tuple[str, str]] = set()
    conflicts = 0
    for record in records(sheet, found) if sheet is not None and columns else ():
        pair = (record["case"], record["expert"])
        if not _usable(record, pair, seen, cases, found):
            continue
        seen.add(pair)
        if record["conflict"].lower() not in NO_CONFLICT:
            conflicts += 1
            continue
        for criterion in columns:
            value = _points(record, criterion, scale, found)
            if value is not None:
                points.setdefault((pair[0], criterion), []).append(value)
    if conflicts:
        params = {"count": conflicts}
        found.add(Finding("HP-K09", Severity.NOTE, path.name, params, "conflict"))
    return {key: _opinion(values) for key, values in points.items()}


def _columns(sheet: Sheet, criteria: Sequence[str], found: Findings) -> list[str]:
    """Return the criteria that the table scores; a column that is none becomes a finding."""
    header = sheet.names
    for name in NEEDED:
        if name not in header:
            found.add(Finding("HP-K09", Severity.ERROR, sheet.head_place(), {"column": name}))
    named = {folded(criterion): criterion for criterion in criteria}
    for index, name in enumerate(header):
        if name and name not in named and name not in OTHERS:
            params = {"column": name, "known": ", ".join(criteria)}
            place = sheet.head_place(index)
            found.add(Finding("HP-K09", Severity.ERROR, place, params, "criterion"))
    return [named[name] for name in header if name in named] if "case" in header else []


def _usable(
    record: Record,
    pair: tuple[str, str],
    seen: set[tuple[str, str]],
    cases: Sequence[str],
    found: Findings,
) -> bool:
    case, expert = pair
    if case not in cases:
        params = {"id": case}
        found.add(Finding("HP-K09", Severity.WARNING, record.place("case"), params, "case"))
        return False
    if pair in seen:
        params = {"id": case, "expert": expert}
        found.add(Finding("HP-K09", Severity.ERROR, record.place("case"), params, "twice"))
        return False
    return True


def _points(record: Record, criterion: str, scale: ExpertScale, found: Findings) -> float | None:
    value = number_of(record, criterion, found)
    if value is None:
        return None
    points = FULL * (value - scale.low) / (scale.high - scale.low)
    if not 0.0 <= points <= FULL:
        params = {"value": value, "low": scale.low, "high": scale.high}
        place = record.place(criterion.lower())
        found.add(Finding("HP-K09", Severity.ERROR, place, params, "range"))
        return None
    return points


def _opinion(values: Sequence[float]) -> Opinion:
    return Opinion(sum(values) / len(values), min(values), max(values), len(values))
