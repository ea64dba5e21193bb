"""`handprint diff`: what differs between two reports or results."""

from pathlib import Path

import click

from handprint.cli.intake import finish
from handprint.cli.options import lang_option
from handprint.core.i18n import Language, text

__all__ = ["diff"]

MOST_SHOWN, LONGEST_PATH = 200, 300


@click.command()
@click.argument("before", type=click.Path(readable=False, path_type=Path), metavar="A")
@click.argument("after", type=click.Path(readable=False, path_type=Path), metavar="B")
@lang_option
def diff(before: Path, after: Path, lang: Language) -> None:
    """List what differs between two reports (PDF) or results (JSON) A and B.

    The exit code is 0 whether or not they differ, 1 where one cannot be read.
    """
    from handprint.core.errors import Findings
    from handprint.verify.differences import differences, shown
    from handprint.verify.reading import read_document

    findings = Findings()
    documents = [read_document(path, findings) for path in (before, after)]
    if documents[0] is None or documents[1] is None:
        finish(findings, lang, None)
        return
    found = differences(documents[0], documents[1])
    for difference in found[:MOST_SHOWN]:
        change = difference.relative
        relative = f"  ({100 * change:+.3g} %)" if change is not None else ""
        values = f"{shown(difference.before)} -> {shown(difference.after)}"
        click.echo(f"{shown(difference.path, LONGEST_PATH)}: {values}{relative}")
    if len(found) > MOST_SHOWN:
        click.echo(text("diff.more", lang, count=len(found) - MOST_SHOWN))
    click.echo(text("diff.count", lang, count=len(found)))
