"""How the report tells consequence tree, disclosures, findings and the reviewer's checklist."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from handprint.core.i18n import LANGUAGES, Language, messages, pick, text
from handprint.page.words import term

__all__ = ["Node", "review_view", "rule_titles"]

Document = Mapping[str, Any]
Row = Mapping[str, Any]

OUTCOMES = {"passed": "✓", "remark": "!", "failed": "×"}  # told apart in grey print, too
SIGNS = {"favourable": "+", "adverse": "\u2212", "uncertain": "±"}
DEEPEST = 6  # steps of indentation that the column has room for


@dataclass(frozen=True, slots=True)
class Node:
    """One node of the consequence tree, as deep as it hangs below the solution."""

    depth: int
    symbol: str
    about: Row


def review_view(document: Document, lang: Language, findings: Sequence[Row]) -> dict[str, Any]:
    """Return the consequence tree, the disclosures and the checklist as the templates read them."""
    nodes: Sequence[Row] = document["case"].get("consequences") or ()
    checked: Sequence[Row] = document.get("checklist") or ()
    return {
        "tree": _tree(nodes),
        "tree_counts": _tree_counts(nodes),
        "disclosures": _disclosures(document["case"].get("disclosure") or {}, lang),
        "checklist": _checklist(checked, findings, lang),
        "outcomes": {
            "count": len(checked),
            **{name: sum(row["outcome"] == name for row in checked) for name in OUTCOMES},
        },
        "symbols": OUTCOMES,
        "quality": (document.get("quality") or {}).get("score"),
    }


# --- consequence tree -----------------------------------------------------------------------


def _tree(nodes: Sequence[Row]) -> list[Node]:
    """Return the nodes in the order of the tree; one whose parent is not there hangs at the top."""
    known = {node["id"] for node in nodes}
    children: dict[str | None, list[Row]] = {}
    for node in nodes:
        parent = node["parent"] if node["parent"] in known else None
        children.setdefault(parent, []).append(node)
    found: list[Node] = []
    waiting = [(1, node) for node in reversed(children.get(None, []))]
    while waiting:
        depth, node = waiting.pop()
        found.append(Node(min(depth, DEEPEST), SIGNS.get(node["sign"], "±"), node))
        waiting += [(depth + 1, child) for child in reversed(children.get(node["id"], []))]
    printed = {node.about["id"] for node in found}
    # parents in a circle never meet the top; they are printed all the same
    return found + [Node(1, SIGNS.get(n["sign"], "±"), n) for n in nodes if n["id"] not in printed]


def _tree_counts(nodes: Sequence[Row]) -> dict[str, int]:
    words = (*SIGNS, "quantified", "qualitative", "excluded")
    return {word: sum(word in (n["sign"], n["treatment"]) for n in nodes) for word in words}


# --- disclosures ----------------------------------------------------------------------------


def _disclosures(given: Row, lang: Language) -> list[tuple[str, list[str]]]:
    """Return (what, sentences) for each thing disclosed; a group of answers is a list of them."""
    return [(term(lang, "disclosure", key), _answers(value, lang)) for key, value in given.items()]


def _answers(value: object, lang: Language) -> list[str]:
    if isinstance(value, Mapping) and not set(value) <= set(LANGUAGES):
        colon, comma = text("report.colon", lang), text("report.listed", lang)
        return [
            term(lang, "overlap", key) + colon + comma.join(_answers(inner, lang))
            for key, inner in value.items()
        ]
    if isinstance(value, list | tuple):
        return [answer for inner in value for answer in _answers(inner, lang)]
    return [term(lang, "answer", pick(value, lang))]


# --- checklist ------------------------------------------------------------------------------


def _checklist(
    rows: Sequence[Row], findings: Sequence[Row], lang: Language
) -> list[tuple[str, list[dict[str, str]]]]:
    """Return (group, rules with their titles and outcomes) in the order of the review."""
    titles = rule_titles(findings, lang)
    return [
        (
            term(lang, "group", group),
            [
                {
                    "rule": row["rule"],
                    "title": titles.get(row["rule"], ""),
                    "outcome": row["outcome"],
                    "symbol": OUTCOMES.get(row["outcome"], ""),
                }
                for row in rules
            ],
        )
        for group, rules in groupby(rows, key=lambda row: str(row["group"]))
    ]


def rule_titles(findings: Sequence[Row], lang: Language) -> dict[str, str]:
    """Return the title of each rule: that of its worst finding, else of its first variant."""
    titles: dict[str, str] = {}
    for key, entry in messages().items():
        if "title" in entry:
            titles.setdefault(key.partition(".")[0], entry["title"][lang])
    return titles | {entry["rule"]: entry["title"] for entry in reversed(findings)}
