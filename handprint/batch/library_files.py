"""The files of a library stay the same while they are scored, or the run is refused."""

import hashlib
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from handprint.core.errors import CodedError
from handprint.core.files import shown_name

__all__ = [
    "CHANGED",
    "FileState",
    "among",
    "change_told",
    "check_unchanged",
    "content_hash",
    "hashed",
    "states",
]

CHANGED = "HP-B21"


@dataclass(frozen=True, slots=True)
class FileState:
    """A file as it was found; ``mark`` is empty where it cannot be looked at."""

    path: Path
    mark: tuple[int, ...]

    @property
    def name(self) -> str:
        """Its name as text."""
        return shown_name(self.path.name)

    @property
    def same(self) -> bool:
        """Whether the file seems untouched: size, times and place on the disk."""
        return _mark(self.path) == self.mark


def states(files: Iterable[Path]) -> tuple[FileState, ...]:
    """Return how the files are now; to be asked before any of them is read."""
    return tuple(FileState(path, _mark(path)) for path in files)


def among(seen: Iterable[FileState], files: Iterable[Path]) -> tuple[FileState, ...]:
    """Return the states of some of the files."""
    known = {state.path: state for state in seen}
    return tuple(known.get(path) or FileState(path, _mark(path)) for path in files)


def hashed(seen: Sequence[FileState]) -> list[dict[str, Any]]:
    """Return the files with their hashes, for the manifest.

    Raises
    ------
    CodedError
        HP-B21: one is no longer as it was seen.
    """
    found: list[dict[str, Any]] = []
    for state in seen:
        digest = content_hash(state.path)
        if not state.same:
            raise CodedError("HP-B21", file=shown_name(state.path))
        size = state.mark[0] if state.mark else 0
        found.append({"file": state.name, "bytes": size, "sha256": digest})
    return found


def check_unchanged(seen: Sequence[FileState], inputs: Sequence[dict[str, Any]]) -> None:
    """Refuse scores of files that are no longer those that were hashed.

    A file that was touched and has the same content is the same.

    Raises
    ------
    CodedError
        HP-B21
    """
    for state, told in zip(seen, inputs, strict=True):
        if not state.same and content_hash(state.path) != told["sha256"]:
            raise CodedError("HP-B21", file=shown_name(state.path))


@contextmanager
def change_told(seen: Sequence[FileState]) -> Iterator[None]:
    """Tell a failure for what it is where a file has changed: half-written, it cannot be read.

    Raises
    ------
    CodedError
        HP-B21
    """
    try:
        yield
    except Exception as problem:
        if isinstance(problem, CodedError) and problem.code == CHANGED:
            raise
        changed = next((shown_name(state.path) for state in seen if not state.same), None)
        if changed is None:
            raise
        raise CodedError(CHANGED, file=changed) from None


def content_hash(path: Path) -> str:
    """Return the hash of a file, empty for one that cannot be read."""
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError:
        return ""


def _mark(path: Path) -> tuple[int, ...]:
    try:
        found = os.stat(path)
    except OSError:
        return ()
    return found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino
