"""A batch run: plan the partitions, score them, keep each part whole, put them together.

Parts lie in ``OUT/.parts-<key>`` until the last one is there; the key names the library, the
options and the versions. A run that was stopped continues from its parts and leaves the same bytes.
"""

import hashlib
import json
import os
import platform
import shutil
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from handprint import __version__
from handprint.batch.approximate import tell_approximate
from handprint.batch.case_tables import (
    ROWS,
    TABLES,
    Repeated,
    TableLibrary,
    open_table,
    repeated_ids,
)
from handprint.batch.engines import Engine
from handprint.batch.files import (
    no_scores,
    read_manifest,
    write_portfolio,
    write_rejects,
    write_scores,
)
from handprint.batch.found import write_findings
from handprint.batch.headers import read_layout
from handprint.batch.library_files import (
    CHANGED,
    FileState,
    among,
    change_told,
    check_unchanged,
    content_hash,
    hashed,
    states,
)
from handprint.batch.partition import BatchOptions
from handprint.batch.parts import Job, Part, Task, keep_part, kept_part
from handprint.batch.submissions import repeated_cases
from handprint.core.errors import CodedError, Finding, Findings, Severity
from handprint.core.files import (
    files_below,
    shown_name,
    standing_at,
    to_json,
    unreadable,
    write_whole,
)
from handprint.core.i18n import Language
from handprint.factors.factor import Library
from handprint.forms.intake import case_files
from handprint.model.metrics import DEFAULTS, DEFINITIONS
from handprint.tables.parquet import dataset_files

__all__ = ["Plan", "Summary", "partition_rows", "plan_run", "run_batch"]

CASES = 50  # submissions of a part
PARTS = ".parts-"
DRAWN = 25_000_000  # draws of a partition, over its rows


