"""The rows of a table as plain columns: what a data frame holds, without Arrow.

A column is an array of floats, or of texts as objects: stripped, "" where there is none.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from handprint.core.arrays import AnyArray, Codes, Mask

__all__ = ["Coded", "PlainTable", "plain_table", "text_array"]


@dataclass(frozen=True, slots=True)
class Coded:
    """A column of few distinct texts: row by row the position of its text."""

    codes: AnyArray
    texts: Sequence[str]

    def array(self) -> AnyArray:
        """Return the texts, row by row."""
        return np.asarray(self.texts, dtype=object)[self.codes]

    def __arrow_array__(self, type: object = None) -> object:
        """Return the column as Arrow keeps it."""
        import pyarrow as pa

        return pa.DictionaryArray.from_arrays(self.codes, pa.array(self.texts, pa.string()))


@dataclass(frozen=True, slots=True)
class PlainTable:
    """Rows as columns by name."""

    columns: Mapping[str, AnyArray]
    num_rows: int

    @property
    def column_names(self) -> list[str]:
        """Names of the columns."""
        return list(self.columns)

    def texts(self, name: str) -> AnyArray:
        """Return a column as texts, "" where there is none."""
        values = self.columns.get(name)
        if values is None:
            return np.full(self.num_rows, "", dtype=object)
        return values if values.dtype == object else text_array(values)

    def encoded(self, name: str) -> tuple[list[str], Codes]:
        """Return the distinct texts of a column and each row's position among them."""
        codes, texts = pd.factorize(self.texts(name))
        return [str(text) for text in texts], codes.astype(np.int64)

    def slice(self, start: int, rows: int) -> "PlainTable":
        """Return some of the rows."""
        cut = {name: values[start : start + rows] for name, values in self.columns.items()}
        return PlainTable(cut, min(rows, self.num_rows - start))

    def filter(self, keep: Mask) -> "PlainTable":
        """Return the rows that a mask keeps."""
        kept = {name: values[keep] for name, values in self.columns.items()}
        return PlainTable(kept, int(np.count_nonzero(keep)))


def plain_table(columns: Mapping[str, "pd.Series"], rows: int) -> PlainTable:
    """Return columns of a data frame: numbers as floats, everything else as texts."""
    found: dict[str, AnyArray] = {}
    for name, values in columns.items():
        kind = values.dtype
        number = pd.api.types.is_numeric_dtype(kind) and not pd.api.types.is_bool_dtype(kind)
        if number and not pd.api.types.is_complex_dtype(kind):
            found[name] = values.to_numpy(dtype=np.float64, na_value=np.nan)
        else:
            found[name] = text_array(values.to_numpy(dtype=object))
    return PlainTable(found, rows)


def text_array(values: AnyArray | Sequence[object]) -> AnyArray:
    """Return values as stripped texts.

    Examples
    --------
    >>> text_array([" a ", None, 2022.0, float("nan"), True]).tolist()
    ['a', '', '2022', '', 'true']
    """
    found = np.empty(len(values), dtype=object)
    found[:] = [_text(value) for value in values]
    return found


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value.strip()
    if value is None or (pd.api.types.is_scalar(value) and pd.isna(value)):
        return ""
    if isinstance(value, bool | np.bool_):
        return str(bool(value)).lower()
    if isinstance(value, float | np.floating):
        return str(int(value)) if float(value).is_integer() else repr(float(value))
    if isinstance(value, pd.Timestamp):
        return value.isoformat() if value != value.normalize() else value.date().isoformat()
    return str(value).strip()
