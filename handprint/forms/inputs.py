"""The inputs of a form: one row is a number with its unit, uncertainty, quality and evidence."""

from handprint.case.reader import KeyPath
from handprint.case.template import Template
from handprint.core.errors import CodedError
from handprint.forms.cells import Measured, read_measure, read_number
from handprint.forms.grid import Row
from handprint.forms.layout import INPUT_COLUMNS, MEASURES, PEDIGREE, Field, twin
from handprint.forms.tree import FormTree
from handprint.tables.cell import Cell
from handprint.units.amounts import approximation
from handprint.units.unit import Unit, parse_unit

__all__ = ["check_input", "read_input", "read_text"]

# A row needs one of these, or it says nothing about the input.
NUMBERS = ("value", "low", "mode", "high", "values", "by_year", "sd", "gsd", "plus_minus")


def read_text(
    form: FormTree, path: KeyPath, field: Field, cells: tuple[Cell | None, Cell | None]
) -> None:
    """Read a text from its two cells: in the form's language, and in the other."""
    own, foreign = (form.value(field, cell) for cell in cells)
    place = next((c.place for c in cells if c is not None and not c.empty), None)
    if place is None:
        return
    both = {"zh": own, "en": foreign} if form.lang == "zh" else {"zh": foreign, "en": own}
    if own is None or foreign is None or own == foreign:
        text = own or foreign
        if text is not None:
            form.put(path, text, place)
    else:
        form.put(path, both, place)


def read_input(form: FormTree, row: Row, scenario: Template) -> None:
    """Read one row of inputs."""
    path = tuple(row.key.split("."))
    if "value" in row.cells:
        form.mark(path, row.cells["value"].place)
    measured: dict[str, Measured] = {}
    for field in INPUT_COLUMNS:
        cell = row.cells.get(field.key)
        if cell is None:
            continue
        form.mark((*path, field.key), cell.place)
        if field.key in MEASURES:
            number = _measure(form, cell, unit=path[0] == "inputs")
            if number is not None:
                measured[field.key] = number
        elif field.kind == "text":
            read_text(form, (*path, field.key), field, (cell, row.cells.get(twin(field.key))))
        elif field.key not in PEDIGREE and (value := form.value(field, cell)) is not None:
            form.put((*path, field.key), value, cell.place)
    if form.at((*path, "unit")) == "1":
        measured = {column: _share(m, row.cells[column]) for column, m in measured.items()}
    lognormal = form.at((*path, "distribution")) == "lognormal"
    for column, number in measured.items():
        key = "gsd" if column == "sd" and lognormal else column
        form.put((*path, key), number.number, row.cells[column].place)
    _unit(form, row, path, measured, scenario)
    _scores(form, row, path)


def check_input(form: FormTree, row: Row) -> None:
    """Drop a row that nobody filled in; refuse one that says everything but the number."""
    path = tuple(row.key.split("."))
    entry, holder = form.at(path), form.at(path[:-1])
    if not isinstance(entry, dict) or not isinstance(holder, dict):
        return
    if entry.keys() <= {"unit"}:
        del holder[path[-1]]
        if not holder:
            _drop_empty(form, path[:-1])
    elif not entry.keys() & set(NUMBERS) and "value" in row.cells and row.cells["value"].empty:
        form.fault("HP-X15", row.cells["value"].place, key=str(path[-1]))


def _drop_empty(form: FormTree, path: KeyPath) -> None:
    holder = form.at(path[:-1])
    if isinstance(holder, dict) and holder.get(path[-1]) == {}:
        del holder[path[-1]]


def _measure(form: FormTree, cell: Cell, *, unit: bool) -> Measured | None:
    if cell.empty:
        return None
    place = f"{form.file}!{cell.place}"
    try:
        measured = read_measure(cell) if unit else Measured(read_number(cell))
    except CodedError as problem:
        form.findings.add(problem.finding(place))
        return None
    if (told := approximation(cell.text, place)) is not None:
        form.findings.add(told)
    return measured


def _share(measured: Measured, cell: Cell) -> Measured:
    """Return a number that a cell shows in per cent as the share that it stores."""
    stored = cell.percent and isinstance(cell.value, int | float)
    return Measured(float(str(cell.value)), "1") if stored else measured


def _unit(
    form: FormTree,
    row: Row,
    path: KeyPath,
    measured: dict[str, Measured],
    scenario: Template,
) -> None:
    """Set the unit: the one beside a number wins over the one the form proposed.

    HP-X14 where a row names two units, or where some of its numbers name one and others do not.
    """
    chosen = form.at((*path, "unit"))
    named = {column: m.unit for column, m in measured.items() if m.unit is not None}
    if not named:
        return
    column, unit = next(iter(named.items()))
    place = row.cells[column].place
    known = scenario.inputs.get(str(path[-1]))
    proposed = chosen is None or (known is not None and chosen == known.unit)
    alike = chosen is not None and _same(chosen, unit)
    if any(not _same(unit, other) for other in named.values()) or not (proposed or alike):
        form.fault("HP-X14", place, unit=unit, other=str(chosen))
    elif not alike and len(named) < len(measured):
        form.fault("HP-X14", place, "mixed", unit=unit, other=str(chosen))
    else:
        form.at(path)["unit"] = unit
        form.mark((*path, "unit"), place)


def _same(unit: str, other: str) -> bool:
    try:
        first, second = parse_unit(unit), parse_unit(other)
    except CodedError:
        return unit == other
    return _size(first) == _size(second)


def _size(unit: Unit) -> tuple[object, float]:
    return unit.dimension, unit.scale


def _scores(form: FormTree, row: Row, path: KeyPath) -> None:
    """Read the five quality scores: all of them or none (HP-X15)."""
    fields = {field.key: field for field in INPUT_COLUMNS}
    cells = {name: row.cells[name] for name in PEDIGREE if name in row.cells}
    missing = [cell for cell in cells.values() if cell.empty]
    if len(missing) == len(cells):
        return
    scores = [form.value(fields[name], cell) for name, cell in cells.items()]
    if missing:
        form.fault("HP-X15", missing[0].place, "scores", key=str(path[-1]))
    elif None not in scores:
        form.put((*path, "pedigree"), scores, next(iter(cells.values())).place)
