"""One table as different programs and people write it: the plain numbers, or a finding, never else.

Each rewriting says whether it must be read like the plain table, or may be refused. A difference
is silent where a row is scored otherwise without a finding that names its cell.
"""

import csv
import json
from collections.abc import Callable
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from random import Random
from typing import Any

from openpyxl import Workbook
from openpyxl.utils import get_column_letter

from handprint.case.template import template_files
from tests.fuzz import bases
from tests.fuzz.commands import Fault, Ran, faults, run_command
from tests.fuzz.containers import as_csv, as_parquet, as_xlsx
from tests.fuzz.mutations import Grid, leaves

__all__ = ["REWRITINGS", "other_tables", "rewriting"]

Written = tuple[str, bytes]  # suffix and content


@dataclass(frozen=True, slots=True)
class Rewriting:
    """How a table is written, and whether it must be read like the plain one."""

    write: Callable[[Grid, Random], Written]
    must: bool = True


def _texts(change: Callable[[float], str]) -> Callable[[Grid, Random], Written]:
    """Write numbers as texts of some style."""

    def write(grid: Grid, rng: Random) -> Written:
        made = [grid[0], *[[_styled(cell, change) for cell in row] for row in grid[1:]]]
        return rng.choice((("csv", as_csv(made)), ("xlsx", as_xlsx(made))))

    return write


def _styled(cell: Any, change: Callable[[float], str]) -> Any:
    return change(cell) if isinstance(cell, int | float) else cell


def _full_width(value: float) -> str:
    return f"{value!r}".translate({ord(c): chr(ord(c) + 0xFEE0) for c in "0123456789."})


def _separated(delimiter: str, encoding: str = "utf-8", mark: str = "") -> Callable[..., Written]:
    def write(grid: Grid, _rng: Random) -> Written:
        return "csv", mark.encode(encoding) + as_csv(grid, delimiter, encoding)

    return write


def _decimal_comma(grid: Grid, _rng: Random) -> Written:
    made = [[_styled(cell, lambda v: repr(v).replace(".", ",")) for cell in row] for row in grid]
    return "csv", as_csv(made, ";")


def _titled(grid: Grid, rng: Random) -> Written:
    above = rng.choice(
        ([["Cases of 2023"]], [[], []], [["Table 1"], [], ["as of May"]], [[""] * 9])
    )
    return rng.choice((("csv", as_csv([*above, *grid])), ("xlsx", as_xlsx([*above, *grid]))))


def _beside(grid: Grid, rng: Random) -> Written:
    """An empty first column, empty rows between, empty columns after."""
    made = [["", *row] for row in grid]
    made.insert(2, [""] * len(made[0]))
    made.append([])
    return rng.choice((("csv", as_csv(made)), ("xlsx", as_xlsx(made))))


def _packed(grid: Grid, _rng: Random) -> Written:
    import gzip

    return "csv.gz", gzip.compress(as_csv(grid), mtime=0)


def _quoted(grid: Grid, rng: Random) -> Written:
    stream = StringIO()
    end = rng.choice(("\n", "\r\n"))
    csv.writer(stream, quoting=csv.QUOTE_ALL, lineterminator=end).writerows(grid)
    return "csv", stream.getvalue().encode()


def _headers(grid: Grid, rng: Random) -> Written:
    """Headers as people write them: capitals, blanks, full-width brackets."""
    head = [name.upper() if "[" not in name else name for name in grid[0]]
    head = [
        name.replace("[", "［").replace("]", "］") if rng.random() < 0.5 else name for name in head
    ]
    return "csv", as_csv([[f" {name} " for name in head], *grid[1:]])


def _edited(edit: Callable[[Workbook, Grid, Random], None]) -> Callable[[Grid, Random], Written]:
    def write(grid: Grid, rng: Random) -> Written:
        return "xlsx", as_xlsx(grid, lambda book: edit(book, grid, rng))

    return write


def _percent(book: Workbook, grid: Grid, rng: Random) -> None:
    """Shares stored as fractions and shown in per cent, as a spreadsheet does."""
    sheet = book.worksheets[0]
    for column, name in enumerate(grid[0], 1):
        if not str(name).endswith(("[%]", "[1]")):
            continue
        for row in range(2, len(grid) + 1):
            cell = sheet.cell(row, column)
            if isinstance(cell.value, int | float):
                cell.value = cell.value / 100 if str(name).endswith("[%]") else cell.value
                cell.number_format = rng.choice(("0%", "0.00%", "0.0 %", "#,##0.0%_);(#,##0.0%)"))


