"""Values that files hold and nobody expects, and how one is chosen from a seed."""

from random import Random
from typing import Any

__all__ = ["PIECES", "odd_number", "odd_text", "odd_value"]

PIECES = (
    "", " ", "\u3000", "\u00a0", "\ufeff", "\u200b", "\u202e", "\x00", "\x07", "\x0b", "\x85",
    "\u2028", "\t", "\r", "\n", "\r\n", "-", "--", "---", "...", ":", ": ", "#", "&a", "*a", "!t ",
    "|", ">", "%", "％", "@", "`", "'", '"', "“", "，", ",", ";", "；", "：", "{", "}", "[", "]",
    "{{1}}", "${x}", "=1+1", "=cmd|'/c'!A1", "@SUM(1)", "<script>", "</script>", "&amp;", "]]>",
    "../x", "/etc/x", "\\", "a/b", "~$", "null", "~", "true", "yes", "No", "NaN", ".inf", "-.inf",
    "1e308", "1e-308", "1e400", "1_000", "0x10", "0o7", "1:30", "2023-02-30", "2023-01-01", "¼",
    "１２", "一千", "五", "1,000", "1.000,5", "5%", "5 ％", "±5", "~5", "<5", "1-2", "1–2", "−5",
    "kWh", "t/year", "万吨", "kg CO2e/t", "K", "°C", "%", "1", "$", "€/t", "m^9", "m^-4", "t t t",
    "a" * 300, "𠮷", "é", "e\u0301", "د", "🙂", "GLO", "CN-XX", "cn", "中国", "XX", "HP-F01",
)  # fmt: skip
NUMBERS = (
    0, 1, -1, 2, 10, 0.1, -0.0, 0.5, 1.5, 100, 101, 1e-9, 1e-99, 1e-101, 1e-305, 1e-308, 5e-324,
    1e9, 1e15, 1e16, 1e99, 1e101, 1e300, 1e308, -1e308, 2**31, 2**53 + 1, 2**63, 2**64, 10**30,
    float("inf"), float("-inf"), float("nan"), 1900, 1999, 2019, 2022, 2023, 2060, 9999, 10000,
)  # fmt: skip
TREES: tuple[Any, ...] = (
    None, True, False, [], {}, [[]], [None], {"a": 1}, {"value": None}, {"value": 1, "unit": ""},
    {"low": 2, "high": 1, "unit": "%"}, {"low": 0, "mode": 0, "high": 0, "unit": "1"},
    {"value": 1, "gsd": 1e300, "unit": "1"}, {"value": 1, "sd": -1, "unit": "1"}, {"": ""},
    {"values": [1, 2], "weights": [0, 0], "unit": "1"}, {"by_year": {2023: 1}, "unit": "1"},
    {"value": [1], "unit": ["t"]}, {"to": 0.4, "unit": "kg CO2/kWh", "year": {"a": 1}},
)  # fmt: skip


def odd_number(rng: Random) -> float:
    """Return a number of a kind that breaks things, or one of an odd size."""
    if rng.random() < 0.5:
        return rng.choice(NUMBERS)
    return rng.choice((-1, 1)) * 10.0 ** rng.uniform(-12, 12)


def odd_text(rng: Random) -> str:
    """Return one piece, or several."""
    return "".join(rng.choices(PIECES, k=rng.choice((1, 1, 1, 2, 3))))


def odd_value(rng: Random) -> Any:
    """Return a number, a text, or a tree of some kind."""
    kind = rng.random()
    if kind < 0.4:
        return odd_number(rng)
    return odd_text(rng) if kind < 0.75 else rng.choice(TREES)
