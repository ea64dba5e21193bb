"""`handprint batch`: score a library of cases."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import click

from handprint.cli.intake import finish
from handprint.cli.options import (
    FILE,
    draws_option,
    lang_option,
    output_option,
    own_option,
    seed_option,
)
from handprint.core.i18n import Language, text

if TYPE_CHECKING:
    from handprint.batch.partition import BatchOptions
    from handprint.batch.run import Plan, Summary
    from handprint.core.errors import Finding, Findings

__all__ = ["batch"]

EXIT_REJECTED = 1


@click.command()
@click.argument("library", type=FILE)
@output_option(required=True)
@click.option(
    "--format",
    "form",
    type=click.Choice(["parquet", "csv", "xlsx"]),
    default="parquet",
    show_default=True,
    help="Format of the scores.",
)
@lang_option
@draws_option(0, 100_000)
@click.option(
    "--first-order",
    is_flag=True,
    help="Intervals to first order; --draws only for cases where that is not to be trusted.",
)
@seed_option
@own_option
@click.option(
    "--engine",
    type=click.Choice(["local", "dask"]),
    default="local",
    show_default=True,
    help="Score here, or on a Dask cluster.",
)
@click.option("--scheduler", help="Address of a running Dask scheduler (tcp://host:8786).")
@click.option(
    "--workers",
    type=click.IntRange(1, 1024),
    help="Processes of the local engine; without it the work to do decides.",
)
@click.option("--resume", is_flag=True, help="Continue a run that was stopped.")
@click.option(
    "--reports", type=click.Choice(["pdf"]), help="Case reports for --top or --where cases."
)
@click.option("--top", type=click.IntRange(1), help="Reports of the N cases of largest NER.")
@click.option("--where", help='Reports of cases that meet a comparison, such as "NER>1000".')
@click.pass_context
def batch(
    ctx: click.Context,
    library: Path,
    output: Path,
    form: str,
    lang: Language,
    draws: int,
    first_order: bool,
    seed: int,
    own: tuple[Path, ...],
    engine: str,
    scheduler: str | None,
    workers: int | None,
    resume: bool,
    reports: str | None,
    top: int | None,
    where: str | None,
) -> None:
    """Score all cases of a library.

    LIBRARY is a Parquet file or dataset, a CSV or XLSX file with one case per row, or a folder of
    submissions (YAML, JSON, XLSX forms). Rows that cannot be scored go to OUT/rejects.csv; the
    exit code is 1 then.
    """
    _check_options(engine, scheduler, reports, chosen=top is not None or where is not None)
    if first_order and not draws:
        raise click.UsageError("--first-order needs --draws: for cases where it is not trusted")
    from handprint.batch.engines import dask_engine, local_engine
    from handprint.batch.partition import BatchOptions
    from handprint.batch.run import run_batch
    from handprint.core.errors import CodedError, Finding, Findings, Severity
    from handprint.core.files import reason_of, sole_user

    findings = Findings(_cannot_start(library, output))
    if findings.has(Severity.ERROR):
        finish(findings, lang, None)
    plan = _plan(library, own, BatchOptions(draws, seed, first_order), findings)
    if plan is None or findings.has(Severity.ERROR):
        finish(findings, lang, None)
        return
    told, rows = plan.job.options, plan.table is not None
    local = local_engine(plan.rows, told, len(plan), workers, table=rows)
    run = local if engine == "local" else dask_engine(scheduler)
    rejected = 0
    try:
        with sole_user(output):
            with _bar(plan.rows) as bar:
                done = run_batch(
                    plan, output, run, lang=lang, form=form, resume=resume, progress=bar
                )
            rejected = done.rejected
            _tell(done, lang)
            if reports and done.scored:
                from handprint.batch.reports import write_reports

                for path in write_reports(
                    plan, done, output, lang, top=top, where=where, findings=findings
                ):
                    click.echo(path)
    except CodedError as problem:
        findings.add(problem.finding(str(output)))
    except OSError as problem:
        reason = {"reason": reason_of(problem)}
        findings.add(Finding("HP-O02", Severity.ERROR, str(output), reason))
    if rejected:
        click.echo(text("batch.rejected", lang, rejects=output / "rejects.csv"), err=True)
    finish(findings, lang, None)
    if rejected:
        ctx.exit(EXIT_REJECTED)


def _plan(
    library: Path, own: tuple[Path, ...], options: "BatchOptions", findings: "Findings"
) -> "Plan | None":
    from handprint.batch.run import plan_run
    from handprint.core.errors import Severity
    from handprint.factors.library import load_library

    factors = load_library(own, findings=findings)
    if findings.has(Severity.ERROR):
        return None
    paths = tuple(os.path.abspath(path) for path in own)  # a worker may stand in another folder
    return plan_run(library, factors, options, findings, factors=paths)


def _tell(done: "Summary", lang: Language) -> None:
    """Print what a run did."""
    counts = {"rows": done.rows, "scored": done.scored, "rejected": done.rejected}
    if done.scored:
        click.echo(text("batch.done", lang, **counts, scores=done.scores), err=True)
    else:
        click.echo(text("batch.none", lang, **counts), err=True)


def _cannot_start(library: Path, output: Path) -> "Iterator[Finding]":
    """Yield what keeps a batch from starting."""
    from handprint.core.errors import Finding, Severity
    from handprint.core.files import folder_trouble

    if find_spec("pyarrow") is None:
        yield Finding("HP-B14", Severity.ERROR, str(library), variant="pyarrow")
    trouble = folder_trouble(output)
    if trouble is not None:
        yield trouble


def _check_options(
    engine: str, scheduler: str | None, reports: str | None, *, chosen: bool
) -> None:
    """Refuse options that would have no effect."""
    if scheduler and engine != "dask":
        raise click.UsageError("--scheduler needs --engine dask")
    if reports and not chosen:
        raise click.UsageError("--reports needs --top or --where: only these cases get one")
    if chosen and not reports:
        raise click.UsageError("--top and --where choose the cases of --reports")


@contextmanager
def _bar(rows: int) -> Iterator[Callable[[int], None]]:
    """Show a bar with rate and remaining time on a terminal, nothing elsewhere."""
    if not sys.stderr.isatty():
        yield lambda _rows: None
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        ProgressColumn,
        Task,
        TimeRemainingColumn,
    )
    from rich.text import Text

    class Rate(ProgressColumn):
        def render(self, task: Task) -> Text:
            return Text(f"{task.speed:,.0f}/s" if task.speed else "")

    columns = (BarColumn(), MofNCompleteColumn(), Rate(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=rows)
        yield lambda done: bar.advance(task, done)
