"""`handprint assess`: cases to JSON, PDF, HTML and XLSX."""

from pathlib import Path

import click

from handprint.cli.defects import DEFECT, report_defect
from handprint.cli.intake import finish, named_files, read_cases
from handprint.cli.model_options import stop_without_folder
from handprint.cli.options import draws_option, fail_option, output_options, own_option, seed_option
from handprint.core.i18n import LANGUAGES, Language

__all__ = ["assess"]

DRAWS_TO_PUBLISH = 200_000


@click.command()
@click.argument("cases", nargs=-1, required=True, metavar="CASE...")
@output_options
@draws_option(10_000)
@seed_option
@own_option
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
    from handprint.assess.assess import Options
    from handprint.assess.assess import assess as assess_case
    from handprint.core.errors import Findings, Severity
    from handprint.factors.library import load_library
    from handprint.report.files import write_results

    findings = Findings()
    stop_without_folder(output, findings, lang)
    library = load_library(own, findings=findings)
    if findings.has(Severity.ERROR):
        finish(findings, lang, fail_on)
    languages = LANGUAGES if both else (lang,)
    if publish:
        draws, fail_on = max(draws, DRAWS_TO_PUBLISH), fail_on or Severity.BLOCK.value
    options = Options(draws, seed, sobol=sobol, publish=publish)
    defects = False
    for case, raw in read_cases(named_files(cases, findings), findings):
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
