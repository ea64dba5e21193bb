"""Results to files: whole or not at all."""

import json
import os
import tempfile
from collections.abc import Iterator, Sequence
from io import BytesIO
from pathlib import Path

from handprint.analysis.assess import Assessment
from handprint.core.errors import CodedError, Finding, Findings, Severity
from handprint.core.i18n import Language
from handprint.output.document import document, rendered_findings

__all__ = ["folder_trouble", "to_json", "write_results", "write_whole"]


def folder_trouble(folder: Path) -> Finding | None:
    """Make the output folder; return a finding where that or writing into it is impossible."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return None
    except OSError as problem:
        reason = problem.strerror or type(problem).__name__
        return Finding("HP-O01", Severity.ERROR, str(folder), {"reason": reason})


def write_whole(path: Path, content: bytes, *, durable: bool = False) -> None:
    """Write a file so that nobody ever sees a part of it.

    Parameters
    ----------
    durable : bool
        Whether to wait until it is on the disk, so that it survives a power cut.
    """
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            if durable:
                stream.flush()
                os.fsync(stream.fileno())
        os.chmod(name, 0o644)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def to_json(content: object) -> bytes:
    """Return a document as JSON bytes; a number that is not finite is a defect."""
    return (json.dumps(content, ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode()


def write_results(
    assessment: Assessment,
    folder: Path,
    formats: Sequence[str],
    languages: Sequence[Language],
    findings: Findings,
) -> Iterator[Path]:
    """Write the results of one case and yield the paths written.

    The name is the case id; reports in two languages carry the language after it.
    """
    base = document(assessment, languages[0])
    name = assessment.case.id
    for form in formats:
        for lang in languages if form != "json" else languages[:1]:
            suffix = f".{lang}" if len(languages) > 1 and form != "json" else ""
            path = folder / f"{name}{suffix}.{form}"
            try:
                write_whole(path, _content(form, base, lang, rendered_findings(assessment, lang)))
            except CodedError as problem:
                findings.add(problem.finding(assessment.raw.file))
            except OSError as problem:
                reason = problem.strerror or type(problem).__name__
                findings.add(Finding("HP-O02", Severity.ERROR, str(path), {"reason": reason}))
            else:
                yield path


def _content(
    form: str, base: dict[str, object], lang: Language, rendered: list[dict[str, str]]
) -> bytes:
    if form == "json":
        return to_json(base)
    if form == "xlsx":
        from handprint.output.workbook import write_workbook

        stream = BytesIO()
        write_workbook(base, lang, rendered, stream)
        return stream.getvalue()
    from handprint.output import report

    if form == "html":
        return report.render_html(base, lang, findings=rendered).encode()
    return report.render_pdf(base, lang, findings=rendered)
