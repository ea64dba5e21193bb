"""Parquet of any tool as cells: texts, numbers, truths, dates.

What other tools write differently is brought to one form: string views and texts without their
annotation, the index of pandas, moments with a zone, folders named after a value.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from handprint.core.errors import CodedError, Finding, Findings, Severity
from handprint.core.files import files_below, standing_at

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["NULL_FOLDER", "as_cells", "dataset_files", "folder_values", "index_columns",
           "odd_columns", "read_columns", "trouble_of"]  # fmt: skip

NULL_FOLDER = "__HIVE_DEFAULT_PARTITION__"
INSTALL = "pip install 'carbon-handprint[scale]'"
REASON = 160  # characters
_INDEX = "__index_level_"


def dataset_files(path: Path) -> list[Path]:
    """Return the Parquet files of a dataset in the order of their names; hidden ones are not.

    One that may not be read is among them: who reads it tells why.
    """
    if standing_at(path) == "file":
        return [path]
    return [
        file
        for file in files_below(path)
        if file.suffix in (".parquet", ".parq")
        and not any(part.startswith("_") for part in file.relative_to(path).parts)
    ]


def folder_values(path: Path) -> tuple[tuple[str, str | None], ...]:
    """Return the columns that the folders of a file name: ``template=x`` and the like.

    Examples
    --------
    >>> folder_values(Path("applicant=%E6%9F%90/part.parquet"))
    (('applicant', '某'),)
    """
    pairs = (part.partition("=") for part in path.parts[:-1])
    return tuple(
        (unquote(name), None if value == NULL_FOLDER else unquote(value))
        for name, equals, value in pairs
        if equals
    )


def index_columns(names: Sequence[str]) -> list[str]:
    """Return the columns in which pandas keeps the numbers or names of rows."""
    return [name for name in names if name.startswith(_INDEX)]


def odd_columns(schema: "pa.Schema", place: str) -> Iterator[Finding]:
    """Yield a finding for every column whose values are no texts, numbers, truths or dates."""
    import pyarrow as pa

    kinds = (
        *(pa.types.is_string, pa.types.is_large_string, pa.types.is_string_view),
        *(pa.types.is_binary, pa.types.is_large_binary, pa.types.is_binary_view),
        *(pa.types.is_integer, pa.types.is_floating, pa.types.is_decimal, pa.types.is_boolean),
        *(pa.types.is_date, pa.types.is_timestamp, pa.types.is_null),
    )
    for field in schema:
        if not any(is_kind(_value_type(field.type)) for is_kind in kinds):
            params = {"column": field.name, "kind": str(field.type)}
            yield Finding("HP-B19", Severity.ERROR, f"{place}[{field.name}]", params)


def as_cells(table: "pa.Table") -> "pa.Table":
    """Return a table with columns of the usual types: texts, numbers, truths, dates.

    Raises
    ------
    CodedError
        HP-B06 a column of bytes that are no UTF-8.
    """
    for number, field in enumerate(table.schema):
        wanted = _wanted(field.type)
        if wanted is None:
            _check_text(table.column(number), field.name)
        else:
            column = _converted(table.column(number), wanted, field.name)
            table = table.set_column(number, field.name, column)
    return table


def read_columns(path: Path, findings: Findings) -> dict[str, list[Any]]:
    """Return the columns of one small file as lists of texts, numbers, truths and dates.

    Raises
    ------
    CodedError
        HP-M02 a file that cannot be read, or no package to read it; HP-M32 a column twice.
    """
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError:
        raise CodedError("HP-M02", "install", install=INSTALL) from None
    try:
        with pq.ParquetFile(path) as opened:
            odd = list(odd_columns(opened.schema_arrow, path.name))
            names = [n for n in opened.schema_arrow.names if not n.startswith(_INDEX)]
            table = opened.read(columns=names)
    except (pa.ArrowException, OSError, ValueError) as problem:
        raise CodedError("HP-M02", reason=trouble_of(problem)) from None
    _refuse_twice(names)
    odd_names = {finding.params["column"] for finding in odd}
    findings.extend(odd)
    kept = as_cells(table.select([name for name in names if name not in odd_names]))
    if len(names) < len(opened.schema_arrow.names):
        index = ", ".join(index_columns(opened.schema_arrow.names))
        findings.add(Finding("HP-M10", Severity.NOTE, path.name, {"column": index}))
    return {name: kept.column(name).to_pylist() for name in kept.column_names}


def _refuse_twice(names: Sequence[str]) -> None:
    """Refuse names of columns that are told apart by nothing, or by their case alone."""
    seen: set[str] = set()
    for name in names:
        plain = name.strip().lower()
        if plain in seen:
            raise CodedError("HP-M32", column=name)
        seen.add(plain)


def trouble_of(problem: Exception) -> str:
    """Return what Arrow says about a file, on one short line."""
    return " ".join(str(problem).split())[:REASON] or type(problem).__name__


def _value_type(kind: Any) -> Any:
    import pyarrow as pa

    return kind.value_type if pa.types.is_dictionary(kind) else kind


def _wanted(kind: Any) -> Any:
    """Return the type that a column is brought to, None for one that stays."""
    import pyarrow as pa

    own = _value_type(kind)
    texts = (pa.types.is_string_view, pa.types.is_binary, pa.types.is_large_binary,
             pa.types.is_binary_view)  # fmt: skip
    if any(is_kind(own) for is_kind in texts):
        return pa.string()
    if pa.types.is_decimal(own) or pa.types.is_float16(own):
        return pa.float64()
    if pa.types.is_timestamp(own) and own.tz is not None:
        return pa.date32()
    return None


def _check_text(column: Any, name: str) -> None:
    """Refuse a text whose bytes are no UTF-8: not every program that writes Parquet looks."""
    import pyarrow as pa

    kind = _value_type(column.type)
    if not (pa.types.is_string(kind) or pa.types.is_large_string(kind)):
        return
    try:
        column.validate(full=True)
    except pa.ArrowException as problem:
        raise CodedError("HP-B06", reason=f"[{name}] {trouble_of(problem)}") from None


def _converted(column: Any, wanted: Any, name: str) -> Any:
    import pyarrow as pa
    import pyarrow.compute as pc

    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    try:
        if pa.types.is_date(wanted):  # the day that the clocks of the zone show
            column = pc.local_timestamp(column)
        elif pa.types.is_binary_view(column.type):
            column = column.cast(pa.binary())
        elif pa.types.is_float16(column.type):
            column = column.cast(pa.float32())
        return column.cast(wanted, safe=not pa.types.is_date(wanted))
    except (pa.ArrowException, ValueError) as problem:
        raise CodedError("HP-B06", reason=f"[{name}] {trouble_of(problem)}") from None
