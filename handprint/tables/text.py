"""Bytes to rows of texts: encoding, separator, quotation marks, one decision each.

A file that says its encoding by a mark is believed; else it is UTF-8, else GB 18030 if the result
is likely Chinese, which is said. What separates the cells is told by the first lines.
"""

import codecs
import csv
import io
import re
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from handprint.core.errors import CodedError, Finding, Findings, Severity

__all__ = ["Decoded", "Encoding", "decode", "encoding_of", "lines_of", "quotes_trouble",
           "separator_of", "split"]  # fmt: skip

SEPARATORS = (",", ";", "\t", "，")
LOOKED_AT = 20  # lines that tell the separator
SAMPLE = 200  # texts that tell whether they read like Chinese
RECORD = 2_000  # lines in which an open quotation mark is looked for
ODD_TEXT = 24  # characters shown of a text in another encoding
LIKELY = 0.6  # share of common characters in a Chinese text
_SEP_LINE = re.compile(r"\"?sep=(.)\"?\s*\Z", re.IGNORECASE)
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_COMMON = re.compile("[\u3000-\u303f\uff00-\uffef\u2010-\u203b·×°]")


@dataclass(frozen=True, slots=True)
class Encoding:
    """How a text is encoded.

    Parameters
    ----------
    name : str
        As Python names it; "" if nothing fits.
    line : int
        First line that is not UTF-8, counted from 1.
    odd : str
        The first text that is not UTF-8, as it reads.
    likely : bool
        Whether that reads like Chinese.
    """

    name: str
    line: int = 0
    odd: str = ""
    likely: bool = True

    def finding(self, place: str) -> Finding | None:
        """Return what is to be said about the encoding: HP-M03, or nothing."""
        where = f"{place}:{self.line}" if self.line else place
        if not self.name:
            return Finding("HP-M03", Severity.ERROR, where, variant="unknown")
        if not self.line:
            return None
        if not self.likely:
            return Finding("HP-M03", Severity.ERROR, where, {"text": self.odd}, "unlikely")
        return Finding("HP-M03", Severity.WARNING, where, {"text": self.odd})

    @property
    def usable(self) -> bool:
        """Whether the text can be read."""
        return bool(self.name) and self.likely


@dataclass(frozen=True, slots=True)
class Decoded:
    """A text, and how it was encoded."""

    text: str
    encoding: Encoding


def encoding_of(blocks: Callable[[], Iterable[bytes]]) -> Encoding:
    """Return how a text is encoded, in the memory of one block.

    Parameters
    ----------
    blocks : callable
        Returns the bytes from the beginning, block by block; called again if they are not UTF-8.
    """
    name, line, block, pending = "", 1, b"", 0
    decoder: codecs.IncrementalDecoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for block in blocks():
            if not name:
                name = _declared(block)
                decoder = codecs.getincrementaldecoder(name)()
            pending = len(decoder.getstate()[0])
            if _has_null(block, decoder, plain=not pending and name != "utf-16"):
                return Encoding("")
            line += block.count(b"\n")
        block, pending = b"", len(decoder.getstate()[0])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as problem:
        line += block.count(b"\n", 0, max(problem.start - pending, 0))
        return Encoding("", line) if name != "utf-8" else _as_gb18030(blocks(), line)
    return Encoding(name or "utf-8")


def _declared(head: bytes) -> str:
    """Return the encoding that a text declares by its mark, else UTF-8."""
    return next((name for mark, name in _MARKS if head.startswith(mark)), "utf-8")


def _has_null(block: bytes, decoder: codecs.IncrementalDecoder, *, plain: bool) -> bool:
    """Whether a block holds a null; nothing is decoded where it is ASCII."""
    if plain and block.isascii():
        return b"\x00" in block
    return "\x00" in decoder.decode(block)


def _as_gb18030(blocks: Iterable[bytes], line: int) -> Encoding:
    decoder = codecs.getincrementaldecoder("gb18030")()
    odd: list[str] = []
    try:
        for block in blocks:
            text = decoder.decode(block)
            if "\x00" in text:
                return Encoding("")
            if len(odd) < SAMPLE:
                odd.extend(islice(_odd_texts(text), SAMPLE))
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return Encoding("", line)
    return Encoding("gb18030", line, odd[0][:ODD_TEXT] if odd else "", _likely("".join(odd)))


