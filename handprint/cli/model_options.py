"""What the commands `sector` and `io` share: options, output files, tables on a terminal."""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import click

from handprint.cli.intake import finish, lang_option
from handprint.core.errors import CodedError, Finding, Findings, Severity
from handprint.core.i18n import LANGUAGES, Language

__all__ = ["model_options", "print_table", "write_model"]

FORMATS = ("json", "pdf", "html", "xlsx")


def _formats(_ctx: click.Context, _param: click.Parameter, value: str) -> tuple[str, ...]:
    chosen = tuple(dict.fromkeys(part.strip().lower() for part in value.split(",") if part.strip()))
    unknown = [part for part in chosen if part not in FORMATS]
    if unknown or not chosen:
        raise click.BadParameter(
            f"{', '.join(unknown) or 'nothing'}: choose from {', '.join(FORMATS)}"
        )
    return chosen


def model_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add -o, --format, --lang and --both."""
    options = (
        click.option("-o", "--output", type=click.Path(path_type=Path), default=Path("out"),
                     show_default=True, help="Folder for the results."),
        click.option("--format", "formats", default="pdf,json", show_default=True,
                     callback=_formats, help="Any of pdf, html, xlsx, json, separated by commas."),
        lang_option,
        click.option("--both", is_flag=True, help="Reports in Chinese and English."),
    )  # fmt: skip
    for option in reversed(options):
        command = option(command)
    return command


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
    from handprint.output.files import write_whole

    for form in formats:
        for lang in languages if form != "json" else languages[:1]:
            suffix = f".{lang}" if len(languages) > 1 and form != "json" else ""
            path = output / f"{name}{suffix}.{form}"
            try:
                write_whole(path, content(form, lang))
            except CodedError as problem:
                findings.add(problem.finding(path.name))
            except OSError as problem:
                reason = problem.strerror or type(problem).__name__
                findings.add(Finding("HP-O02", Severity.ERROR, str(path), {"reason": reason}))
            else:
                click.echo(path)


def stop_without_folder(output: Path, findings: Findings, lang: Language) -> None:
    """End the command where the output folder cannot be written."""
    from handprint.output.files import folder_trouble

    trouble = folder_trouble(output)
    if trouble is not None:
        findings.add(trouble)
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
