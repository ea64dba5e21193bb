"""Results of all groups of a partition, put back into the order of its rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from handprint.assess.results import metric_unit
from handprint.assess.uncertainty import LIKELY
from handprint.batch.drawing import QUANTILES, Intervals
from handprint.batch.prototype import Prototype
from handprint.batch.review import Review
from handprint.batch.scoring import Evaluation
from handprint.batch.sums import GroupSum, Spread
from handprint.core.errors import Severity
from handprint.model.effects import EFFECTS
from handprint.model.metrics import DEFAULTS, DEFINITIONS
from handprint.review.rules import RULES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Codes = NDArray[np.int64]
    Mask = NDArray[np.bool_]

__all__ = ["BLOCKING", "Results", "WORDS", "verdicts"]

BLOCKING = frozenset(rule.key for rule in RULES if rule.severity is Severity.BLOCK)
NUMBERS = (*DEFAULTS, *EFFECTS, "quality_score")
WAYS = ("", "first_order", "draws")
WORDS = ("category", "sector", "EI_unit", "nature", "findings", "blocking")


@dataclass
class _Words:
    """A column of few distinct texts."""

    codes: "NDArray[np.int32]"
    texts: list[str] = field(default_factory=list)
    known: dict[str, int] = field(default_factory=dict)

    def put(self, index: "Codes", texts: Sequence[str], inverse: "Codes | int" = 0) -> None:
        """Store, for the rows at ``index``, ``texts[inverse]``."""
        for text in texts:
            if text not in self.known:
                self.known[text] = len(self.texts)
                self.texts.append(text)
        table = np.array([self.known[text] for text in texts], dtype=np.int32)
        self.codes[index] = table[inverse]


class Results:
    """The score columns of one partition."""

    def __init__(self, rows: int) -> None:
        self._numbers = {str(n): np.full(rows, np.nan) for n in (*NUMBERS, *QUANTILES)}
        self._years = np.zeros(rows, dtype=np.int32)
        self._words = {name: _Words(np.zeros(rows, dtype=np.int32)) for name in WORDS}
        self._regions = _Words(np.zeros(rows, dtype=np.int32))
        self._way = np.zeros(rows, dtype=np.int32)
        self.sums: list[GroupSum] = []

    def take(
        self, index: "Codes", found: Evaluation, seen: Review, drawn: Intervals | None, kept: "Mask"
    ) -> None:
        """Store the results of one group."""
        numbers: dict[str, Any] = {
            **found.central.effects,
            **found.central.metrics,
            "quality_score": seen.quality,
        }
        if drawn is not None:
            numbers |= drawn.quantiles
            self._put_way(index, drawn)
        for name, values in numbers.items():
            self._numbers[name][index] = values
        self._years[index] = found.model.model.calendar.years[0]
        self._regions.put(index, list(found.rows.region_codes), found.rows.regions)
        for name, text in _constants(found.model).items():
            self._words[name].put(index, [text])
        natures, inverse = _factorized(seen.nature)
        self._words["nature"].put(index, natures, inverse)
        blocking = [(key, mask) for key, mask in seen.marks if key in BLOCKING]
        for name, marks in (("findings", seen.marks), ("blocking", blocking)):
            self._words[name].put(index, *_code_texts(marks, len(index)))
        self._add_sum(found, drawn, kept)

    def _put_way(self, index: "Codes", drawn: Intervals) -> None:
        """Store how the intervals came about; none where nothing varies."""
        way = np.where(drawn.first_order, 1, 2)
        self._way[index] = np.where(np.isnan(drawn.quantiles["p5"]), 0, way)

    def _add_sum(self, found: Evaluation, drawn: Intervals | None, kept: "Mask") -> None:
        case = found.model.case
        effects = {
            name: float(values[kept].sum()) for name, values in found.central.effects.items()
        }
        self.sums.append(
            GroupSum(
                case.category or "",
                case.sector,
                int(np.count_nonzero(kept)),
                effects,
                drawn.ner if drawn is not None else np.zeros(0),
                drawn.spread if drawn is not None else Spread(),
            )
        )

    def columns(self, keep: "Mask", *, with_draws: bool, with_way: bool) -> dict[str, Any]:
        """Return the score columns of the kept rows.

        Parameters
        ----------
        with_way : bool
            Whether to tell by row how its interval came about.
        """
        import pyarrow as pa

        def words(column: _Words) -> Any:
            codes, texts = column.codes[keep], pa.array(column.texts or [""], pa.string())
            return pa.DictionaryArray.from_arrays(codes, texts)

        drop = () if with_draws else QUANTILES
        result: dict[str, Any] = {"region": words(self._regions), "year": self._years[keep]}
        result |= {n: values[keep] for n, values in self._numbers.items() if n not in drop}
        if with_draws:
            result["verdict"] = verdicts(result)
        if with_way:
            way = pa.array(WAYS, pa.string())
            result["interval_by"] = pa.DictionaryArray.from_arrays(self._way[keep], way)
        return {**result, **{name: words(column) for name, column in self._words.items()}}


def _constants(model: Prototype) -> dict[str, str]:
    case = model.case
    return {
        "category": case.category or "",
        "sector": case.sector,
        "EI_unit": metric_unit(DEFINITIONS[model.model.definitions["EI"]], case),
    }


def verdicts(scores: Mapping[str, Any]) -> "NDArray[Any]":
    """Return the verdict per row, by the rule of single cases."""
    p5, p95, probability = (np.asarray(scores[n]) for n in ("p5", "p95", "probability"))
    likely = np.where(probability >= LIKELY, "likely", "inconclusive")
    verdict = np.where(p5 > 0, "robust", np.where(p95 < 0, "net_burden", likely))
    return np.where(np.isnan(p5), "no_uncertainty", verdict)


def _factorized(texts: "NDArray[Any]") -> "tuple[list[str], Codes | int]":
    if len(texts) == 1:
        return [str(texts[0])], 0
    names: list[str] = []
    codes = np.full(len(texts), -1, dtype=np.int64)
    while len(left := np.flatnonzero(codes < 0)):  # few distinct texts: sorting them is slower
        name = texts[left[0]]
        codes[texts == name] = len(names)
        names.append(str(name))
    return names, codes


def _code_texts(marks: "Sequence[tuple[str, Mask]]", rows: int) -> "tuple[list[str], Codes]":
    """Return the distinct lists of codes and, per row, which one holds."""
    varying = [i for i, (_, mask) in enumerate(marks) if mask.size > 1]
    bits = {place: bit for bit, place in enumerate(varying)}  # what holds for all needs none
    packed = np.zeros(rows, dtype=np.int64)
    for place, bit in bits.items():
        packed |= marks[place][1].astype(np.int64) << bit
    inverse, unique = pd.factorize(packed)
    texts = [
        " ".join(key for i, (key, _) in enumerate(marks) if i not in bits or value >> bits[i] & 1)
        for value in unique.tolist()
    ]
    return texts, inverse
