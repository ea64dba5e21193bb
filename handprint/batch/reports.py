"""Case reports for a few cases of a scored library, rendered in processes of their own."""

import operator
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from handprint.assess.assess import Options, assess
from handprint.batch.files import read_manifest
from handprint.batch.headers import Layout, read_layout
from handprint.batch.library_files import check_unchanged
from handprint.batch.partition import group_keys
from handprint.batch.processes import processes
from handprint.batch.row_case import row_case, row_numbers
from handprint.batch.run import Plan, Summary
from handprint.case.reader import RawCase
from handprint.core.errors import CodedError, Findings
from handprint.core.i18n import Language
from handprint.factors.factor import Library
from handprint.factors.library import load_library
from handprint.forms.intake import prepare, read_submission
from handprint.report.files import write_results

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["chosen_rows", "raw_cases", "write_reports"]

MOST = 1_000  # reports of one run
DRAWS = 10_000  # of a report, where the run made none
WORKERS = 2

_COMPARISON = re.compile(r"\s*(\w+)\s*(>=|<=|!=|==|=|>|<)\s*(.+?)\s*\Z")
_OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    ">": operator.gt, "<": operator.lt, ">=": operator.ge, "<=": operator.le,
    "=": operator.eq, "==": operator.eq, "!=": operator.ne,
}  # fmt: skip


@dataclass(frozen=True)
class _Order:
    """What a rendering process needs to know."""

    out: str
    lang: Language
    options: Options
    factors: tuple[str, ...]


def write_reports(
    plan: Plan,
    done: Summary,
    out: Path,
    lang: Language,
    *,
    top: int | None,
    where: str | None,
    findings: Findings,
) -> Iterator[Path]:
    """Render the reports of the chosen cases and yield their files.

    Raises
    ------
    CodedError
        HP-B17: the comparison cannot be read, or asks for too many reports.
    """
    rows = chosen_rows(done.scores, top=top, where=where)
    if len(rows) > MOST:
        raise CodedError("HP-B17", "many", count=len(rows), limit=MOST)
    folder = out / "reports"
    folder.mkdir(exist_ok=True)
    options = Options(plan.job.options.draws or DRAWS, plan.job.options.seed)
    order = _Order(str(folder), lang, options, plan.job.factors)
    with processes(WORKERS) as pool:
        futures = [pool.submit(_render, order, raw) for raw in raw_cases(plan, rows)]
        check_unchanged(plan.seen, (read_manifest(out) or {})["library"]["files"])
        for future in futures:
            paths, told = future.result()
            findings.extend(told)
            yield from map(Path, paths)


def chosen_rows(scores: Path, *, top: int | None, where: str | None) -> list[int]:
    """Return the rows that meet a comparison, those of largest NER first."""
    import pyarrow as pa

    table = _read_scores(scores)
    if where is not None:
        table = table.filter(pa.array(_mask(table, where)))
    order = table.sort_by([("NER", "descending"), ("row", "ascending")])
    rows: list[int] = order.column("row").to_pylist()
    return rows if top is None else rows[:top]


def _read_scores(scores: Path) -> "pa.Table":
    if scores.suffix != ".parquet":
        raise CodedError("HP-B17", "format")
    import pyarrow.parquet as pq

    return pq.read_table(scores, partitioning=None)


def _mask(table: "pa.Table", where: str) -> Any:
    """Return where a comparison of one column holds."""
    match = _COMPARISON.match(where)
    if match is None or match[1] not in table.column_names:
        known = ", ".join(table.column_names)
        raise CodedError("HP-B17", text=where, columns=known)
    values = table.column(match[1]).to_numpy()
    compare, wanted = _OPERATORS[match[2]], match[3].strip("'\"")
    if values.dtype.kind in "if":
        try:
            return compare(values, float(wanted))
        except ValueError:
            raise CodedError("HP-B17", text=where, columns=match[1]) from None
    return compare(values.astype(str), wanted)


def raw_cases(plan: Plan, rows: list[int]) -> Iterator[RawCase]:
    """Yield the cases of some rows of a library, in the order of the library."""
    wanted = sorted(rows)
    if plan.table is None:
        for row in wanted:
            raw = read_submission(plan.files[row - 1], Findings())
            if raw is not None:
                yield raw
        return
    layout = read_layout(plan.table.columns, plan.table.place, Findings())
    for part in plan.table.partitions():
        own = [r - part.first_row for r in wanted if 0 <= r - part.first_row < part.rows]
        if own:
            yield from _row_cases(part.table(list(layout.used)).take(own), layout)


def _row_cases(table: "pa.Table", layout: Layout) -> Iterator[RawCase]:
    rows = table.to_pylist()
    keys = {int(i): key for key, index in group_keys(table, layout) for i in index}
    for i, cells in enumerate(rows):
        yield row_case(
            keys[i],
            case_id=str(cells["id"]).strip(),
            region=str(cells.get("region") or "").strip(),
            title=str(cells.get("title") or "").strip(),
            numbers=row_numbers(cells, layout.inputs, keys[i].template),
        )


@lru_cache(maxsize=1)
def _factors(paths: tuple[str, ...]) -> Library:
    return load_library(paths, findings=Findings())


def _render(order: _Order, raw: RawCase) -> tuple[list[str], Findings]:
    """Assess and render one case; runs in a process of its own."""
    findings, read = Findings(), Findings()
    loaded = prepare(raw, Findings(), read)
    result = None
    if loaded is not None:
        result = assess(*loaded, _factors(order.factors), order.options, read)
    if result is None:
        return [], read
    paths = write_results(result, Path(order.out), ("pdf",), (order.lang,), findings)
    return [str(path) for path in paths], findings
