"""Columns of a case table as arrays: texts, codes of texts, numbers.

Tables are Arrow's, or plain ones where rows come from a data frame; texts are arrays of either.
"""

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import pandas as pd

from handprint.batch.headers import InputColumn
from handprint.batch.plain import PlainTable
from handprint.batch.rejections import Reason, Rejections
from handprint.core.arrays import AnyArray, Array, Codes, Mask
from handprint.core.limits import SMALLEST, as_written
from handprint.review.facts.wording import words_in
from handprint.units.amounts import in_unit
from handprint.units.names import UnitError

if TYPE_CHECKING:
    import pyarrow as pa

    Table: TypeAlias = pa.Table | PlainTable
    Texts: TypeAlias = pa.Array | AnyArray
else:
    Table = Texts = Any

__all__ = [
    "Table",
    "Texts",
    "check_ids",
    "encoded",
    "kept_rows",
    "kept_texts",
    "listed",
    "numbers",
    "text_column",
    "title_words",
]

ID = re.compile(r"[^\W_][\w.\-]{0,79}\Z")
PLAIN_ID = r"^[0-9A-Za-z][0-9A-Za-z_.\-]{0,79}$"  # what Arrow can tell to be good, quickly
LONGEST_TITLE = 300
# A part of every word that rules look for in a title, to find the few titles worth reading.
_HINT = (
    "net|deduct|subtract|carbon|climate|offset|reduc|saved|avoided|cut"
    "|抵|扣|中和|零碳|净零|减排|节约"
)


def text_column(table: Table, name: str) -> Texts:
    """Return a column as one array of stripped texts, "" for null or a missing column."""
    if isinstance(table, PlainTable):
        return table.texts(name)
    import pyarrow as pa
    import pyarrow.compute as pc

    if name not in table.column_names:
        return pa.array([""] * table.num_rows, pa.string())
    column = table.column(name)
    if pa.types.is_dictionary(column.type) or not pa.types.is_string(column.type):
        column = column.cast(pa.string())
    return _one(pc.fill_null(pc.utf8_trim_whitespace(column), ""))


def listed(texts: Texts, rows: Codes | Sequence[int]) -> list[str]:
    """Return the texts of some rows."""
    found: list[str] = (
        texts[rows].tolist() if isinstance(texts, np.ndarray) else texts.take(rows).to_pylist()
    )
    return found


def kept_texts(texts: Texts, keep: Mask) -> Texts:
    """Return the texts of the rows that are kept."""
    if isinstance(texts, np.ndarray):
        return texts[keep]
    import pyarrow as pa

    return texts.filter(pa.array(keep))


def kept_rows(table: Table, keep: Mask) -> Table:
    """Return the rows of a table that are kept."""
    if isinstance(table, PlainTable):
        return table.filter(keep)
    import pyarrow as pa

    return table.filter(pa.array(keep))


def _one(column: Any) -> "pa.Array":
    """Return a chunked array as one array."""
    import pyarrow as pa

    found = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    return pa.concat_arrays(found.chunks) if isinstance(found, pa.ChunkedArray) else found


def encoded(table: Table, name: str) -> tuple[list[str], "Codes"]:
    """Return the distinct texts of a column and each row's index; one "" if there is no column."""
    if name not in table.column_names or table.num_rows == 0:
        return [""], np.zeros(table.num_rows, dtype=np.int64)
    if isinstance(table, PlainTable):
        return table.encoded(name)
    import pyarrow as pa
    import pyarrow.compute as pc

    column = table.column(name)
    coded = _one(column if pa.types.is_dictionary(column.type) else column.dictionary_encode())
    if coded.null_count:
        coded = _one(pc.fill_null(column.cast(pa.string()), "").dictionary_encode())
    # few distinct values are written as texts, instead of all rows
    texts = pc.fill_null(
        pc.utf8_trim_whitespace(coded.dictionary.cast(pa.string())), ""
    ).to_pylist()
    names = list(dict.fromkeys(texts))
    place = {text: i for i, text in enumerate(names)}
    table_of = np.array([place[text] for text in texts], dtype=np.int64)
    return names, table_of[coded.indices.to_numpy()]


def numbers(table: Table, column: InputColumn, rejections: Rejections) -> Array:
    """Return a number column in its own unit, NaN where empty; a text is rejected.

    So is a number that is nearer to zero than any quantity, as in a case.
    """
    values = _column_numbers(table, column, rejections)
    tiny = (np.abs(values) < SMALLEST) & (values != 0)
    limit = {"limit": f"{SMALLEST:g}"}
    rejections.add(tiny, Reason("HP-S07", "zero", column.header, limit), found=values)
    return values


def _column_numbers(table: Table, column: InputColumn, rejections: Rejections) -> Array:
    if isinstance(table, PlainTable):
        given = table.columns[column.header]
        return given if given.dtype != object else _numbers_of(given, column, rejections)
    import pyarrow as pa

    raw = table.column(column.header)
    if pa.types.is_floating(raw.type) or pa.types.is_integer(raw.type):
        return np.asarray(raw.to_numpy().astype(np.float64, copy=False))
    texts = _one(text_column(table, column.header)).to_numpy(zero_copy_only=False)
    return _numbers_of(texts, column, rejections)


