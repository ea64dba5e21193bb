"""Chinese number words, alone or mixed with digits: 二十亿, 三百五十, 1亿2千万, 三点五万, 百分之五.

The grammar is closed: units of a section fall (千, 百, 十), then 万 and 亿 carry it. What people
read in two ways, 三万五 and 一百五, is no number here; nor are 三四百 (three to four hundred) and
百万 without a digit before it.
"""

import re
from decimal import Decimal
from typing import NamedTuple

__all__ = ["Words", "read_words"]

_DIGITS = {**{c: i for i, c in enumerate("零一二三四五六七八九")}, "〇": 0, "两": 2}
_SMALL = {"十": 10, "百": 100, "千": 1000}
_LARGE = {"万亿": 10**12, "亿": 10**8, "万": 10**4}
_ZERO = "零〇"
_TOKEN = re.compile(
    r"(?P<plain>[0-9]+(?:\.[0-9]+)?)|(?P<large>万亿|亿|万)"
    r"|(?P<small>十|百(?!分)|千(?!卡))|(?P<zero>[零〇])|(?P<digit>[一二两三四五六七八九])"
)
_BEGIN = re.compile(
    r"-?(?:[零〇一二两三四五六七八九十]|百分之|千分之"
    r"|[0-9]+(?:\.[0-9]+)?[十百千万亿]+[零〇]?[0-9一二两三四五六七八九])"
)
_PLACED = re.compile(r"[零〇一二三四五六七八九]{3,}(?![十百千万亿点])")
_POINT = re.compile(r"点([零〇一二三四五六七八九]+)(万亿|亿|万)?")
_PLAIN = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_SHARES = {"百分之": "%", "千分之": "‰"}


class Words(NamedTuple):
    """A number in words: its value, where it ends, and the share that its beginning names."""

    value: Decimal
    end: int
    share: str = ""


def read_words(text: str) -> Words | None:
    """Return the number in words with which a text begins; None where none begins.

    Raises
    ------
    ValueError
        Words that are no number, or that are read in two ways.

    Examples
    --------
    >>> read_words("二十亿千瓦时/年").value, read_words("1亿2千万").value
    (Decimal('2000000000'), Decimal('120000000'))
    """
    if not _BEGIN.match(text):
        return None
    sign = -1 if text.startswith("-") else 1
    start = int(sign < 0)
    share = next((mark for mark in _SHARES if text.startswith(mark, start)), "")
    start += len(share)
    if share and (plain := _PLAIN.match(text, start)):
        return Words(sign * Decimal(plain[0]), plain.end(), _SHARES[share])
    value, end = _number(text, start)
    return Words(sign * value, end, _SHARES.get(share, ""))


def _number(text: str, start: int) -> tuple[Decimal, int]:
    placed = _PLACED.match(text, start)
    if placed is not None:  # 二〇二三
        value = Decimal("".join(str(_DIGITS[char]) for char in placed[0]))
        return value, placed.end()
    whole, end = _whole(text, start)
    point = _POINT.match(text, end)
    if point is None:
        return whole, end
    digits = "".join(str(_DIGITS[char]) for char in point[1])
    value = whole + Decimal(f"0.{digits}")
    return value * _LARGE.get(point[2] or "", 1), point.end()


class _Reader:
    """What has been read so far: total above the section, the section, and a digit that waits."""

    def __init__(self) -> None:
        self.total = self.section = Decimal(0)
        self.waiting: Decimal | None = None
        self.small: float = float("inf")  # the last unit of the section
        self.large: float = float("inf")
        self.last = ""  # kind of the last token

    def take(self, kind: str, sign: str) -> bool:
        """Read one token; False where it no longer belongs to the number."""
        if kind in ("plain", "digit", "zero"):
            return self._digit(kind, sign)
        return self._small(sign) if kind == "small" else self._large(sign)

    def _digit(self, kind: str, sign: str) -> bool:
        if self.waiting is not None and kind != "zero":
            raise ValueError(sign)
        if kind == "zero" and self.last in ("zero", "digit", "plain"):
            raise ValueError(sign)
        if kind != "zero":
            self.waiting = Decimal(sign) if kind == "plain" else Decimal(_DIGITS[sign])
        return True

    def _small(self, sign: str) -> bool:
        unit = _SMALL[sign]
        if self.waiting is None and not (unit == 10 and not self.section):
            return False
        if unit >= self.small:
            raise ValueError(sign)
        self.section += (1 if self.waiting is None else self.waiting) * unit
        self.waiting, self.small = None, unit
        return True

    def _large(self, sign: str) -> bool:
        unit = _LARGE[sign]
        carried = self.section + (self.waiting or 0)
        if not carried and not (unit > self.large and self.total):
            return False
        if unit > self.large:  # 一万二千亿
            self.total = (self.total + carried) * unit
        else:
            if unit == self.large:
                raise ValueError(sign)
            self.total += carried * unit
        self.section, self.waiting = Decimal(0), None
        self.small, self.large = float("inf"), unit
        return True

    @property
    def closed(self) -> bool:
        """Whether a digit at the end has one reading: 二十五 and 三百零五, not 三百五."""
        return self.waiting is None or self.small == 10 or not (self.section or self.total)


def _whole(text: str, start: int) -> tuple[Decimal, int]:
    reader, end, after_zero = _Reader(), start, False
    while (token := _TOKEN.match(text, end)) is not None and token.lastgroup is not None:
        kind = token.lastgroup
        after_zero = reader.last == "zero" if kind in ("digit", "plain") else False
        if not reader.take(kind, token[0]):
            break
        reader.last, end = kind, token.end()
    if not (reader.closed or after_zero):
        raise ValueError(text)
    return reader.total + reader.section + (reader.waiting or 0), end
