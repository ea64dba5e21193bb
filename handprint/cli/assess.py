"""`handprint assess`: cases to JSON, PDF, HTML and XLSX."""

from pathlib import Path

import click

from handprint.cli.defects import DEFECT, report_defect
from handprint.cli.intake import case_files, fail_option, finish, lang_option, read_cases
from handprint.core.i18n import LANGUAGES, Language

__all__ = ["assess"]

DRAWS_TO_PUBLISH = 200_000
FORMATS = ("json", "pdf", "html", "xlsx")


def _formats(_ctx: click.Context, _param: click.Parameter, value: str) -> tuple[str, ...]:
    chosen = tuple(dict.fromkeys(part.strip().lower() for part in value.split(",") if part.strip()))
    unknown = [part for part in chosen if part not in FORMATS]
    if unknown or not chosen:
        raise click.BadParameter(
            f"{', '.join(unknown) or 'nothing'}: choose from {', '.join(FORMATS)}"
        )
    return chosen


@click.command()
@click.argument("cases", nargs=-1, required=True, metavar="CASE...")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    default=Path("out"),
    show_default=True,
    help="Folder for the results.",
)
@click.option(
    "--format",
    "formats",
    default="pdf,json",
    show_default=True,
    callback=_formats,
    help="Any of pdf, html, xlsx, json, separated by commas.",
)
@lang_option
@click.option("--both", is_flag=True, help="Reports in Chinese and English.")
@click.option(
    "--draws",
    type=click.IntRange(0, 1_000_000),
    default=10_000,
    show_default=True,
    help="Draws for the intervals; 0 gives point values.",
)
@click.option(
    "--seed",
    type=click.IntRange(0, 2**63 - 1),
    default=1,
    show_default=True,
    help="Seed of all draws.",
)
@click.option(
    "--factors",
    "own",
    multiple=True,
    type=click.Path(path_type=Path),
    help="Own factor library (folder, CSV or XLSX); may be given several times.",
)
@click.option("--sobol", is_flag=True, help="Add first-order and total Sobol indices.")
@click.option(
    "--publish",
    is_flag=True,
    help="For publication: 200,000 draws, and exit with 1 where a finding blocks.",
)
@fail_option
def assess(
    cases: tuple[str, ...],
    output: Path,
    formats: tuple[str, ...],
    lang: Language,
    both: bool,
    draws: int,
    seed: int,
    own: tuple[Path, ...],
    sobol: bool,
    publish: bool,
    fail_on: str | None,
) -> None:
    """Assess cases and write one result per case and format.

    CASE is a case file (YAML, JSON), a filled form (XLSX) or a folder of them. The good cases
    are written even where others have errors; the exit code is 1 then.
    """
    from handprint.analysis.assess import Options
    from handprint.analysis.assess import assess as assess_case
    from handprint.core.errors import Findings, Severity
    from handprint.data.factors import load_library
    from handprint.output.files import folder_trouble, write_results

    findings = Findings()
    trouble = folder_trouble(output)
    if trouble is not None:
        findings.add(trouble)
        finish(findings, lang, fail_on)
    library = load_library(own, findings=findings)
    if findings.has(Severity.ERROR):
        finish(findings, lang, fail_on)
    languages = LANGUAGES if both else (lang,)
    if publish:
        draws, fail_on = max(draws, DRAWS_TO_PUBLISH), fail_on or Severity.BLOCK.value
    options = Options(draws, seed, sobol=sobol, publish=publish)
    defects = False
    for case, raw in read_cases(case_files(cases, findings), findings):
        try:
            result = assess_case(case, raw, library, options, findings)
            if result is not None:
                for path in write_results(result, output, formats, languages, findings):
                    click.echo(path)
        except Exception as defect:
            report_defect(defect, raw.file)
            defects = True
    finish(findings, lang, fail_on)
    if defects:
        raise click.exceptions.Exit(DEFECT)
