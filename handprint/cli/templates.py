"""`handprint templates`: the typical scenarios."""

from pathlib import Path

import click

from handprint.cli.intake import finish
from handprint.cli.options import lang_option
from handprint.core.i18n import Language, pick, text

__all__ = ["templates"]


@click.group(invoke_without_command=True)
@lang_option
@click.pass_context
def templates(ctx: click.Context, lang: Language) -> None:
    """List the typical scenarios, one per line with its id first, or show one."""
    ctx.obj = lang
    if ctx.invoked_subcommand is None:
        ctx.invoke(list_templates)


@templates.command("list")
@click.pass_obj
def list_templates(lang: Language) -> None:
    """List the scenarios: id, category, title."""
    from handprint.case.template import template, template_files

    width = max((len(name) for name in template_files()), default=0)
    for name, path in template_files().items():
        category = text(f"report.category.{path.parent.name}", lang)
        click.echo(f"{name:<{width}}  {category}  {pick(template(name).title, lang)}")


@templates.command("show")
@click.argument("template_id", metavar="ID")
@click.pass_obj
def show(lang: Language, template_id: str) -> None:
    """Show a scenario: what it is for, its inputs with unit, range and typical value."""
    from handprint.case.template import template
    from handprint.core.errors import CodedError, Severity
    from handprint.core.i18n import render_finding

    try:
        scenario = template(template_id)
    except CodedError as problem:
        rendered = render_finding(problem.finding(template_id, Severity.ERROR), lang)
        raise click.BadParameter(rendered["message"], param_hint="ID") from None
    click.secho(f"{scenario.id}  {pick(scenario.title, lang)}", bold=True)
    click.echo(pick(scenario.description, lang))
    for name, spec in scenario.inputs.items():
        typical = spec.typical.mode if spec.typical.value is None else spec.typical.value
        required = text("templates.required" if spec.required else "templates.typical", lang)
        click.echo(f"  {name}  {pick(spec.name, lang)} [{spec.unit}]")
        value = "" if spec.required or typical is None else f" {typical:g}"
        low, high = spec.range
        click.echo(f"      {required}{value}; {low:g} – {high:g}; {pick(spec.source, lang)}")
    click.secho(text("templates.pitfalls", lang), bold=True)
    for pitfall in scenario.pitfalls:
        click.echo(f"  - {pick(pitfall, lang)}")


@templates.command("check")
@click.argument("file", type=click.Path(dir_okay=False, readable=False, path_type=Path))
@click.pass_obj
def check(lang: Language, file: Path) -> None:
    """Check a template file: its schema, units, ranges, names and dimensions."""
    from handprint.core.errors import Findings
    from handprint.factors.library import load_library
    from handprint.model.template_check import check_template

    findings = Findings()
    scenario = check_template(file, load_library(findings=findings), findings)
    if scenario is not None:
        click.echo(f"{scenario.id}  {pick(scenario.title, lang)}")
    finish(findings, lang, None)
