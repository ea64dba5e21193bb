"""The manifest of a sector or input-output run: program, versions, settings, inputs and hashes."""

import hashlib
import platform
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path
from typing import Any

from handprint import __version__
from handprint.core.files import files_below, shown_name

__all__ = ["made_with", "run_manifest"]

# The packages whose versions can move a digit or a page.
RECORDED = ("numpy", "scipy", "pandas", "pint", "weasyprint")


def made_with(packages: Sequence[str]) -> dict[str, Any]:
    """Return what every manifest begins with: program, interpreter, machine, packages."""
    return {
        "program": {"name": "carbon-handprint", "version": __version__},
        "python": platform.python_version(),
        "machine": platform.machine(),
        "dependencies": {name: _version(name) for name in packages},
    }


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "-"


def run_manifest(inputs: Sequence[Path], **settings: object) -> dict[str, Any]:
    """Return the manifest of a run over tables.

    Parameters
    ----------
    inputs : sequence of Path
        Files; of a folder the files inside it count.
    settings
        Options that decide about the result.
    """
    return {
        **made_with(RECORDED),
        "settings": dict(settings),
        "inputs": [{"file": shown_name(path.name), "sha256": _digest(path)} for path in inputs],
    }


def _digest(path: Path) -> str:
    digest = hashlib.sha256()
    files = [path] if path.is_file() else [p for p in files_below(path) if p.is_file()]
    for file in files:
        if path.is_dir():
            digest.update(file.relative_to(path).as_posix().encode())
        with file.open("rb") as stream:
            while chunk := stream.read(1 << 20):
                digest.update(chunk)
    return digest.hexdigest()
