"""Run commands of a checkout in one process; started by `benchmarks.compare`, one per group.

Standard input holds the commands as JSON: a list of [name, arguments]. What a command prints, and
its exit code, stand in `out/NAME.stdout`, `.stderr` and `.exit`. PYTHONPATH is the checkout.
"""

import json
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

__all__: list[str] = []


@contextmanager
def _printing_to(stem: Path) -> Iterator[None]:
    """Lead both output streams to files, those of child processes too."""
    kept = [os.dup(number) for number in (1, 2)]
    for number, suffix in ((1, ".stdout"), (2, ".stderr")):
        with stem.with_name(stem.name + suffix).open("wb") as stream:
            os.dup2(stream.fileno(), number)
    try:
        yield
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        for number, descriptor in zip((1, 2), kept, strict=True):
            os.dup2(descriptor, number)
            os.close(descriptor)


def _run(name: str, arguments: Sequence[str]) -> None:
    from handprint.cli.main import main

    stem = Path("out", name)
    stem.parent.mkdir(parents=True, exist_ok=True)
    code: object = 0
    with _printing_to(stem):
        sys.argv = ["handprint", *arguments]
        try:
            main()
        except SystemExit as end:
            code = end.code or 0
    stem.with_name(stem.name + ".exit").write_text(f"{code}\n", "utf-8")


def _main() -> None:
    import handprint

    checkout = Path(os.environ["PYTHONPATH"]).resolve()
    found = Path(handprint.__file__).resolve()
    if not found.is_relative_to(checkout):
        sys.exit(f"handprint comes from {found}, not from {checkout}")
    for name, arguments in json.load(sys.stdin):
        _run(name, arguments)


if __name__ == "__main__":
    _main()
