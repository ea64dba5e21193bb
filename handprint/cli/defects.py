"""What a defect of the program looks like to its user: one line, no traceback, exit code 3."""

import os

import click

from handprint import __version__

__all__ = ["DEFECT", "report_defect"]

DEFECT = 3  # exit code


def report_defect(defect: Exception, file: str = "") -> None:
    """Tell a defect on stderr; ``file`` is the case that caused it, where one is known."""
    import traceback

    if os.environ.get("HANDPRINT_TRACEBACK"):
        traceback.print_exception(defect)
    frames = traceback.extract_tb(defect.__traceback__)
    where = (
        f"{frames[-1].filename.rpartition('handprint/')[2]}:{frames[-1].lineno}" if frames else ""
    )
    cause = f" on {file}" if file else ""
    click.echo(
        f"handprint {__version__} has a defect{cause}: {type(defect).__name__}: {defect} "
        f"({where}). Your files are unchanged. "
        "Set HANDPRINT_TRACEBACK=1 for details and report it with the case that caused it.",
        err=True,
    )
