"""Messages in Chinese and English from catalogues that hold both side by side.

A catalogue is a YAML file under ``reports/messages``: ``key: {en: ..., zh: ...}`` for a text, and
``CODE: {title: {en, zh}, found: ..., expected: ..., fix: ...}`` for a finding. Keeping both
languages in one entry makes a missing translation visible where it is written; a test refuses it.
"""

import math
from collections.abc import Callable, Iterable, Mapping
from functools import cache, partial
from typing import Any, Literal, cast

import yaml

from handprint.core import resources
from handprint.core.errors import Finding

__all__ = [
    "LANGUAGES",
    "Language",
    "both",
    "document_findings",
    "messages",
    "pick",
    "render_finding",
    "text",
    "texts",
]

Language = Literal["zh", "en"]
Texts = Mapping[str, str] | Mapping[Language, str]  # one thing said in the languages
LANGUAGES: tuple[Language, ...] = ("zh", "en")
FINDING_PARTS = ("title", "found", "expected", "fix")


@cache
def messages() -> Mapping[str, Mapping[str, Any]]:
    """Return all catalogue entries by key.

    Raises
    ------
    ValueError
        Two catalogues define one key.
    """
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    merged: dict[str, Mapping[str, Any]] = {}
    for path in sorted((resources.folder("reports") / "messages").glob("*.yaml")):
        entries = yaml.load(path.read_text("utf-8"), Loader=loader) or {}  # noqa: S506 (safe loader)
        doubled = merged.keys() & entries.keys()
        if doubled:
            raise ValueError(f"{path.name}: messages defined twice: {sorted(doubled)}")
        merged |= entries
    return merged


def text(key: str, lang: Language, **params: object) -> str:
    """Return the message ``key`` in ``lang`` with its placeholders filled.

    Raises
    ------
    KeyError
        No catalogue has the key: a defect of the program.
    """
    template = cast(str, messages()[key][lang])
    return template.format(**params) if params else template


def both(key: str) -> dict[str, str]:
    """Return the message ``key`` in both languages, as documents carry it."""
    return {lang: text(key, lang) for lang in LANGUAGES}


def texts(group: str, lang: Language) -> Callable[..., str]:
    """Return a function that gives the messages of a group by the rest of their keys."""
    return partial(_text, group, lang)


def _text(group: str, lang: Language, key: str, /, **params: object) -> str:
    return text(f"{group}.{key}", lang, **params)


def pick(texts: object, lang: Language) -> str:
    """Return the text in ``lang`` of a ``{zh: ..., en: ...}`` mapping, else in the other language.

    A plain string stands for both languages.
    """
    if isinstance(texts, Mapping):
        other = "en" if lang == "zh" else "zh"
        return str(texts.get(lang) or texts.get(other) or "")
    return "" if texts is None else str(texts)


def render_finding(finding: Finding, lang: Language) -> dict[str, Any]:
    """Return a finding as texts: rule, severity, place, title, found, expected, fix, message.

    ``paths`` lists the entries of the case that it is about, each as its keys.
    """
    entry = messages()[finding.key]
    parts = {part: _fill(entry[part][lang], finding.params) for part in FINDING_PARTS}
    joiner = "" if lang == "zh" else " "
    return {
        "rule": finding.rule,
        "severity": finding.severity.value,
        "place": finding.place,
        "paths": [list(path) for path in finding.paths],
        **parts,
        "message": joiner.join(parts[part] for part in ("found", "expected", "fix")),
    }


def document_findings(
    findings: Iterable[Finding], lang: Language, files: Iterable[object]
) -> list[dict[str, str]]:
    """Return findings as texts for a document, which tells no folder of anybody's machine.

    Parameters
    ----------
    files : iterable of str or Path
        The files of the run as they were named; each is called by its own name.
    """
    names = _own_names(map(str, files))
    return [
        {**render_finding(finding, lang), "place": _own_place(finding.place, names)}
        for finding in findings
    ]


def _own_names(files: Iterable[str]) -> dict[str, str]:
    """Return the own name of each file, the longest path first; a second of one name is marked."""
    names: dict[str, str] = {}
    seen: dict[str, int] = {}
    for file in dict.fromkeys(files):
        own = file.replace("\\", "/").rstrip("/").rpartition("/")[2]
        seen[own] = seen.get(own, 0) + 1
        names[file] = own if seen[own] == 1 else f"{own} ({seen[own]})"
    return dict(sorted(names.items(), key=lambda pair: -len(pair[0])))


def _own_place(place: str, names: Mapping[str, str]) -> str:
    for file, own in names.items():
        if place.startswith(file) and place[len(file) : len(file) + 1] in ("", ":", "!", " ", "/"):
            return own + place[len(file) :]
    return place


def _fill(template: str, params: Mapping[str, object]) -> str:
    return template.format_map({key: _shorten(value) for key, value in params.items()})


def _shorten(value: object) -> str:
    """Cut what a stranger wrote: a message quotes it, it does not repeat it."""
    if isinstance(value, float):
        # six digits, but 6447250 rather than 6.44725e+06: readers of findings are no programmers
        value = f"{float(f'{value:.6g}'):.15g}" if math.isfinite(value) else "—"
    shown = str(value)
    return shown if len(shown) <= 200 else shown[:197] + "..."
