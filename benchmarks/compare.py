"""`python -m benchmarks.compare OLD NEW`: do two checkouts give the same results?

Both run the same commands on the same inputs, those of OLD, side by side in new processes. Exit
codes, what is printed and all files written must have the same bytes, or with `--values` the same
values but for those that a reviewed file declares. Nothing is kept: OLD is run anew each time.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import groupby
from pathlib import Path

import click

from benchmarks.compare_commands import LIBRARIES, Command, Groups, copy_inputs, groups
from benchmarks.compare_values import (
    ABSENT,
    Declared,
    Difference,
    byte_difference,
    read_declared,
    value_differences,
)

__all__ = ["compare_folders", "did_not_run", "undeclared"]

RUNNER = Path(__file__).with_name("compare_run.py")
SIZES = {False: ("2000", "36"), True: ("240", "12")}  # rows and submissions; quick
PER_FILE = 5  # differences printed of one file
WIDTH = 160  # characters printed of one value
# Words of commands that OLD spells in another way, as in {"--draw-count": "--draws"}.
SPELLED_IN_OLD: dict[str, str] = {}


def _environment(checkout: Path, folder: Path, seed: str = "0", *more: Path) -> dict[str, str]:
    return os.environ | {
        "PYTHONPATH": os.pathsep.join(map(str, (checkout, *more))),
        "PYTHONPYCACHEPREFIX": str(folder.parent / f"{folder.name}-bytecode"),
        "PYTHONUTF8": "1",
        "COLUMNS": "120",
        "PYTHONHASHSEED": seed,
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
    }


def _prepare(old: Path, folder: Path, quick: bool) -> None:
    """Make the inputs with files and code of the old checkout."""
    copy_inputs(old, folder)
    environment = _environment(
        old, folder, "0", next((old / "tests").rglob("mixed_table.py")).parent
    )
    command = [sys.executable, "-P", "-c", LIBRARIES, *SIZES[quick]]
    subprocess.run(command, cwd=folder, env=environment, check=True)


def _run(checkout: Path, folder: Path, work: Groups, spelled: dict[str, str], seed: str) -> None:
    """Run all commands of a checkout in a folder, a process per group."""
    environment = _environment(checkout, folder, seed)
    for name, commands in work.items():
        start = time.perf_counter()
        lines = [(c.name, [spelled.get(word, word) for word in c.arguments]) for c in commands]
        command = [sys.executable, "-P", str(RUNNER)]
        text = json.dumps(lines)
        subprocess.run(command, cwd=folder, env=environment, input=text, text=True, check=True)
        print(f"{folder.name}: {name} {time.perf_counter() - start:.0f} s", file=sys.stderr)


def did_not_run(folder: Path, commands: list[Command]) -> Iterator[Difference]:
    """Yield the commands that ended otherwise than they do when they work."""
    for command in commands:
        code = (folder / f"out/{command.name}.exit").read_text("utf-8").strip()
        if code != str(command.exit):
            printed = (folder / f"out/{command.name}.stderr").read_text("utf-8").strip()
            said = f"exit code {code}: {printed.splitlines()[-1:]}"
            yield Difference(command.name, "did not work", f"exit code {command.exit}", said)


def _files(folder: Path) -> set[str]:
    return {str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file()}


def compare_folders(old: Path, new: Path, values: bool) -> Iterator[Difference]:
    """Yield the differences between the files of two folders."""
    before, after = _files(old), _files(new)
    for name in sorted(before | after):
        if name not in after:
            yield Difference(name, "file", "written", ABSENT)
        elif name not in before:
            yield Difference(name, "file", ABSENT, "written")
        elif values:
            yield from value_differences(name, old / name, new / name)
        elif found := byte_difference(name, old / name, new / name):
            yield found


def undeclared(found: list[Difference], declared: list[Declared]) -> list[Difference]:
    """Return the differences that no entry excuses; all entries are asked, so all are counted."""
    return [d for d in found if not sum(entry.excuses(d) for entry in declared)]


def _show(found: list[Difference], most: int) -> None:
    """Print differences by file, some of each, until there are `most`."""
    printed = 0
    for what, group in groupby(found, key=lambda d: d.what):
        several = list(group)
        shown = several[: max(0, min(PER_FILE, most - printed))]
        printed += len(shown)
        if shown:
            print(f"{what}: {len(several)} differences" if len(several) > 1 else what)
        for difference in shown:
            print(f"  {difference.key}")
            print(f"    old {difference.old[:WIDTH]!r}")
            print(f"    new {difference.new[:WIDTH]!r}")
    if printed < len(found):
        print(f"... {len(found) - printed:,} of {len(found):,} differences are not shown")


def _work(old: Path, new: Path, folder: Path, quick: bool, seed: str) -> tuple[Groups, Path, Path]:
    """Run both checkouts; return the commands and the folders with the results."""
    sides = (folder / "old", folder / "new")
    sides[0].mkdir()
    _prepare(old, sides[0], quick)
    shutil.copytree(sides[0], sides[1])
    work = groups(sides[0], quick)
    with ThreadPoolExecutor() as pool:
        runs = [
            pool.submit(_run, old, sides[0], work, SPELLED_IN_OLD, "0"),
            pool.submit(_run, new, sides[1], work, {}, seed),
        ]
        for run in runs:
            run.result()
    return work, *sides


FOLDER = click.Path(exists=True, file_okay=False, resolve_path=True, path_type=Path)


@click.command()
@click.argument("old", type=FOLDER)
@click.argument("new", type=FOLDER)
@click.option("--values", is_flag=True, help="Compare values, not bytes.")
@click.option("--declared", type=click.Path(exists=True, path_type=Path), help="With --values.")
@click.option("--quick", is_flag=True, help="A part of the commands, in less than a minute.")
@click.option(
    "--reorder", is_flag=True, help="Give sets another order in NEW: OLD OLD finds what follows it."
)
@click.option("--most", default=100, help="Differences to print.", show_default=True)
@click.option("--keep", type=click.Path(path_type=Path), help="A new folder, kept, to work in.")
def _main(
    old: Path,
    new: Path,
    values: bool,
    declared: Path | None,
    quick: bool,
    reorder: bool,
    most: int,
    keep: Path | None,
) -> None:
    """Compare the results of two checkouts; exit with 1 where they differ."""
    if declared and not values:
        raise click.UsageError("--declared goes with --values")
    try:
        entries = read_declared(declared) if declared else []
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    start = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="handprint-compare-") as temporary:
        folder = keep.resolve() if keep else Path(temporary)
        folder.mkdir(exist_ok=not keep)
        work, one, two = _work(old, new, folder, quick, "1" if reorder else "0")
        commands = [command for group in work.values() for command in group]
        idle = list(did_not_run(one, commands))
        found = list(compare_folders(one, two, values))
        files = len(_files(one / "out"))
    left = undeclared(found, entries)
    unused = [entry for entry in entries if not entry.used]
    _show(idle + left, most)
    for entry in unused:
        print(f"declared, but not found: {entry.what} {entry.key} ({entry.reason})")
    print(
        f"{len(commands)} commands, {files:,} files, {time.perf_counter() - start:.0f} s: "
        f"{len(left):,} differences, {len(found) - len(left):,} declared, "
        f"{len(unused)} declared in vain, {len(idle)} commands did not work"
    )
    sys.exit(bool(left or unused or idle))


if __name__ == "__main__":
    _main()