def _odd_texts(text: str) -> Iterator[str]:
    """Yield the words that hold other characters than ASCII."""
    return (found[0] for found in re.finditer(r"[^\s,;\"，]*[^\x00-\x7f][^\s,;\"，]*", text))


def _likely(text: str) -> bool:
    """Whether characters are mostly common Chinese ones: the first level of GB 2312, and signs."""
    other = [char for char in text if ord(char) > 127]
    common = sum(1 for char in other if _COMMON.match(char) or _is_common(char))
    return common >= LIKELY * len(other)


def _is_common(char: str) -> bool:
    try:
        code = char.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return 0xB0 <= code[0] <= 0xD7 or code[0] <= 0xA9


def decode(data: bytes, place: str, findings: Findings) -> Decoded | None:
    """Return bytes as text; None after a finding (HP-M03) if nobody can tell how."""
    encoding = encoding_of(lambda: (data,))
    finding = encoding.finding(place)
    if finding is not None:
        findings.add(finding)
    return Decoded(data.decode(encoding.name), encoding) if encoding.usable else None


def separator_of(text: str, *, tabs: bool = False) -> tuple[str, int]:
    r"""Return what separates the cells, and how many lines above say only that (``sep=;``).

    Parameters
    ----------
    text : str
        The beginning of the file.
    tabs : bool
        Whether the file's name says that tabs do.

    Examples
    --------
    >>> separator_of("id;value\na;1,5"), separator_of("sep=;\nid;value")
    ((';', 0), (';', 1))
    """
    lines = text.splitlines()[: LOOKED_AT + 1]
    if lines and (told := _SEP_LINE.match(lines[0].lstrip("\ufeff"))):
        return told[1], 1
    if tabs:
        return "\t", 0
    head = "\n".join(line for line in lines[:LOOKED_AT] if line.strip())
    return max(SEPARATORS, key=lambda sign: _alike(head, sign)), 0


def _alike(head: str, separator: str) -> tuple[int, int]:
    """Return how many lines have the most usual number of cells, and that number."""
    try:
        cells = [len(row) for row in csv.reader(io.StringIO(head), delimiter=separator)]
    except csv.Error:
        return 0, 0
    usual = Counter(count for count in cells if count > 1).most_common(1)
    return (usual[0][1], usual[0][0]) if usual else (0, 0)


def lines_of(text: str) -> Callable[[], Iterable[str]]:
    """Return what yields the lines of a text, again and again."""
    return lambda: io.StringIO(text, newline="")


def split(lines: Callable[[], Iterable[str]], separator: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the line in which each row begins, and its stripped cells.

    Parameters
    ----------
    lines : callable
        Returns the lines of the text from the beginning, with their ends.

    Raises
    ------
    CodedError
        HP-M02 at the line where a quotation mark opens that is never closed, or stands wrong.
    """
    reader = csv.reader(lines(), delimiter=separator, strict=True)
    start = 1
    try:
        for cells in reader:
            yield start, [cell.strip() for cell in cells]
            start = reader.line_num + 1
    except csv.Error:
        record = "".join(islice(lines(), start - 1, start - 1 + RECORD))
        line = start + record.count("\n", 0, _opening(record, separator))
        raise CodedError("HP-M02", "quote", line=line) from None


def quotes_trouble(lines: Callable[[], Iterable[str]], separator: str) -> CodedError | None:
    """Return what is wrong with the quotation marks of a text, None if nothing is."""
    try:
        deque(split(lines, separator), maxlen=0)
    except CodedError as problem:
        return problem
    return None


def _opening(record: str, separator: str) -> int:
    """Return where a quotation mark opens that has no end, or none before a separator."""
    end = re.escape(separator)
    cell = re.compile(rf'"(?:[^"]|"")*"(?=[{end}\r\n]|\Z)|(?!")[^{end}\r\n]*')
    place = 0
    while place < len(record):
        found = cell.match(record, place)
        if found is None:
            return place
        place = found.end() + 1
    return 0
