"""What means none, and what only looks like it."""

import pytest

from handprint.case.answers import answered, says_none, told, word

NONE = [
    "无", "无。", " 没有 ", "否", "不涉及", "不适用！", "（无）", "“无”", "無", "暂无。",
    "否，不涉及", "无；没有", "无 (none)",
    "no", "No.", "NO", "none", "NONE", "Ｎｏｎｅ", "n/a", "N/A", "n.a.", "N / A", "Ｎ／Ａ",
    "not applicable", "nil", "none_known", "-", "--", "—", "——", "/", "－",
    False, ["none", ""], {"zh": "无", "en": "none"}, {"zh": "无", "en": ""},
]  # fmt: skip
SOMETHING = [
    "coal mine", "无人机用于采煤", "无烟煤开采", "no. 3 mine", "northern oil field", "否则会停产",
    "none of the mines but one", "不涉及煤炭, 但服务油田", "-5 t", "nickel", True, 0, 7,
    {"zh": "无", "en": "a refinery"}, ["none", "gas field"],
]  # fmt: skip
EMPTY = ["", "  ", None, "…", "...", "。", [], {}, {"zh": "", "en": ""}, "?"]


@pytest.mark.parametrize("value", NONE, ids=repr)
def test_none_in_its_spellings(value: object) -> None:
    assert (says_none(value), told(value), answered(value)) == (True, False, True)
    assert word(value) == "none"


@pytest.mark.parametrize("value", SOMETHING, ids=repr)
def test_what_says_something(value: object) -> None:
    assert (says_none(value), told(value), answered(value)) == (False, True, True)
    assert word(value) not in ("", "none")


@pytest.mark.parametrize("value", EMPTY, ids=repr)
def test_no_answer_is_none_of_both(value: object) -> None:
    assert (says_none(value), told(value), answered(value)) == (False, False, False)
