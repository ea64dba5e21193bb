"""Words in a case's texts that a claim must not use, or should explain."""

import re
from collections.abc import Iterator

from handprint.case.schema import Case
from handprint.review.facts.results import Fact

__all__ = ["wording_facts", "words_in"]

# Deducting NER from an inventory (R11).
NETTING = re.compile(
    r"(?:net(?:ted)?|deduct\w*|subtract\w*)[^.;。；]{0,60}\bscope\s*[123]"
    r"|\bscope\s*[123][^.;。；]{0,60}(?:net(?:ted)?\b|deduct\w*|subtract\w*)"
    r"|(?:抵减|扣减|扣除|冲抵)[^。；]{0,30}(?:范围|自身排放|碳排放总量)"
    r"|范围\s*[一二三123][^。；]{0,20}(?:抵减|扣减|扣除|冲抵)",
    re.IGNORECASE,
)
# Neutrality or an offset derived from the result (R12).
NEUTRAL = re.compile(
    r"carbon[- ]neutral\w*|climate[- ]neutral\w*|\boffset(?:s|ting)?\b|碳中和产品|碳中和认证"
    r"|实现碳中和|抵消",
    re.IGNORECASE,
)
# Words that need an explanation (RF13).
GLOSSY = re.compile(
    r"net[- ]zero|zero[- ]carbon|carbon[- ]free|climate[- ]positive|零碳|净零|近零碳", re.IGNORECASE
)
# An effect told as achieved (RF14).
PAST = re.compile(
    r"\b(?:has|have|had) (?:already )?(?:reduced|saved|avoided|cut)\b|\balready (?:reduced|saved)"
    r"|\bachieved a reduction|已减排|已实现减排|已节约|累计减排",
    re.IGNORECASE,
)


def wording_facts(case: Case) -> dict[str, Fact]:
    """Return the first words of each kind found in the title and the descriptions."""
    return words_in(list(_texts(case)))


def words_in(texts: list[str]) -> dict[str, Fact]:
    """Return the first words of each kind in some texts, "" where there are none."""
    patterns = {
        "netting_words": NETTING,
        "neutral_words": NEUTRAL,
        "glossy_words": GLOSSY,
        "past_words": PAST,
    }
    return {name: _first(pattern, texts) for name, pattern in patterns.items()}


def _first(pattern: re.Pattern[str], texts: list[str]) -> str:
    for text in texts:
        match = pattern.search(text)
        if match:
            return match[0][:60]
    return ""


def _texts(case: Case) -> Iterator[str]:
    """Yield what a case says about itself; disclosures may name what they rule out."""
    blocks = (case.title, case.description, case.solution.description, case.reference.description)
    for block in blocks:
        yield from (block or {}).values()
