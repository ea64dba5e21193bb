"""Round trip to stats_arrays ids; the lognormal's ``loc`` is the log of the median there."""

import math

import pytest

from handprint.core.exchange import from_stats_arrays, to_stats_arrays

CASES = [
    ("", {"value": 3.0}),
    ("lognormal", {"value": 2.0, "gsd": 1.3}),
    ("normal", {"value": -1.0, "sd": 0.2}),
    ("uniform", {"low": 1.0, "high": 4.0}),
    ("triangular", {"low": 1.0, "mode": 2.0, "high": 4.0}),
    ("beta", {"value": 0.3, "sd": 0.1}),
]


@pytest.mark.parametrize(("kind", "parameters"), CASES)
def test_round_trip(kind: str, parameters: dict[str, float]) -> None:
    back, values = from_stats_arrays(to_stats_arrays(kind, parameters))
    assert back == kind
    assert values == pytest.approx(parameters)


def test_ids_and_meanings() -> None:
    record = to_stats_arrays("lognormal", {"value": 2.0, "gsd": 1.3})
    assert record["uncertainty_type"] == 2
    assert record["loc"] == pytest.approx(math.log(2))
    assert record["scale"] == pytest.approx(math.log(1.3))


def test_no_counterpart_is_said() -> None:
    with pytest.raises(ValueError, match="discrete"):
        to_stats_arrays("discrete", {})
    with pytest.raises(ValueError, match="7"):
        from_stats_arrays({"uncertainty_type": 7})
