"""First-order propagation against closed forms, and against the library `uncertainties`."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pytest
from scipy import stats
from scipy.special import ndtri
from uncertainties import correlated_values

from handprint.assess.propagation import NORMAL_90, Propagation, propagate
from handprint.core.distributions import moments, quantile, skewed, skewness

Formula = Callable[..., Any]
Described = Mapping[str, tuple[str, Mapping[str, float]]]


class OneCase:
    """A formula of uncertain quantities; ``alike`` are one quantity under several names."""

    def __init__(self, formula: Formula, described: Described, alike: Sequence[str] = ()) -> None:
        self.formula, self.alike = formula, alike
        self.described = {
            name: (kind, {p: np.array([v]) for p, v in parameters.items()})
            for name, (kind, parameters) in described.items()
        }
        found = {name: moments(*how) for name, how in self.described.items()}
        self.moments = {name: (m[None, :], sd[None, :]) for name, (m, sd) in found.items()}

    def outcome(self, columns: Mapping[str, Any]) -> tuple[Any, Any]:
        """Return the formula's value; a pair is one with a kink at zero of its second."""
        found = self.formula(**{name: values[:, 0, :] for name, values in columns.items()})
        return found if isinstance(found, tuple) else (found, np.ones_like(found))

    def quantiles(self, uniforms: Mapping[str, Any]) -> Mapping[str, Any]:
        return {n: quantile(*how, uniforms[n][:, None, :]) for n, how in self.described.items()}

    def correlated(self, keys: Sequence[str], spreads: Sequence[Any]) -> list[Any]:
        total = sum(s for key, s in zip(keys, spreads, strict=True) if key in self.alike)
        return [total if key in self.alike else s for key, s in zip(keys, spreads, strict=True)]


def found(formula: Formula, described: Described, alike: Sequence[str] = ()) -> Propagation:
    return propagate(OneCase(formula, described, alike), 1)


def normal(value: float, sd: float) -> tuple[str, Mapping[str, float]]:
    return "normal", {"value": value, "sd": sd}


SHAPES: dict[str, tuple[dict[str, float], Any]] = {
    "normal": ({"value": 5.0, "sd": 2.0}, stats.norm(5, 2)),
    "lognormal": ({"value": 5.0, "gsd": 1.6}, stats.lognorm(np.log(1.6), scale=5)),
    "triangular": ({"low": 1.0, "mode": 2.0, "high": 7.0}, stats.triang(1 / 6, 1, 6)),
    "uniform": ({"low": -1.0, "high": 4.0}, stats.uniform(-1, 5)),
    "beta": ({"value": 0.3, "sd": 0.1}, stats.beta(6, 14)),
}


@pytest.mark.parametrize("kind", SHAPES)
def test_moments_are_those_of_scipy(kind: str) -> None:
    parameters, referee = SHAPES[kind]
    mean, sd = moments(kind, {n: np.array(v) for n, v in parameters.items()})
    assert float(mean) == pytest.approx(referee.mean())
    if kind == "beta":  # mean 0.3 and 20 counts: sd^2 = 0.3 x 0.7 / 21
        assert float(sd) == pytest.approx(referee.std(), rel=1e-3)
    assert float(sd) == pytest.approx(parameters.get("sd", referee.std()))


@pytest.mark.parametrize("kind", SHAPES)
def test_skewness_is_that_of_scipy(kind: str) -> None:
    parameters, referee = SHAPES[kind]
    if kind == "beta":  # mean 0.3 and sd 0.1: a + b = 0.3 x 0.7 / 0.01 - 1 = 20
        referee = stats.beta(6, 14)
    expected = float(referee.stats("s"))
    assert float(skewness(kind, arrays(parameters))) == pytest.approx(expected, abs=1e-9)


def test_skewness_of_choices() -> None:
    """1, 2 and 6 with weights 1, 2, 1: third moment (-343 - 54 + 2197) / 256 = 225/32."""
    choices = {"values": np.array([1.0, 2, 6]), "weights": np.array([1.0, 2, 1])}
    assert float(skewness("discrete", choices)) == pytest.approx(225 / 32 / (59 / 16) ** 1.5)


