"""Read the text of a unit: fold it, cut it into tokens, multiply the known units out.

What a user wrote is never handed to pint's parser, which reads ``kWh?t`` as a product and ``mt``
as a milli-tonne. ``*``, ``·`` and ``×`` multiply, ``/``, 每 and ``per`` divide, from left to right;
names stand side by side only as ``万 kWh`` and ``t CO2e``. Whatever else comes is refused.
"""

import math
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from handprint.units.names import (
    MULTIPLIERS,
    UnitError,
    canonical_name,
    kind_of,
    nearest,
    own_dimension,
    printed_name,
    registry,
    split_word,
)
from handprint.units.official import REMARK, advice, plain

if TYPE_CHECKING:
    from pint.util import UnitsContainer

__all__ = [
    "MAX_LENGTH",
    "check_length",
    "fold",
    "is_unit_word",
    "multiply_out",
    "refusal",
    "unit_end",
]

MAX_LENGTH = 100
MAX_POWER = 4

_CJK = "一-毎毐-鿿"  # without 每, which divides
_TOKEN = re.compile(
    rf"""\ *(?:(?P<power>(?:\^|\*\*)\ *[+-]?[0-9]{{1,3}}(?![0-9]))
    |(?P<multiply>[*·×])|(?P<divide>/|每|per(?![A-Za-z0-9_]))
    |(?P<open>\()|(?P<close>\))|(?P<tens>10\ *(?:\^|\*\*)\ *[1-9](?![0-9]))|(?P<number>[0-9]+)
    |(?P<name>[%‰]|[A-Za-z°$¥{_CJK}][A-Za-z0-9_{_CJK}]*(?:-[A-Za-z0-9]+)*))\ *""",
    re.VERBOSE,
)
_STRANGER = re.compile(rf"[^A-Za-z0-9_%‰°$¥ ()*/^·×+\-每{_CJK}]")
_TENS = ("", "十", "百", "thousand", "万", "十万", "million", "千万", "亿", "billion")
_OWN = ("empty", "long", "range", "power")  # variants that official files do not explain
_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+")
_LOOKALIKES = str.maketrans("−–‐⋅∙•・∕", "---····/")


def refusal(variant: str, text: str, *, code: str = "HP-U01", **params: str | int) -> UnitError:
    """Return the error about ``text``."""
    return UnitError(code, variant, text=_quoted(text), **params)


def _quoted(text: str) -> str:
    """Return the text with what cannot be seen written as a code point."""
    return "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in text[:MAX_LENGTH])


def check_length(text: str) -> None:
    """Refuse a text that is too long to be a unit before anything looks at it."""
    if len(text) > MAX_LENGTH:
        raise refusal("long", text[:40], limit=MAX_LENGTH)


def fold(text: str) -> str:
    """Bring full-width, squared and raised characters to plain ones."""
    for char in text:
        # NFKC would read a circled or Roman number as a digit or a letter
        if unicodedata.category(char) in {"No", "So", "Nl"} and not _may_be_folded(char):
            raise refusal("character", text, character=char)
    raised = re.sub("[⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺]+", _lower_power, text)
    return unicodedata.normalize("NFKC", raised).translate(_LOOKALIKES).strip()


def _may_be_folded(char: str) -> bool:
    return "㎀" <= char <= "㏟" or "₀" <= char <= "₉" or char in "⁰¹²³⁴⁵⁶⁷⁸⁹°℃℉"


def _lower_power(match: "re.Match[str]") -> str:
    part_of_name = match[0] in {"²", "³"} and match.string[: match.start()].endswith("m")
    return ("" if part_of_name else "^") + match[0].translate(_RAISED)


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    folded = plain(fold(text))
    if not folded:
        raise UnitError("HP-U01", "empty")
    if stranger := _STRANGER.search(folded):
        raise refusal("character", text, character=_quoted(stranger[0]))
    place = 0
    while place < len(folded):
        token = _TOKEN.match(folded, place)
        if token is None or token.lastgroup is None:
            raise refusal("syntax", text)
        yield token.lastgroup, token[token.lastgroup]
        place = token.end()


