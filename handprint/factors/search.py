"""Find factors by word, in Chinese or English, and group what is found by id."""

import unicodedata
from collections.abc import Iterable

from handprint.core.i18n import Language, pick
from handprint.factors.factor import Factor, Library

__all__ = ["label", "search"]


def search(library: Library, words: Iterable[str]) -> list[str]:
    """Return the ids whose rows hold every word, the closest matches first.

    Words are looked for in the id, both names and the source's titles, without regard to case.

    Examples
    --------
    >>> from handprint.factors.library import shipped_library
    >>> search(shipped_library(), ["柴油", "上游"])[:1]
    ['fuel.diesel.wtt']
    """
    wanted = [_folded(word) for word in words if word.strip()]
    found: list[tuple[int, str]] = []
    for factor_id, rows in library.by_id.items():
        names = library.names.get(factor_id, {}).values()
        texts = _folded(" ".join((*_texts(factor_id, rows), *names)))
        if all(word in texts for word in wanted):
            found.append((_distance(factor_id, wanted), factor_id))
    return [factor_id for _, factor_id in sorted(found)]


def label(library: Library, factor_id: str, lang: Language) -> str:
    """Return the name of an id: the library's own, else the shortest among its rows' names."""
    if factor_id in library.names:
        return pick(library.names[factor_id], lang)
    names = [pick(row.name, lang) for row in library.by_id[factor_id]]
    return min(names, key=lambda name: (not name, len(name)))


def _texts(factor_id: str, rows: Iterable[Factor]) -> Iterable[str]:
    yield factor_id
    for row in rows:
        yield from row.name.values()
    yield from {str(title) for row in rows for title in row.source.title.values()}


def _distance(factor_id: str, words: list[str]) -> int:
    """0 if every word is a part of the id, 1 if the id holds them, 2 if only names do."""
    parts = factor_id.split(".")
    if all(word in parts for word in words):
        return 0
    return 1 if all(word in factor_id for word in words) else 2


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()
