"""Numbers and units as a reader of either language expects them.

Significant digits follow the interval: a digit far finer than the uncertainty is false precision.
Chinese counts in 万 and 亿; English groups by thousands. Nothing here rounds what is calculated
with; it only prints.
"""

import math
import re
from decimal import ROUND_HALF_EVEN, Decimal
from typing import NamedTuple

from handprint.core.i18n import Language

__all__ = [
    "finite",
    "LOWERED",
    "MISSING",
    "RAISED",
    "digits_to_tell_apart",
    "format_exact",
    "format_interval",
    "format_number",
    "format_percent",
    "format_signed",
    "format_with_unit",
    "merge_scales",
    "plain_digits",
    "pretty_unit",
]

MISSING = "—"
MINUS = "\u2212"
NO_BREAK = "\u00a0"
DEFAULT_DIGITS = 3
MOST_DIGITS = 4  # an interval may be narrow; the model behind the number is not that good
EXACT_DIGITS = 6

Interval = tuple[float, float]


class _Scale(NamedTuple):
    factor: float
    word: str


_UNSCALED = _Scale(1.0, "")
_SCALES: dict[Language, tuple[_Scale, ...]] = {
    "zh": (_Scale(1e12, "万亿"), _Scale(1e8, "亿"), _Scale(1e4, "万")),
    "en": (_Scale(1e12, "trillion"), _Scale(1e9, "billion")),
}


def format_number(
    value: float | None,
    lang: Language,
    *,
    digits: int | None = None,
    interval: Interval | None = None,
) -> str:
    """Return ``value`` rounded for print, with 万, 亿 or billion where it is large.

    Parameters
    ----------
    value : float or None
        None and NaN give a dash.
    lang : {"zh", "en"}
    digits : int, optional
        Significant digits; default 3, or as many as ``interval`` supports.
    interval : tuple of float, optional
        The interval of the value: no digit is finer than about 1 % of its width.

    Examples
    --------
    >>> format_number(73900.0, "en", interval=(55000.0, 93000.0))
    '74,000'
    >>> format_number(73900.0, "zh").replace(chr(160), " ")
    '7.39 万'
    """
    number, scale = _parts(value, lang, digits, interval)
    return f"{number}{NO_BREAK}{scale}" if scale else number


def format_with_unit(
    value: float | None,
    unit: str,
    lang: Language,
    interval: Interval | None = None,
    digits: int | None = None,
) -> tuple[str, str]:
    """Return the number and its printed unit; 万 and 亿 stand with the unit.

    Examples
    --------
    >>> format_with_unit(73900.0, "t CO2e", "zh")
    ('7.39', '万 t CO₂e')
    """
    number, scale = _parts(value, lang, digits, interval)
    shown = pretty_unit(unit, lang)
    gap = "" if shown[:1] > "\u2e7f" else " "  # 万人公里, but 万 kWh
    return number, merge_scales(f"{scale}{gap}{shown}".strip())


def merge_scales(shown: str) -> str:
    """Return Chinese text with the scale of a number and that of its unit made one.

    Examples
    --------
    >>> merge_scales("1.06 万万元/年"), merge_scales("3 亿万元")
    ('1.06 亿元/年', '3 万亿元')
    """
    return shown.replace("亿万", "万亿").replace("万万", "亿")


def format_interval(low: float | None, high: float | None, lang: Language, like: float) -> str:
    """Return ``low–high`` with the digits and the scale that the value ``like`` is printed with.

    Examples
    --------
    >>> format_interval(55400.0, 93100.0, "en", 73900.0)
    '55,000–93,000'
    """
    if not (_finite(low) and _finite(high)):
        return MISSING
    assert low is not None  # noqa: S101 (for the type checker)
    assert high is not None  # noqa: S101
    step = _step(like, None, (low, high))
    scale = _scale(_rounded(like, step), lang)
    ends = [_plain(_rounded(end, step), step, scale, lang) for end in (low, high)]
    # a minus sign beside a dash is misread
    joiner = "–" if low >= 0 else {"zh": " 至 ", "en": " to "}[lang]
    shown = ends[0] if ends[0] == ends[1] else joiner.join(ends)
    return f"{shown}{NO_BREAK}{scale.word}" if scale.word else shown


