"""Find the packaged folders: factors, case templates, reports.

An installed wheel carries them under ``handprint/_data``. An editable install does not, so the
repository root is looked at second; a pyproject.toml must stand there, because a folder that
merely has the right name proves nothing.
"""

from pathlib import Path

__all__ = ["folder"]

_PACKAGE = Path(__file__).resolve().parents[1]


def folder(name: str) -> Path:
    """Return the packaged folder ``name`` ("factors", "case_templates" or "reports").

    Raises
    ------
    FileNotFoundError
        The installation is incomplete: neither place has the folder.
    """
    packaged = _PACKAGE / "_data" / name
    if packaged.is_dir():
        return packaged
    root = _PACKAGE.parent
    if (root / "pyproject.toml").is_file() and (root / name).is_dir():
        return root / name
    message = (
        f"the installation lacks its folder {name!r} ({packaged}); install carbon-handprint again"
    )
    raise FileNotFoundError(message)
