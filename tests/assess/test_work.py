"""Draws asked for, progress told, and work that is called off."""

import pytest

from handprint.assess.assess import Options, assess
from handprint.assess.document import document
from handprint.core.errors import Findings
from handprint.factors.library import shipped_library
from handprint.verify.rerun import rerun
from tests.conftest import Tree, read

UNSETTLED = 1_000  # at so few draws percentiles have not settled


class StoppedError(Exception):
    """What a caller raises to call work off."""


@pytest.fixture
def uncertain(small_case: Tree) -> Tree:
    small_case["inputs"]["more"] = {"value": 8600, "gsd": 1.5, "unit": "t/year"}
    small_case["solution"]["lines"][0]["quantity"] = "more"
    return small_case


@pytest.mark.parametrize(("settle", "draws"), [(False, UNSETTLED), (True, 8 * UNSETTLED)])
def test_draws_are_those_asked_for_unless_percentiles_are_to_settle(
    uncertain: Tree, settle: bool, draws: int
) -> None:
    loaded = read(uncertain, Findings())
    assert loaded is not None
    options = Options(UNSETTLED, settle=settle)
    result = assess(*loaded, shipped_library(), options, Findings())
    assert result is not None
    assert result.simulation is not None
    assert result.simulation.ner.size == draws
    told = document(result, "en")
    again = rerun(told, (), Findings())
    assert again is not None
    assert again["metrics"] == told["metrics"]


def test_progress_grows_to_its_total(uncertain: Tree) -> None:
    loaded, told = read(uncertain, Findings()), []
    assert loaded is not None
    assess(*loaded, shipped_library(), Options(UNSETTLED), Findings(),
           lambda done, total: told.append((done, total)))  # fmt: skip
    assert told[-1][0] == told[-1][1] > 8 * UNSETTLED
    assert [done for done, _ in told] == sorted(done for done, _ in told)


def test_an_exception_of_the_callback_ends_the_work(uncertain: Tree) -> None:
    def stop(_done: int, _total: int) -> None:
        raise StoppedError

    loaded = read(uncertain, Findings())
    assert loaded is not None
    with pytest.raises(StoppedError):
        assess(*loaded, shipped_library(), Options(UNSETTLED), Findings(), stop)
