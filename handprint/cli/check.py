"""`handprint check`: read, bind and review; findings and no score."""

from pathlib import Path

import click

from handprint.cli.intake import finish, named_files, read_cases
from handprint.cli.options import fail_option, lang_option, own_option
from handprint.core.i18n import Language, text

__all__ = ["check"]


@click.command()
@click.argument("cases", nargs=-1, required=True, metavar="CASE...")
@own_option
@lang_option
@fail_option
def check(
    cases: tuple[str, ...], own: tuple[Path, ...], lang: Language, fail_on: str | None
) -> None:
    """Read, bind and review cases; print every finding and no score.

    CASE is a case file (YAML, JSON), a filled form (XLSX) or a folder of them.
    """
    from handprint.assess.assess import Options, assess
    from handprint.core.errors import Findings, Severity
    from handprint.factors.library import load_library

    findings = Findings()
    library = load_library(own, findings=findings)
    if findings.has(Severity.ERROR):
        finish(findings, lang, fail_on, to_stdout=True)
    options = Options(draws=0, vary=False)
    for case, raw in read_cases(named_files(cases, findings), findings):
        if assess(case, raw, library, options, findings) is not None:
            click.echo(text("check.read", lang, file=raw.file, id=case.id))
    finish(findings, lang, fail_on, to_stdout=True)
