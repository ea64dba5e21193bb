"""What `assess` and `check` share: the cases named on the command line, read one by one."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from handprint.case.reader import RawCase
from handprint.case.schema import Case
from handprint.core.errors import Finding, Findings, Severity
from handprint.core.files import standing_at, unreadable
from handprint.core.i18n import Language
from handprint.forms.intake import case_files, load_case

__all__ = ["finish", "named_files", "read_cases"]

EXIT_FINDINGS = 1


def named_files(arguments: Sequence[str], findings: Findings) -> list[Path]:
    """Return the case files that files and folders on the command line stand for."""
    files: list[Path] = []
    for argument in arguments:
        path = Path(argument)
        if standing_at(path) == "folder":
            closed = Findings(unreadable([path], below=False))
            if len(closed):
                findings.extend(closed)
                continue
            inside = case_files(path)
            if not inside:
                findings.add(Finding("HP-Y13", Severity.ERROR, argument))
            files.extend(inside)
        else:
            files.append(path)
    return list(dict.fromkeys(files))


def read_cases(files: Sequence[Path], findings: Findings) -> Iterator[tuple[Case, RawCase]]:
    """Yield the readable, valid cases with ids used once; the rest becomes findings."""
    seen: dict[str, str] = {}
    for path in files:
        loaded = load_case(path, findings)
        if loaded is None:
            continue
        case, raw = loaded
        if case.id in seen:
            params = {"id": case.id, "other": seen[case.id]}
            findings.add(Finding("HP-Y12", Severity.ERROR, raw.place(("id",)), params))
            continue
        seen[case.id] = raw.file
        yield case, raw


def finish(
    findings: Findings, lang: Language, fail_on: str | None, *, to_stdout: bool = False
) -> None:
    """Print all findings and exit with 1 where they forbid a score or reach ``fail_on``.

    Findings are messages beside a result, so they go to stderr, unless they are the result.
    """
    from handprint.cli.findings import print_findings

    print_findings(findings, lang, to_stdout=to_stdout)
    limit = Severity(fail_on).rank if fail_on else Severity.ERROR.rank
    worst = findings.worst()
    if worst is not None and worst.rank <= limit:
        raise click.exceptions.Exit(EXIT_FINDINGS)
