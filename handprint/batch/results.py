"""The score columns of a partition: those of rows and of submissions, filled in group by group."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from handprint.assess.results import metric_unit
from handprint.assess.uncertainty import verdicts
from handprint.batch.cells import Texts
from handprint.batch.drawing import QUANTILES, Intervals
from handprint.batch.found import Tally, by_code, tallied
from handprint.batch.plain import Coded
from handprint.batch.review import Review
from handprint.batch.scoring import Evaluation
from handprint.batch.sums import GroupSum, Spread
from handprint.case.schema import Case
from handprint.core.arrays import AnyArray, Array, Codes, Mask
from handprint.core.errors import Severity
from handprint.model.effects import EFFECTS
from handprint.model.metrics import DEFAULTS, DEFINITIONS
from handprint.model.structure import Model
from handprint.review.marks import Mark

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Results", "Scored", "scored_rows"]

NUMBERS = (*DEFAULTS, *EFFECTS, "quality_score")
WAYS = ("", "first_order", "draws")
WORDS = ("category", "sector", "EI_unit", "nature", "findings", "blocking")
BITS = 60  # marks packed into one integer


@dataclass(frozen=True, slots=True)
class Scored:
    """Cases of one model with their results: the rows of a group, or one submission.

    Parameters
    ----------
    numbers : mapping of arrays, shape (case,) or (1,)
        Metrics, effects, ``quality_score``, and with draws the quantiles of NER.
    nature : array of str, shape (case,) or (1,)
    marks : sequence of Mark
        What was found, errors excepted.
    regions : sequence of str
        With ``places``, an index into them per case.
    way : array of int
        Index into ``WAYS``: how the intervals came about.
    ner : array, shape (draw,)
        Sum of the cases' NER, draw by draw [t CO2e].
    """

    case: Case
    model: Model
    numbers: Mapping[str, Array]
    nature: AnyArray
    marks: Sequence[Mark]
    regions: Sequence[str]
    places: Codes | int = 0
    way: Codes | int = 0
    ner: Array = field(default_factory=lambda: np.zeros(0))
    spread: Spread = field(default_factory=Spread)


def scored_rows(found: Evaluation, seen: Review, drawn: Intervals | None) -> Scored:
    """Return the rows of a group with their results."""
    at, way = found.central, np.zeros(1, dtype=np.int64)
    numbers: dict[str, Array] = {**at.effects, **at.metrics, "quality_score": seen.quality}
    if drawn is not None:
        numbers |= drawn.quantiles
        known = ~np.isnan(drawn.quantiles["p5"])  # elsewhere nothing varies
        way = np.where(known, np.where(drawn.first_order, 1, 2), 0)
    return Scored(
        case=found.model.case,
        model=found.model.model,
        numbers=numbers,
        nature=seen.nature,
        marks=seen.marks,
        regions=list(found.rows.region_codes),
        places=found.rows.regions,
        way=way,
        ner=np.zeros(0) if drawn is None else drawn.ner,
        spread=Spread() if drawn is None else drawn.spread,
    )


@dataclass
class _Words:
    """A column of few distinct texts."""

    codes: "NDArray[np.int32]"
    texts: list[str] = field(default_factory=list)
    known: dict[str, int] = field(default_factory=dict)

    def put(self, index: Codes, texts: Sequence[str], inverse: Codes | int = 0) -> None:
        """Store, for the rows at ``index``, ``texts[inverse]``."""
        for text in texts:
            if text not in self.known:
                self.known[text] = len(self.texts)
                self.texts.append(text)
        table = np.array([self.known[text] for text in texts], dtype=np.int32)
        self.codes[index] = table[inverse]

    def column(self, keep: Mask) -> Coded:
        """Return the kept rows."""
        return Coded(self.codes[keep], self.texts or [""])


class Results:
    """The score columns of one partition, its sums, and how often each finding stands in it."""

    def __init__(self, rows: int) -> None:
        self._numbers = {str(n): np.full(rows, np.nan) for n in (*NUMBERS, *QUANTILES)}
        self._years = np.zeros(rows, dtype=np.int32)
        self._words = {name: _Words(np.zeros(rows, dtype=np.int32)) for name in WORDS}
        self._regions = _Words(np.zeros(rows, dtype=np.int32))
        self._way = np.zeros(rows, dtype=np.int32)
        self.sums: list[GroupSum] = []
        self.tallies: list[Tally] = []

    def take(self, index: Codes, scored: Scored, kept: Mask) -> None:
        """Store the results of the cases at ``index``; sums are over those that are kept."""
        for name, values in scored.numbers.items():
            self._numbers[name][index] = values
        self._way[index] = scored.way
        self._years[index] = scored.model.calendar.years[0]
        self._regions.put(index, scored.regions, scored.places)
        case = scored.case
        unit = metric_unit(DEFINITIONS[scored.model.definitions["EI"]], case)
        constants = {"category": case.category or "", "sector": case.sector, "EI_unit": unit}
        for name, text in constants.items():
            self._words[name].put(index, [text])
        self._words["nature"].put(index, *_factorized(scored.nature))
        marks = by_code(scored.marks)
        blocking = [mark for mark in marks if mark.severity is Severity.BLOCK]
        for name, listed in (("findings", marks), ("blocking", blocking)):
            self._words[name].put(index, *_code_texts(listed, len(index)))
        self.tallies += tallied(case.template or "", marks, kept)
        self._add_sum(scored, kept)

    def _add_sum(self, scored: Scored, kept: Mask) -> None:
        case, numbers = scored.case, scored.numbers
        effects = {name: float(numbers[name][kept].sum()) for name in EFFECTS}
        count = int(np.count_nonzero(kept))
        own = (case.category or "", case.sector, count, effects, scored.ner, scored.spread)
        self.sums.append(GroupSum(*own))

    def columns(
        self,
        keep: Mask,
        first_row: int,
        texts: Mapping[str, Texts],
        *,
        with_draws: bool,
        with_way: bool,
    ) -> dict[str, Any]:
        """Return the score columns of the kept cases.

        Parameters
        ----------
        first_row : int
            Number of the first case in the library, counted from 1.
        texts : mapping
            The columns that the kept cases bring along: id, template, title and the like.
        with_way : bool
            Whether to tell by row how its interval came about.
        """
        drop = () if with_draws else QUANTILES
        result: dict[str, Any] = {"row": first_row + np.flatnonzero(keep), **texts}
        result |= {"region": self._regions.column(keep), "year": self._years[keep]}
        result |= {n: values[keep] for n, values in self._numbers.items() if n not in drop}
        if with_draws:
            result["verdict"] = verdicts(*(result[name] for name in ("p5", "p95", "probability")))
        if with_way:
            result["interval_by"] = Coded(self._way[keep], WAYS)
        return {**result, **{name: column.column(keep) for name, column in self._words.items()}}


def _factorized(texts: AnyArray) -> tuple[list[str], Codes | int]:
    if len(texts) == 1:
        return [str(texts[0])], 0
    names: list[str] = []
    codes = np.full(len(texts), -1, dtype=np.int64)
    while len(left := np.flatnonzero(codes < 0)):  # few distinct texts: sorting them is slower
        name = texts[left[0]]
        codes[texts == name] = len(names)
        names.append(str(name))
    return names, codes


def _code_texts(marks: Sequence[Mark], rows: int) -> tuple[list[str], Codes]:
    """Return the distinct lists of codes and, per row, which one holds."""
    masks = {mark.key: mark.mask for mark in marks}
    varying = [key for key, mask in masks.items() if mask.size > 1]  # what holds for all needs none
    inverse, held = np.zeros(rows, dtype=np.int64), [frozenset[str]()]
    for start in range(0, len(varying), BITS):
        part = varying[start : start + BITS]
        packed = np.zeros(rows, dtype=np.int64)
        for bit, key in enumerate(part):
            packed |= masks[key].astype(np.int64) << bit
        codes, unique = pd.factorize(packed)
        own = [frozenset(k for bit, k in enumerate(part) if v >> bit & 1) for v in unique.tolist()]
        inverse, pairs = pd.factorize(inverse * len(own) + codes) if start else (codes, unique)
        held = [held[p // len(own)] | own[p % len(own)] for p in pairs] if start else own
    everywhere = masks.keys() - set(varying)
    return [" ".join(k for k in masks if k in everywhere or k in some) for some in held], inverse
