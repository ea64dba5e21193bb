"""`handprint compare`: cases side by side, with paired differences."""

from pathlib import Path

import click

from handprint.cli.intake import case_files, finish, read_cases
from handprint.cli.options import fail_option, lang_option
from handprint.core.i18n import Language, text

__all__ = ["compare"]


@click.command()
@click.argument("cases", nargs=-1, required=True, metavar="CASE CASE...")
@click.option("-o", "--output", type=click.Path(readable=False, path_type=Path),
              help="Folder for comparison.json and comparison.xlsx.")  # fmt: skip
@click.option("--draws", type=click.IntRange(0, 200_000), default=10_000, show_default=True,
              help="Draws for the differences; 0 gives central values.")  # fmt: skip
@click.option("--seed", type=click.IntRange(0, 2**63 - 1), default=1, show_default=True,
              help="Seed of all draws.")  # fmt: skip
@click.option("--factors", "own", multiple=True, type=click.Path(readable=False, path_type=Path),
              help="Own factor library; may be given several times.")  # fmt: skip
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
    read = list(read_cases(case_files(cases, findings), findings))
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
