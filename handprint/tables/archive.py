"""What kind of file a stranger sent, and whether a workbook is safe to open.

The kind is told by the first bytes, never by the name. A workbook is a zip of XML: before any of
it is parsed, the directory of the archive tells how large it would become, whether it is encrypted
or carries macros, and no part may define entities.
"""

import re
import zlib
from io import BytesIO
from zipfile import BadZipFile, ZipFile, ZipInfo

from handprint.core.errors import CodedError

__all__ = ["ARCHIVE_TROUBLE", "OLE_FILE", "check_archive", "kind_of", "old_office", "part_name"]

MAX_PARTS = 1_000
MAX_RATIO = 200  # a form packs about ten to one
RATIO_FROM = 1_000_000  # below this many bytes a high ratio does no harm
CHUNK = 1 << 20
OLE_FILE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # Office files before 2007, and encrypted ones
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
NEEDED = ("[Content_Types].xml", "xl/workbook.xml")
# What a broken archive raises while it is read.
ARCHIVE_TROUBLE = (
    BadZipFile, NotImplementedError, OSError, ValueError, EOFError, KeyError, zlib.error,
)  # fmt: skip
_STARTS = {
    b"PK\x03\x04": "workbook",
    b"PK\x05\x06": "workbook",
    OLE_FILE: "excel97",
    b"PAR1": "parquet",
    b"\x1f\x8b": "gzip",
    b"%PDF": "pdf",
    b"\x89PNG": "picture",
    b"\xff\xd8\xff": "picture",
    b"GIF8": "picture",
    b"II*\x00": "picture",
    b"MM\x00*": "picture",
}
_JSON = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:\{|\[\s*[\{\[\"])")
_MARKUP = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype|html|head|table|meta|\?xml)", re.IGNORECASE
)
_DOCTYPE = re.compile(rb"<\x00?!\x00?D\x00?O\x00?C\x00?T\x00?Y\x00?P\x00?E")
_DOCTYPE_BYTES = 18


def kind_of(head: bytes, name: str = "") -> str:
    """Return what a file is by its first bytes: workbook, excel97, parquet, gzip, ..., or text.

    Examples
    --------
    >>> kind_of(b"PAR1"), kind_of(b"id,value"), kind_of(b"x", "~$case.xlsx")
    ('parquet', 'text', 'lock')
    """
    if name.startswith("~$"):
        return "lock"
    for start, kind in _STARTS.items():
        if head.startswith(start):
            return kind
    if _MARKUP.match(head):
        return "markup"
    return "json" if _JSON.match(head) else "text"


def old_office(source: bytes) -> CodedError:
    """Return the error about a file of Office before 2007, or one with a password."""
    return CodedError("HP-X01", "encrypted" if ENCRYPTED in source else "old")


def part_name(part: ZipInfo) -> str:
    """Return the name of a part; some programs write backslashes between folders."""
    return part.orig_filename.replace("\\", "/").lstrip("/")


def check_archive(source: bytes, unpacked: int, *, macros: bool = False) -> None:
    """Refuse what is no workbook, or one that is not safe to open.

    Parameters
    ----------
    unpacked : int
        Size that the parts may have together [byte].
    macros : bool
        Whether macros may be there; they are never run.

    Raises
    ------
    CodedError
        HP-X01 no readable workbook; HP-X02 larger than it looks; HP-X03 macros.
    """
    if source.startswith(OLE_FILE):
        raise old_office(source)
    try:
        with ZipFile(BytesIO(source)) as archive:
            _check_parts(archive, len(source), unpacked, macros=macros)
    except CodedError:
        raise
    except ARCHIVE_TROUBLE:
        raise CodedError("HP-X01") from None


def _check_parts(archive: ZipFile, packed: int, unpacked: int, *, macros: bool) -> None:
    parts = archive.infolist()
    size = sum(part.file_size for part in parts)
    if len(parts) > MAX_PARTS:
        raise CodedError("HP-X02", "parts", parts=len(parts), limit=MAX_PARTS)
    if size > unpacked or (size > RATIO_FROM and size > MAX_RATIO * packed):
        raise CodedError("HP-X02", size=_megabytes(size), limit=_megabytes(unpacked))
    if any(part.flag_bits & 1 for part in parts):
        raise CodedError("HP-X01", "encrypted")
    names = {part_name(part) for part in parts}
    if not names.issuperset(NEEDED):
        raise CodedError("HP-X01", "other")
    if not macros and any(name.lower().endswith("vbaproject.bin") for name in names):
        raise CodedError("HP-X03")
    for part in parts:
        if part.filename.endswith((".xml", ".rels")) and _defines_entities(archive, part):
            raise CodedError("HP-X02", "entities")


def _defines_entities(archive: ZipFile, part: ZipInfo) -> bool:
    """Whether a part has a document type, looked at piece by piece."""
    end = b""
    try:
        with archive.open(part) as stream:
            while piece := stream.read(CHUNK):
                if _DOCTYPE.search(end + piece):
                    return True
                end = piece[-_DOCTYPE_BYTES:]
    except ARCHIVE_TROUBLE:
        raise CodedError("HP-X01", "broken") from None
    return False


def _megabytes(size: int) -> str:
    return f"{size / 1e6:,.0f}"
