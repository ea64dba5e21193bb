"""`handprint compare`: cases side by side, with paired differences."""

from pathlib import Path

import click

from handprint.cli.intake import finish, named_files, read_cases
from handprint.cli.options import (
    draws_option,
    fail_option,
    lang_option,
    output_option,
    own_option,
    seed_option,
)
from handprint.core.i18n import Language, text

__all__ = ["compare"]


@click.command()
@click.argument("cases", nargs=-1, required=True, metavar="CASE CASE...")
@output_option(about="Folder for comparison.json and comparison.xlsx.")
@draws_option(10_000, 200_000, "Draws for the differences; 0 gives central values.")
@seed_option
@own_option
@lang_option
@fail_option
def compare(
    cases: tuple[str, ...],
    output: Path | None,
    draws: int,
    seed: int,
    own: tuple[Path, ...],
    lang: Language,
    fail_on: str | None,
) -> None:
    """Compare cases effect by effect, with the paired difference and P(A > B).

    CASE is a file (YAML, JSON, XLSX) or a folder of them. All cases take the same draws, so the
    uncertainty of a factor that they share does not stand between them.
    """
    from handprint.cli.model_options import print_table, stop_without_folder
    from handprint.compare.comparison import compare_cases
    from handprint.compare.document import comparison_tables, legend
    from handprint.compare.files import write_comparison
    from handprint.core.errors import Findings, Severity
    from handprint.factors.library import load_library

    findings = Findings()
    if output is not None:
        stop_without_folder(output, findings, lang)
    library = load_library(own, findings=findings)
    if findings.has(Severity.ERROR):
        finish(findings, lang, fail_on)
    read = list(read_cases(named_files(cases, findings), findings))
    found = compare_cases(read, library, seed=seed, draws=draws, findings=findings)
    if found is not None:
        for line in legend(found, lang):
            click.echo(line)
        for headings, rows in comparison_tables(found, lang):
            click.echo()
            print_table(headings, rows)
        uncertain = any(d.summary is not None for d in found.differences)
        note = text("compare.note", lang, draws=found.draws) if uncertain else ""
        click.echo(note or text("compare.note_central", lang))
        if output is not None:
            for path in write_comparison(found, output, lang, findings):
                click.echo(path)
    finish(findings, lang, fail_on)
