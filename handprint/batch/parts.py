"""Parts of a batch run: what a worker makes of one partition, and how it is kept on disk.

A part is two files, the scores and a record of everything else; the record is written last and
names the hash of the scores. A part without a record, or with another hash, is not there.
"""

import hashlib
import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np

from handprint.batch.case_tables import Partition
from handprint.batch.found import Tally
from handprint.batch.headers import Layout, read_layout
from handprint.batch.partition import BatchOptions, Outcome, Reject, Scorer
from handprint.batch.rejections import Reason
from handprint.batch.submissions import score_submissions
from handprint.batch.sums import GroupSum, Spread
from handprint.core.errors import Findings, Severity
from handprint.core.files import write_whole
from handprint.factors.factor import Library
from handprint.factors.library import load_library

__all__ = ["Job", "Part", "Task", "keep_part", "kept_part", "work"]

PLAIN = ("row", "id", "title", "applicant", "year")  # the rest of the texts repeats


@dataclass(frozen=True)
class Job:
    """What every worker needs to know.

    Parameters
    ----------
    columns : tuple of str
        Headers of the table; empty for submissions.
    factors : tuple of str
        Paths of own factor libraries.
    """

    place: str
    columns: tuple[str, ...]
    options: BatchOptions
    factors: tuple[str, ...] = ()


@dataclass(frozen=True)
class Task:
    """One partition of a table, or some submissions.

    Parameters
    ----------
    duplicates : mapping
        Rows whose id stands in an earlier row, to that row, or to the file's name.
    broken : mapping
        Rows with another number of cells than the header, to that number.
    """

    number: int
    rows: int
    source: Partition | tuple[int, tuple[str, ...]]
    duplicates: dict[int, Any] = field(default_factory=dict)
    broken: dict[int, int] = field(default_factory=dict)

    def loaded(self, job: Job) -> "Task":
        """Return the task with its rows read."""
        if not isinstance(self.source, Partition):
            return self
        table = self.source.table(list(_layout(job).used))
        return replace(self, source=replace(self.source, source=table))


@dataclass(frozen=True)
class Part:
    """The result of a task: plain bytes and values, fit for any engine."""

    number: int
    rows: int
    scored: int
    scores: bytes
    rejects: tuple[Reject, ...]
    sums: tuple[GroupSum, ...]
    tallies: tuple[Tally, ...]


def work(job: Job, task: Task) -> Part:
    """Score one partition; depends on nothing but its arguments."""
    scorer, library = _scorer(job)
    if isinstance(task.source, Partition):
        known = {
            row: Reason("HP-B11", params={"found": cells, "expected": len(job.columns)})
            for row, cells in task.broken.items()
        }
        table = task.source.table(_needed(scorer))
        outcome = scorer.score(table, task.source.first_row, task.duplicates, known)
    else:
        first, files = task.source
        paths = [Path(file) for file in files]
        outcome = score_submissions(paths, first, library, job.options, task.duplicates)
    return _part(task, outcome)


@lru_cache(maxsize=1)
def _layout(job: Job) -> Layout:
    return read_layout(job.columns or ("id", "template"), job.place, Findings())


@lru_cache(maxsize=1)
def _scorer(job: Job) -> tuple[Scorer, Library]:
    """Return the scorer of a run; a process keeps it, and with it the models it has bound."""
    findings = Findings()
    library = load_library(job.factors, findings=findings)
    return Scorer(_layout(job), library, job.options), library


def _needed(scorer: Scorer) -> list[str]:
    return list(scorer.layout.used)


def _part(task: Task, outcome: Outcome) -> Part:
    import pyarrow as pa
    import pyarrow.parquet as pq

    scores, count = b"", 0
    if outcome.scores:
        table = pa.table(outcome.scores)
        count = table.num_rows
        names = [
            f.name
            for f in table.schema
            if f.name not in PLAIN and not (pa.types.is_floating(f.type))
        ]
        sink = BytesIO()
        # without the Arrow schema every part reads back with the same plain types
        pq.write_table(table, sink, use_dictionary=names, store_schema=False)
        scores = sink.getvalue()
    told = tuple(outcome.rejects), tuple(outcome.sums), tuple(outcome.tallies)
    return Part(task.number, task.rows, count, scores, *told)


def _paths(folder: Path, number: int) -> tuple[Path, Path]:
    return folder / f"part-{number:06d}.parquet", folder / f"part-{number:06d}.json"


def keep_part(folder: Path, part: Part) -> None:
    """Write a part whole or not at all."""
    scores, record = _paths(folder, part.number)
    write_whole(scores, part.scores, durable=True)
    content = {
        "rows": part.rows,
        "scored": part.scored,
        "sha256": hashlib.sha256(part.scores).hexdigest(),
        "rejects": [[r.row, r.id, *_told(r.reason)] for r in part.rejects],
        "sums": [
            [s.category, s.sector, s.cases, dict(s.effects), s.ner.tolist(), asdict(s.spread)]
            for s in part.sums
        ],
        "findings": [[t.template, t.code, t.severity.value, t.cases] for t in part.tallies],
    }
    write_whole(record, json.dumps(content).encode(), durable=True)


def _told(reason: Reason) -> Sequence[Any]:
    return reason.code, reason.variant, reason.column, dict(reason.params)


def kept_part(folder: Path, number: int, *, checked: bool = False) -> Part | None:
    """Return a part as kept, without the bytes of its scores; None where it is not whole.

    Parameters
    ----------
    checked : bool
        Whether this process wrote it, so that its hash need not be looked at.
    """
    scores, record = _paths(folder, number)
    try:
        content = json.loads(record.read_text("utf-8"))
        if not checked:
            with scores.open("rb") as stream:
                digest = hashlib.file_digest(stream, "sha256").hexdigest()
            if digest != content["sha256"]:
                return None
        rejects = tuple(Reject(row, own, Reason(*told)) for row, own, *told in content["rejects"])
        sums = tuple(
            GroupSum(category, sector, cases, effects, np.array(ner), Spread(**spread))
            for category, sector, cases, effects, ner, spread in content["sums"]
        )
        tallies = tuple(
            Tally(scenario, code, Severity(severity), cases)
            for scenario, code, severity, cases in content["findings"]
        )
        return Part(number, content["rows"], content["scored"], b"", rejects, sums, tallies)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def fsync_folder(folder: Path) -> None:
    """Make the names in a folder last."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