def _hidden_sheet(book: Workbook, grid: Grid, rng: Random) -> None:
    """An older table on a sheet that nobody sees, before or after."""
    sheet = book.create_sheet("old", rng.choice((0, 1)))
    for row in grid:
        sheet.append([cell * 2 if isinstance(cell, float) else cell or None for cell in row])
    sheet.sheet_state = rng.choice(("hidden", "veryHidden"))
    book.active = book.worksheets.index(book["Sheet1"])


def _merged(book: Workbook, grid: Grid, _rng: Random) -> None:
    """Equal cells of neighbouring rows merged into one."""
    sheet = book.worksheets[0]
    for column in range(3, len(grid[0]) + 1):
        values = {row[column - 1] if column <= len(row) else "" for row in grid[1:]}
        if len(grid) > 2 and len(values) == 1 and "" not in values:
            letter = get_column_letter(column)
            sheet.merge_cells(f"{letter}2:{letter}{len(grid)}")


def _filtered(book: Workbook, grid: Grid, rng: Random) -> None:
    """A filter that hides rows."""
    sheet = book.worksheets[0]
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(grid[0]))}{len(grid)}"
    sheet.row_dimensions[rng.randrange(2, len(grid) + 1)].hidden = True


def _far_cell(book: Workbook, grid: Grid, _rng: Random) -> None:
    """Somebody formatted a cell far away."""
    book.worksheets[0].cell(5000, 3).number_format = "0.00"


def _errors_elsewhere(book: Workbook, _grid: Grid, _rng: Random) -> None:
    sheet = book.create_sheet("checks")
    sheet.append(["#DIV/0!", "=1/0", "note"])


def _parquet_texts(grid: Grid, rng: Random) -> Written:
    if rng.random() < 0.5:
        return "parquet", as_parquet(grid)
    return "parquet", as_parquet([grid[0], *[[str(cell) for cell in row] for row in grid[1:]]])


REWRITINGS: dict[str, Rewriting] = {
    "semicolons": Rewriting(_separated(";")),
    "tabs": Rewriting(_separated("\t")),
    "full-width commas": Rewriting(_separated("，"), must=False),
    "mark": Rewriting(_separated(",", mark="\ufeff")),
    "sep line": Rewriting(_separated(";", mark="sep=;\n")),
    "gbk": Rewriting(_separated(",", "gb18030")),
    "utf-16": Rewriting(_separated("\t", "utf-16"), must=False),
    "big5": Rewriting(_separated(",", "big5"), must=False),
    "decimal commas": Rewriting(_decimal_comma, must=False),
    "title": Rewriting(_titled),
    "beside": Rewriting(_beside, must=False),
    "gzip": Rewriting(_packed),
    "quotes": Rewriting(_quoted),
    "headers": Rewriting(_headers),
    "thousands": Rewriting(_texts(lambda v: f"{v:,}")),
    "underscores": Rewriting(_texts(lambda v: f"{v:_}")),
    "full width": Rewriting(_texts(_full_width)),
    "exponent": Rewriting(_texts(lambda v: f"{v:.12e}")),
    "thin blanks": Rewriting(_texts(lambda v: f"{v:,}".replace(",", "\u202f")), must=False),
    "apostrophes": Rewriting(_texts(lambda v: f"{v:,}".replace(",", "'")), must=False),
    "about": Rewriting(_texts(lambda v: f"~{v}"), must=False),
    "text numbers": Rewriting(_texts(repr)),
    "plus": Rewriting(_texts(lambda v: f"+{v}"), must=False),
    "blanks": Rewriting(_texts(lambda v: f"\u00a0{v}\u3000 ")),
    "per cent": Rewriting(_edited(_percent)),
    "hidden sheet": Rewriting(_edited(_hidden_sheet)),
    "merged": Rewriting(_edited(_merged)),
    "filter": Rewriting(_edited(_filtered)),
    "far cell": Rewriting(_edited(_far_cell)),
    "errors elsewhere": Rewriting(_edited(_errors_elsewhere)),
    "parquet": Rewriting(_parquet_texts),
}


