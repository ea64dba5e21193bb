"""`handprint explain CODE`: what a rule or finding wants."""

import click

from handprint.cli.options import lang_option
from handprint.core.i18n import Language, messages, text

__all__ = ["explain"]


@click.command()
@click.argument("code")
@lang_option
def explain(code: str, lang: Language) -> None:
    """Tell what the rule or finding CODE wants and how to satisfy it."""
    wanted = code.strip().upper()
    entries = {
        key: entry
        for key, entry in messages().items()
        if "title" in entry and key.split(".")[0].upper() == wanted
    }
    if not entries:
        from difflib import get_close_matches

        codes = sorted({key.split(".")[0] for key, entry in messages().items() if "title" in entry})
        near = ", ".join(get_close_matches(wanted, codes, 5, 0.3)) or ", ".join(codes[:8])
        raise click.BadParameter(text("explain.unknown", lang, code=code, near=near))
    from handprint.review.rules import RULES

    for key, entry in entries.items():
        click.secho(f"{key}  {entry['title'][lang]}", bold=True)
        for rule in RULES:
            if f"{rule.id}.{rule.variant}".rstrip(".") == key:
                severity = text(f"report.severity.{rule.severity.value}", lang)
                click.echo(f"  {severity} · {rule.clause} [{rule.mark}]")
        for part in ("found", "expected", "fix"):
            shown = entry[part][lang].format_map(_Anything())
            click.echo(f"  {text(f'finding.{part}', lang)}{shown}")


class _Anything(dict[str, str]):
    """Stands for what a finding would quote: there is no finding here."""

    def __missing__(self, key: str) -> str:
        return "…"
