"""Cold starts: a new process each time, as a user at a terminal has it."""

import subprocess
import sys
import tempfile
import time
from pathlib import Path

from handprint.core.resources import folder

__all__ = ["assess_to_pdf", "bare_interpreter", "library_imports", "show_help"]

CASE = folder("case_templates") / "examples" / "potline.yaml"
COMMAND = (sys.executable, "-c", "from handprint.cli.main import main; main()")
LIBRARIES = "altair, numpy, pint, pydantic, scipy.special, vl_convert, weasyprint, yaml"


def seconds(*arguments: str) -> float:
    """Return the wall-clock time of one process [s]."""
    start = time.perf_counter()
    subprocess.run(arguments, check=True, capture_output=True)
    return time.perf_counter() - start


def show_help(_size: int) -> float:
    return seconds(*COMMAND, "--help")


def bare_interpreter(_size: int) -> float:
    return seconds(sys.executable, "-c", "pass")


def assess_to_pdf(draws: int) -> float:
    with tempfile.TemporaryDirectory() as out:
        options = ("--format", "pdf", "--lang", "zh", "--draws", str(draws), "-o", out)
        taken = seconds(*COMMAND, "assess", str(CASE), *options)
        assert list(Path(out).glob("*.pdf"))
    return taken


def library_imports(_draws: int) -> float:
    return seconds(sys.executable, "-c", f"import {LIBRARIES}")
