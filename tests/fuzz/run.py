"""`make fuzz N=100000`: try inputs of every class from their seeds and count what went wrong.

`python tests/fuzz/run.py 2000 --only cases --first 5000` tries one class from another seed. Each
failing input is kept in a folder of its own, named by class and seed. The exit code is 1 then.
"""

import argparse
import os
import resource
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib import import_module
from multiprocessing import get_context
from pathlib import Path
from pkgutil import walk_packages
from random import Random
from types import ModuleType

ROOT = Path(__file__).resolve().parents[2]
CHUNK = 100  # inputs that a process tries before the next one starts
MEMORY = 4_000_000_000  # bytes that a process may take
PATIENCE = 300.0  # seconds without a new input, after which a process hangs
COLUMNS = ("exit 3", "hang", "silent difference", "other")


def tell(line: str) -> None:
    """Print one line at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def as_package() -> None:
    """Let `tests.fuzz` be imported from here: an installed package may have the same name."""
    sys.path.insert(0, str(ROOT))
    package = ModuleType("tests")
    package.__path__ = [str(ROOT / "tests")]
    sys.modules["tests"] = package


@dataclass(slots=True)
class Tally:
    """What was tried of one class."""

    inputs: int = 0
    kinds: Counter[str] = field(default_factory=Counter)


def load_everything() -> None:
    """Import the whole program and read its factors once: processes are forked from this one."""
    import handprint
    from handprint.factors.library import shipped_library

    for module in walk_packages(handprint.__path__, "handprint."):
        import_module(module.name)
    shipped_library()


def trial_of(name: str, seed: int, folder: Path) -> list[tuple[str, str]]:
    """Try one input in an empty folder; return kind and description of its faults."""
    from tests.fuzz.commands import OutOfTimeError, limited
    from tests.fuzz.everything import EVERY_CLASS

    try:
        with limited():
            found = EVERY_CLASS[name][1](Random(f"{name}:{seed}"), folder)
    except OutOfTimeError:
        return [("hang", "out of processor time")]
    return [(fault.kind, fault.told) for fault in found]


def _work(name: str, seeds: range, kept: Path, told: "object") -> None:
    """Try some seeds in a process of its own and send what was found."""
    import warnings

    warnings.simplefilter("ignore")
    os.nice(5)
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
    for seed in seeds:
        folder = Path(tempfile.mkdtemp(prefix="fuzz-"))
        told.send((seed, None))  # type: ignore[attr-defined]
        found = trial_of(name, seed, folder)
        if any(kind != "skipped" for kind, _ in found):
            _keep(folder, kept / f"{name}-{seed}", found)
        shutil.rmtree(folder, ignore_errors=True)
        told.send((seed, found))  # type: ignore[attr-defined]


def _keep(folder: Path, target: Path, found: list[tuple[str, str]]) -> None:
    """Keep a failing input beside what is known about it."""
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(folder, target)
    lines = "".join(f"{kind}: {text}\n" for kind, text in found)
    (target / "fault.txt").write_text(lines, "utf-8", errors="replace")


def _chunk(name: str, seeds: range, kept: Path) -> Iterator[tuple[int, list[tuple[str, str]]]]:
    """Yield seed and faults of some inputs; a process that dies or hangs costs one of them."""
    context = get_context("fork")
    while seeds:
        ours, theirs = context.Pipe(duplex=False)
        process = context.Process(target=_work, args=(name, seeds, kept, theirs))
        process.start()
        theirs.close()
        at, done, why = seeds[0], seeds.start, "the process died"
        try:
            while done < seeds.stop:
                if not ours.poll(PATIENCE):
                    why = "no end"
                    break
                at, found = ours.recv()
                if found is not None:
                    done = at + 1
                    yield at, found
        except EOFError:
            pass
        if done < seeds.stop:
            process.kill()
            _keep(Path(tempfile.mkdtemp()), kept / f"{name}-{at}", [("hang", why)])
            yield at, [("hang", why)]
            done = at + 1
        process.join()
        seeds = range(done, seeds.stop)


def shares(inputs: int, only: str) -> dict[str, int]:
    """Return how many inputs of each class are tried."""
    from tests.fuzz.everything import EVERY_CLASS

    if only:
        return {only: inputs}
    total = sum(weight for weight, _ in EVERY_CLASS.values())
    return {name: max(1, inputs * w // total) for name, (w, _) in EVERY_CLASS.items()}


def run(counts: dict[str, int], first: int, kept: Path) -> dict[str, Tally]:
    """Try the inputs of all classes; tell each fault as it comes."""
    tallies = {name: Tally() for name in counts}
    for name, count in counts.items():
        tally = tallies[name]
        for start in range(first, first + count, CHUNK):
            for seed, found in _chunk(name, range(start, min(start + CHUNK, first + count)), kept):
                tally.inputs += 1
                tally.kinds.update({kind for kind, _ in found})
                for kind, text in [pair for pair in found if pair[0] != "skipped"]:
                    tell(f"{kind}: {name} seed {seed}: {text}\n  {kept / f'{name}-{seed}'}")
        tell(f"{name}: {tally.inputs} inputs")
    return tallies


def table(tallies: dict[str, Tally]) -> str:
    """Return the counts as a table."""
    rows = [["class", "inputs", *COLUMNS]]
    for name, tally in tallies.items():
        known = [tally.kinds[kind] for kind in COLUMNS[:-1]]
        skipped = tally.kinds["skipped"]
        other = sum(tally.kinds.values()) - sum(known) - skipped
        rows.append([name, *map(str, (tally.inputs - skipped, *known, other))])
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    return "\n".join(
        "  ".join(cell.ljust(w) if not i else cell.rjust(w)
                  for i, (cell, w) in enumerate(zip(row, widths, strict=True)))
        for row in rows
    )  # fmt: skip


def main() -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("inputs", type=int)
    parser.add_argument("--only", default="", help="one class")
    parser.add_argument("--first", type=int, default=1_000_000, help="the first seed")
    parser.add_argument("--keep", type=Path, default=Path("out/fuzz"))
    options = parser.parse_args()
    options.keep.mkdir(parents=True, exist_ok=True)
    load_everything()
    tallies = run(shares(options.inputs, options.only), options.first, options.keep)
    tell(table(tallies))
    bad = sum(n for t in tallies.values() for kind, n in t.kinds.items() if kind != "skipped")
    if bad:
        tell(f"{bad} faults; the inputs are in {options.keep}")
    return 1 if bad else 0


if __name__ == "__main__":
    as_package()
    sys.exit(main())
