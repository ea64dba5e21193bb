"""What the commands `sector` and `io` share: options, output files, tables on a terminal."""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import click

from handprint.cli.intake import finish
from handprint.core.errors import CodedError, Finding, Findings, Severity
from handprint.core.i18n import LANGUAGES, Language

__all__ = ["print_table", "write_model"]


def write_model(
    content: Callable[[str, Language], bytes],
    name: str,
    output: Path,
    formats: Sequence[str],
    languages: Sequence[Language],
    findings: Findings,
) -> None:
    """Write ``name`` in every format and language, and print the paths.

    Parameters
    ----------
    content : callable
        Returns the bytes of one format in one language.
    """
    from handprint.core.files import write_whole

    unwritten = Findings()  # no document tells of another one that could not be written
    for form in formats:
        for lang in languages if form != "json" else languages[:1]:
            suffix = f".{lang}" if len(languages) > 1 and form != "json" else ""
            path = output / f"{name}{suffix}.{form}"
            try:
                write_whole(path, content(form, lang))
            except CodedError as problem:
                unwritten.add(problem.finding(path.name))
            except OSError as problem:
                reason = problem.strerror or type(problem).__name__
                unwritten.add(Finding("HP-O02", Severity.ERROR, str(path), {"reason": reason}))
            else:
                click.echo(path)
    findings.extend(unwritten)


def stop_without_folder(output: Path, findings: Findings, lang: Language) -> None:
    """End the command where the output folder cannot be written."""
    from handprint.core.files import folder_trouble

    trouble = folder_trouble(output)
    if trouble is not None:
        findings.add(trouble)
        finish(findings, lang, None)


def stop_without_numbers(
    document: dict[str, Any], place: str, findings: Findings, lang: Language
) -> None:
    """End the command where a result has grown past all numbers: nothing of it would be true."""
    from handprint.core.files import all_finite

    if not all_finite(document):
        findings.add(Finding("HP-M65", Severity.ERROR, place))
        finish(findings, lang, None)


def languages_of(lang: Language, *, both: bool) -> tuple[Language, ...]:
    """Return the languages of the reports, the chosen one first."""
    return (lang, *(other for other in LANGUAGES if other != lang)) if both else (lang,)


def print_table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print a table to stdout, columns aligned also where Chinese stands in them."""
    import sys

    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    for index, heading in enumerate(headings):
        table.add_column(heading, justify="right" if index else "left", no_wrap=True)
    for row in rows:
        table.add_row(*row)
    console = Console(file=sys.stdout, highlight=False, markup=False)
    console.print(table)
