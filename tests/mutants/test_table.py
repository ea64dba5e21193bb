"""The table of changes keeps up with the code; whether the tests notice them: `make mutants`."""

from collections.abc import Callable
from dataclasses import replace

from tests.mutants.run import Mutant, faults, read_mutants


def test_every_change_can_be_made_and_its_tests_exist(every: Callable[..., None]) -> None:
    def check(mutant: Mutant) -> None:
        assert faults(mutant) == []

    every(read_mutants(), check, lambda mutant: mutant.id)


def test_ids_are_unique() -> None:
    ids = [mutant.id for mutant in read_mutants()]
    assert len(ids) == len(set(ids))


def test_what_is_wrong_with_an_entry_is_told() -> None:
    good = read_mutants()[0]
    assert faults(replace(good, old="return", new="yield"))[0].startswith("the old text stands")
    assert faults(replace(good, file="handprint/gone.py"))[0].startswith("the old text stands 0")
    assert faults(replace(good, new=good.old)) == ["old and new are the same"]
    assert faults(replace(good, tests=())) == ["no test is named"]
    gone = "tests/factors/test_resolve.py::test_gone"
    assert faults(replace(good, tests=(gone,))) == [f"there is no test {gone}"]
