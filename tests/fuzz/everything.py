"""All classes of inputs, with how often each is tried among a thousand."""

import subprocess
import sys
from pathlib import Path
from random import Random

from tests.fuzz import interruptions, tables
from tests.fuzz.classes import CLASSES, Trial
from tests.fuzz.commands import Fault
from tests.fuzz.relations import relation
from tests.fuzz.rewritings import other_tables, rewriting

__all__ = ["EVERY_CLASS", "interrupted"]


def interrupted(rng: Random, folder: Path, count: int = len(interruptions.KINDS)) -> list[Fault]:
    """Stop a batch at one of its writes, once in every way, and continue it."""
    words = [interruptions.__file__, str(folder / "runs"), str(rng.randrange(10**6)), str(count)]
    run = subprocess.run([sys.executable, *words], capture_output=True, text=True, check=False)
    lines = run.stdout.splitlines()
    if run.returncode and not lines:
        lines = [run.stderr[-300:]]
    return [Fault("other" if "exit 3" not in line else "exit 3", line) for line in lines]


EVERY_CLASS: dict[str, tuple[int, Trial]] = {
    **CLASSES,
    "relations": (120, relation),
    "rewritings": (100, rewriting),
    "other tables": (60, other_tables),
    "containers": (15, tables.containers),
    "partitions": (10, tables.partitions),
    "engines": (1, tables.engines),
    "interruptions": (1, interrupted),
}
