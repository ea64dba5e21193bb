"""Draws of a whole model, in chunks, so that memory does not grow with their number."""

from collections.abc import Mapping
from dataclasses import dataclass, fields

import numpy as np

from handprint.assess.work import Work
from handprint.core.arrays import Array
from handprint.core.errors import Findings
from handprint.model.columns import draw_columns
from handprint.model.effects import Effects, effects
from handprint.model.evaluate import evaluate, totals
from handprint.model.structure import Model
from handprint.review.marks import findings_of
from handprint.review.value_checks import DrawChecks

__all__ = ["CHUNK", "Simulation", "simulate"]

CHUNK = 20_000  # draws evaluated together


@dataclass(frozen=True, slots=True)
class Simulation:
    """Drawn results of one case.

    Parameters
    ----------
    effects : Effects
        Each of shape (1, draw) or (1, 1) where nothing varies.
    columns : mapping of arrays, shape (draw,)
        Uncertain columns, averaged over the years.
    """

    effects: Effects
    columns: Mapping[str, Array]

    @property
    def ner(self) -> Array:
        """Drawn NER, shape (draw,) [t CO2e]."""
        return np.asarray(self.effects.ner[0])


def simulate(
    model: Model,
    *,
    seed: int,
    draws: int,
    findings: Findings | None = None,
    work: Work | None = None,
) -> Simulation | None:
    """Draw a model; None where no draws are asked for or nothing varies.

    Parameters
    ----------
    findings : Findings, optional
        Takes lines of which some draws are impossible.
    work : Work, optional
        Is told of every chunk.
    """
    if not draws or not any(column.uncertain for column in model.columns.values()):
        return None
    parts, kept = [], []
    checks = DrawChecks.of(model)
    for start in range(0, draws, CHUNK):
        count = min(CHUNK, draws - start)
        columns = draw_columns(model.columns, seed, count, start=start, couplings=model.couplings)
        sums = totals(model, columns, evaluate(model, columns))
        parts.append(effects(model, columns, sums))
        if findings is not None:
            findings.extend(findings_of(checks.marks(columns, sums, parts[-1].ner)))
        kept.append(
            {k: columns[k][0].mean(axis=0) for k, c in model.columns.items() if c.uncertain}
        )
        if work is not None:
            work.did(count)
    joined = parts[0] if len(parts) == 1 else _joined(parts)
    if joined.ner.shape[1] == 1 and joined.Q.shape[1] == 1:
        return None
    return Simulation(joined, {key: np.concatenate([k[key] for k in kept]) for key in kept[0]})


def _joined(parts: list[Effects]) -> Effects:
    """Return the chunks as one; what does not vary stays a single value."""
    values = {}
    for field in fields(Effects):
        arrays = [getattr(part, field.name) for part in parts]
        single = arrays[0] is None or arrays[0].shape[1] == 1
        values[field.name] = arrays[0] if single else np.concatenate(arrays, axis=1)
    return Effects(**values)