@pytest.mark.parametrize("skew", [-4.0, -0.5, 0.0, 0.02, 0.8, 3.0])
def test_a_variable_with_a_skewness(skew: float) -> None:
    """Moments by integration over the normal score."""
    score = np.linspace(-12, 12, 200_001)
    weight = stats.norm.pdf(score) * (score[1] - score[0])
    values = skewed(skew, score)
    moments_ = [float(np.sum(weight * values**n)) for n in (1, 2, 3)]
    assert moments_ == pytest.approx([0, 1, skew], abs=1e-6)
    assert np.all(np.diff(values) > 0)


def test_moments_of_choices() -> None:
    """1, 2 and 6 with weights 1, 2, 1: mean 11/4; variance (1 + 8 + 36)/4 - (11/4)^2 = 59/16."""
    choices = {"values": np.array([1.0, 2, 6]), "weights": np.array([1.0, 2, 1])}
    mean, sd = moments("discrete", choices)
    assert (float(mean), float(sd)) == pytest.approx((2.75, (59 / 16) ** 0.5))


def test_a_sum_has_the_mean_and_variance_of_its_parts_whatever_their_distributions() -> None:
    parts = {kind: (kind, SHAPES[kind][0]) for kind in SHAPES}
    result = found(lambda **x: 3 * x["normal"] - sum(x.values()), parts)
    known = {kind: moments(kind, arrays(parameters)) for kind, (parameters, _) in SHAPES.items()}
    signs = {kind: 2.0 if kind == "normal" else -1.0 for kind in SHAPES}
    mean = sum(signs[kind] * float(known[kind][0]) for kind in SHAPES)
    variance = sum((signs[kind] * float(known[kind][1])) ** 2 for kind in SHAPES)
    assert float(result.mean[0]) == pytest.approx(mean)
    assert float(result.sd[0]) == pytest.approx(variance**0.5)


def arrays(parameters: Mapping[str, float]) -> dict[str, Any]:
    return {name: np.array(value) for name, value in parameters.items()}


def test_product_to_first_order() -> None:
    """100 +- 2 times 2 +- 0.05: variance (2 x 2)^2 + (100 x 0.05)^2 = 41."""
    result = found(lambda a, b: a * b, {"a": normal(100, 2), "b": normal(2, 0.05)})
    assert float(result.mean[0]) == pytest.approx(200)
    assert float(result.sd[0]) == pytest.approx(41**0.5)
    assert result.trusted.all()


def test_factor_shared_by_both_scenarios_cancels() -> None:
    """E_ref 1,000, E_sol 850 MWh, factor 0.6 +- 10 %: sd 150 x 0.06 = 9; apart it would be 78.7."""
    factors = {"f": normal(0.6, 0.06), "g": normal(0.6, 0.06)}

    def formula(f: Any, g: Any) -> Any:
        return 1000 * f - 850 * g

    assert float(found(formula, factors, ("f", "g")).sd[0]) == pytest.approx(9.0)
    assert float(found(formula, factors).sd[0]) == pytest.approx(60 * 1.7225**0.5)


def test_a_formula_agrees_with_the_referee() -> None:
    """Activity, factor, saving and lifetime, the factor shared by savings and footprint."""

    def formula(a: Any, s: Any, f: Any, g: Any, n: Any, life: Any) -> Any:
        return a * s * f * (1 - 0.1) - n * 300 * g / life

    means = {"a": 9e3, "s": 0.15, "f": 0.58, "g": 0.58, "n": 40.0, "life": 5.0}
    sds = {"a": 200.0, "s": 0.02, "f": 0.05, "g": 0.05, "n": 2.0, "life": 0.4}
    described = {name: normal(means[name], sds[name]) for name in means}
    result = found(formula, described, ("f", "g"))
    correlation = np.eye(6)
    correlation[2, 3] = correlation[3, 2] = 1.0
    sd = np.array(list(sds.values()))
    referee = formula(*correlated_values(list(means.values()), np.outer(sd, sd) * correlation))
    bend = 40 * 300 * 0.58 / 5 * (0.4 / 5) ** 2  # of the lifetime, which the referee leaves out
    assert float(result.mean[0]) == pytest.approx(referee.nominal_value - bend, rel=1e-5)
    assert float(result.sd[0]) == pytest.approx(referee.std_dev, rel=1e-4)
    whole = sum(float((result.spreads[k] * result.covariances[k])[0]) for k in result.spreads)
    assert whole == pytest.approx(float(result.sd[0]) ** 2)


