"""What several commands share: the output folder, languages, tables on a terminal."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from handprint.cli.intake import finish
from handprint.core.errors import Finding, Findings, Severity
from handprint.core.i18n import LANGUAGES, Language

__all__ = ["languages_of", "print_table", "stop_without_folder", "stop_without_numbers"]


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
        findings.add(Finding("HP-M70", Severity.ERROR, place))
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
