"""A command run inside this process, bounded in processor time, and what must hold afterwards."""

import csv
import json
import signal
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn
from unittest.mock import patch

from click.testing import CliRunner

from handprint.cli import findings as printing
from handprint.cli.main import cli
from handprint.core.errors import Finding, Findings, Severity
from handprint.core.files import to_json, write_whole

__all__ = ["SECONDS", "Fault", "OutOfTimeError", "Ran", "faults", "limited", "run_command"]

SECONDS = 20.0  # of processor time, for one input


@dataclass(frozen=True, slots=True)
class Fault:
    """What should never happen: its class, and what is known about it."""

    kind: str
    told: str


@dataclass(slots=True)
class Ran:
    """How a command ended."""

    arguments: Sequence[str]
    code: int = 0
    output: str = ""
    defect: str = ""
    findings: list[Finding] = field(default_factory=list)

    @property
    def errors(self) -> list[Finding]:
        """What forbids a score."""
        return [f for f in self.findings if f.severity is Severity.ERROR]

    def codes(self) -> set[str]:
        """Return the keys of all findings."""
        return {finding.key for finding in self.findings}


class OutOfTimeError(BaseException):
    """An input took longer than its processor time; no `except Exception` may catch it."""


@contextmanager
def limited(seconds: float = SECONDS) -> Iterator[None]:
    """Stop what takes more than so much processor time."""

    def stop(_signal: int, _frame: object) -> NoReturn:
        raise OutOfTimeError

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def run_command(*arguments: object, whole: bool = False) -> Ran:
    """Run a command line and return how it ended, with every finding it told.

    Parameters
    ----------
    whole : bool
        Whether `select` writes its minutes and pages, not the result document alone.
    """
    words = [str(argument) for argument in arguments]
    ran = Ran(words)
    told = printing.print_findings

    def note(findings: Findings, *more: Any, **options: Any) -> None:
        ran.findings.extend(findings)
        told(findings, *more, **options)

    with patch.object(printing, "print_findings", note):
        if whole:
            result = CliRunner().invoke(cli, words)
        else:
            with patch("handprint.selection.files.write_selection", _document_alone):
                result = CliRunner().invoke(cli, words)
    ran.code, ran.output = result.exit_code, result.output
    defect = result.exception
    if isinstance(defect, MemoryError):
        ran.code, ran.defect = 3, "MemoryError"
    elif defect is not None and not isinstance(defect, SystemExit):
        ran.code, ran.defect = 3, f"{type(defect).__name__}: {defect} {_where(defect)}"
    elif ran.code == 3:
        ran.defect = next((x for x in ran.output.splitlines() if "has a defect" in x), "")
    return ran


def _document_alone(document: Any, _source: str, out: Path, *_more: Any) -> Iterable[Path]:
    write_whole(out / "selection.json", to_json(document))
    return [out / "selection.json"]


def _where(defect: BaseException) -> str:
    trace, found = defect.__traceback__, ""
    while trace is not None:
        name = trace.tb_frame.f_code.co_filename
        if "/handprint/" in name:
            found = f"({name.rpartition('/handprint/')[2]}:{trace.tb_lineno})"
        trace = trace.tb_next
    return found


def faults(ran: Ran, out: Path | None = None) -> list[Fault]:
    """Return what is wrong with how a command ended, whatever its input was."""
    found: list[Fault] = []
    if ran.code == 3:
        found.append(Fault("exit 3", ran.defect))
    found.extend(Fault("no place", f.key) for f in ran.errors if not f.place.strip())
    files = sorted(out.rglob("*")) if out is not None and out.exists() else []
    files = [path for path in files if path.is_file()]
    found.extend(Fault("not finite", p.name) for p in files if p.suffix == ".json" and _odd(p))
    if ran.code == 0 and ran.errors:
        found.append(Fault("silent error", ran.errors[0].key))
    if ran.code == 0 and not _has_result(ran, out, files):
        found.append(Fault("silent nothing", ran.output[:100]))
    if ran.code == 1 and not ran.output.strip():
        found.append(Fault("silent refusal", ""))
    found.extend(
        Fault("half file", p.name) for p in files if p.name.startswith(".") and not _part(p)
    )
    return found


def _part(path: Path) -> bool:
    return any(part.startswith(".parts-") for part in path.parts)


def _odd(path: Path) -> bool:
    """Whether a JSON file holds NaN or an infinity, or is none."""

    def refuse(name: str) -> NoReturn:
        raise ValueError(name)

    try:
        json.loads(path.read_bytes(), parse_constant=refuse)
    except ValueError:
        return True
    return False


def _has_result(ran: Ran, out: Path | None, files: Sequence[Path]) -> bool:
    """Whether a command that ended well read something and gave something."""
    if ran.arguments[0] == "batch":
        assert out is not None
        manifest = json.loads((out / "manifest.json").read_bytes())
        with (out / "rejects.csv").open(encoding="utf-8-sig", newline="") as stream:
            rejected = sum(1 for _ in csv.DictReader(stream))
        counts = manifest["cases"]
        return bool(counts["rows"]) and counts["scored"] == counts["rows"] and not rejected
    return bool(ran.output.strip()) and (out is None or bool(files))
