"""Text to rows of cells: what separates them, told by the first lines, and quotation marks."""

import csv
import io
import re
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from itertools import islice

from handprint.core.errors import CodedError

__all__ = ["lines_of", "quotes_trouble", "separator_of", "split"]

SEPARATORS = (",", ";", "\t", "，", "|")
LOOKED_AT = 20  # lines that tell the separator
RECORD = 2_000  # lines in which an open quotation mark is looked for
_SEP_LINE = re.compile(r"\"?sep=(.)\"?\s*\Z", re.IGNORECASE)


def separator_of(text: str, *, tabs: bool = False) -> tuple[str, int]:
    r"""Return what separates the cells, and how many lines above say only that (``sep=;``).

    Parameters
    ----------
    text : str
        The beginning of the file.
    tabs : bool
        Whether the file's name says that tabs do.

    Examples
    --------
    >>> separator_of("id;value\na;1,5"), separator_of("sep=;\nid;value")
    ((';', 0), (';', 1))
    """
    lines = text.splitlines()[: LOOKED_AT + 1]
    if lines and (told := _SEP_LINE.match(lines[0].lstrip("\ufeff"))):
        return told[1], 1
    if tabs:
        return "\t", 0
    head = "\n".join(line for line in lines[:LOOKED_AT] if line.strip())
    return max(SEPARATORS, key=lambda sign: _alike(head, sign)), 0


def _alike(head: str, separator: str) -> tuple[int, int]:
    """Return how many lines have the most usual number of cells, and that number."""
    try:
        cells = [len(row) for row in csv.reader(io.StringIO(head), delimiter=separator)]
    except csv.Error:
        return 0, 0
    usual = Counter(count for count in cells if count > 1).most_common(1)
    return (usual[0][1], usual[0][0]) if usual else (0, 0)


def lines_of(text: str) -> Callable[[], Iterable[str]]:
    """Return what yields the lines of a text, again and again."""
    return lambda: io.StringIO(text, newline="")


def split(lines: Callable[[], Iterable[str]], separator: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the line in which each row begins, and its stripped cells.

    Parameters
    ----------
    lines : callable
        Returns the lines of the text from the beginning, with their ends.

    Raises
    ------
    CodedError
        HP-M02 at the line where a quotation mark opens that is never closed, or stands wrong.
    """
    reader = csv.reader(lines(), delimiter=separator, strict=True)
    start = 1
    try:
        for cells in reader:
            yield start, [cell.strip() for cell in cells]
            start = reader.line_num + 1
    except csv.Error:
        record = "".join(islice(lines(), start - 1, start - 1 + RECORD))
        line = start + record.count("\n", 0, _opening(record, separator))
        raise CodedError("HP-M02", "quote", line=line) from None


def quotes_trouble(lines: Callable[[], Iterable[str]], separator: str) -> CodedError | None:
    """Return what is wrong with the quotation marks of a text, None if nothing is."""
    try:
        deque(split(lines, separator), maxlen=0)
    except CodedError as problem:
        return problem
    return None


def _opening(record: str, separator: str) -> int:
    """Return where a quotation mark opens that has no end, or none before a separator."""
    end = re.escape(separator)
    cell = re.compile(rf'"(?:[^"]|"")*"(?=[{end}\r\n]|\Z)|(?!")[^{end}\r\n]*')
    place = 0
    while place < len(record):
        found = cell.match(record, place)
        if found is None:
            return place
        place = found.end() + 1
    return 0
