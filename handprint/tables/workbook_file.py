"""Open a workbook that a stranger sent: looked at as an archive before any of it is parsed.

A workbook is a zip of XML. Before openpyxl sees it, the directory of the archive tells how large
it would become, whether it is encrypted, carries macros or takes values from other files. It is
read as a stream of rows, so a cell at the far end of a sheet costs nothing.
"""

import re
import warnings
from io import BytesIO
from typing import Any
from zipfile import BadZipFile, ZipFile

from handprint.core.errors import CodedError

__all__ = ["ERROR_VALUES", "check_archive", "merged_ranges", "open_workbook"]

MAX_PARTS = 1_000
MAX_RATIO = 200  # a form packs about ten to one
RATIO_FROM = 1_000_000  # below this many bytes a high ratio does no harm
UNPACKED_BYTES = 20_000_000
OLE_FILE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # Office files before 2007, and encrypted ones
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
NEEDED = ("[Content_Types].xml", "xl/workbook.xml")
ERROR_VALUES = frozenset(
    [
        "#DIV/0!",
        "#N/A",
        "#NAME?",
        "#NULL!",
        "#NUM!",
        "#REF!",
        "#VALUE!",
        "#SPILL!",
        "#CALC!",
        "#GETTING_DATA",
    ]
)
_DOCTYPE = re.compile(rb"<\x00?!\x00?D\x00?O\x00?C\x00?T\x00?Y\x00?P\x00?E")
_MERGED = re.compile(
    r"""<(?:\w+:)?mergeCell\s[^>]*?ref=["']([A-Z]{1,3}\d{1,7}:[A-Z]{1,3}\d{1,7})"""
)


def check_archive(source: bytes, unpacked: int) -> None:
    """Refuse what is no workbook, or one that is not safe to open.

    Raises
    ------
    CodedError
        HP-X01 no readable workbook; HP-X02 larger than it looks; HP-X03 macros.
    """
    if source.startswith(OLE_FILE):
        raise CodedError("HP-X01", "encrypted" if ENCRYPTED in source else "old")
    try:
        with ZipFile(BytesIO(source)) as archive:
            _check_parts(archive, len(source), unpacked)
    except CodedError:
        raise
    except (BadZipFile, NotImplementedError, OSError, ValueError, EOFError):
        raise CodedError("HP-X01") from None


def open_workbook(source: bytes, unpacked: int = UNPACKED_BYTES) -> tuple[Any, Any]:
    """Return a workbook twice, streamed: with the values of formulas, and with the formulas.

    Parameters
    ----------
    unpacked : int
        Size that the parts may have together [byte].

    Raises
    ------
    CodedError
        As `check_archive`; HP-X01 also where a part is broken.
    """
    from openpyxl import load_workbook

    check_archive(source, unpacked)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about parts that no reader here needs
            values, formulas = (
                load_workbook(BytesIO(source), read_only=True, data_only=shown, keep_links=False)
                for shown in (True, False)
            )
    except Exception:  # openpyxl lets errors of every kind escape from a broken part
        raise CodedError("HP-X01", "broken") from None
    return values, formulas


def merged_ranges(sheet: Any) -> list[str]:
    """Return the merged ranges ("B2:D4") of a streamed sheet."""
    with sheet._get_source() as part:
        return _MERGED.findall(part.read().decode("utf-8", "replace"))


def _check_parts(archive: ZipFile, packed: int, unpacked: int) -> None:
    parts = archive.infolist()
    size = sum(part.file_size for part in parts)
    if len(parts) > MAX_PARTS:
        raise CodedError("HP-X02", "parts", parts=len(parts), limit=MAX_PARTS)
    if size > unpacked or (size > RATIO_FROM and size > MAX_RATIO * packed):
        raise CodedError("HP-X02", size=_megabytes(size), limit=_megabytes(unpacked))
    if any(part.flag_bits & 1 for part in parts):
        raise CodedError("HP-X01", "encrypted")
    names = {part.filename for part in parts}
    if not names.issuperset(NEEDED):
        raise CodedError("HP-X01", "other")
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise CodedError("HP-X03")
    for part in parts:
        if part.filename.endswith((".xml", ".rels")) and _DOCTYPE.search(archive.read(part)):
            raise CodedError("HP-X02", "entities")


def _megabytes(size: int) -> str:
    return f"{size / 1e6:,.0f}"
