"""The one reader of numbers that a person wrote, with a unit or without.

Full-width digits, a minus of any kind, ``2,000`` and ``1_000`` and ``1e-3`` are read; a decimal
comma, a range, an approximate number and a number in words are asked back. A text that is no
number is never taken for a missing one.
"""

import math
import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from handprint.units.names import UnitError
from handprint.units.reader import check_length, fold, refusal
from handprint.units.unit import Unit, convert, parse_unit

__all__ = [
    "Amount",
    "in_unit",
    "parse_quantity",
    "plain_number",
    "read_amount",
    "read_number",
    "read_whole",
    "split_amount",
]

MAX_SHOWN = 60
_PLAIN = re.compile(r"-?[0-9]+(?:\.[0-9]+)?\Z", re.ASCII)
_DIGITS = r"[0-9]{1,3}(?:,[0-9]{3})+(?![0-9])|[0-9]+(?:_[0-9]+)*"
_NUMBER = re.compile(rf"([+-]?(?:(?:{_DIGITS})(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{{1,4}})?) *")
_ZERO_GROUP = re.compile(r"[+-]?0[0-9]*,")  # 0,123 is no number with thousands
_COMMA = re.compile(r" *, *[0-9]|\.[0-9]+,[0-9]")
_ABOUT = re.compile(
    r"(?:约|大约|近|~|≈|≥|≤|>|<|about|approx\.?|approximately|ca\.?|circa|up to) *(?=[+-]?[0-9.])",
    re.IGNORECASE,
)
_RANGE = re.compile(r" *(?:-|~|到|至|to|\.\.\.?|…) *[+-]?[0-9]|[^0-9^*/]{1,8}(?:-|~|到|至) *[0-9]")
_WORDS = re.compile(
    r"[零〇一二两三四五六七八九十百千万亿点半]{1,20}(?=$|[^零〇一二两三四五六七八九])"
)
_STRAY = re.compile(r"[.,_][0-9.,_]*\Z")  # 1.234.567
_QUOTES = "\"'“”‘’「」"


@dataclass(frozen=True, slots=True)
class Amount:
    """A number as written, and its unit where the text names one.

    Parameters
    ----------
    number : float
        [unit]
    unit : Unit or None
    """

    number: float
    unit: Unit | None = None

    @property
    def plain(self) -> float:
        """The number in canonical units of its unit; alone it stays as it is."""
        if self.unit is None:
            return self.number
        if self.unit.text == "%":  # 0.052, where 5.2 / 100 would be 0.052000000000000005
            return float(Decimal(repr(self.number)).scaleb(-2))
        return self.number * self.unit.scale


def read_amount(text: str) -> Amount:
    """Read a number with or without a unit.

    Raises
    ------
    UnitError
        HP-U01 no number, or the unit is not known; HP-U02 two meanings; HP-U04 asked back.

    Examples
    --------
    >>> read_amount("2,000").number, read_amount("－５.２ %").number, read_amount("1e-3").unit
    (2000.0, -5.2, None)
    >>> read_amount("90 万吨").unit.text
    '万吨'
    """
    if _PLAIN.match(text) and len(text) < MAX_SHOWN:
        return Amount(float(text))
    number, rest = split_amount(text)
    return Amount(number, parse_unit(rest) if rest else None)


def parse_quantity(text: str) -> tuple[float, Unit]:
    """Read a number with its unit; a number alone is dimensionless.

    Raises
    ------
    UnitError
        As `read_amount`.

    Examples
    --------
    >>> value, unit = parse_quantity("90 万吨")
    >>> value * unit.scale  # kilograms
    900000000.0
    """
    amount = read_amount(text)
    return amount.number, amount.unit or parse_unit("1")


def read_number(text: str) -> float:
    """Read a number without a unit: ``0.3``, ``1,234.5``; per cent are a share.

    Raises
    ------
    UnitError
        As `read_amount`; HP-U04 also where a unit stands beside the number.

    Examples
    --------
    >>> read_number("30 %"), read_number("1,234.5")
    (0.3, 1234.5)
    """
    amount = read_amount(text)
    if amount.unit is not None and amount.unit.dimension != parse_unit("1").dimension:
        raise _refused("unit", text)
    return amount.plain


def plain_number(text: str) -> float | None:
    """Return the number that a text is, None for any other text: to tell names from numbers."""
    try:
        return read_number(text) if text else None
    except UnitError:
        return None


def read_whole(text: str) -> int:
    """Read a whole number: ``2023``, ``2023.0``.

    Raises
    ------
    UnitError
        As `read_number`; HP-U04 also for a number that is not whole.
    """
    number = read_amount(text)
    if number.unit is not None or not number.number.is_integer():
        raise _refused("whole", text)
    return int(number.number)


def in_unit(text: str, unit: Unit) -> float:
    """Read a number that stands under a unit, in that unit; the text may name its own.

    Raises
    ------
    UnitError
        As `read_amount`; HP-U03 the unit of the text is of another kind.

    Examples
    --------
    >>> in_unit("5.2%", parse_unit("%")), in_unit("5.2%", parse_unit("1"))
    (5.2, 0.052)
    """
    amount = read_amount(text)
    if amount.unit is None or amount.unit.text == unit.text:
        return amount.number
    if amount.unit.text == "%" and unit.text == "1":
        return amount.plain
    return convert(amount.number, amount.unit, unit)


# --- the text of a number ---------------------------------------------------------------------


def split_amount(text: str) -> tuple[float, str]:
    """Return the number that a text begins with, and the text of its unit, "" without one.

    Raises
    ------
    UnitError
        As `read_amount`, but for the unit, which is not looked at.
    """
    check_length(text)
    folded = _half_width(text)
    found = _NUMBER.match(folded)
    if found is None:
        raise _missing(folded, text)
    rest = folded[found.end() :]
    if _COMMA.match(rest) or (_ZERO_GROUP.match(folded) and "," in found[1]):
        raise refusal("comma", text[:MAX_SHOWN], code="HP-U02")
    if _RANGE.match(rest):
        raise _refused("interval", text)
    # "1 234 kWh" and "1 1/2 h" are asked back; "0.2 1/year" is a rate
    if rest[:1].isdigit() and not re.match(r"1 */ *[^0-9 ]", rest):
        raise refusal("space", text, code="HP-U02")
    if _STRAY.match(rest):
        raise refusal("comma", text[:MAX_SHOWN], code="HP-U02")
    number = float(found[1].replace(",", "").replace("_", ""))
    if not math.isfinite(number):
        raise refusal("range", text)
    return number, rest.strip()


@lru_cache(maxsize=4096)
def _half_width(text: str) -> str:
    stripped = text.strip().strip(_QUOTES)
    if stripped.isascii():
        return stripped
    about = unicodedata.normalize("NFKC", stripped)
    if _ABOUT.match(about) or _WORDS.match(about):
        return about  # a sign that no unit has is told as what it means
    return fold(stripped).translate({0x2012: "-", 0x2010: "-", 0x2011: "-", 0xFE63: "-"})


def _missing(folded: str, text: str) -> UnitError:
    """Return the error about what stands there instead of a number."""
    if _ABOUT.match(folded):
        return _refused("about", text)
    return _refused("words", text) if _WORDS.match(folded) else refusal("number", text[:MAX_SHOWN])


def _refused(variant: str, text: str) -> UnitError:
    return refusal(variant, text[:MAX_SHOWN], code="HP-U04")
