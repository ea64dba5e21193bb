"""Files: whole or not at all, what stands at a stranger's path, and whether it can be read."""

import json
import math
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from stat import S_ISDIR, S_ISREG

from handprint.core.errors import CodedError, Finding, Findings, Severity
from handprint.core.i18n import Language

__all__ = [
    "all_finite",
    "files_below",
    "folder_trouble",
    "reason_of",
    "shown_name",
    "sole_user",
    "standing_at",
    "to_json",
    "unreadable",
    "write_forms",
    "write_whole",
    "written",
]


def reason_of(problem: OSError | ValueError) -> str:
    """Return what a finding says of a failure of the system."""
    if isinstance(problem, OSError):
        return problem.strerror or str(problem) or type(problem).__name__
    return "invalid name"  # a character that no name may have


def standing_at(path: Path) -> str:
    """Return "file", "folder", or "" where nothing stands that may be looked at.

    A name that is too long, or a folder that may not be entered, is no error here: `unreadable`
    tells the reason.
    """
    try:
        mode = os.stat(path).st_mode
    except (OSError, ValueError):
        return ""
    return "folder" if S_ISDIR(mode) else "file"


def unreadable(
    paths: Iterable[Path | None], *, below: bool = True, files: bool = False
) -> Iterator[Finding]:
    """Yield HP-Y02 for each path that may not be read, or whose name no file can have.

    Nothing is said of a path where nothing is: who reads it tells what is missing. A folder is
    looked at with the folders in it, for a part that cannot be listed would be lost without a
    word; hidden ones do not count.

    Parameters
    ----------
    below : bool
        Whether the folders in a folder count.
    files : bool
        Whether the files of a folder are opened, too.
    """
    for path in paths:
        if path is not None:
            yield from _unreadable(path, below=below, files=files)


def _unreadable(path: Path, *, below: bool, files: bool) -> Iterator[Finding]:
    try:
        mode = os.stat(path).st_mode
    except (FileNotFoundError, NotADirectoryError):
        return
    except (OSError, ValueError) as problem:
        yield _closed(path, problem)
        return
    if not S_ISDIR(mode):
        yield from _unopened([path] if S_ISREG(mode) else [])
        return
    troubles: list[OSError] = []
    for root, folders, names in os.walk(path, onerror=troubles.append):
        folders[:] = sorted(name for name in folders if below and not name.startswith("."))
        try:
            os.stat(os.path.join(root, "."))  # a folder may be listed and yet not be entered
        except OSError as problem:
            yield _closed(Path(root), problem, "folder")
            folders[:] = []
            continue
        if files:
            yield from _unopened(Path(root, name) for name in sorted(names))
    yield from (_closed(Path(t.filename or path), t, "folder") for t in troubles)


def _unopened(paths: Iterable[Path]) -> Iterator[Finding]:
    for path in paths:
        try:
            if S_ISREG(os.stat(path).st_mode):
                path.open("rb").close()
        except OSError as problem:
            yield _closed(path, problem)


def _closed(path: Path, problem: OSError | ValueError, variant: str = "") -> Finding:
    return Finding(
        "HP-Y02", Severity.ERROR, shown_name(path), {"reason": reason_of(problem)}, variant
    )


def files_below(folder: Path, *, below: bool = True) -> list[Path]:
    """Return the files of a folder, sorted; hidden ones are not.

    What cannot be looked at counts as a file, so that who reads it tells why.

    Parameters
    ----------
    below : bool
        Whether those of the folders in it count, too.
    """
    found = []
    for root, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if below and not name.startswith(".")]
        found += [Path(root, name) for name in names if not name.startswith(".")]
    return sorted(path for path in found if _may_be_file(path))


def _may_be_file(path: Path) -> bool:
    try:
        return S_ISREG(os.stat(path).st_mode)
    except OSError:
        return True


def folder_trouble(folder: Path) -> Finding | None:
    """Make the output folder; return a finding where that or writing into it is impossible."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return None
    except (OSError, ValueError) as problem:
        return Finding("HP-O01", Severity.ERROR, str(folder), {"reason": reason_of(problem)})


@contextmanager
def sole_user(folder: Path) -> Iterator[None]:
    """Keep an output folder for one run.

    The system holds the lock and lets it go with the process, however that ends; no file is left.

    Raises
    ------
    CodedError
        HP-O04: another run uses the folder.
    """
    handle = _locked(folder)
    try:
        yield
    finally:
        if handle is not None:
            os.close(handle)


def _locked(folder: Path) -> int | None:
    """Return the open, locked folder; None on a system, or a disk, that has no such locks."""
    try:
        import fcntl
    except ImportError:
        return None
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:
        return None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        raise CodedError("HP-O04") from None
    except OSError:
        os.close(handle)
        return None
    return handle


def write_whole(path: Path, content: bytes, *, durable: bool = False) -> None:
    """Write a file so that nobody ever sees a part of it.

    Parameters
    ----------
    durable : bool
        Whether to wait until it is on the disk, so that it survives a power cut.
    """
    folder, own = _spelled(path.parent), _spelled(path.name)
    handle, name = tempfile.mkstemp(dir=folder, prefix=b"." + own[:100] + b".")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            if durable:
                stream.flush()
                os.fsync(stream.fileno())
        os.chmod(name, 0o644)
        os.replace(name, os.path.join(folder, own))
    except BaseException:
        with suppress(FileNotFoundError):
            os.unlink(name)
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
        reason = {"reason": reason_of(problem)}
        findings.add(Finding("HP-O02", Severity.ERROR, shown_name(path), reason))
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
    unwritten = Findings()  # no document tells of another one that could not be written
    for form in formats:
        for lang in languages if form != "json" else languages[:1]:
            suffix = f".{lang}" if len(languages) > 1 and form != "json" else ""
            path = base.with_name(f"{base.name}{suffix}.{form}")
            if written(path, partial(content, form, lang), unwritten, place=place):
                yield path
    findings.extend(unwritten)


def _spelled(path: Path | str) -> bytes:
    """Return a path as the bytes of a name, UTF-8 also where the system says ASCII (LC_ALL=C)."""
    return str(path).encode("utf-8", "surrogateescape")


def shown_name(path: Path | str) -> str:
    """Return a path as text that every file can hold, whatever encoding its name has."""
    return _spelled(path).decode("utf-8", "replace")


def all_finite(content: object) -> bool:
    """Whether every number of a document is one that JSON can hold."""
    if isinstance(content, Mapping):
        return all(map(all_finite, content.values()))
    if isinstance(content, list | tuple):
        return all(map(all_finite, content))
    return not isinstance(content, float) or math.isfinite(content)


def to_json(content: object) -> bytes:
    """Return a document as JSON bytes; a number that is not finite is a defect."""
    return (json.dumps(content, ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode()