def _numbers_of(texts: AnyArray, column: InputColumn, rejections: Rejections) -> Array:
    values = pd.to_numeric(pd.Series(texts), errors="coerce").to_numpy(dtype=np.float64)
    return np.asarray(_read_others(_not_quite_zero(values, texts), texts, column, rejections))


def _not_quite_zero(values: "Array", texts: AnyArray) -> "Array":
    """Return 1e-400 and the like as the smallest number there is: as zero they would pass."""
    odd = np.flatnonzero((values == 0) & (texts != "0"))
    if not odd.size:
        return values
    found = values.copy()
    found[odd] = [as_written(text) for text in texts[odd]]
    return found


def _read_others(
    values: "Array", texts: AnyArray, column: InputColumn, rejections: Rejections
) -> "Array":
    """Read the few texts that are no plain numbers, each as any written number is."""
    odd = np.flatnonzero((np.isnan(values) & (texts != "")) | np.isinf(values))
    if not odd.size:
        return values
    found = values.copy()
    known: dict[str, float | UnitError] = {}
    for row in odd.tolist():
        text = texts[row]
        if text not in known:
            known[text] = _read(text, column)
        number = known[text]
        found[row] = np.nan if isinstance(number, UnitError) else number
    troubled = [(row, p) for row in odd.tolist() if isinstance(p := known[texts[row]], UnitError)]
    _reject(troubled, texts, column, rejections)
    return found


def _reject(
    troubled: "list[tuple[int, UnitError]]",
    texts: AnyArray,
    column: InputColumn,
    rejections: Rejections,
) -> None:
    """Reject rows whose text is no number, one kind of trouble at a time."""
    kinds: dict[tuple[str, str], list[tuple[int, UnitError]]] = {}
    for row, problem in troubled:
        kinds.setdefault((problem.code, problem.variant), []).append((row, problem))
    for (code, variant), rows in kinds.items():
        mask = np.zeros(len(texts), dtype=bool)
        mask[[row for row, _ in rows]] = True
        if code == "HP-U01" and variant != "range":  # no number at all, or no unit that is known
            rejections.add(mask, Reason("HP-S03", "number", column.header), found=texts)
            continue
        told: dict[str, AnyArray] = {}
        for name in rows[0][1].params:
            told[name] = np.full(len(texts), "", dtype=object)
            told[name][mask] = [problem.params[name] for _, problem in rows]
        rejections.add(mask, Reason(code, variant, column.header), **told)


def _read(text: str, column: InputColumn) -> "float | UnitError":
    try:
        return in_unit(text, column.unit)
    except UnitError as problem:
        return problem


def check_ids(ids: Texts, rejections: Rejections) -> None:
    """Reject rows without an id, or with one that cannot name a case."""
    if len(ids) == 0:
        return
    empty, odd = _unlike_ids(ids)
    rejections.add(empty, Reason("HP-S02", "", "id", {"key": "id"}))
    for row in np.flatnonzero(odd):  # Chinese ids are good ones, too
        odd[row] = ID.match(listed(ids, [int(row)])[0]) is None
    if odd.any():
        texts = ids if isinstance(ids, np.ndarray) else ids.to_numpy(zero_copy_only=False)
        rejections.add(odd, Reason("HP-S08", "id", "id"), found=texts)


def _unlike_ids(ids: Texts) -> tuple[Mask, Mask]:
    """Return which ids are empty, and which have other signs than most have."""
    if isinstance(ids, np.ndarray):
        plain = re.compile(PLAIN_ID)
        return ids == "", np.array([plain.match(text) is None for text in ids], dtype=bool)
    import pyarrow.compute as pc

    empty = pc.equal(ids, "").to_numpy(zero_copy_only=False)
    return empty, ~pc.match_substring_regex(ids, PLAIN_ID).to_numpy(zero_copy_only=False)


def title_words(table: Table, rejections: Rejections) -> tuple[Mask | None, Mapping[str, AnyArray]]:
    """Return which rows have a title, and the words in it that rules look for."""
    if "title" not in table.column_names:
        return None, {}
    titles = text_column(table, "title")
    length, hinted = _looked_over(titles)
    too_long = Reason("HP-S05", "", "title", {"limit": LONGEST_TITLE})
    rejections.add(length > LONGEST_TITLE, too_long)
    words: dict[str, AnyArray] = {}
    for row in np.flatnonzero(hinted):
        for name, word in words_in(listed(titles, [int(row)])).items():
            if word:
                words.setdefault(name, np.full(len(length), "", dtype="<U60"))[row] = word
    return np.asarray(length > 0), words


def _looked_over(titles: Texts) -> tuple[AnyArray, Mask]:
    """Return the lengths of titles, and which are worth reading."""
    if isinstance(titles, np.ndarray):
        hint = re.compile(_HINT, re.IGNORECASE)
        hinted = np.array([hint.search(text) is not None for text in titles], dtype=bool)
        return np.array([len(text) for text in titles], dtype=np.int64), hinted
    import pyarrow.compute as pc

    found = pc.match_substring_regex(titles, _HINT, ignore_case=True)
    return pc.utf8_length(titles).to_numpy(), found.to_numpy(zero_copy_only=False)
