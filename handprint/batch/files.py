"""What a batch run leaves: scores, rejects, sums of the portfolio, a manifest."""

import csv
import io
import json
import math
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from handprint.batch.partition import Reject
from handprint.batch.parts import Part, fsync_folder
from handprint.batch.sums import portfolio_rows
from handprint.core.errors import CodedError
from handprint.core.files import to_json, write_whole
from handprint.core.i18n import Language, render_finding

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = [
    "FORMATS",
    "neutral",
    "no_scores",
    "read_manifest",
    "scores_file",
    "write_portfolio",
    "write_rejects",
    "write_scores",
]

FORMATS = ("parquet", "csv", "xlsx")
MAX_XLSX = 1_048_575
REJECT_COLUMNS = ("row", "column", "id", "code", "message", "place")
_ACTIVE = ("=", "+", "-", "@", "\t", "\r")


def neutral(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(_ACTIVE) else text


def write_rejects(
    path: Path, rejects: Iterable[Reject], place: Callable[[int], str], lang: Language
) -> int:
    """Write the rejected rows with their reasons and return how many rows they are."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(REJECT_COLUMNS)
    rows: set[int] = set()
    for reject in rejects:
        rows.add(reject.row)
        where = place(reject.row)
        shown = render_finding(reject.reason.finding(where), lang)
        code = reject.reason.code
        texts = (reject.reason.column, reject.id, code, shown["message"], where)
        writer.writerow([reject.row, *map(neutral, texts)])
    # spreadsheets take a Chinese text without the mark for another encoding
    encoding = "utf-8-sig" if lang == "zh" else "utf-8"
    write_whole(path, stream.getvalue().encode(encoding, "replace"), durable=True)
    return len(rows)


def write_portfolio(path: Path, parts: Iterable[Part], seed: int) -> list[dict[str, Any]]:
    """Write the sums over all scored cases; return them."""
    rows = portfolio_rows((own for part in parts for own in part.sums), seed)
    write_whole(path, to_json({"unit": "t CO2e", "sums": rows}), durable=True)
    return rows


def scores_file(out: Path, form: str) -> Path:
    """Return the file, or folder of parts, with the scores."""
    return out / f"scores.{form}"


def write_scores(out: Path, parts: Sequence[Path], form: str) -> Path:
    """Put the kept parts together; nothing older is left beside.

    Parameters
    ----------
    parts : sequence of Path
        Parquet files with scores, in the order of the library.
    """
    no_scores(out)
    target = scores_file(out, form)
    if form == "parquet":
        _gather(parts, target)
    else:
        temporary = out / f".scores.{form}"
        try:
            (_write_csv if form == "csv" else _write_xlsx)(temporary, parts)
            os.replace(temporary, target)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
    fsync_folder(out)
    return target


def no_scores(out: Path) -> Path:
    """Remove the scores of an earlier run; return the file that tells why there are no new ones."""
    for form in FORMATS:
        _remove(scores_file(out, form))
    return out / "rejects.csv"


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _gather(parts: Sequence[Path], target: Path) -> None:
    """Make one part the file, several a folder of files."""
    if len(parts) == 1:
        os.replace(parts[0], target)
        return
    folder = target.with_name(f".{target.name}")
    _remove(folder)
    folder.mkdir()
    for part in parts:
        os.replace(part, folder / part.name)
    fsync_folder(folder)
    os.replace(folder, target)


def _tables(parts: Sequence[Path]) -> "Iterator[pa.Table]":
    import pyarrow.parquet as pq

    return (pq.read_table(part, partitioning=None) for part in parts)


def _rows(parts: Sequence[Path]) -> Iterator[list[Any]]:
    """Yield the header, then every row, texts neutralised."""
    for number, table in enumerate(_tables(parts)):
        if number == 0:
            yield list(table.column_names)
        columns = [column.to_pylist() for column in table.columns]
        for row in zip(*columns, strict=True):
            yield [neutral(v) if isinstance(v, str) else v for v in row]


def _empty(value: object) -> bool:
    return value is None or (isinstance(value, float) and math.isnan(value))


def _write_csv(path: Path, parts: Sequence[Path]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        for row in _rows(parts):
            writer.writerow(["" if _empty(v) else v for v in row])
        stream.flush()
        os.fsync(stream.fileno())


def _write_xlsx(path: Path, parts: Sequence[Path]) -> None:
    import pyarrow.parquet as pq

    from handprint.page.workbook import open_workbook

    rows = sum(pq.ParquetFile(part).metadata.num_rows for part in parts)
    if rows > MAX_XLSX:
        raise CodedError("HP-B15", rows=rows, limit=MAX_XLSX)
    with open_workbook(str(path), rows=True) as book:
        sheet = book.add_worksheet("scores")
        sheet.freeze_panes(1, 2)
        for i, row in enumerate(_rows(parts)):
            for j, value in enumerate(row):
                if not _empty(value):
                    sheet.write(i, j, value)


def read_manifest(out: Path) -> dict[str, Any] | None:
    """Return the manifest of a finished run, or None."""
    try:
        content = json.loads((out / "manifest.json").read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return content if isinstance(content, dict) else None