def format_signed(value: float | None, lang: Language, *, interval: Interval | None = None) -> str:
    """Return the number with a plus or a minus sign: for a step up or down."""
    shown = format_number(value, lang, interval=interval)
    return f"+{shown}" if value is not None and value > 0 and shown != "0" else shown


def format_exact(value: float | None, lang: Language) -> str:
    """Return a number somebody stated: up to six significant digits, no zeros appended.

    Examples
    --------
    >>> format_exact(13500, "zh"), format_exact(13500, "en"), format_exact(0.5366, "en")
    ('13500', '13,500', '0.5366')
    """
    if value is None or not _finite(value):
        return MISSING
    step = _step(value, EXACT_DIGITS, None)
    rounded = _rounded(value, step)
    scale = _scale(rounded, lang) if abs(value) >= 1e5 else _UNSCALED
    number = _plain(rounded, step, scale, lang)
    mantissa, times, power = number.partition(" × ")
    if "." in mantissa:
        mantissa = mantissa.rstrip("0").rstrip(".")
    number = mantissa + times + power
    return f"{number}{NO_BREAK}{scale.word}" if scale.word else number


def format_percent(share: float | None, lang: Language, *, digits: int = 2) -> str:
    """Return a share as per cent; a share that is nearly 1 never becomes 100 %.

    Examples
    --------
    >>> format_percent(0.9994, "en").replace(chr(160), " ")
    '99.9 %'
    """
    if share is None or not _finite(share):
        return MISSING
    per_cent = share * 100.0
    if 99.95 <= per_cent < 100.0:
        return f">{NO_BREAK}99.9{NO_BREAK}%"
    if 0.0 < abs(per_cent) < 0.005:
        return f"<{NO_BREAK}0.01{NO_BREAK}%"
    step = -1 if 99.0 < per_cent < 100.0 else _step(per_cent, digits, None)
    step = min(max(step, -2), 0)
    return f"{_plain(_rounded(per_cent, step), step, _UNSCALED, lang)}{NO_BREAK}%"


def digits_to_tell_apart(first: float, second: float) -> int:
    """Return the significant digits with which two numbers and their difference can be read.

    Examples
    --------
    >>> digits_to_tell_apart(6652000.0, 6578000.0)
    4
    """
    difference = abs(first - second)
    if not difference:
        return DEFAULT_DIGITS
    apart = math.floor(math.log10(max(abs(first), abs(second)) / difference))
    return min(max(apart + 3, DEFAULT_DIGITS), 8)


# --- rounding -------------------------------------------------------------------------------


def finite(value: float) -> float | None:
    """Return a number as documents carry it: None where it is not finite."""
    return float(value) if math.isfinite(value) else None


def _finite(value: float | None) -> bool:
    return value is not None and math.isfinite(value)


def _parts(
    value: float | None, lang: Language, digits: int | None, interval: Interval | None
) -> tuple[str, str]:
    if value is None or not _finite(value):
        return MISSING, ""
    step = _step(value, digits, interval)
    rounded = _rounded(value, step)
    scale = _scale(rounded, lang)
    return _plain(rounded, step, scale, lang), scale.word


def _step(value: float, digits: int | None, interval: Interval | None) -> int:
    """Return the power of ten of the last digit that is shown."""
    width = abs(interval[1] - interval[0]) if interval else 0.0
    if digits is None and 0.0 < width < math.inf:
        supported = round(math.log10(width / 100.0))
        return max(supported, _leading(value, MOST_DIGITS) - MOST_DIGITS + 1)
    wanted = digits or DEFAULT_DIGITS
    return _leading(value, wanted) - wanted + 1


def _leading(value: float, digits: int) -> int:
    """Return the power of ten of the first digit, once rounded (9,999.6 begins with 10^4)."""
    return Decimal(f"{value:.{digits - 1}e}").adjusted() if value else 0


