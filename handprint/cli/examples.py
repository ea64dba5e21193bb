"""`handprint examples`: the example cases that come with the program."""

import os
from pathlib import Path

import click

from handprint.cli.intake import finish
from handprint.cli.options import lang_option
from handprint.core.i18n import Language, pick, text

__all__ = ["examples"]


@click.command()
@click.option(
    "-o",
    "--output",
    type=click.Path(readable=False, path_type=Path, file_okay=False),
    help="Copy the example cases into this folder.",
)
@lang_option
def examples(output: Path | None, lang: Language) -> None:
    """List the example cases, or copy them into a folder."""
    from handprint.case.reader import read_case
    from handprint.core import resources
    from handprint.core.errors import Finding, Findings, Severity
    from handprint.core.files import folder_trouble, reason_of, write_whole

    findings = Findings()
    trouble = None if output is None else folder_trouble(output)
    if trouble is not None:
        findings.add(trouble)
        finish(findings, lang, None)
    for path in sorted((resources.folder("case_templates") / "examples").glob("*.yaml")):
        if output is None:
            raw = read_case(path, Findings())
            title = pick(raw.tree.get("title"), lang) if raw else ""
            click.echo(f"{path.stem}  {title}")
            continue
        target = output / path.name
        if os.path.lexists(target):
            click.echo(text("examples.exists", lang, file=target), err=True)
            continue
        try:
            write_whole(target, path.read_bytes())
            click.echo(target)
        except OSError as problem:
            reason = {"reason": reason_of(problem)}
            findings.add(Finding("HP-O02", Severity.ERROR, str(target), reason))
            break
    finish(findings, lang, None)
