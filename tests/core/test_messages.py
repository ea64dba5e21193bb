"""The catalogue against the code: every text that can be asked for is there and can be filled.

`tests/test_docs.py` compares codes and languages; here the variants and the placeholders.
"""

import ast
from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path
from string import Formatter
from typing import Any, NamedTuple

import pytest

from handprint.core.errors import CodedError, Finding, Findings, Severity
from handprint.core.i18n import (
    FINDING_PARTS,
    LANGUAGES,
    Language,
    messages,
    pick,
    render_finding,
    text,
)
from handprint.review.rules import RULES
from handprint.review.rules.registry import Rule

Every = Callable[..., None]
SOURCE = Path(__file__).resolve().parents[2] / "handprint"
RAISED = {"CodedError", "FormulaError", "UnitError", "_ReadingError"}
CODES = {"HP", "R0", "R1", "R2", "R3", "R4", "RF"}


class Use(NamedTuple):
    """One place in the program that makes a finding or an error with a code."""

    where: str
    code: str
    variant: str | None  # None: computed
    params: frozenset[str] | None  # None: computed


def is_code(node: object) -> bool:
    return isinstance(node, ast.Constant) and str(node.value)[:2] in CODES


def constant(node: ast.expr | None) -> str | None:
    if node is None:
        return ""
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def uses() -> Iterator[Use]:
    for path in sorted(SOURCE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
                continue
            where = f"{path.relative_to(SOURCE)}:{node.lineno}"
            keywords = {k.arg: k.value for k in node.keywords}
            if node.func.id == "Finding" and node.args and is_code(node.args[0]):
                yield Use(where, *_finding(node, keywords))
            elif node.func.id in RAISED and node.args and is_code(node.args[0]):
                yield Use(where, *_error(node, keywords))


def _finding(node: ast.Call, keywords: dict[str | None, ast.expr]) -> tuple[Any, ...]:
    variant = keywords.get("variant", node.args[4] if len(node.args) > 4 else None)
    given = keywords.get("params", node.args[3] if len(node.args) > 3 else ast.Dict([], []))
    names = {constant(k) for k in given.keys if k} if isinstance(given, ast.Dict) else None
    if isinstance(given, ast.Dict) and None in given.keys:
        names = None
    return constant(node.args[0]), constant(variant), names


def _error(node: ast.Call, keywords: dict[str | None, ast.expr]) -> tuple[Any, ...]:
    # a reading error has its line before the variant
    place = 2 if isinstance(node.func, ast.Name) and node.func.id == "_ReadingError" else 1
    variant = keywords.pop("variant", node.args[place] if len(node.args) > place else None)
    return constant(node.args[0]), constant(variant), None if None in keywords else set(keywords)


USES = list(uses())
ENTRIES = {key: entry for key, entry in messages().items() if "title" in entry}


def placeholders(key: str) -> set[str]:
    texts = [ENTRIES[key][part][lang] for part in FINDING_PARTS for lang in LANGUAGES]
    return {name for t in texts for _, name, _, _ in Formatter().parse(t) if name}


def test_the_search_finds_the_uses() -> None:
    assert len(USES) > 60
    assert {"HP-Q01", "HP-Y07", "HP-V03", "HP-U03"} <= {use.code for use in USES}


def said(use: Use) -> None:
    if use.variant is None:  # computed: the code exists with some variant
        assert any(key.partition(".")[0] == use.code for key in ENTRIES)
        return
    key = f"{use.code}.{use.variant}" if use.variant else use.code
    if key not in ENTRIES:
        pytest.fail(f"no message for {key}")
    if use.params is not None:
        assert placeholders(key) <= use.params


def test_what_is_raised_can_be_said(every: Every) -> None:
    """The key is in the catalogue, and the program gives what the placeholders ask for."""
    every(USES, said, lambda use: f"{use.where} {use.code}")


def test_rules_can_be_said(every: Every) -> None:
    def check(rule: Rule) -> None:
        assert placeholders(rule.key) <= set(rule.params)

    every(RULES, check, lambda rule: rule.key)


def test_no_variant_is_left_over() -> None:
    """Every variant in the catalogue is a word somewhere in the program."""
    words = {
        node.value
        for path in SOURCE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    variants = {key.partition(".")[2] for key in ENTRIES} - {""}
    assert variants <= words


def test_every_finding_renders(every: Every) -> None:
    def check(message: tuple[str, Language]) -> None:
        key, lang = message
        code, _, variant = key.partition(".")
        params = dict.fromkeys(placeholders(key), "X")
        shown = render_finding(Finding(code, Severity.ERROR, "a.yaml:3", params, variant), lang)
        assert shown["rule"] == code
        assert shown["place"] == "a.yaml:3"
        assert all(shown[part] for part in FINDING_PARTS)

    every(product(sorted(ENTRIES), LANGUAGES), check, " ".join)


def test_what_strangers_write_is_quoted_briefly() -> None:
    finding = Finding("HP-S06", Severity.ERROR, "a", {"found": "x" * 10_000})
    assert len(render_finding(finding, "en")["found"]) < 300


def test_braces_of_strangers_are_not_filled() -> None:
    finding = Finding("HP-S03", Severity.ERROR, "a", {"found": "{0.__class__} {x}"}, "text")
    assert "{0.__class__}" in render_finding(finding, "en")["found"]


def test_pick_falls_back_to_the_other_language() -> None:
    assert pick({"zh": "一"}, "en") == "一"
    assert pick({"zh": "", "en": "one"}, "zh") == "one"
    assert pick("plain", "zh") == "plain"
    assert pick(None, "zh") == ""


def test_unknown_message_is_a_defect() -> None:
    with pytest.raises(KeyError):
        text("no.such.key", "en")


def test_findings_are_collected_once_and_worst_first() -> None:
    findings = Findings()
    note = Finding("HP-F10", Severity.NOTE, "a:1", {"id": "x"})
    error = CodedError("HP-N01").finding("a:2")
    findings.extend([note, error, Finding("HP-N01", Severity.ERROR, "a:2")])
    assert [f.rule for f in findings] == ["HP-N01", "HP-F10"]
    assert len(findings) == 2
    assert findings.worst() is Severity.ERROR
    assert findings.has(Severity.NOTE)
    assert not findings.has(Severity.BLOCK)
    assert Findings().worst() is None
