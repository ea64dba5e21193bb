"""Free answers: what says none, what says something.

People answer "none" in many spellings. To a question of what there is (a fossil link, an overlap,
other claimants) none is an answer; where evidence, a reason or a source is asked for, it is
nothing.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence

__all__ = ["answered", "says_none", "told", "word"]

# Without spaces and signs, in small letters, full-width letters made half-width.
_WORDS = """
none no n nil null nothing notany na notapplicable noneknown nolink false
无 没有 没 否 不 不是 不涉及 未涉及 无涉及 不适用 不存在 暂无 均无 皆无 都没有 均不涉及
无关 无关联 没有关联 不相关 无此情况 无此类情况 無 沒有 不適用 暫無 無關 無關聯
"""
NONE = frozenset(_WORDS.split())
DASHES = frozenset("-‐‑‒–—―−_/\\~×")  # alone they mean none
LONGEST = 40  # characters; what is longer is a sentence, whatever it begins with


def says_none(value: object) -> bool:
    """Whether an answer means that there is none; no answer at all does not.

    Examples
    --------
    >>> [says_none(a) for a in ("无。", "Ｎ／Ａ", " None ", "否，不涉及", "-", False)]
    [True, True, True, True, True, True]
    >>> [says_none(a) for a in ("", None, "…", "coal mine", "无人机采煤", True)]
    [False, False, False, False, False, False]
    """
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, Sequence) and not isinstance(value, str):
        parts = [part for part in value if not _empty(part)]
        return bool(parts) and all(says_none(part) for part in parts)
    if isinstance(value, bool):
        return not value
    return isinstance(value, str) and _means_none(value)


def told(value: object) -> bool:
    """Whether an answer, in one language or both, says something that is there."""
    if isinstance(value, Mapping):
        return any(told(part) for part in value.values())
    if isinstance(value, list | tuple):
        return any(told(part) for part in value)
    return not _empty(value) and not says_none(value)


def answered(value: object) -> bool:
    """Whether a question to which none is an answer is answered."""
    return told(value) or says_none(value)


def word(value: object) -> str:
    """Return an answer in lower case, whatever means none as "none"; "" for no answer."""
    if says_none(value):
        return "none"
    if isinstance(value, Mapping | list):
        parts = value.values() if isinstance(value, Mapping) else value
        return ", ".join(dict.fromkeys(filter(None, map(word, parts))))
    return "" if value is None else str(value).strip().lower()


def _empty(value: object) -> bool:
    """Whether nothing is said: no value, or a text of spaces and signs that do not mean none."""
    if isinstance(value, str):
        return not any(map(str.isalnum, value)) and not _means_none(value)
    return value is None


def _means_none(text: str) -> bool:
    folded = unicodedata.normalize("NFKC", text).strip().casefold()
    if len(folded) > LONGEST:
        return False
    if folded and set(folded.replace(" ", "")) <= DASHES:
        return True
    # one of the words, or several of them: "n/a", "not applicable", "否，不涉及", "无 (none)"
    whole = [re.sub(r"[\W_]+", "", folded)]
    parts = [re.sub(r"\s+", "", part) for part in re.split(r"[^\w\s]+", folded)]
    return any(all(p in NONE for p in some) for some in (whole, [p for p in parts if p]) if some)