# ---- from tokens to a product of known units


@dataclass(slots=True)
class _Product:
    """What has been read so far, from left to right."""

    text: str
    factors: list[tuple[str, int]]  # registry name and exponent
    shown: list[str]
    outer: list[int]  # signs of the brackets around the present one
    scale: float = 1.0
    group: int = 1  # sign of the exponents in this bracket
    sign: int = 1  # -1 after a division
    last: str = "operator"  # what stands before: operator, close, power, one, or a kind of name

    @property
    def exponent(self) -> int:
        return self.group * self.sign


def _may_follow(kind: str, before: str, depth: int) -> bool:
    """Whether a token may stand behind another, in so many brackets; names judge themselves."""
    if kind in ("multiply", "divide"):
        return before != "operator"
    if kind == "open":
        return before == "operator"
    if kind == "close":
        return before != "operator" and depth > 0
    return kind != "power" or before in {"unit", "mass", "gas"}


def _read_operator(product: _Product, shown: str, sign: int) -> None:
    product.sign, product.last = sign, "operator"
    product.shown.append(shown)


def _read_multiply(product: _Product, sign: str) -> None:
    # whoever writes kWh/m2·a means kWh/(m2·a); a plain * is read from left to right
    after_division = product.sign < 0 and product.last not in {"operator", "close"}
    if after_division and sign != "*":
        raise refusal("order", product.text, code="HP-U02")
    _read_operator(product, "*" if after_division else "·", 1)


def _read_divide(product: _Product, _: str) -> None:
    _read_operator(product, "/", -1)


def _read_open(product: _Product, _: str) -> None:
    product.outer.append(product.group)
    product.group, product.sign = product.exponent, 1
    product.shown.append("(")


def _read_close(product: _Product, _: str) -> None:
    product.group, product.last = product.outer.pop(), "close"
    product.shown.append(")")


def _read_number(product: _Product, digits: str) -> None:
    """Read the 1 of "1/year" or the 100 of "kWh/100 km"."""
    if product.last == "operator" and digits == "1":
        product.last = "one"
    elif product.last == "operator" and product.exponent < 0 and re.fullmatch("10{1,6}", digits):
        product.scale /= int(digits)
        product.last = "multiplier"
    else:
        raise refusal("digits", product.text)
    product.shown.append(digits)


def _read_tens(product: _Product, power: str) -> None:
    """Read the 10^4 of "t CO2/10^4 Nm3", which is 万."""
    _read_name(product, _TENS[int(power[-1])])


def _read_name(product: _Product, word: str) -> None:
    parts = split_word(word)
    if not parts:
        hint = nearest(word)
        raise refusal("suggest" if hint else "", product.text, word=_quoted(word), hint=hint)
    for part in parts:
        kind = kind_of(part)
        _join(product, kind, printed_name(part))
        if kind == "multiplier":
            product.scale *= MULTIPLIERS[part] ** product.exponent
        else:
            product.factors.append((canonical_name(part), product.exponent))


def _join(product: _Product, kind: str, shown: str) -> None:
    """Put a name behind what stands before; side by side only "万 kWh" and "t CO2e" multiply."""
    if product.last != "operator":
        after_multiplier = product.last == "multiplier" and kind != "multiplier"
        if not after_multiplier and (product.last, kind) != ("mass", "gas"):
            raise refusal("space", product.text)
        both_chinese = not shown[0].isascii() and not product.shown[-1][-1].isascii()
        product.shown.append("" if both_chinese else " ")
    product.shown.append(shown)
    product.last = kind


def _read_power(product: _Product, power: str) -> None:
    digits = int(power.lstrip("^* "))
    if not 1 <= abs(digits) <= MAX_POWER:
        raise refusal("power", product.text, limit=MAX_POWER)
    name, exponent = product.factors[-1]
    product.factors[-1] = (name, exponent * digits)
    plain = product.shown[-1] in {"m", "mm", "cm", "km"} and kind_of(f"{name}{digits}")
    product.shown[-1] += f"{digits}" if plain else f"^{digits}"
    product.last = "power"


