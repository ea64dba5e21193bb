"""The intake form as a YAML text: every entry with what to enter, ready to be filled in.

Entries that a case needs stand open; all others are comments. A filled skeleton is a case.
"""

import json
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass

from handprint.case.template import Template, TemplateInput
from handprint.core.i18n import Language, pick, text
from handprint.forms.input_grid import range_text, typical_text
from handprint.forms.layout import MORE, Field, Fields, Inputs, Table, layout

__all__ = ["skeleton"]

WRAP = 100


@dataclass(frozen=True, slots=True)
class _Entry:
    """One entry: the text after its key, what to enter, whether a case needs it."""

    value: str
    advice: tuple[str, ...]
    needed: bool


_Node = dict[str, "_Node | _Entry"]


def skeleton(template: Template, lang: Language) -> str:
    """Return a case file of the scenario that waits for its values."""
    tree: _Node = {}
    for section in (section for sheet in layout(template) for section in sheet.sections):
        if isinstance(section, Inputs):
            for row in section.rows:
                if row.spec is not None:
                    _put(tree, row.key, _input(row.spec, lang))
            if any(row.spec is None for row in section.rows):
                share = _Entry("{low: , mode: , high: , distribution: triangular}", (), False)
                _put(tree, "higher_order.rebound.share", share)
        elif isinstance(section, Fields):
            for field in section.fields:
                _put(tree, field.key, _entry(field, lang))
        elif section is not MORE:
            keys = ", ".join(f"{field.key}: " for field in section.fields if "." not in field.key)
            _put(tree, section.key, _Entry(f"[{{{keys}}}]", (_title(section, lang),), False))
    head = [
        f"# {pick(template.title, lang)}",
        *_wrapped(pick(template.description, lang)),
        "",
        "handprint: 1",
        f"template: {template.id}",
        f"template_version: {template.version}",
    ]
    return "\n".join([*head, *_lines(tree, "", "")]) + "\n"


def _put(tree: _Node, key: str, entry: _Entry) -> None:
    *blocks, last = key.split(".")
    for block in blocks:
        below = tree.setdefault(block, {})
        if isinstance(below, _Entry):
            return
        tree = below
    tree[last] = entry


def _title(section: Table, lang: Language) -> str:
    return text(f"form.section.{section.key}", lang)


def _entry(field: Field, lang: Language) -> _Entry:
    words = {"yes": "true", "no": "false"}
    choices = " | ".join(words.get(value, value) for value in field.values)
    label, advice = (text(f"form.{part}.{field.key}", lang) for part in ("field", "help"))
    shown = tuple(filter(None, (f"{label}: {advice}", choices)))
    return _Entry("", shown, field.required)


def _input(spec: TemplateInput, lang: Language) -> _Entry:
    unit = json.dumps(spec.unit, ensure_ascii=False)
    advice = (
        f"{pick(spec.name, lang)}: {pick(spec.help, lang)}",
        f"{typical_text(spec, lang)}; {range_text(spec, lang)}; {pick(spec.evidence, lang)}",
    )
    if spec.required:
        return _Entry(f"{{value: , unit: {unit}, evidence: }}", advice, True)
    typical = spec.typical.model_dump(exclude_none=True)
    values = ", ".join(f"{key}: {json.dumps(value)}" for key, value in typical.items())
    return _Entry(f"{{{values}, unit: {unit}}}", advice, False)


def _lines(node: _Node, indent: str, mark: str) -> Iterator[str]:
    """Yield the lines of a block; ``mark`` is "# " inside a block that is a comment as a whole."""
    for key, below in node.items():
        open_ = not mark and _needed(below)
        start = indent if mark or open_ else f"{indent}# "
        if isinstance(below, _Entry):
            if not indent:
                yield ""
            for words in below.advice:
                yield from _wrapped(words, indent)
            yield f"{start}{key}: {below.value}".rstrip()
            continue
        yield ""
        yield f"{start}{key}:"
        yield from _lines(below, f"{start}  ", "" if open_ else "# ")


def _needed(node: "_Node | _Entry") -> bool:
    if isinstance(node, _Entry):
        return node.needed
    return any(map(_needed, node.values()))


def _wrapped(words: str, indent: str = "") -> Iterator[str]:
    start = f"{indent}# "
    width = WRAP if words.isascii() else WRAP // 2  # a Chinese character takes two columns
    yield from textwrap.wrap(words, width, initial_indent=start, subsequent_indent=start)
