"""A batch run stopped at one of its writes: by a signal, a full disk, a folder that was locked.

`python tests/fuzz/interruptions.py FOLDER SEED COUNT` makes a small library in FOLDER, scores it
undisturbed, then COUNT times with a fault at a write that SEED chooses, and continues each with
`--resume`. Every run is a process forked from this one, which starts no thread of its own. A fault
of the program is one line on stdout; nothing is printed where all is well.
"""

import errno
import os
import resource
import signal
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any, NoReturn

ROOT = Path(__file__).resolve().parents[2]
ROWS = 3  # of a partition
TEMPLATES = ("grid-losses", "potline-control", "no-such-template")
CHANGES = ("os.rename", "os.mkdir", "os.remove", "os.rmdir", "os.chmod")
GROWS = ("open", "os.rename", "os.mkdir")  # what a full disk forbids
FOREVER = ("ENOSPC", "EACCES")
KINDS = ("SIGKILL", "SIGKILL", "SIGKILL", "SIGTERM", "SIGINT", "ENOSPC", "EACCES", "EFBIG", "two")


@dataclass(slots=True)
class Hook:
    """Counts the writes below a folder, and does something at one of them."""

    out: str
    at: int
    act: Callable[[str], None]
    onwards: bool = False
    count: int = 0

    def __call__(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open":
            if not isinstance(arguments[2], int) or not arguments[2] & (os.O_WRONLY | os.O_RDWR):
                return
        elif event not in CHANGES:
            return
        if not os.fspath(str(arguments[0])).startswith(self.out):
            return
        self.count += 1
        if self.count == self.at or (self.onwards and self.count > self.at):
            self.act(event)


def sent(name: str) -> Callable[[str], None]:
    """Return what sends a signal to its own process."""
    return lambda _event: os.kill(os.getpid(), getattr(signal, name))


def refused(name: str) -> Callable[[str], None]:
    """Return what refuses a write as a full disk or a locked folder does."""
    number = getattr(errno, name)

    def act(event: str) -> None:
        if name == "EACCES" or event in GROWS:
            raise OSError(number, os.strerror(number))

    return act


def forked(words: list[str], hook: Hook | None = None, limit: int = 0) -> tuple[int, int]:
    """Run a command line in a process of its own; return how it ended, and its writes."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        _be_the_command(words, hook, limit, writing)
    os.close(writing)
    with os.fdopen(reading) as stream:
        told = stream.read()
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), int(told or 0)


def _be_the_command(words: list[str], hook: Hook | None, limit: int, writing: int) -> NoReturn:
    """Become the command, in a process that was just forked."""
    from handprint.batch import run
    from handprint.cli.main import main

    run.ROWS = ROWS
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 1)
    os.dup2(null, 2)
    if limit:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    if hook is not None:
        sys.addaudithook(hook)
    sys.argv = ["handprint", *words]
    code = 0
    try:
        main()
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    os.write(writing, str(hook.count if hook else 0).encode())
    os._exit(code)


def contents(out: Path) -> dict[str, bytes]:
    """Return what stands in a folder under a name of its own."""
    files = (p for p in sorted(out.rglob("*")) if p.is_file())
    named = {str(path.relative_to(out)): path for path in files}
    return {name: p.read_bytes() for name, p in named.items() if not name.startswith(".")}


def half_files(out: Path, whole: dict[str, bytes]) -> list[str]:
    """Return the names under which something else stands than after an undisturbed run."""
    return [name for name, content in contents(out).items() if whole.get(name) != content]


def disturbed(words: list[str], out: Path, kind: str, at: int, whole: dict[str, bytes]) -> int:
    """Run the command with one fault; return how it ended."""
    limit, hook = 0, None
    if kind == "EFBIG":
        limit = max(1, max(map(len, whole.values())) * at // 100)
    elif kind in FOREVER:
        hook = Hook(str(out), at, refused(kind), onwards=True)
    else:
        hook = Hook(str(out), at, sent(kind))
    return forked(words, hook, limit)[0]


def judged(words: list[str], out: Path, code: int, whole: dict[str, bytes]) -> Iterator[str]:
    """Yield what is wrong after a disturbed run, and after it was continued."""
    if code == 3:
        yield "exit 3"
    if code == 0 and contents(out) != whole:
        yield "success without all results"
    yield from (f"half file {name}" for name in half_files(out, whole))
    again = forked([*words, "--resume"])[0]
    if again != 1 or contents(out) != whole:  # 1: the library has rows that are rejected
        yield f"not the same after --resume (exit {again}, {half_files(out, whole)})"


def at_once(words: list[str], out: Path, whole: dict[str, bytes]) -> Iterator[str]:
    """Yield what is wrong after two runs into one folder, and one more."""
    children = []
    for _ in range(2):
        child = os.fork()
        if not child:
            os._exit(forked(words)[0])
        children.append(child)
    codes = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
    if 3 in codes:
        yield "exit 3"
    yield from (f"half file {name}" for name in half_files(out, whole))
    forked(words)
    if contents(out) != whole:
        yield f"not the same afterwards ({half_files(out, whole)})"


def library(folder: Path) -> Path:
    """Write a table with rows of two scenarios and some that are refused."""
    from tests.fuzz import bases
    from tests.fuzz.containers import write_grid

    grid = bases.rows_of_cases([*TEMPLATES[:2]] * 5, Random(1))
    grid[4][1] = TEMPLATES[2]
    return write_grid(folder, "library", grid, "csv")


def main(folder: Path, seed: int, count: int) -> int:
    """Try some faults and print what went wrong."""
    rng, found = Random(seed), 0
    path = library(folder)
    undisturbed: dict[str, tuple[int, dict[str, bytes]]] = {}
    for number in range(count):
        form = rng.choice(("csv", "parquet", "xlsx"))
        base = ["batch", str(path), "--format", form, "-o"]
        plain, out = folder / f"plain-{form}", folder / f"out-{number}"
        if form not in undisturbed:
            writes = forked([*base, str(plain)], Hook(str(plain), 0, lambda _event: None))[1]
            undisturbed[form] = writes, contents(plain)
        (writes, whole), words = undisturbed[form], [*base, str(out)]
        kind = KINDS[number % len(KINDS)]
        at = rng.randrange(1, 100 if kind == "EFBIG" else writes + 1)
        if kind == "two":
            told = list(at_once(words, out, whole))
        else:
            code = disturbed(words, out, kind, at, whole)
            told = list(judged(words, out, code, whole))
        for line in told:
            found += 1
            sys.stdout.write(f"{kind} at write {at} of {writes}, {form}: {line}\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT / "tests" / "fuzz"))
    from run import as_package, load_everything

    as_package()
    load_everything()
    target = Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    sys.exit(main(target, int(sys.argv[2]), int(sys.argv[3])))
