"""Changed inputs of every class, the same on every machine; `make fuzz` tries many more."""

from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from tests.fuzz import bases
from tests.fuzz.classes import CLASSES
from tests.fuzz.commands import OutOfTimeError, faults, limited, run_command
from tests.fuzz.containers import write_grid
from tests.fuzz.mutations import changed_bytes, changed_grid, changed_text, changed_tree

INPUTS = {"forms": 20, "results": 10, "tables": 30, "scores": 20, "cases": 80}
OTHERS = 25


@pytest.mark.parametrize("name", list(CLASSES))
@pytest.mark.filterwarnings("ignore")
def test_changed_inputs_end_well(name: str, tmp_path: Path, every: Callable[..., None]) -> None:
    def check(seed: int) -> None:
        folder = tmp_path / str(seed)
        folder.mkdir()
        with limited():
            assert CLASSES[name][1](Random(f"{name}:{seed}"), folder) == []

    every(range(INPUTS.get(name, OTHERS)), check, lambda seed: f"{name} seed {seed}")


def test_one_seed_gives_one_input(tmp_path: Path) -> None:
    grid, text = bases.grid_of("scores"), bases.case_texts()[0]
    for change, source in (
        (changed_grid, grid), (changed_text, text), (changed_bytes, text.encode()),
        (changed_tree, bases.criteria()[0]),
    ):  # fmt: skip
        made = [repr(change(source, Random(seed))) for seed in (1, 1, 2, 3, 4)]
        assert made[0] == made[1]
        assert len(set(made)) > 1


def test_sound_inputs_of_every_kind_come_out(tmp_path: Path, every: Callable[..., None]) -> None:
    criteria, case = tmp_path / "criteria.yaml", tmp_path / "case.yaml"
    criteria.write_text(bases.CRITERIA, "utf-8")
    case.write_text(bases.case_texts()[0], "utf-8")
    form, result = tmp_path / "form.xlsx", tmp_path / "result.json"
    form.write_bytes(bases.filled_form("potline-control"))
    result.write_bytes(bases.report("json"))
    rows = bases.rows_of_cases(["potline-control", "grid-losses"])
    at = {name: write_grid(tmp_path, name, bases.grid_of(name), "xlsx")
          for name in ("io", "energy", "levers", "emissions", "scores", "experts")}  # fmt: skip
    tables = [
        write_grid(tmp_path, "cases", rows, kind) for kind in ("csv", "tsv", "xlsx", "parquet")
    ]
    factors = tmp_path / "factors.xlsx"
    factors.write_bytes(bases.factor_book(bases.grid_of("factors")))
    selected = ("select", at["scores"], "--criteria", criteria, "--include-ineligible")
    commands = [
        ("check", case), ("check", form), ("verify", result), ("factors", "check", factors),
        *[("batch", path, "-o") for path in tables],
        (*selected, "--experts", at["experts"], "--draws", 50, "-o"),
        ("sector", "--levers", at["levers"], "--format", "json", "-o"),
        ("sector", "--emissions", at["emissions"], "--format", "json", "-o"),
        ("io", at["io"], "--energy", at["energy"], "--ict", "ict", "--format", "json", "-o"),
    ]  # fmt: skip

    def check(number: int) -> None:
        command, out = commands[number], tmp_path / f"out-{number}"
        ran = run_command(*command, *((out,) if command[-1] == "-o" else ()))
        assert (ran.code, faults(ran, out if command[-1] == "-o" else None)) == (0, []), ran.output

    every(range(len(commands)), check, lambda n: " ".join(map(str, commands[n])))


def test_what_does_not_end_is_stopped() -> None:
    def endless() -> None:
        with limited(0.05):
            while True:
                sum(range(1000))

    with pytest.raises(OutOfTimeError):
        endless()
