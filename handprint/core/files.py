"""Files: whole or not at all."""

import json
import os
import tempfile
from pathlib import Path

from handprint.core.errors import Finding, Severity

__all__ = ["folder_trouble", "to_json", "write_whole"]


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
