"""Quantile functions against scipy.stats, central values, moments and faults."""

from collections.abc import Mapping

import numpy as np
import pytest
from scipy import stats

from handprint.core.distributions import NORMAL_95, central, faults, quantile, widen
from handprint.core.sampling import column_key, uniforms

U = np.concatenate([[1e-12, 1e-6, 1e-3], np.linspace(0.01, 0.99, 99), [1 - 1e-3, 1 - 1e-6]])
Parameters = Mapping[str, float]


def arrays(parameters: Parameters) -> dict[str, np.ndarray]:
    return {name: np.array([value]) for name, value in parameters.items()}


def beta(mean: float, sd: float) -> "stats.rv_frozen":
    n = mean * (1 - mean) / sd**2 - 1
    return stats.beta(mean * n, (1 - mean) * n)


CASES = [
    ("normal", {"value": 5.0, "sd": 2.0}, stats.norm(5, 2)),
    ("normal", {"value": -3.0, "sd": 0.1}, stats.norm(-3, 0.1)),
    ("lognormal", {"value": 4.0, "gsd": 1.5}, stats.lognorm(np.log(1.5), scale=4)),
    ("triangular", {"low": 100.0, "mode": 150.0, "high": 200.0}, stats.triang(0.5, 100, 100)),
    ("triangular", {"low": 0.0, "mode": 0.0, "high": 1.0}, stats.triang(0, 0, 1)),
    ("triangular", {"low": 0.0, "mode": 1.0, "high": 1.0}, stats.triang(1, 0, 1)),
    ("triangular", {"low": -5.0, "mode": -1.0, "high": 3.0}, stats.triang(0.5, -5, 8)),
    ("uniform", {"low": -1.0, "high": 3.0}, stats.uniform(-1, 4)),
    ("beta", {"value": 0.3, "sd": 0.1}, beta(0.3, 0.1)),
    ("beta", {"value": 0.9, "sd": 0.2}, beta(0.9, 0.2)),
]