@dataclass(frozen=True)
class Plan:
    """A library and how it is scored.

    Parameters
    ----------
    table : TableLibrary or None
        None for a folder of submissions.
    files : tuple of Path
        The submissions.
    size : int
        Submissions of a part.
    seen : tuple of FileState
        The files of the library as they were before any was read.
    """

    job: Job
    library: Library
    table: TableLibrary | None
    files: tuple[Path, ...] = ()
    size: int = CASES
    seen: tuple[FileState, ...] = ()

    @property
    def rows(self) -> int:
        """Number of cases."""
        return self.table.rows if self.table is not None else len(self.files)

    def __len__(self) -> int:
        """Return the number of parts."""
        return len(self.table) if self.table is not None else -(-len(self.files) // self.size)

    def place(self, row: int) -> str:
        """Return where a row stands."""
        return (
            self.table.place_of(row)
            if self.table is not None
            else shown_name(self.files[row - 1].name)
        )


@dataclass(frozen=True, slots=True)
class Summary:
    """What a run did."""

    rows: int
    scored: int
    rejected: int
    scores: Path
    resumed: int


def plan_run(
    path: Path,
    library: Library,
    options: BatchOptions,
    findings: Findings,
    *,
    factors: tuple[str, ...] = (),
    rows: int | None = None,
) -> Plan | None:
    """Return the plan for a library; None, with findings, where it cannot be read.

    Parameters
    ----------
    rows : int or None
        Rows of a partition, where not the usual number.
    """
    findings.extend(unreadable([path]))
    if findings.has(Severity.ERROR):
        return None
    kind = standing_at(path)
    if not kind:
        findings.add(Finding("HP-Y01", Severity.ERROR, str(path)))
        return None
    files = () if kind == "file" else tuple(case_files(path, below=True))
    if kind == "folder" and (files or not dataset_files(path)):
        if not files:
            findings.add(Finding("HP-B08", Severity.ERROR, str(path)))
            return None
        if options.first_order:  # a submission is drawn faster than it is read
            findings.add(Finding("HP-B18", Severity.NOTE, str(path)))
        drawn = replace(options, first_order=False)
        job = Job(shown_name(path.name), (), drawn, factors)
        return Plan(job, library, None, files, rows or CASES, states(files))
    if kind == "file" and not path.name.lower().endswith(TABLES):
        params = {"suffix": path.suffix or "-", "known": ", ".join(TABLES)}
        findings.add(Finding("HP-B16", Severity.ERROR, str(path), params))
        return None
    before = states([path] if kind == "file" else files_below(path))
    table = open_table(path, findings, rows=rows or partition_rows(options.effort))
    if table is None:
        return None
    layout = read_layout(table.columns, table.place, findings)
    if findings.has(Severity.ERROR):
        return None
    tell_approximate(table, layout, findings)
    return Plan(
        Job(table.place, table.columns, options, factors),
        library,
        table,
        seen=among(before, table.files),
    )


def partition_rows(effort: int) -> int:
    """Return the rows of a partition: fewer with draws, so that one takes seconds."""
    return ROWS if not effort else min(ROWS, max(1_000, DRAWN // effort))


def run_batch(
    plan: Plan,
    out: Path,
    engine: Engine,
    *,
    lang: Language = "en",
    form: str = "parquet",
    resume: bool = False,
    progress: Callable[[int], None] = lambda _rows: None,
) -> Summary:
    """Score a library and write the results.

    Parameters
    ----------
    progress : callable
        Is told the number of rows of every part that is done.

    Raises
    ------
    CodedError
        HP-B12: ``resume``, but the folder holds the run of something else; HP-B13: a worker
        died; HP-B15: too many rows for a workbook; HP-B21: a file of the library has changed.
    """
    with change_told(plan.seen):
        key = _key(plan)
    finished = _finished(out, key, form) if resume else None
    if finished is not None:
        return finished
    folder = _parts_folder(out, key, resume=resume)
    there = {n for n in range(len(plan)) if resume and _is_whole(folder, n, progress)}
    try:
        with change_told(plan.seen):
            inputs = _score(plan, folder, there, engine, progress)
    except CodedError as problem:
        if problem.code == CHANGED:  # nobody can tell which content the parts hold
            shutil.rmtree(folder, ignore_errors=True)
        raise
    return _finish(plan, out, folder, key, inputs, lang=lang, form=form, resumed=len(there))


def _score(
    plan: Plan, folder: Path, there: set[int], engine: Engine, progress: Callable[[int], None]
) -> list[dict[str, Any]]:
    """Score the parts that are not there yet; return the files of the library with their hashes."""
    with ThreadPoolExecutor(2) as disk:  # hashing and writing leave the processor to the scoring
        files = disk.submit(hashed, plan.seen)
        writing: Future[None] | None = None
        with _closed(engine(plan.job, _tasks(plan, there))) as parts:
            for part in parts:
                if files.done():
                    files.result()  # a file that has changed ends the run at once
                if writing is not None:
                    writing.result()
                writing = disk.submit(keep_part, folder, part)
                progress(part.rows)
        if writing is not None:
            writing.result()
        inputs = files.result()
    check_unchanged(plan.seen, inputs)
    return inputs


@contextmanager
def _closed(parts: Iterator[Part]) -> Iterator[Iterator[Part]]:
    """Let an engine end its processes now, not when its memory is freed."""
    try:
        yield parts
    finally:
        if isinstance(parts, Generator):
            parts.close()


def _is_whole(folder: Path, number: int, progress: Callable[[int], None]) -> bool:
    part = kept_part(folder, number)
    if part is not None:
        progress(part.rows)
    return part is not None


def _tasks(plan: Plan, there: set[int]) -> Iterator[Task]:
    """Yield the partitions that have no part yet."""
    if len(there) == len(plan):
        return
    if plan.table is None:
        repeated = repeated_cases(plan.files)
        names = {row: plan.place(first) for row, first in repeated.items()}
        for number in range(len(plan)):
            start = number * plan.size
            own = plan.files[start : start + plan.size]
            told = {r: n for r, n in names.items() if start < r <= start + len(own)}
            if number not in there:
                yield Task(number, len(own), (start + 1, tuple(map(str, own))), told)
        return
    repeats = _repeated(plan.table)
    for number in range(len(plan)):
        if number in there:
            continue
        part = plan.table.partition(number)
        own_repeats = repeats.within(part.first_row, part.rows)
        yield Task(number, part.rows, part, own_repeats, plan.table.broken(part))


def _repeated(table: TableLibrary) -> Repeated:
    def ids() -> Iterator[Any]:
        return (part.table(["id"]).column("id") for part in table.partitions())

    return repeated_ids(ids, table.rows)


def _key(plan: Plan) -> str:
    """Return what names a run: the library, the options, the versions."""
    if plan.table is not None:
        source = plan.table.fingerprint()
    else:
        digest = hashlib.sha256(str(plan.size).encode())
        for path in plan.files:
            digest.update(os.fsencode(path.name) + content_hash(path).encode())
        source = digest.hexdigest()
    named = {"source": source, "columns": plan.job.columns, **_versions(plan)}
    return hashlib.sha256(json.dumps(named, sort_keys=True).encode()).hexdigest()


def _versions(plan: Plan) -> dict[str, Any]:
    """Return what a result depends on beside the library."""
    return {
        "program": {"name": "carbon-handprint", "version": __version__},
        "python": platform.python_version(),
        "machine": platform.machine(),
        "numpy": np.__version__,
        "factor_library": {"version": plan.library.version, "sha256": plan.library.sha256},
        "options": asdict(plan.job.options),
        "definitions": {
            str(metric): {"id": key, "version": DEFINITIONS[key].version}
            for metric, key in DEFAULTS.items()
        },
    }


def _parts_folder(out: Path, key: str, *, resume: bool) -> Path:
    """Return the folder for parts; without ``resume`` an empty one."""
    out.mkdir(parents=True, exist_ok=True)
    folder = out / f"{PARTS}{key[:16]}"
    others = [path for path in out.glob(f"{PARTS}*") if path != folder]
    manifest = read_manifest(out)
    if resume and (others or (manifest is not None and not folder.exists())):
        raise CodedError("HP-B12")
    for path in others if resume else [*others, folder]:
        shutil.rmtree(path, ignore_errors=True)
    folder.mkdir(exist_ok=True)
    for left in folder.glob(".part-*"):  # half-written when a run was stopped
        left.unlink()
    return folder


def _finished(out: Path, key: str, form: str) -> Summary | None:
    """Return the summary of a run that is already complete."""
    manifest = read_manifest(out)
    if manifest is None or manifest.get("key") != key or manifest.get("format") != form:
        return None
    counts = manifest["cases"]
    scores = out / manifest["scores"]
    if not scores.exists():
        return None
    return Summary(counts["rows"], counts["scored"], counts["rejected"], scores, manifest["parts"])


def _finish(
    plan: Plan,
    out: Path,
    folder: Path,
    key: str,
    inputs: list[dict[str, Any]],
    *,
    lang: Language,
    form: str,
    resumed: int,
) -> Summary:
    """Put the parts together; the manifest comes last."""
    numbers = range(len(plan))
    (out / "manifest.json").unlink(missing_ok=True)

    def parts() -> Iterator[Part]:
        for number in numbers:
            part = kept_part(folder, number, checked=True)
            if part is None:  # it was written a moment ago
                raise OSError(f"part {number} of {folder} has gone")
            yield part

    scored = sum(part.scored for part in parts())
    rejected = write_rejects(
        out / "rejects.csv", (r for part in parts() for r in part.rejects), plan.place, lang
    )
    write_findings(out / "findings.csv", (t for part in parts() for t in part.tallies))
    write_portfolio(out / "portfolio.json", parts(), plan.job.options.seed)
    files = [folder / f"part-{n:06d}.parquet" for n in numbers]
    files = [path for path in files if path.stat().st_size]
    scores = write_scores(out, files, form) if scored else no_scores(out)
    cases = {"rows": plan.rows, "scored": scored, "rejected": rejected}
    content = {
        "handprint": 1,
        "key": key,
        "library": {"name": plan.job.place, "files": inputs},
        **_versions(plan),
        "format": form,
        "parts": len(plan),
        "cases": cases,
        "scores": scores.name,
    }
    write_whole(out / "manifest.json", to_json(content), durable=True)
    shutil.rmtree(folder, ignore_errors=True)
    return Summary(plan.rows, scored, rejected, scores, resumed)
