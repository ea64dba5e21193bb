"""The names of the package: few, fixed, and light until one of them is used."""

import inspect
import subprocess
import sys

import pytest

import handprint as hp

TEN = ("read", "check", "assess", "score", "templates", "factors", "compare", "select", "sector",
       "io")  # fmt: skip
RECORDS = ("Assessment", "Case", "Comparison", "Factor", "Finding", "Findings", "InputError",
           "InputOutput", "Sector", "Selection", "Template")  # fmt: skip
ROOMS = ("assess", "factors", "compare", "sector")  # rooms with the name of a function


def told(code: str) -> list[str]:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout.split()


def test_the_public_names_are_these() -> None:
    assert set(hp.__all__) == {*TEN, *RECORDS, "__version__"}
    assert set(hp.__all__) <= set(dir(hp))


@pytest.mark.parametrize("name", TEN)
def test_a_function_is_documented_and_has_an_example(name: str) -> None:
    function = getattr(hp, name)
    assert inspect.isfunction(function)
    text = inspect.getdoc(function) or ""
    for part in ("Parameters", "Returns", "Raises", "Examples", ">>> "):
        assert part in text


@pytest.mark.parametrize("name", RECORDS)
def test_a_record_is_documented(name: str) -> None:
    assert inspect.getdoc(getattr(hp, name))


def test_the_bare_import_loads_next_to_nothing() -> None:
    """Two modules at most: the package, and what Python itself may need for it."""
    code = (
        "import sys; before = set(sys.modules); import handprint; dir(handprint);"
        "print(*(set(sys.modules) - before))"
    )
    assert told(code) == ["handprint"]


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'asess'"):
        hp.asess  # noqa: B018


@pytest.mark.parametrize("name", ROOMS)
def test_a_room_does_not_hide_the_function_of_its_name(name: str) -> None:
    before = f"import handprint.{name}, handprint as hp; print(type(hp.{name}).__name__)"
    assert told(before) == ["function"]
    after = (
        f"import handprint as hp; hp.{name}; import handprint.{name};"
        f"print(type(hp.{name}).__name__)"
    )
    assert told(after) == ["function"]
