"""Every fault that was ever found, one file each, and what its file must give since.

A command in `corpus.yaml` names the file as FILE; SCORES, CASE, CRITERIA, TABLE and ENERGY stand
for sound files beside it, OUT for an empty folder. An entry that is `open` is known and not mended.
"""

import shlex
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.fuzz import bases
from tests.fuzz.commands import OutOfTimeError, faults, limited, run_command
from tests.fuzz.containers import write_grid

CORPUS = Path(__file__).with_name("corpus")
FIELD = Path(__file__).parents[1] / "field"
SECONDS = 8.0  # of processor time


@dataclass(frozen=True, slots=True)
class Entry:
    """One fault: its file, the commands that met it, and what they must say."""

    file: str
    fault: str
    commands: list[str]
    exit: int = 1
    tells: str = ""
    open: bool = False


def entries() -> list[Entry]:
    return [Entry(**entry) for entry in yaml.safe_load((CORPUS / "corpus.yaml").read_text("utf-8"))]


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("sound")
    (folder / "criteria.yaml").write_text(bases.CRITERIA, "utf-8")
    (folder / "case.yaml").write_text(bases.case_texts()[0], "utf-8")
    grids = {"SCORES": "scores", "TABLE": "io", "ENERGY": "energy"}
    made = {
        key: write_grid(folder, name, bases.grid_of(name), "csv") for key, name in grids.items()
    }
    return {**made, "CRITERIA": folder / "criteria.yaml", "CASE": folder / "case.yaml"}


@pytest.mark.parametrize("entry", entries(), ids=lambda entry: entry.file)
@pytest.mark.filterwarnings("ignore")
def test_a_fault_does_not_come_back(entry: Entry, sound: dict[str, Path], tmp_path: Path) -> None:
    try:
        for number, command in enumerate(entry.commands):
            _replay(entry, command, sound, tmp_path / str(number))
    except (AssertionError, OutOfTimeError):
        if entry.open:
            pytest.xfail(entry.fault)
        raise


def _replay(entry: Entry, command: str, sound: dict[str, Path], out: Path) -> None:
    named = {**sound, "FILE": CORPUS / entry.file, "OUT": out}
    words: list[Any] = [named.get(word, word) for word in shlex.split(command)]
    with limited(SECONDS):
        ran = run_command(*words)
    wrong = faults(ran, out if "OUT" in command else None)
    assert (ran.code, wrong) == (entry.exit, []), ran.output
    assert not entry.tells or entry.tells in ran.codes(), ran.output


def test_every_file_has_an_entry() -> None:
    named = {entry.file for entry in entries()}
    assert {path.name for path in CORPUS.iterdir()} - named == {"corpus.yaml"}


LONG = "x" * 300 + ".csv"
OF_A_NAME = (
    "check FILE", "assess FILE -o OUT", "batch FILE -o OUT", "sector --levers FILE -o OUT",
    "io FILE -o OUT", "select FILE -o OUT", "factors check FILE", "verify FILE", "diff FILE FILE",
    "check CASE --factors FILE", "select SCORES --experts FILE -o OUT",
    "select SCORES --criteria FILE -o OUT", "sector --cases SCORES --links FILE -o OUT",
)  # fmt: skip


@pytest.mark.parametrize("command", OF_A_NAME)
def test_a_name_that_no_disk_takes_is_a_finding(
    command: str, sound: dict[str, Path], tmp_path: Path
) -> None:
    named = {**sound, "FILE": tmp_path / LONG, "OUT": tmp_path / "out"}
    ran = run_command(*[named.get(word, word) for word in command.split()])
    assert ran.code in (1, 2), ran.output  # 2: the command line asks for a file that is there
    assert faults(ran) == []


def test_field_files_never_end_in_a_defect(tmp_path: Path, every: Callable[..., None]) -> None:
    commands = {
        "batch": ("batch", "-o"), "factors": ("factors", "check"), "case": ("check",),
        "io": ("io", "--format", "json", "-o"), "scores": ("select", "--draws", 0, "-o"),
        "levers": ("sector", "--format", "json", "--draws", 0, "--levers"),
    }  # fmt: skip

    def check(path: Path) -> None:
        kind = next(key for key in commands if f"_{key}" in path.name or path.name.startswith(key))
        first, *rest = commands[kind]
        out = tmp_path / f"{path.name}.out"
        words = [*rest, path, "-o", out] if kind == "levers" else [path, *rest]
        ran = run_command(first, *words, *((out,) if words[-1] == "-o" else ()))
        assert faults(ran, out if kind not in ("case", "factors") else None) == [], ran.output

    files = [p for p in FIELD.iterdir() if p.name.startswith("k") and p.suffix != ".py"]
    named = [p for p in files if any(f"_{key}" in p.name for key in commands)]
    every(named, check, lambda path: path.name)
