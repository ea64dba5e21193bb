"""Files: whole or not at all, and what stands at a path."""

import json
import os
import stat
import tempfile
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

from handprint.core.errors import CodedError, Finding, Findings, Severity
from handprint.core.i18n import Language

__all__ = ["folder_trouble", "standing_at", "to_json", "write_forms", "write_whole", "written"]


def folder_trouble(folder: Path) -> Finding | None:
    """Make the output folder; return a finding where that or writing into it is impossible."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return None
    except OSError as problem:
        reason = problem.strerror or type(problem).__name__
        return Finding("HP-O01", Severity.ERROR, str(folder), {"reason": reason})


def standing_at(path: Path) -> str:
    """Return "file", "folder", or "" where nothing stands that may be looked at.

    A name that is too long, or a folder that may not be entered, is no error here: who opens the
    path tells the reason.
    """
    try:
        mode = path.stat().st_mode
    except (OSError, ValueError):
        return ""
    return "folder" if stat.S_ISDIR(mode) else "file"


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


def written(
    path: Path, content: Callable[[], bytes], findings: Findings, *, place: str = ""
) -> bool:
    """Write what ``content`` returns; whether it could be made and written, else with a finding.

    Parameters
    ----------
    place : str
        Where a finding about the content points to, if not to the file's name.
    """
    try:
        write_whole(path, content())
    except CodedError as problem:
        findings.add(problem.finding(place or path.name))
    except OSError as problem:
        reason = problem.strerror or type(problem).__name__
        findings.add(Finding("HP-O02", Severity.ERROR, str(path), {"reason": reason}))
    else:
        return True
    return False


def write_forms(
    base: Path,
    formats: Sequence[str],
    languages: Sequence[Language],
    content: Callable[[str, Language], bytes],
    findings: Findings,
    *,
    place: str = "",
) -> Iterator[Path]:
    """Write one result in every format and language, and yield the paths written.

    Reports in two languages carry the language in their names; JSON is written once.

    Parameters
    ----------
    base : Path
        Folder and name, without a suffix.
    content : callable
        Returns the bytes of one format in one language.
    """
    for form in formats:
        for lang in languages if form != "json" else languages[:1]:
            suffix = f".{lang}" if len(languages) > 1 and form != "json" else ""
            path = base.with_name(f"{base.name}{suffix}.{form}")
            if written(path, partial(content, form, lang), findings, place=place):
                yield path


def to_json(content: object) -> bytes:
    """Return a document as JSON bytes; a number that is not finite is a defect."""
    return (json.dumps(content, ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode()
