"""The words that a person chooses from, and what a case calls them."""

import unicodedata

from handprint.core.i18n import LANGUAGES, Language, messages, text

__all__ = ["choice_label", "choice_of", "choices_shown"]


def choice_label(group: str, value: str, lang: Language) -> str:
    """Return the word that a person chooses for ``value``."""
    for key in (f"report.{group}.{value}", f"form.{group}.{value}"):
        if key in messages():
            return text(key, lang)
    return value


def choice_of(group: str, values: tuple[str, ...], words: str) -> str | None:
    """Return the value that somebody chose, in either language or as a case spells it."""
    wanted = _folded(words)
    for value in values:
        labels = (choice_label(group, value, lang) for lang in LANGUAGES)
        if wanted in map(_folded, (value, *labels)):
            return value
    return None


def choices_shown(group: str, values: tuple[str, ...]) -> str:
    """Return all words of a list in both languages, for messages."""
    return ", ".join(
        " / ".join(dict.fromkeys(choice_label(group, value, lang) for lang in LANGUAGES))
        for value in values
    )


def _folded(words: str) -> str:
    """Bring full-width brackets and capitals, which input methods mix, to one form."""
    return unicodedata.normalize("NFKC", words).strip().casefold()