def _rounded(value: float, step: int) -> Decimal:
    quantum = Decimal(1).scaleb(step)
    exact = Decimal(repr(float(value)))
    return (exact / quantum).quantize(Decimal(1), rounding=ROUND_HALF_EVEN) * quantum


def _scale(rounded: Decimal, lang: Language) -> _Scale:
    size = abs(rounded)
    if size >= Decimal("1e16"):
        return _UNSCALED  # written as a power of ten
    return next((scale for scale in _SCALES[lang] if size >= scale.factor), _UNSCALED)


def _plain(rounded: Decimal, step: int, scale: _Scale, lang: Language) -> str:
    """Write a rounded number in its scale, with grouping and sign; powers of ten at the ends."""
    if not rounded:
        return "0"
    if not Decimal("0.001") <= abs(rounded) < Decimal("1e16"):
        return _scientific(rounded, step)
    scaled = rounded / Decimal(scale.factor)
    decimals = max(0, round(math.log10(scale.factor)) - step)
    group = "," if lang == "en" or abs(scaled) >= 100_000 else ""
    shown = f"{abs(scaled):{group}.{decimals}f}"
    return f"{MINUS}{shown}" if rounded < 0 else shown


def _scientific(rounded: Decimal, step: int) -> str:
    power = rounded.adjusted()
    mantissa = abs(rounded).scaleb(-power)
    sign = MINUS if rounded < 0 else ""
    return f"{sign}{mantissa:.{max(0, power - step)}f} × 10{str(power).translate(_SUPERSCRIPT)}"


# --- units ----------------------------------------------------------------------------------

LOWERED = dict(zip("₀₁₂₃₄₅₆₇₈₉", "0123456789", strict=True))
RAISED = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789\u2212+", strict=True))
_SUBSCRIPT = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
_SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_ORDINARY = str.maketrans(LOWERED | RAISED)
_GAS = re.compile(r"\b(CO2e|CO2|CH4|N2O|SF6|NF3|CF4|C2F6)(?![0-9A-Za-z])")
_POWER = re.compile(r"(?<=[A-Za-z])(?:\*\*|\^)?(-?[23])(?![0-9A-Za-z])")
_CHINESE_WORDS = {
    "year": "年",
    "month": "月",
    "week": "周",
    "day": "天",
    "person": "人",
    "passenger": "人",
    "device": "台",
    "vehicle": "辆",
    "trip": "次",
    "household": "户",
    "order": "单",
    "item": "件",
    "piece": "个",
    "parcel": "件",
    "CNY": "元",
    "pkm": "人公里",
    "tkm": "吨公里",
    "vkm": "车公里",
}
_WORD = re.compile(r"[A-Za-z]+(?![A-Za-z0-9_₀-₉])")


def pretty_unit(unit: str, lang: Language) -> str:
    """Return a unit for print: CO₂e, m², a middle dot for products, Chinese counting words.

    Examples
    --------
    >>> pretty_unit("kg CO2e/t", "en"), pretty_unit("kWh/(m2*year)", "zh")
    ('kg CO₂e/t', 'kWh/(m²·年)')
    """
    if unit.strip() in {"", "1"}:
        return ""
    shown = unit.replace("CO2_biogenic", "CO2 (biogenic)" if lang == "en" else "CO2（生物源）")
    shown = _GAS.sub(lambda found: found[0].translate(_SUBSCRIPT), shown)
    shown = _POWER.sub(lambda found: found[1].translate(_SUPERSCRIPT), shown)
    shown = shown.replace(" * ", "·").replace("*", "·")
    if lang == "zh":
        shown = _WORD.sub(lambda found: _CHINESE_WORDS.get(found[0], found[0]), shown)
        shown = shown.replace("人·次", "人次").replace("辆·次", "车次")
        shown = shown.replace("(人次)", "人次").replace("(车次)", "车次")  # one word, one unit
    return shown


def plain_digits(shown: str) -> str:
    """Return a text with ordinary digits for raised and lowered ones: CO2e for CO₂e."""
    return shown.translate(_ORDINARY)
