"""Cases side by side, effect by effect, on the same draws: what they share cancels.

A difference is taken draw by draw. So two cases that use one grid factor do not differ by its
uncertainty, and the probability that one is larger is that of the pair, not of two strangers.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np

from handprint.assess.assess import Assessment, Options, assess
from handprint.assess.uncertainty import Summary, summarise
from handprint.case.reader import RawCase
from handprint.case.schema import Case
from handprint.core.arrays import Array
from handprint.core.errors import Finding, Findings, Param, Severity
from handprint.core.i18n import pick
from handprint.model.effects import EFFECTS, Effects
from handprint.model.metrics import DEFAULTS, DEFINITIONS

if TYPE_CHECKING:
    from handprint.factors.factor import Library


__all__ = ["QUANTITIES", "Compared", "Comparison", "Difference", "compare_cases"]

QUANTITIES = (*EFFECTS, "NER", "EI", "VEI", "reduction_rate")
LEAST = 2


@dataclass(frozen=True, slots=True)
class Compared:
    """One case, with every quantity; None where it is undefined.

    Effects and NER in t CO2e, EI in ``ei_unit``, VEI and reduction rate in 1.
    """

    id: str
    title: Mapping[Any, str]
    ei_unit: str
    central: Mapping[str, float | None]
    summary: Mapping[str, Summary | None]


@dataclass(frozen=True, slots=True)
class Difference:
    """First minus second case of a pair, in one quantity.

    Parameters
    ----------
    first, second : int
        Positions of the cases.
    central, summary
        None where the quantity is undefined for one of them, or their units differ.
    probability : float or None
        That the first is larger, over the draws.
    """

    first: int
    second: int
    quantity: str
    central: float | None
    summary: Summary | None
    probability: float | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """Cases in the order given, and the differences of every pair."""

    cases: tuple[Compared, ...]
    differences: tuple[Difference, ...]
    draws: int
    seed: int
    files: tuple[str, ...] = ()


def compare_cases(
    cases: Sequence[tuple[Case, RawCase]],
    library: "Library",
    *,
    seed: int,
    draws: int,
    findings: Findings,
) -> Comparison | None:
    """Compare cases; None, with findings, where fewer than two can be assessed."""
    options = Options(draws=draws, seed=seed, vary=False)
    found: list[Assessment] = []
    for case, raw in cases:
        local = Findings()
        result = assess(case, raw, library, options, local)
        findings.extend(f for f in local if f.severity is Severity.ERROR)
        if result is not None:
            found.append(result)
    if len(found) < LEAST:
        findings.add(Finding("HP-K21", Severity.ERROR, "compare", {"count": len(found)}))
        return None
    for other in found[1:]:
        _check_alike(found[0], other, findings)
    central = [_values(a.effects, 1) for a in found]
    drawn = [_values(a.simulation.effects if a.simulation else a.effects, draws) for a in found]
    differences = [
        _difference(pair, name, central, drawn, alike=name != "EI" or _one_unit(found, pair))
        for pair in combinations(range(len(found)), 2)
        for name in QUANTITIES
    ]
    rows = zip(found, central, drawn, strict=True)
    files = tuple(raw.file for _, raw in cases)
    return Comparison(
        tuple(_compared(*row) for row in rows), tuple(differences), draws, seed, files
    )


def _values(effects: Effects, draws: int) -> dict[str, Array]:
    """Return every quantity over the first draws, NaN where it is undefined."""
    found = {name: getattr(effects, name)[0] for name in EFFECTS}
    for name, definition in DEFAULTS.items():
        found[str(name)] = DEFINITIONS[definition].function(effects)[0]
    reference = np.where(effects.E_ref[0] > 0, effects.E_ref[0], np.nan)
    with np.errstate(over="ignore"):
        rate = effects.G0[0] / reference
    found["reduction_rate"] = np.where(np.isfinite(rate), rate, np.nan)
    return {name: np.asarray(values[: max(draws, 1)]) for name, values in found.items()}


def _compared(
    result: Assessment, central: Mapping[str, Array], drawn: Mapping[str, Array]
) -> Compared:
    return Compared(
        id=result.case.id,
        title=dict(result.case.title),
        ei_unit=result.metrics["EI"].unit,
        central={name: _finite(central[name]) for name in QUANTITIES},
        summary={name: summarise(drawn[name][None, :]) for name in QUANTITIES},
    )


def _difference(
    pair: tuple[int, int],
    name: str,
    central: "Sequence[Mapping[str, Array]]",
    drawn: "Sequence[Mapping[str, Array]]",
    *,
    alike: bool,
) -> Difference:
    first, second = pair
    if not alike:
        return Difference(first, second, name, None, None, None)
    value = _finite(central[first][name] - central[second][name])
    paired = drawn[first][name] - drawn[second][name]
    summary = summarise(paired[None, :])
    probability = None if summary is None else float(np.mean(paired > 0))
    return Difference(first, second, name, value, summary, probability)


def _finite(values: Array) -> float | None:
    value = float(values[0])
    return value if np.isfinite(value) else None


def _one_unit(found: Sequence[Assessment], pair: tuple[int, int]) -> bool:
    """Whether two cases deliver the same: tonnes of steel are not tonnes of cement."""
    return _function(found[pair[0]]) == _function(found[pair[1]])


def _function(result: Assessment) -> str:
    """Return the functional unit in words."""
    unit = result.case.functional_unit
    name = pick(unit.name, "en")
    return f"{unit.unit} ({name})" if name else unit.unit


def _check_alike(one: Assessment, other: Assessment, findings: Findings) -> None:
    """Report what makes two cases hard to compare."""
    names: dict[str, Param] = {"first": one.case.id, "second": other.case.id}
    years = [round(a.model.calendar.length, 3) for a in (one, other)]
    units = [_function(a) for a in (one, other)]
    sets = [a.model.gwp for a in (one, other)]
    place = other.raw.file
    if years[0] != years[1]:
        params = names | {"first_years": years[0], "second_years": years[1]}
        findings.add(Finding("HP-K20", Severity.WARNING, place, params))
    if units[0] != units[1]:
        params = names | {"first_unit": units[0], "second_unit": units[1]}
        findings.add(Finding("HP-K20", Severity.NOTE, place, params, "unit"))
    if sets[0] != sets[1]:
        params = names | {"first_gwp": sets[0], "second_gwp": sets[1]}
        findings.add(Finding("HP-K20", Severity.WARNING, place, params, "gwp"))
