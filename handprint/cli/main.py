"""The command line: a group whose commands are imported when they are called."""

import importlib
import sys
from typing import TYPE_CHECKING

import click

from handprint import __version__
from handprint.cli.defects import DEFECT, report_defect

if TYPE_CHECKING:
    from handprint.core.i18n import Language

__all__ = ["cli", "main"]

INTERRUPTED = 130  # 128 and the number of the signal

# command -> (module, one-line help); the help stands here so that --help imports nothing heavy.
COMMANDS: dict[str, tuple[str, str]] = {
    "assess": ("handprint.cli.assess", "Assess cases: a checked, reproducible result per case."),
    "check": ("handprint.cli.check", "Read, bind and review cases; print findings, no score."),
    "templates": ("handprint.cli.templates", "List the typical scenarios, or show one."),
    "form": ("handprint.cli.form", "Write the intake form of a scenario, blank or filled."),
    "examples": ("handprint.cli.examples", "List the example cases, or copy them to a folder."),
    "factors": ("handprint.cli.factors", "List, search, show and check emission factors."),
    "compare": ("handprint.cli.compare", "Compare cases effect by effect, on the same draws."),
    "batch": ("handprint.cli.batch", "Score a library of cases: a table or a folder."),
    "select": ("handprint.cli.select", "Select scored cases within quotas, and how robustly."),
    "sector": ("handprint.cli.sector", "Enabled shares of sectors and society from levers."),
    "io": ("handprint.cli.io", "Emissions linked to ICT in an input-output table."),
    "verify": ("handprint.cli.verify", "Run a report again and compare every number."),
    "diff": ("handprint.cli.diff", "List what differs between two reports or results."),
    "explain": ("handprint.cli.explain", "Tell what a rule or a finding wants."),
    "doctor": ("handprint.cli.doctor", "Tell what the installation has and what it lacks."),
}


class LazyGroup(click.Group):
    """A group that knows its commands by name and imports one when it is needed."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the command names in the order of a user's work."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return one command."""
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(COMMANDS[cmd_name][0])
        command: click.Command = getattr(module, cmd_name)
        return command

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; Ctrl-C is a line and the exit code that shells know, no defect."""
        lang: Language = "zh" if {"zh", "--lang=zh"}.intersection(ctx.args) else "en"
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            from handprint.core.i18n import text

            click.echo(text("interrupted", lang), err=True)
            raise click.exceptions.Exit(INTERRUPTED) from None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, about) for name, (_, about) in COMMANDS.items()])


@click.command(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, package_name="carbon-handprint")
def cli() -> None:
    """Carbon handprint: check, compute and report what a digital solution saves elsewhere.

    A case file states a claim; `handprint assess CASE -o out` turns it into numbers with
    intervals, findings and a report. Start with `handprint examples`.
    """


def main() -> None:
    """Run the command line; a defect of the program exits with 3 and says how to report it."""
    try:
        cli(prog_name="handprint")
    except KeyboardInterrupt:  # before or after the command itself
        sys.exit(INTERRUPTED)
    except Exception as defect:
        report_defect(defect)
        sys.exit(DEFECT)
