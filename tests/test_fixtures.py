"""What other tests rely on: loops that name all failures, counted work, no clock."""

import ast
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings


def test_a_loop_names_every_item_that_fails(every: Callable[..., None]) -> None:
    def small(number: int) -> None:
        if number > 8:
            pytest.fail("far too large")
        assert number < 3, "too large"

    every([1, 2], small)
    with pytest.raises(pytest.fail.Exception) as caught:
        every([1, 5, 9, 2], small, lambda number: f"number {number}")
    first, *lines = str(caught.value).splitlines()
    assert first == "2 of 4 fail"
    assert [line for line in lines if line.startswith("number 5: AssertionError: too large")]
    assert [line for line in lines if line.startswith("number 9: Failed: far too large")]


def test_a_loop_over_nothing_fails(every: Callable[..., None]) -> None:
    with pytest.raises(pytest.fail.Exception, match="nothing to check"):
        every([], str)


def test_calls_are_counted_the_same_every_time(calls_of: Callable[..., int]) -> None:
    def work(size: int) -> int:
        return calls_of(lambda: [abs(number) for number in range(size)])

    assert work(10) == work(10)
    assert work(1000) - work(10) == 990


def test_properties_are_the_same_on_every_machine() -> None:
    assert settings.default is not None
    assert settings.default.derandomize
    assert settings.default.deadline is None


def test_no_test_looks_at_a_clock(every: Callable[..., None]) -> None:
    def check(path: Path) -> None:
        nodes = list(ast.walk(ast.parse(path.read_text("utf-8"))))
        imported = {alias.name for n in nodes if isinstance(n, ast.Import) for alias in n.names}
        imported |= {n.module or "" for n in nodes if isinstance(n, ast.ImportFrom)}
        assert not imported & {"time", "timeit"}
        called = {n.attr for n in nodes if isinstance(n, ast.Attribute)}
        assert not called & {"now", "utcnow", "today", "sleep"}

    every(sorted(Path(__file__).parent.rglob("*.py")), check)