def rewriting(rng: Random, folder: Path) -> list[Fault]:
    """Write a random table in a random way and compare what comes out with the plain one."""
    name = rng.choice(list(REWRITINGS))
    grid = bases.rows_of_cases(rng.choices(list(template_files()), k=rng.choice((1, 2, 3))), rng)
    for row in grid[1:]:
        if rng.random() < 0.5:
            row[5:7] = ["案例 A", "某公司"]  # in every Chinese encoding
    suffix, content = REWRITINGS[name].write(grid, rng)
    (folder / "plain.csv").write_bytes(as_csv(grid))
    (folder / f"again.{suffix}").write_bytes(content)
    plain = _run(folder / "plain.csv", folder / "plain")
    ran, out = _run(folder / f"again.{suffix}", folder / "again")
    found = faults(ran, out)
    told = _differs(_scores(plain[1]), _scores(out), _rejected(out), ran)
    if told and (REWRITINGS[name].must or told.startswith("silent")):
        found.append(Fault("silent difference", f"{name}: {told}"))
    return found


def other_tables(rng: Random, folder: Path) -> list[Fault]:
    """Write a table of another kind in a random way: the results are the same."""
    kind, name = rng.choice(list(COMMANDS)), rng.choice(list(REWRITINGS))
    grid = bases.grid_of(kind)
    suffix, content = REWRITINGS[name].write(grid, rng)
    if kind in ("io", "energy") and suffix == "parquet":  # has no names of columns
        return [Fault("skipped", name)]
    (folder / "plain.csv").write_bytes(as_csv(grid))
    (folder / f"again.{suffix}").write_bytes(content)
    (folder / "table.csv").write_bytes(as_csv(bases.grid_of("io")))
    found: list[Fault] = []
    results = []
    for stem in (f"plain.csv {kind}", f"again.{suffix} {kind}"):
        file, out = stem.split()[0], folder / stem.split()[0].replace(".", "-")
        words = [{"FILE": folder / file, "TABLE": folder / "table.csv"}.get(w, w)
                 for w in COMMANDS[kind].split()]  # fmt: skip
        ran = run_command(*words, "--format", "json", "-o", out)
        found += faults(ran, out)
        results.append(_numbers_of(out) if ran.code == 0 else None)
    plain, again = results
    if plain is None:
        found.append(Fault("other", f"{kind}: the plain table is refused"))
    elif again is not None and again != plain:
        found.append(Fault("silent difference", f"{kind} as {name}"))
    return found


COMMANDS = {
    "levers": "sector --levers FILE --draws 0",
    "scores": "sector --cases FILE --draws 0",
    "emissions": "sector --emissions FILE --draws 0",
    "io": "io FILE",
    "energy": "io TABLE --energy FILE --ict ict",
}


def _numbers_of(out: Path) -> list[float]:
    """Return all numbers of a result document in their order, what describes the run left out."""
    (path,) = out.glob("*.json")
    document = json.loads(path.read_bytes())
    apart = {"manifest", "findings", "notes", "inputs", "files"}
    kept = {key: value for key, value in document.items() if key not in apart}
    return [float(f"{h[k]:.9g}") for h, k in leaves(kept) if isinstance(h[k], int | float)]


def _run(path: Path, out: Path) -> tuple[Ran, Path]:
    return run_command("batch", path, "-o", out, "--format", "csv"), out


def _scores(out: Path) -> dict[str, dict[str, str]]:
    return {row["id"]: row for row in _rows(out / "scores.csv")}


def _rejected(out: Path) -> set[str]:
    return {row["id"] for row in _rows(out / "rejects.csv") if row["code"]}


def _rows(path: Path) -> list[dict[str, str]]:
    if not path.exists():
        return []
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def _differs(
    plain: dict[str, dict[str, str]],
    other: dict[str, dict[str, str]],
    rejected: set[str],
    ran: Ran,
) -> str:
    """Return what differs; it begins with "silent" where nothing tells it."""
    for case, row in plain.items():
        if case not in other:
            if case in rejected or ran.errors:
                return f"{case} refused: {[f.key for f in ran.errors][:3]}"
            return f"silent: {case} lost"
        for column in ("NER", "E_ref", "F", "findings", "title", "applicant"):
            if not _alike(row[column], other[case][column]):
                return f"silent: {case} {column}: {row[column]} -> {other[case][column]}"
    more = other.keys() - plain.keys()
    return f"silent: {sorted(more)[0]} added" if more else ""


def _alike(one: str, other: str) -> bool:
    try:
        left, right = float(one), float(other)
    except ValueError:
        return one == other
    return abs(left - right) <= 1e-9 * max(abs(left), abs(right))
