"""`handprint form`: the intake form of a typical scenario."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from handprint.cli.intake import finish
from handprint.cli.options import lang_option
from handprint.core.i18n import Language

if TYPE_CHECKING:
    from handprint.case.template import Template
    from handprint.core.errors import Findings
    from handprint.forms.content import Content

__all__ = ["form"]


@click.command()
@click.argument("template_id", metavar="TEMPLATE")
@click.option(
    "-o",
    "--output",
    type=click.Path(readable=False, path_type=Path, dir_okay=False),
    required=True,
    help="The file to write.",
)
@click.option(
    "--from",
    "origin",
    type=click.Path(readable=False, path_type=Path, dir_okay=False),
    metavar="CASE",
    help="Fill the form from a case of the scenario: YAML, JSON, or another form.",
)
@click.option(
    "--format",
    "kind",
    type=click.Choice(["xlsx", "yaml"]),
    default="xlsx",
    show_default=True,
    help="A workbook, or a YAML case to be filled in.",
)
@lang_option
def form(template_id: str, output: Path, origin: Path | None, kind: str, lang: Language) -> None:
    """Write the intake form of a scenario, blank or filled from a case.

    TEMPLATE is an id that `handprint templates` lists. `handprint check` and `handprint assess`
    read the filled form back.
    """
    from handprint.case.template import template
    from handprint.core.errors import CodedError, Finding, Findings, Severity
    from handprint.core.files import folder_trouble, write_whole

    if origin is not None and kind == "yaml":
        raise click.UsageError("--from fills a workbook; a YAML case needs no form.")
    findings = Findings()
    try:
        scenario = template(template_id)
        content = _content(scenario, lang, kind, origin, findings)
        trouble = folder_trouble(output.parent)
        if trouble is not None:
            findings.add(trouble)
        elif content is not None:
            write_whole(output, content)
            click.echo(output)
    except CodedError as problem:
        findings.add(problem.finding(template_id))
    except OSError as problem:
        reason = problem.strerror or type(problem).__name__
        findings.add(Finding("HP-O02", Severity.ERROR, str(output), {"reason": reason}))
    finish(findings, lang, None)


def _content(
    scenario: "Template", lang: Language, kind: str, origin: Path | None, findings: "Findings"
) -> bytes | None:
    """Return the form's bytes; None, with findings, where the case cannot fill it."""
    from io import BytesIO

    if kind == "yaml":
        from handprint.forms.skeleton import skeleton

        return skeleton(scenario, lang).encode()
    from handprint.forms.writer import form_content, write_form

    filling: Content | None
    filling = form_content(scenario) if origin is None else _filling(scenario, origin, findings)
    if filling is None:
        return None
    stream = BytesIO()
    write_form(scenario, lang, filling, stream)
    return stream.getvalue()


def _filling(scenario: "Template", origin: Path, findings: "Findings") -> "Content | None":
    """Return what a case gives a form of its own scenario."""
    from handprint.core.errors import Finding, Severity
    from handprint.forms.intake import read_submission
    from handprint.forms.writer import form_content

    raw = read_submission(origin, findings)
    if raw is None:
        return None
    given = raw.tree.get("template")
    if given != scenario.id:
        params = {"given": str(given or "-"), "template": scenario.id}
        findings.add(Finding("HP-X17", Severity.ERROR, raw.place(("template",)), params))
        return None
    return form_content(scenario, raw.tree)
