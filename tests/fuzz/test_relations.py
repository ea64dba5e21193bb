"""One case or table said in many ways gives the same; a planted difference is seen."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from handprint.case.template import template_files
from tests.fuzz import bases, relations, rewritings, tables
from tests.fuzz.commands import Fault
from tests.fuzz.containers import as_csv, write_grid
from tests.fuzz.everything import interrupted

SEEDS = {"relation": 90, "rewriting": 90, "other tables": 60, "containers": 12, "partitions": 6}
TRIALS: dict[str, Callable[[Random, Path], list[Fault]]] = {
    "relation": relations.relation, "rewriting": rewritings.rewriting,
    "other tables": rewritings.other_tables, "containers": tables.containers,
    "partitions": tables.partitions,
}  # fmt: skip


@pytest.mark.parametrize("name", list(TRIALS))
@pytest.mark.filterwarnings("ignore")
def test_what_is_said_in_another_way_is_the_same(
    name: str, tmp_path: Path, every: Callable[..., None]
) -> None:
    skipped: Counter[str] = Counter()

    def check(seed: int) -> None:
        folder = tmp_path / str(seed)
        folder.mkdir()
        found = TRIALS[name](Random(f"{name}:{seed}"), folder)
        skipped.update(fault.told for fault in found if fault.kind == "skipped")
        assert [fault for fault in found if fault.kind != "skipped"] == []

    every(range(SEEDS[name]), check, lambda seed: f"{name} seed {seed}")
    assert skipped.total() < SEEDS[name] / 4, skipped  # the rest was compared


def test_one_process_and_two_give_the_same(tmp_path: Path) -> None:
    path = write_grid(tmp_path, "cases", tables.random_rows(Random(3), 8), "csv")
    one = tables.scored(path, tmp_path / "one", rows=4)
    two = tables.scored(path, tmp_path / "two", rows=4, workers=2)
    assert one.rows
    assert list(tables.compared(one, two, apart=set())) == []


def test_a_planted_difference_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    grid = bases.rows_of_cases(["grid-losses"])
    path = write_grid(tmp_path, "cases", grid, "csv")
    one = tables.scored(path, tmp_path / "one")
    grid[1][7] *= 1.000001
    other = tables.scored(write_grid(tmp_path, "again", grid, "csv"), tmp_path / "two")
    assert list(tables.compared(one, other))
    tree = bases.template_tree("grid-losses")
    numbers = relations.Outcome({"NER": 1.0, "Q": 1.0}, frozenset({"R01"}))
    assert list(relations.differences(numbers, None))
    again = relations.Outcome({"NER": 1.00000001, "Q": 1.0}, frozenset())
    assert len(list(relations.differences(numbers, again))) == 2
    assert tree["template"] in template_files()

    def silent(cells: object, _rng: Random) -> tuple[str, bytes]:
        made = [[cell * 1.01 if isinstance(cell, float) else cell for cell in row] for row in cells]  # type: ignore[attr-defined]
        return "csv", as_csv(made)

    only = {"planted": rewritings.Rewriting(silent, must=False)}
    monkeypatch.setattr(rewritings, "REWRITINGS", only)
    (tmp_path / "planted").mkdir()
    found = rewritings.rewriting(Random(1), tmp_path / "planted")
    assert [fault.kind for fault in found] == ["silent difference"]


def test_a_batch_that_is_stopped_continues_to_the_same_bytes(tmp_path: Path) -> None:
    assert interrupted(Random(1), tmp_path) == []