@pytest.mark.parametrize(
    ("gsd", "trusted"), [(1.05, True), (1.3, True), (1.35, True), (1.45, False), (3.0, False)]
)
def test_skewness_withdraws_the_trust(gsd: float, trusted: bool) -> None:
    """The ends of a lognormal are known: they part from the normal ones by a tenth at gsd 1.4."""
    result = found(lambda a: 50 * a, {"a": ("lognormal", {"value": 2.0, "gsd": gsd})})
    ends = 100 * gsd ** np.array([-NORMAL_90, NORMAL_90])
    line = result.mean[0] + result.sd[0] * np.array([-NORMAL_90, NORMAL_90])
    off = np.max(np.abs(ends - line)) / (line[1] - line[0])
    assert (off <= 0.1) == trusted
    assert bool(result.trusted[0]) == trusted


@pytest.mark.parametrize(
    ("formula", "spread"),
    [
        (lambda a: (a - 10) ** 2, 1.0),  # no slope at all
        (lambda a: np.maximum(a - 10, 0.0), 1.0),  # a kink at the mean
        (lambda a: 1 / a, 3.5),  # a divisor near zero
    ],
    ids=["no slope", "kink", "divisor"],
)
def test_curvature_withdraws_the_trust(formula: Formula, spread: float) -> None:
    assert not found(formula, {"a": normal(10, spread)}).trusted.any()


def test_curvature_is_in_the_mean() -> None:
    """E(1/x) of 10 +- 1 is 0.1 (1 + 0.01 + 3 x 0.0001 + ...); E(x^2) is 101."""
    described = {"a": normal(10, 1)}
    assert float(found(lambda a: 1 / a, described).mean[0]) == pytest.approx(0.101, rel=1e-4)
    assert float(found(lambda a: a**2, described).mean[0]) == pytest.approx(101)


@pytest.mark.parametrize(("gross", "trusted"), [(40.0, True), (3.0, False), (-3.0, False)])
def test_a_kink_within_reach_withdraws_the_trust(gross: float, trusted: bool) -> None:
    """Rebound takes 0.9 of a gain and nothing of a loss: near zero the slope is no slope."""

    def formula(g: Any, f: Any) -> Any:
        return g - 0.9 * np.maximum(g, 0.0) - f, g

    described = {"g": normal(gross, 10.0), "f": normal(5.0, 3.0)}
    assert bool(found(formula, described).trusted[0]) == trusted


def test_two_wide_factors_that_multiply_are_not_trusted() -> None:
    """Each alone is a straight line: only moving both shows it."""
    wide = {"a": normal(1, 0.5), "b": normal(1, 0.5)}
    assert not found(lambda a, b: a * b, wide).trusted.any()
    assert found(lambda a, b: a + b, wide).trusted.all()


def test_trusted_intervals_are_near_those_of_draws() -> None:
    """Random products and quotients of random width: where trusted, P5 and P95 are near."""
    rng = np.random.default_rng(3)
    seen = 0
    for _ in range(200):
        gsd = float(rng.uniform(1.02, 1.35))
        described = {
            "a": ("lognormal", {"value": 10.0, "gsd": gsd}),
            "b": ("triangular", {"low": 1.0, "mode": float(rng.uniform(2, 3)), "high": 3.0}),
            "c": normal(5.0, float(rng.uniform(0.1, 1.0))),
            "d": ("uniform", {"low": 1.0, "high": float(rng.uniform(1.05, 1.6))}),
        }
        case = OneCase(lambda a, b, c, d: a * b / d - c, described)
        result = propagate(case, 1)
        if not result.trusted[0]:
            continue
        seen += 1
        uniforms = {name: rng.random((1, 20_000)) for name in described}
        low, high = np.percentile(case.outcome(case.quantiles(uniforms))[0], [5, 95])
        half = NORMAL_90 * result.sd[0]
        width = high - low
        assert abs(result.mean[0] - half - low) < 0.15 * width, described
        assert abs(result.mean[0] + half - high) < 0.15 * width, described
    assert seen > 50


def test_normal_score_of_the_interval() -> None:
    assert ndtri(0.95) == pytest.approx(NORMAL_90, abs=1e-15)