_READERS = {
    "power": _read_power,
    "multiply": _read_multiply,
    "divide": _read_divide,
    "open": _read_open,
    "close": _read_close,
    "number": _read_number,
    "tens": _read_tens,
    "name": _read_name,
}


def multiply_out(text: str) -> tuple[str, float, "UnitsContainer"]:
    """Return the tidied text of a unit, its scale to canonical units and its dimension.

    Raises
    ------
    UnitError
        HP-U01 or HP-U02.
    """
    try:
        return _multiplied(text)
    except UnitError as error:
        if error.variant in _OWN or (error.code == "HP-U02" and error.variant):
            raise
        raise _advised(text, error) from None


def _advised(text: str, error: UnitError) -> UnitError:
    """Return a better error where the text is known from official files, else the same."""
    try:
        folded = plain(fold(text))
    except UnitError:
        return error
    if variant := advice(folded):
        return refusal(variant, text)
    remark = REMARK.search(folded)
    if remark is None or _readable(remark[1]) or not _readable(REMARK.sub("", folded)):
        return error
    return refusal("remark", text, remark=remark[1].strip())


def _readable(text: str) -> bool:
    try:
        _multiplied(text)
    except UnitError:
        return False
    return True


def _multiplied(text: str) -> tuple[str, float, "UnitsContainer"]:
    product = _Product(text, [], [], [])
    for kind, value in _tokens(text):
        if not _may_follow(kind, product.last, len(product.outer)):
            raise refusal("syntax", text)
        _READERS[kind](product, value)
    if product.last == "operator" or product.outer:
        raise refusal("syntax", text)
    try:
        scale, dimension = _evaluate(product)
    except ArithmeticError:
        raise refusal("range", text) from None
    if not 0 < scale < math.inf:
        raise refusal("range", text)
    return "".join(product.shown), scale, dimension


def unit_end(text: str, start: int, inputs: frozenset[str]) -> int:
    """Return where the longest unit ends that stands in a folded text from ``start`` on.

    It goes on over operators and brackets as long as nothing but units that are no inputs follow;
    ``start`` where no unit stands there. Whether all of it makes a unit is told by reading it.

    Examples
    --------
    >>> unit_end("400 W/device * hours", 3, frozenset({"hours"}))
    12
    """
    end, before, depth = start, "", 0
    token = _TOKEN.match(text, start)
    while token is not None and token.lastgroup is not None:
        kind, place = token.lastgroup, token.end()
        if kind == "name":
            word = _unit_word(token["name"], inputs)
            if not word:
                break
            place = token.start("name") + len(word)
            before = "unit"
        elif kind in ("number", "tens") or not _may_follow(kind, before or "one", depth):
            break
        else:
            depth += {"open": 1, "close": -1}.get(kind, 0)
            before = "operator" if kind in ("multiply", "divide", "open") else kind
        if before != "operator" and depth == 0:
            end = place
        token = _TOKEN.match(text, place)
    return len(text[:end].rstrip())


def _unit_word(word: str, inputs: frozenset[str]) -> str:
    """Return the word if it names a unit, or its part before a hyphen, which then is a minus."""
    for part in (word, word.partition("-")[0]):
        if part not in inputs and is_unit_word(part):
            return part
    return ""


def is_unit_word(word: str) -> bool:
    """Whether a single folded word is read as a unit, or asked back as one ("ton")."""
    try:
        return bool(split_word(word))
    except UnitError as error:
        return error.code == "HP-U02"


def _evaluate(product: _Product) -> tuple[float, "UnitsContainer"]:
    from pint.util import UnitsContainer

    listed: dict[str, int] = {}
    own: dict[str, int] = {}
    for name, exponent in product.factors:
        key = own_dimension(name)
        exponents = own if key else listed
        exponents[key or name] = exponents.get(key or name, 0) + exponent
    container = UnitsContainer({name: n for name, n in listed.items() if n})
    counted = UnitsContainer({f"[{key}]": n for key, n in own.items() if n})
    factor, _ = registry().get_root_units(container)
    dimension = registry().get_dimensionality(container) * counted
    return product.scale * float(cast(float, factor)), dimension
