"""What was found in a library: the texts of its findings, once per scenario, with their number.

The scores name codes only. What differs from case to case within a text stands as "…"; a report
of the case, or ``handprint assess``, has it in full.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from handprint.core.arrays import Mask
from handprint.core.errors import Severity
from handprint.core.files import write_whole
from handprint.core.i18n import FINDING_PARTS, LANGUAGES, messages
from handprint.review.marks import Mark, either

__all__ = ["Tally", "by_code", "tallied", "together", "write_findings"]

_PLACEHOLDER = re.compile(r"(?<!\{)\{\w+[^{}]*\}(?!\})")
_COLUMNS = ("template", "code", "severity", "cases")


@dataclass(frozen=True, slots=True)
class Tally:
    """How many scored cases of a scenario have a finding."""

    template: str
    code: str
    severity: Severity
    cases: int


def by_code(marks: Iterable[Mark]) -> list[Mark]:
    """Return one mark per code in the fixed order: the worst first, then by code."""
    found: dict[str, Mark] = {}
    for mark in marks:
        known = found.setdefault(mark.key, mark)
        if known is not mark:
            worst = min(known, mark, key=lambda m: m.severity.rank)
            found[mark.key] = replace(worst, mask=either(known.mask, mark.mask))
    return sorted(found.values(), key=lambda mark: (mark.severity.rank, mark.key))


def tallied(template: str, marks: Sequence[Mark], kept: Mask) -> Iterator[Tally]:
    """Yield the number of kept cases of every mark, of which there is one per code."""
    count, whole = int(np.count_nonzero(kept)), bool(kept.all())
    for mark in marks:
        cases = count
        if mark.mask.size > 1:
            cases = int(np.count_nonzero(mark.mask if whole else mark.mask & kept))
        if cases:
            yield Tally(template, mark.key, mark.severity, cases)


def together(tallies: Iterable[Tally]) -> list[Tally]:
    """Return one tally per scenario and finding, the worst findings of a scenario first."""
    counts: dict[tuple[str, int, str], int] = {}
    for tally in tallies:
        key = (tally.template, tally.severity.rank, tally.code)
        counts[key] = counts.get(key, 0) + tally.cases
    ranks = list(Severity)
    return [Tally(t, code, ranks[r], counts[t, r, code]) for t, r, code in sorted(counts)]


def write_findings(path: Path, tallies: Iterable[Tally]) -> None:
    """Write the texts of all findings of a library with the number of their cases."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\n")
    parts = [(part, lang) for part in FINDING_PARTS for lang in LANGUAGES]
    writer.writerow([*_COLUMNS, *(f"{part}_{lang}" for part, lang in parts)])
    for tally in together(tallies):
        texts: Any = messages()[tally.code]
        shown = [_general(texts[part][lang]) for part, lang in parts]
        writer.writerow([tally.template, tally.code, tally.severity.value, tally.cases, *shown])
    # spreadsheets take a Chinese text without the mark for another encoding
    write_whole(path, stream.getvalue().encode("utf-8-sig"), durable=True)


def _general(text: str) -> str:
    """Return a text of the catalogue without what differs from case to case."""
    return _PLACEHOLDER.sub("…", text).replace("{{", "{").replace("}}", "}")
