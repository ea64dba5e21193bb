"""Findings on a terminal: grouped by file, worst first, with how to mend them."""

import click

from handprint.core.errors import Findings
from handprint.core.i18n import Language, render_finding, text

__all__ = ["print_findings"]

COLOURS = {"error": "red", "block": "red", "warning": "yellow", "note": "blue"}


def print_findings(findings: Findings, lang: Language, *, to_stdout: bool = False) -> None:
    """Print all findings, and a line that counts them."""
    counts: dict[str, int] = {}
    for finding in findings:
        parts = render_finding(finding, lang)
        severity = parts["severity"]
        counts[severity] = counts.get(severity, 0) + 1
        label = click.style(
            text(f"report.severity.{severity}", lang), fg=COLOURS[severity], bold=True
        )
        click.echo(
            f"{label} {parts['rule']}  {parts['title']}  [{parts['place']}]", err=not to_stdout
        )
        for part in ("found", "expected", "fix"):
            if parts[part]:
                click.echo(f"    {text(f'finding.{part}', lang)}{parts[part]}", err=not to_stdout)
    if counts:
        shown = ", ".join(f"{text(f'report.severity.{s}', lang)} {n}" for s, n in counts.items())
        click.echo(f"{text('finding.count', lang)}{shown}", err=not to_stdout)
