"""Score the rows of a data frame: one frame in, the scores on the same index out."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from handprint.batch.headers import column_name, read_layout
from handprint.batch.partition import BatchOptions, Outcome, Reject, Scorer
from handprint.batch.plain import Coded, PlainTable, plain_table
from handprint.batch.run import partition_rows
from handprint.core.arrays import AnyArray, Codes
from handprint.core.errors import Finding, Findings, Severity
from handprint.core.i18n import Language, render_finding
from handprint.factors.factor import Library

__all__ = ["ERROR", "score_frame"]

PLACE = "frame"
ERROR = "error"
Progress = Callable[[int, int], object]


@dataclass(frozen=True, slots=True)
class _Columns:
    """Score columns under way, over all rows of the frame."""

    rows: int
    found: dict[str, AnyArray]

    def put(self, at: Codes, name: str, values: Any) -> None:
        """Store the values of the rows at ``at``; elsewhere nothing is known."""
        values = values.array() if isinstance(values, Coded) else np.asarray(values)
        if name not in self.found:
            number = values.dtype.kind in "fiu"
            empty = np.nan if number else None
            self.found[name] = np.full(self.rows, empty, dtype=np.float64 if number else object)
        if values.dtype.kind == "U":
            values = values.astype(object)
        self.found[name][at] = values


def score_frame(
    frame: pd.DataFrame,
    library: Library,
    options: BatchOptions,
    findings: Findings,
    *,
    template: str | None = None,
    lang: Language = "en",
    progress: Progress | None = None,
) -> pd.DataFrame | None:
    """Score rows with the columns of a case table; None, with findings, where none can be read.

    Parameters
    ----------
    template : str or None
        Scenario of all rows, where no column names it.
    lang : str
        Language of the column ``error``.
    progress : callable, optional
        Is told rows done and rows to do; what it raises ends the work.

    Returns
    -------
    DataFrame
        On the index of ``frame``: the score columns, and ``error``, a text where a row has no
        score.
    """
    named = _named(frame, template, findings)
    layout = read_layout(list(named), PLACE, findings)
    if findings.has(Severity.ERROR):
        return None
    rows = len(frame)
    table = plain_table({name: named[name] for name in layout.used}, rows)
    scorer, repeated = Scorer(layout, library, options), _repeated(table)
    columns = _Columns(rows, {ERROR: np.full(rows, None, dtype=object)})
    size = partition_rows(options.effort)
    for start in range(0, max(rows, 1), size):
        part = table.slice(start, size)
        own = {row: first for row, first in repeated.items() if start < row <= start + size}
        _store(scorer.score(part, start + 1, own), columns, lang)
        if progress is not None:
            progress(start + part.num_rows, rows)
    columns.found["id"] = table.texts("id")
    return _frame(columns, frame.index)


def _named(
    frame: pd.DataFrame, template: str | None, findings: Findings
) -> "dict[str, pd.Series[Any]]":
    """Return the columns by the names they are known by, with those that may be left out."""
    named: dict[str, pd.Series[Any]] = {}
    for position, label in enumerate(frame.columns):
        name = column_name(str(label))
        if name in named:
            findings.add(Finding("HP-B04", Severity.ERROR, PLACE, {"column": name or "-"}))
        named[name] = frame.iloc[:, position]
    if "id" not in named:
        named["id"] = pd.Series([f"row-{n}" for n in range(1, len(frame) + 1)], dtype=object)
    if template is not None:
        named.setdefault("template", pd.Series([template] * len(frame), dtype=object))
    return named


def _repeated(table: PlainTable) -> dict[int, int]:
    """Return the rows whose id an earlier row has, and that row; counted from 1."""
    first: dict[str, int] = {}
    repeated: dict[int, int] = {}
    for row, text in enumerate(table.texts("id").tolist(), start=1):
        if text and first.setdefault(text, row) != row:
            repeated[row] = first[text]
    return repeated


def _store(outcome: Outcome, columns: _Columns, lang: Language) -> None:
    at = np.asarray(outcome.scores.pop("row"), dtype=np.int64) - 1
    for name, values in outcome.scores.items():
        columns.put(at, name, values)
    for reject in outcome.rejects:
        columns.found[ERROR][reject.row - 1] = _told(reject, lang)


def _told(reject: Reject, lang: Language) -> str:
    """Return code, column and message of a rejected row."""
    reason = reject.reason
    message = render_finding(reason.finding(f"row {reject.row}"), lang)["message"]
    return f"{reason.code} {reason.column}: {message}" if reason.column else (
        f"{reason.code}: {message}"
    )  # fmt: skip


def _frame(columns: _Columns, index: "pd.Index[Any]") -> pd.DataFrame:
    found = dict(columns.found)
    error = found.pop(ERROR)
    whole: dict[str, Any] = {**found, ERROR: error}
    whole["year"] = pd.array(found["year"], dtype="Int64")
    return pd.DataFrame(whole, index=index)
