"""`make mutants`: apply each change of mutants.yaml to a copy of the project; its tests must fail.

`python tests/mutants/run.py --only ID` tries one of them.
"""

import argparse
import ast
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml
from rich.console import Console
from rich.table import Table

__all__ = ["Mutant", "faults", "read_mutants"]

ROOT = Path(__file__).resolve().parents[2]
TABLE = Path(__file__).with_name("mutants.yaml")
NOT_COPIED = (".git", ".venv*", ".*_cache", ".hypothesis", "__pycache__", "out", "dist", "build")
FAILED = 1  # exit code of pytest; every other one but 0 means that the tests could not run


@dataclass(frozen=True, slots=True)
class Mutant:
    """A change that some tests notice."""

    id: str
    file: str
    old: str
    new: str
    unnoticed: str
    tests: tuple[str, ...]


def read_mutants(path: Path = TABLE) -> list[Mutant]:
    """Return the table."""
    entries = yaml.safe_load(path.read_text("utf-8"))
    return [Mutant(**{**entry, "tests": tuple(entry["tests"])}) for entry in entries]


def faults(mutant: Mutant, root: Path = ROOT) -> list[str]:
    """Return why a change cannot be tried: its place or one of its tests is not there."""
    found = []
    count = _source(root / mutant.file).count(mutant.old)
    if count != 1:
        found.append(f"the old text stands {count} times in {mutant.file}")
    if mutant.old == mutant.new:
        found.append("old and new are the same")
    for test in mutant.tests:
        file, _, name = test.partition("::")
        tree = ast.parse(_source(root / file))
        names = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
        if name.partition("[")[0] not in names:
            found.append(f"there is no test {test}")
    if not mutant.tests:
        found.append("no test is named")
    return found


def _source(path: Path) -> str:
    return path.read_text("utf-8") if path.is_file() else ""


def _fails(tests: Sequence[str], root: Path) -> tuple[bool | None, str]:
    """Return whether one of some tests fails, None where they cannot run; and what pytest says."""
    # a compiled file is told from its source by size and second: too coarse for these changes
    environment = {**os.environ, "PYTHONPATH": str(root), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", "-n0", *tests]
    done = subprocess.run(
        command, cwd=root, env=environment, capture_output=True, text=True, check=False
    )
    said = done.stdout + done.stderr
    return (done.returncode == FAILED if done.returncode in (0, FAILED) else None), said


def _try(mutant: Mutant, root: Path) -> tuple[str, str]:
    """Return what becomes of a change, and what pytest says where that is not as it should be."""
    if wrong := faults(mutant, root):
        return "fault", "\n".join(wrong)
    path = root / mutant.file
    source = _source(path)
    path.write_text(source.replace(mutant.old, mutant.new), encoding="utf-8")
    try:
        failed, said = _fails(mutant.tests, root)
    finally:
        path.write_text(source, encoding="utf-8")
    if failed is None:
        return "fault", said
    return ("killed", "") if failed else ("survived", "")


def _main() -> int:
    parser = argparse.ArgumentParser(description="Changes that the tests must notice.")
    parser.add_argument("--only", metavar="ID", action="append", help="try this one; repeatable")
    wanted = parser.parse_args().only
    mutants = read_mutants()
    if unknown := set(wanted or ()) - {mutant.id for mutant in mutants}:
        parser.error(f"there is no {', '.join(sorted(unknown))}")
    chosen = [mutant for mutant in mutants if not wanted or mutant.id in wanted]
    console = Console(width=160)
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "handprint"
        shutil.copytree(ROOT, root, ignore=shutil.ignore_patterns(*NOT_COPIED))
        tests = list(dict.fromkeys(test for mutant in chosen for test in mutant.tests))
        failed, said = _fails(tests, root)
        if failed is not False:
            console.print("The tests fail without any change:", said, markup=False)
            return 1
        return _report(chosen, root, console)


def _report(chosen: Sequence[Mutant], root: Path, console: Console) -> int:
    """Try the changes, print what becomes of each; return 1 unless all are killed."""
    table = Table()
    for heading in ("Change", "File", "Result", "Nobody would notice that"):
        table.add_column(heading)
    killed = 0
    for mutant in chosen:
        result, said = _try(mutant, root)
        killed += result == "killed"
        table.add_row(mutant.id, mutant.file, result, mutant.unnoticed)
        if said:
            console.print(f"{mutant.id}: {said}", markup=False)
    console.print(table)
    console.print(f"{killed} of {len(chosen)} killed")
    return int(killed < len(chosen))


if __name__ == "__main__":
    sys.exit(_main())
