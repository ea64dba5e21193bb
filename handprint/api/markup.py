"""Small tables for notebooks: text only, everything escaped, no script and no style of its own."""

from collections.abc import Iterable, Sequence
from html import escape

__all__ = ["number", "paragraph", "table"]


def table(title: str, headings: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a table with a title above."""
    head = "".join(f"<th>{escape(name)}</th>" for name in headings)
    body = "".join(
        f"<tr>{''.join(f'<td>{escape(_shown(cell))}</td>' for cell in row)}</tr>" for row in rows
    )
    return (
        f"<table><caption>{escape(title)}</caption>"
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    )


def paragraph(text: str) -> str:
    """Return a paragraph of text."""
    return f"<p>{escape(text)}</p>"


def number(value: float | None) -> str:
    """Return a number to four digits, a dash where there is none.

    Examples
    --------
    >>> number(73642.9), number(None), number(0.0123456)
    ('73,643', '–', '0.01235')
    """
    if value is None:
        return "–"
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"


def _shown(cell: object) -> str:
    return number(cell) if isinstance(cell, float) or cell is None else str(cell)
