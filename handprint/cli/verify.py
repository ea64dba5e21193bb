"""`handprint verify`: run a report again from what it carries and compare every number."""

from pathlib import Path

import click

from handprint.cli.intake import finish
from handprint.cli.options import lang_option, own_option
from handprint.core.i18n import Language, text

__all__ = ["verify"]

MOST_SHOWN, LONGEST_PATH = 20, 300
NOT_RESULTS = ("manifest", "findings", "checklist", "verdict.blocking", "case.file")


@click.command()
@click.argument("report", type=click.Path(readable=False, path_type=Path), metavar="REPORT.pdf")
@own_option
@lang_option
def verify(report: Path, own: tuple[Path, ...], lang: Language) -> None:
    """Run a report again from its embedded manifest and compare every number.

    REPORT is a PDF report or a JSON result. The exit code is 0 when all numbers agree.
    """
    from handprint.core.errors import Findings
    from handprint.verify.differences import differences, shown
    from handprint.verify.reading import read_document
    from handprint.verify.rerun import rerun

    findings = Findings()
    document = read_document(report, findings)
    again = None if document is None else rerun(document, own, findings, place=str(report))
    if document is None or again is None:
        finish(findings, lang, None)
        return
    for difference in differences(document["manifest"], again["manifest"]):
        if not difference.path.startswith("inputs"):
            click.echo(
                text(
                    "verify.version",
                    lang,
                    path=shown(difference.path, LONGEST_PATH),
                    before=shown(difference.before),
                    after=shown(difference.after),
                )
            )
    found = [d for d in differences(document, again) if not d.path.startswith(NOT_RESULTS)]
    for difference in found[:MOST_SHOWN]:
        values = f"{shown(difference.before)} -> {shown(difference.after)}"
        click.echo(f"{shown(difference.path, LONGEST_PATH)}: {values}")
    if found:
        click.echo(text("verify.differs", lang, count=len(found)))
        raise click.exceptions.Exit(1)
    click.echo(text("verify.agrees", lang, id=document["case"]["id"]))
