"""One sheet of cells as text: its rows, the place of every cell, and its rows by named columns."""

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from handprint.core.errors import Finding, Findings, Severity
from handprint.tables.cell import letter

__all__ = ["Record", "Sheet", "folded", "records"]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet of cells as text.

    Parameters
    ----------
    file : str
        Name of the file, with the sheet's name for a workbook: ``levers.xlsx!levers``.
    rows : sequence of sequences of str
        Stripped texts as a person sees them; rows may differ in length.
    workbook : bool
        Whether places are given as A1 (workbook) or as a line number (CSV).
    header : int
        Position of the row that names the columns.
    lines : sequence of int
        Line or sheet row of each row, counted from 1; empty where they are all there.
    faults : set of (row, column)
        Cells with an error value, or a formula that was never calculated.
    visible : bool
        Whether a person sees the sheet.
    hidden_rows : int
        Rows that a filter hides; they are read.
    cut : int
        Sheet row from which the table goes on beyond what is read; 0 where it does not.
    """

    file: str
    rows: Sequence[Sequence[str]]
    workbook: bool
    header: int = 0
    lines: Sequence[int] = ()
    faults: frozenset[tuple[int, int]] = frozenset()
    visible: bool = True
    hidden_rows: int = 0
    cut: int = 0

    @property
    def names(self) -> list[str]:
        """The names of the columns, folded; "" where a column has none."""
        return [folded(name) for name in self.rows[self.header]] if self.rows else []

    @property
    def title(self) -> str:
        """Name of the sheet, or of the file."""
        return self.file.rpartition("!")[2]

    def cell(self, row: int, column: int) -> str:
        """Return the text at a position counted from 0; empty beyond the row's end."""
        cells = self.rows[row]
        return cells[column] if column < len(cells) else ""

    def read(self, row: int, column: int, findings: Findings) -> str:
        """Return the text at a position; where the cell has no value, "" and a finding (HP-M04)."""
        text = self.cell(row, column)
        if (row, column) not in self.faults:
            return text
        place = self.place(row, column)
        findings.add(Finding("HP-M04", Severity.ERROR, place, {"text": text}))
        return ""

    def line(self, row: int) -> int:
        """Return the line of a row, as an editor or a spreadsheet counts."""
        return self.lines[row] if self.lines else row + 1

    def place(self, row: int, column: int | None = None, label: str = "") -> str:
        """Return the place of a cell: ``a.xlsx!levers!D12`` or ``a.csv:12 saving_low``."""
        if self.workbook:
            return f"{self.file}!{'' if column is None else letter(column)}{self.line(row)}"
        named = label or ("" if column is None else f"column {letter(column)}")
        return f"{self.file}:{self.line(row)} {named}".rstrip()

    def head_place(self, column: int | None = None) -> str:
        """Return the place of a name of a column, or of their row."""
        return self.place(self.header, column) if self.rows else self.file


@dataclass(frozen=True, slots=True)
class Record:
    """One row of a sheet with named columns; findings about its cells go to ``findings``."""

    sheet: Sheet
    row: int
    columns: Mapping[str, int]
    findings: Findings = field(default_factory=Findings)
    others: Mapping[str, Sequence[int]] = field(default_factory=dict)  # columns named once more

    def __getitem__(self, column: str) -> str:
        position = self.columns.get(folded(column))
        if position is None:
            return ""
        text = self.sheet.cell(self.row, position)
        for other in self.others.get(folded(column), ()):
            if self.sheet.cell(self.row, other) != text:
                place = self.sheet.place(self.row, other, column)
                self.findings.add(Finding("HP-M32", Severity.ERROR, place, {"column": column}))
        return self.sheet.read(self.row, position, self.findings)

    def place(self, column: str | None = None) -> str:
        """Return the place of the row, or of one of its cells."""
        if column is None:
            return self.sheet.place(self.row)
        return self.sheet.place(self.row, self.columns.get(folded(column)), column)


def folded(name: str) -> str:
    """Return the name of a column without what people write differently: width, case, blanks.

    Examples
    --------
    >>> folded(" ID "), folded("ｉｄ")
    ('id', 'id')
    """
    plain = name if name.isascii() else unicodedata.normalize("NFKC", name)
    return " ".join(plain.replace("\ufeff", "").split()).lower()


def records(sheet: Sheet, findings: Findings | None = None) -> Iterator[Record]:
    """Yield the rows below the header that are not empty."""
    names = sheet.names
    columns = {name: i for i, name in reversed(list(enumerate(names))) if name}
    others: dict[str, list[int]] = {}
    for i, name in enumerate(names):
        if name and columns[name] != i:
            others.setdefault(name, []).append(i)
    told = Findings() if findings is None else findings
    for row in range(sheet.header + 1, len(sheet.rows)):
        if any(sheet.rows[row]):
            yield Record(sheet, row, columns, told, others)