@pytest.mark.parametrize(("kind", "parameters", "expected"), CASES)
def test_quantiles(kind: str, parameters: Parameters, expected: "stats.rv_frozen") -> None:
    found = quantile(kind, arrays(parameters), U)
    assert found.shape == (1, U.size)
    np.testing.assert_allclose(found[0], expected.ppf(U), rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize(("kind", "parameters", "expected"), CASES)
def test_moments_of_draws(kind: str, parameters: Parameters, expected: "stats.rv_frozen") -> None:
    """200,000 draws: mean and standard deviation within 5 standard errors and 2 %."""
    draws = quantile(kind, arrays(parameters), uniforms(column_key(1, kind), 200_000))[0]
    assert abs(draws.mean() - expected.mean()) < 5 * expected.std() / np.sqrt(draws.size)
    assert draws.std() == pytest.approx(expected.std(), rel=0.02)


def test_discrete() -> None:
    """Values 1, 2, 4 with weights 1, 2, 1: quarter, half, quarter."""
    parameters = {"values": np.array([[1.0, 2.0, 4.0]]), "weights": np.array([[1.0, 2.0, 1.0]])}
    found = quantile("discrete", parameters, np.array([0.1, 0.24, 0.26, 0.74, 0.76, 0.99]))
    assert found.tolist() == [[1, 1, 2, 2, 4, 4]]
    draws = quantile("discrete", parameters, uniforms(column_key(1, "d"), 100_000))
    shares = [float((draws == value).mean()) for value in (1.0, 2.0, 4.0)]
    assert shares == pytest.approx([0.25, 0.5, 0.25], abs=0.007)


def test_years_have_their_own_parameters() -> None:
    """One column of uniforms serves two years: they move together."""
    parameters = {"value": np.array([10.0, 20.0]), "sd": np.array([1.0, 2.0])}
    found = quantile("normal", parameters, U)
    assert found.shape == (2, U.size)
    np.testing.assert_allclose(found[1], 2 * found[0], rtol=1e-12)


def test_degenerate_shapes_are_certain() -> None:
    flat = arrays({"low": 7.0, "mode": 7.0, "high": 7.0})
    assert np.all(quantile("triangular", flat, U) == 7.0)
    assert np.all(quantile("normal", arrays({"value": 3.0, "sd": 0.0}), U) == 3.0)
    assert np.all(quantile("lognormal", arrays({"value": 3.0, "gsd": 1.0}), U) == 3.0)


@pytest.mark.parametrize(
    ("kind", "parameters", "expected"),
    [
        ("triangular", {"low": 0.0, "mode": 2.0, "high": 10.0}, 2.0),  # the mode, not the mean 4
        ("triangular", {"low": 0.0, "mode": 2.0, "high": 10.0, "value": 3.0}, 2.0),
        ("normal", {"value": 5.0, "sd": 1.0}, 5.0),
        ("lognormal", {"value": 4.0, "gsd": 2.0}, 4.0),  # the median
        ("uniform", {"low": 2.0, "high": 6.0}, 4.0),
        ("uniform", {"low": 2.0, "high": 6.0, "value": 5.0}, 5.0),
        ("beta", {"value": 0.3, "sd": 0.1}, 0.3),
    ],
)
def test_central_value(kind: str, parameters: Parameters, expected: float) -> None:
    """Mode, else value, else the median."""
    assert central(kind, arrays(parameters)).tolist() == pytest.approx([expected])


def test_normal_95_is_the_two_sided_quantile() -> None:
    assert pytest.approx(stats.norm.ppf(0.975), rel=1e-15) == NORMAL_95


@pytest.mark.parametrize(
    ("kind", "parameters", "expected"),
    [
        ("normal", {"value": 1.0, "sd": -1.0}, ["sd_negative"]),
        ("lognormal", {"value": 1.0, "gsd": 0.9}, ["gsd_below_one"]),
        ("lognormal", {"value": 0.0, "gsd": 1.1}, ["not_positive"]),
        ("triangular", {"low": 3.0, "mode": 2.0, "high": 1.0}, ["low_above_high", "mode_outside"]),
        ("triangular", {"low": 1.0, "mode": 5.0, "high": 3.0}, ["mode_outside"]),
        ("uniform", {"low": 2.0, "high": 1.0}, ["low_above_high"]),
        ("uniform", {"low": 1.0, "high": 2.0, "value": 3.0}, ["mode_outside"]),
        ("beta", {"value": 1.2, "sd": 0.1}, ["share_outside", "sd_too_large"]),
        ("beta", {"value": 0.5, "sd": 0.0}, ["sd_negative"]),
        ("beta", {"value": 0.5, "sd": 0.5}, ["sd_too_large"]),
        ("triangular", {"low": 1.0, "mode": 1.0, "high": 1.0}, []),
        ("uniform", {"low": 1.0, "high": 2.0}, []),
        ("normal", {"value": -1.0, "sd": 0.0}, []),
    ],
)
def test_faults(kind: str, parameters: Parameters, expected: list[str]) -> None:
    assert faults(kind, arrays(parameters)) == expected


@pytest.mark.parametrize("weights", [[[1.0]], [[-1.0, 2.0]], [[0.0, 0.0]]])
def test_faults_of_weights(weights: list[list[float]]) -> None:
    parameters = {"values": np.array([[1.0, 2.0]]), "weights": np.array(weights)}
    assert faults("discrete", parameters) == ["weights"]


def test_weights_of_every_year_count() -> None:
    parameters = {
        "values": np.array([[1.0, 2.0], [1.0, 2.0]]),
        "weights": np.array([[1.0, 1.0], [0.0, 0.0]]),
    }
    assert faults("discrete", parameters) == ["weights"]


ABOUT_ONE = {"low": 0.0, "mode": 1.0, "high": 2.0}


def test_data_quality_keeps_a_share_inside() -> None:
    """An efficiency of 0.98 with all scores 5 (sd of ln x 0.459): spread relative to 0.02."""
    kind, wider = widen("", {"value": np.array([0.98])}, 0.2106, share=True)
    assert kind == "beta"
    values = quantile(kind, wider, np.array([1e-6, 0.5, 1 - 1e-6]))
    assert np.all((values > 0) & (values < 1))
    assert float(wider["sd"][0]) == pytest.approx(0.459 * 0.02, rel=1e-3)


def test_pedigree_test_vectors() -> None:
    """Scores (2,3,2,2,3), basic 0.0006: sigma 0.1001; all 5: sigma 0.459 (methodology 4.3)."""
    for added, sigma in ((0.010025, 0.1001), (0.2106, 0.459)):
        kind, wider = widen("", {"value": np.array([2.0])}, added)
        assert kind == "lognormal"
        assert np.log(wider["gsd"])[0] == pytest.approx(sigma, abs=5e-4)


def test_widened_triangle_has_the_wanted_variance() -> None:
    """0, 1, 2: variance 1/6; data quality adds 0.04 of the centre squared."""
    _, wider = widen("triangular", {n: np.array([v]) for n, v in ABOUT_ONE.items()}, 0.04)
    u = (np.arange(200_000) + 0.5) / 200_000
    assert np.var(quantile("triangular", wider, u)) == pytest.approx(1 / 6 + 0.04, rel=1e-3)
