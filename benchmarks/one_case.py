"""One case with its draws: the program, and the same arithmetic written by hand for that case."""

import random
import time
from collections.abc import Callable
from functools import cache
from statistics import NormalDist
from typing import Any

import numpy as np
from scipy.special import ndtri

from handprint.assess.assess import Assessment, Options, assess
from handprint.assess.simulation import simulate
from handprint.case.reader import read_case
from handprint.case.validate import validate
from handprint.core.errors import Findings
from handprint.core.resources import folder
from handprint.factors.library import shipped_library
from handprint.model.bind import bind
from handprint.model.structure import Model

__all__ = ["CENTRAL", "assessed", "assessment", "engine", "loop", "numpy_by_hand", "potline"]

PERCENTILES = (5, 50, 95)

# The potline example: normal inputs (mean, standard deviation), uniform (low, high), triangular.
NORMAL = {
    "intensity": (13_000.0, 13_000 * 0.03 / 1.96),
    "servers": (20.0, 10 / 1.96),
    "base_stations": (12.0, 6 / 1.96),
    "station_power": (1_900.0, 380 / 1.96),
    "sensors": (6_000.0, 3_000 / 1.96),
}
UNIFORM = {
    "efficiency": (0.97, 0.99),
    "server_power": (300.0, 500.0),
    "station_mass": (80.0, 160.0),
}
TRIANGULAR = {"saving": (100.0, 150.0, 200.0), "sensor_power": (1.0, 3.0, 6.0)}
CENTRAL = {
    **{name: mean for name, (mean, _) in NORMAL.items()},
    **{name: (low + high) / 2 for name, (low, high) in UNIFORM.items()},
    **{name: mode for name, (_, mode, _) in TRIANGULAR.items()},
}
OUTPUT = 900_000.0  # t
GRID = 0.5366e-3  # t CO2e/kWh


def potline(x: dict[str, Any]) -> Any:
    """Return the NER of the potline example [t CO2e], the way a spreadsheet would."""
    reference = OUTPUT * x["intensity"] / x["efficiency"] * GRID
    solution = OUTPUT * (x["intensity"] - x["saving"]) / x["efficiency"] * GRID
    stations = x["base_stations"] * x["station_mass"]
    made = x["servers"] * 3.66 / 5 + stations * 0.02486547556 / 8 + x["sensors"] * 8.1e-3 / 5
    watts = (
        x["servers"] * x["server_power"] * 1.49
        + x["base_stations"] * x["station_power"]
        + x["sensors"] * x["sensor_power"]
    )
    disposed = (x["servers"] * 20 / 5 + stations / 8) * 4.68568e-6
    return reference - solution - made - watts * 8.76 * GRID - disposed


def assessment(draws: int) -> float:
    return _seconds(lambda: assessed(draws))


def engine(draws: int) -> float:
    model = _bound()
    return _seconds(lambda: _interval(model, draws))


def numpy_by_hand(draws: int) -> float:
    return _seconds(lambda: np.percentile(potline(_arrays(draws)), PERCENTILES))


def loop(draws: int) -> float:
    return _seconds(lambda: sorted(_one_draw() for _ in range(draws)))


def assessed(draws: int, *, more_output: float = 0.0) -> Assessment:
    """Assess the potline example, with more output [t/year]; it is read and checked once."""
    case, raw = _read()
    if more_output:
        output = case.inputs["output"]
        larger = output.model_copy(update={"value": OUTPUT + more_output})
        case = case.model_copy(update={"inputs": {**case.inputs, "output": larger}})
    result = assess(case, raw, shipped_library(), Options(draws=draws), Findings())
    assert result is not None
    return result


def _arrays(draws: int) -> dict[str, Any]:
    """Return the drawn inputs of the potline example."""
    generator = np.random.Generator(np.random.Philox(1))
    drawn: dict[str, Any] = {}
    for name, (mean, deviation) in NORMAL.items():
        drawn[name] = mean + deviation * ndtri(generator.random(draws))
    for name, (low, high) in UNIFORM.items():
        drawn[name] = low + (high - low) * generator.random(draws)
    for name, (low, mode, high) in TRIANGULAR.items():
        u, width = generator.random(draws), high - low
        rising = low + np.sqrt(u * width * (mode - low))
        falling = high - np.sqrt((1 - u) * width * (high - mode))
        drawn[name] = np.where(u <= (mode - low) / width, rising, falling)
    return drawn


def _one_draw() -> float:
    drawn = {n: NormalDist(*p).inv_cdf(random.random()) for n, p in NORMAL.items()}
    drawn |= {name: random.uniform(*bounds) for name, bounds in UNIFORM.items()}
    drawn |= {n: random.triangular(low, high, mode) for n, (low, mode, high) in TRIANGULAR.items()}
    return float(potline(drawn))


def _interval(model: Model, draws: int) -> Any:
    simulation = simulate(model, seed=1, draws=draws)
    assert simulation is not None
    return np.percentile(simulation.ner, PERCENTILES)


@cache
def _bound() -> Model:
    model = bind(*_read(), shipped_library(), Findings())
    assert model is not None
    return model


@cache
def _read() -> tuple[Any, Any]:
    findings = Findings()
    raw = read_case(folder("case_templates") / "examples" / "potline.yaml", findings)
    assert raw is not None
    return validate(raw, findings), raw


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start
