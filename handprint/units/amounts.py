"""The one reader of numbers that a person wrote, with a unit or without.

Full-width digits, a minus of any kind, ``2,000``, ``1_000``, ``1e-3`` and Chinese number words
are read; so is an approximate number, which whoever reads it tells (`is_approximate`). A decimal
comma, a range and a limit are asked back. A text that is no number is never a missing one.
"""

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from handprint.core.errors import Finding, Severity
from handprint.core.limits import as_written, in_range
from handprint.units.names import UnitError
from handprint.units.number_words import read_words
from handprint.units.reader import check_length, fold, refusal
from handprint.units.unit import Unit, convert, parse_unit

__all__ = [
    "Amount",
    "approximation",
    "in_unit",
    "is_approximate",
    "is_number",
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
    r"(?:大约|大概|约为|约|近|~|≈|about|around|roughly|approximately|approx\.?|circa|ca\.?|c\.) *"
    r"(?=[+-]?[0-9.零〇一二两三四五六七八九十负百千])",
    re.IGNORECASE,
)
_ROUNDLY = re.compile(r" *(?:左右|上下)$")
_LIMIT = re.compile(
    r"(?:≥|≤|>=?|<=?|up to|at (?:least|most)|(?:more|less) than|over|under|below|above"
    r"|不超过|不少于|不低于|不高于|不足|至少|至多|最多|超过|大于|小于|高于|低于|逾|超)"
    r" *[+-]?[0-9.一二两三四五六七八九十]",
    re.IGNORECASE,
)
_BEYOND = re.compile(r" *(?:\+$|余|多|几)|.*(?:以上|以下|以内)$")
_DIGIT = "0-9零一二两三四五六七八九十"
_RANGE = re.compile(
    rf" *(?:-|~|到|至|to|\.\.\.?|…|±|\+/-) *[+-]?[{_DIGIT}]"
    rf"|[^0-9^*/]{{1,8}}(?:-|~|到|至|±| to ) *[{_DIGIT}]"
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
        HP-U01 no number, one out of range, or an unknown unit; HP-U02 two meanings; HP-U04
        asked back.

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
    """Return the exact number that a text is, None for any other."""
    try:
        return read_number(text) if text and not is_approximate(text) else None
    except UnitError:
        return None


def is_number(text: str) -> bool:
    """Whether a text is an exact number, also one that is out of range: no name then."""
    try:
        return bool(text) and not is_approximate(text) and read_number(text) is not None
    except UnitError as problem:
        return problem.variant == "range"


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
    folded, _ = _without_about(_half_width(text))
    if _LIMIT.match(folded):
        raise _refused("limit", text)
    number, rest = _leading_words(folded, text) or _leading_number(folded, text)
    if _RANGE.match(rest):
        raise _refused("interval", text)
    if _BEYOND.match(rest):
        raise _refused("limit", text)
    if not in_range(number):
        raise refusal("range", text)
    return number, rest.strip()


def is_approximate(text: str) -> bool:
    """Whether a text that is a number says that it is not exact: ``约 5``, ``~5``, ``5 左右``.

    Examples
    --------
    >>> is_approximate("约 5 t"), is_approximate("5 t"), is_approximate("about the grid")
    (True, False, False)
    """
    if len(text) > MAX_SHOWN or _PLAIN.match(text):
        return False
    try:
        return _without_about(_half_width(text))[1] and split_amount(text) is not None
    except UnitError:
        return False


def approximation(text: str, place: str) -> Finding | None:
    """Return what is told about an approximate number that was read (HP-U05), else nothing."""
    if not is_approximate(text):
        return None
    return Finding("HP-U05", Severity.WARNING, place, {"text": text.strip()[:MAX_SHOWN]})


def _without_about(folded: str) -> tuple[str, bool]:
    """Return a text without what says that its number is not exact, and whether that was there."""
    about = _ABOUT.match(folded)
    start = about.end() if about else 0
    roundly = _ROUNDLY.search(folded)
    end = roundly.start() if roundly else len(folded)
    return folded[start:end], bool(about or roundly)


def _leading_words(folded: str, text: str) -> tuple[float, str] | None:
    """Return a number in words and what follows; None where none begins the text."""
    try:
        words = read_words(folded)
    except ValueError:
        raise _refused("words", text) from None
    if words is None:
        return None
    rest = folded[words.end :]
    if not words.share:
        return float(words.value), rest
    if rest.strip():
        raise _refused("words", text)
    return float(words.value), words.share


def _leading_number(folded: str, text: str) -> tuple[float, str]:
    """Return a number in digits and what follows."""
    found = _NUMBER.match(folded)
    if found is None:
        raise refusal("number", text[:MAX_SHOWN])
    rest = folded[found.end() :]
    if _COMMA.match(rest) or (_ZERO_GROUP.match(folded) and "," in found[1]):
        raise refusal("comma", text[:MAX_SHOWN], code="HP-U02")
    # "1 234 kWh" and "1 1/2 h" are asked back; "0.2 1/year" is a rate
    if rest[:1].isdigit() and not re.match(r"1 */ *[^0-9 ]", rest):
        raise refusal("space", text, code="HP-U02")
    if _STRAY.match(rest) and not _RANGE.match(rest):
        raise refusal("comma", text[:MAX_SHOWN], code="HP-U02")
    return as_written(found[1].replace(",", "").replace("_", "")), rest


@lru_cache(maxsize=4096)
def _half_width(text: str) -> str:
    stripped = text.strip().strip(_QUOTES).strip()
    if stripped.isascii():
        return stripped
    plain = fold(stripped.replace("〇", "零")).translate(
        {0x2012: "-", 0x2010: "-", 0x2011: "-", 0xFE63: "-"}
    )
    return f"-{plain[1:].lstrip()}" if plain.startswith("负") else plain


def _refused(variant: str, text: str) -> UnitError:
    return refusal(variant, text[:MAX_SHOWN], code="HP-U04")
