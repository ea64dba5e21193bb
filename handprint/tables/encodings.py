"""How a text is encoded: as it declares, else UTF-8, else what is likeliest, which is said.

Of GB 18030, Windows-1252, Big5 and Shift-JIS the one is taken in which the text is likeliest. None
is taken where two come within `MARGIN` of each other, or where the best is not likely either.
"""

import codecs
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache

from handprint.core.errors import Finding, Findings, Severity
from handprint.tables.likelihood import CANDIDATES, bits, likely

__all__ = ["MARGIN", "Decoded", "Encoding", "decode", "encoding_of"]

MARGIN = 4.0  # bits: the likeliest must be sixteen times as likely as the next
SAMPLE = 20_000  # bytes of lines with other characters than ASCII that are weighed
LONGEST = 1_000_000  # bytes of such a line; longer ones are passed over
ODD_TEXT = 24  # characters shown of a text in another encoding
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_NAMES = {
    "gb18030": "GB 18030",
    "cp1252": "Windows-1252",
    "cp950": "Big5",
    "cp932": "Shift-JIS",
}
_ODD_WORD = re.compile(r"[^\s,;\"，]*[^\x00-\x7f，][^\s,;\"，]*")


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
    rival : str
        Another encoding that is nearly as likely, or "".
    other : str
        That text in the other encoding.
    likely : bool
        Whether the text reads like one of that encoding.
    """

    name: str
    line: int = 0
    odd: str = ""
    rival: str = ""
    other: str = ""
    likely: bool = True

    def finding(self, place: str) -> Finding | None:
        """Return what is to be said about the encoding: HP-M03, or nothing."""
        where = f"{place}:{self.line}" if self.line else place
        if not self.name:
            return Finding("HP-M03", Severity.ERROR, where, variant="unknown")
        if not self.line:
            return None
        params = {"text": self.odd, "encoding": _NAMES[self.name]}
        if not self.likely:
            return Finding("HP-M03", Severity.ERROR, where, params, "unlikely")
        if self.rival:
            both = {**params, "rival": _NAMES[self.rival], "other": self.other}
            return Finding("HP-M03", Severity.ERROR, where, both, "close")
        return Finding("HP-M03", Severity.WARNING, where, params)

    @property
    def usable(self) -> bool:
        """Whether the text can be read."""
        return bool(self.name) and self.likely and not self.rival


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
        return Encoding("", line) if name != "utf-8" else _likeliest(blocks, line)
    return Encoding(name or "utf-8")


def _declared(head: bytes) -> str:
    """Return the encoding that a text declares by its mark, else UTF-8."""
    return next((name for mark, name in _MARKS if head.startswith(mark)), "utf-8")


def _has_null(block: bytes, decoder: codecs.IncrementalDecoder, *, plain: bool) -> bool:
    """Whether a block holds a null; nothing is decoded where it is ASCII."""
    if plain and block.isascii():
        return b"\x00" in block
    return "\x00" in decoder.decode(block)


# --- weighing -------------------------------------------------------------------------------------


def _likeliest(blocks: Callable[[], Iterable[bytes]], line: int) -> Encoding:
    """Return the likeliest encoding of a text that is not UTF-8."""
    sample = _sample(blocks())
    texts = {name: text for name in CANDIDATES if (text := _decoded(sample, name)) is not None}
    weighed = sorted((bits(text, name), name) for name, text in texts.items())
    fitting = cache(lambda name: _decodes(blocks(), name))
    best = next(((cost, name) for cost, name in weighed if fitting(name)), None)
    if best is None:
        return Encoding("", line)
    cost, name = best
    close = [n for c, n in weighed if n != name and c < cost + MARGIN and fitting(n)]
    rival = close[0] if close else ""
    odd = _first(sample, name)
    other = _first(sample, rival) if rival else ""
    return Encoding(name, line, odd, rival, other, likely=likely(texts[name], name))


def _sample(blocks: Iterable[bytes]) -> bytes:
    """Return the first lines that hold other characters than ASCII."""
    found: list[bytes] = []
    size, rest, passing = 0, b"", False  # passing: within a line that is too long
    for block in blocks:
        *lines, rest = (rest + block.replace(b"\r", b"\n")).split(b"\n")
        for line in lines[1:] if passing and lines else lines:
            if not line.isascii():
                found.append(line)
                size += len(line)
                if size > SAMPLE:
                    return b"\n".join(found)
        passing = (passing and not lines) or len(rest) > LONGEST
        rest = b"" if passing else rest
    return b"\n".join(found if rest.isascii() else [*found, rest])


def _decoded(sample: bytes, name: str) -> str | None:
    try:
        return sample.decode(name)
    except UnicodeDecodeError:
        return None


def _decodes(blocks: Iterable[bytes], name: str) -> bool:
    """Whether the whole text can be read in an encoding."""
    decoder = codecs.getincrementaldecoder(name)()
    try:
        for block in blocks:
            decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _first(sample: bytes, name: str) -> str:
    """Return the first word of other characters than ASCII, as an encoding reads it."""
    found = _ODD_WORD.search(sample.decode(name))
    return found[0][:ODD_TEXT] if found else ""


def decode(data: bytes, place: str, findings: Findings) -> Decoded | None:
    """Return bytes as text; None after a finding (HP-M03) if nobody can tell how."""
    encoding = encoding_of(lambda: (data,))
    finding = encoding.finding(place)
    if finding is not None:
        findings.add(finding)
    return Decoded(data.decode(encoding.name), encoding) if encoding.usable else None
