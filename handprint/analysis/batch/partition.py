"""Score one partition of a case table: a pure function, the same on every engine.

Rows are grouped by template, period and declarations; each group is evaluated as arrays. Rows that
cannot be scored go to the rejects with their row number, column and reason; they never stop the
rest.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from handprint.analysis.batch.headers import InputColumn, Layout
from handprint.analysis.batch.prototype import GroupKey, Prototype, prototype
from handprint.analysis.batch.scoring import Rows, Scores, score
from handprint.analysis.rules import RULES
from handprint.analysis.uncertainty import LIKELY
from handprint.core.errors import Findings, Severity

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

    from handprint.data.factors import Library

    Array = NDArray[np.float64]
    Codes = NDArray[np.int64]

__all__ = ["BatchOptions", "Outcome", "Scorer"]

EFFECTS = ("E_ref", "E_sol", "G0", "rebound", "H", "G", "F")
QUANTILES = ("p5", "p50", "p95", "probability")
BLOCKING = frozenset(rule.key for rule in RULES if rule.severity is Severity.BLOCK)


@dataclass(frozen=True, slots=True)
class BatchOptions:
    """How a library is scored."""

    draws: int = 0
    seed: int = 1


@dataclass(slots=True)
class Outcome:
    """The scores of a partition and its rejected rows.

    Parameters
    ----------
    scores : mapping of column to array, in the order of the input rows, rejected rows left out
    rejects : list of dict
        row (1-based, in the library), id, column, code, message parameters.
    """

    scores: dict[str, Any]
    rejects: list[dict[str, Any]]


@dataclass
class Scorer:
    """Scores partitions of one table; keeps the prototypes of templates it has met.

    Parameters
    ----------
    duplicates : mapping
        Hash of an id that stands more than once, to the row number of its first place.
    """

    layout: Layout
    library: "Library"
    options: BatchOptions
    duplicates: Mapping[int, int] = field(default_factory=dict)
    _prototypes: dict[GroupKey, Prototype | str] = field(default_factory=dict)

    def score(self, table: "pa.Table", first_row: int) -> Outcome:
        """Score the rows of a table whose first row has the number ``first_row`` (1-based)."""
        rows = table.num_rows
        ids = _texts(table, "id")
        reasons = np.full(rows, "", dtype=object)
        columns = np.full(rows, "", dtype=object)
        self._check_ids(ids, first_row, reasons, columns)
        numbers = {c: _numbers(table, c, reasons, columns) for c in self.layout.inputs}
        results = _Results(rows)
        regions, codes = _codes(table, "region", rows)
        for key, index in self._groups(table, rows):
            self._score_group(key, index, ids, regions, codes, numbers, results, reasons)
        return self._outcome(table, ids, results, reasons, columns, first_row)

    def _check_ids(
        self, ids: "NDArray[Any]", first_row: int, reasons: "NDArray[Any]", columns: "NDArray[Any]"
    ) -> None:
        empty = ids == ""
        reasons[empty], columns[empty] = "HP-S02", "id"
        if self.duplicates:
            hashes = pd.util.hash_array(ids)
            for i in np.flatnonzero(np.isin(hashes, list(self.duplicates))):
                if self.duplicates[int(hashes[i])] != first_row + int(i):
                    reasons[i], columns[i] = "HP-Y12", "id"

    def _groups(self, table: "pa.Table", rows: int) -> "Iterator[tuple[GroupKey, Codes]]":
        """Yield the rows of every combination of template, period and declarations."""
        names = ["template", "start", "years", *self.layout.declared]
        encoded = [_codes(table, name, rows) for name in names]
        combined = np.zeros(rows, dtype=np.int64)
        for values, codes in encoded:
            combined = combined * len(values) + codes
        inverse, unique = pd.factorize(combined)
        small = inverse.astype(np.uint16) if len(unique) < 65_536 else inverse
        order = np.argsort(small, kind="stable")
        edges = np.searchsorted(small[order], np.arange(len(unique) + 1))
        for group in range(len(unique)):
            index = order[edges[group] : edges[group + 1]]
            row = int(index[0])
            yield _group_key([values[codes[row]] for values, codes in encoded], self.layout), index

    def _score_group(
        self,
        key: GroupKey,
        index: "Codes",
        ids: "NDArray[Any]",
        regions: Sequence[str],
        codes: "Codes",
        numbers: "Mapping[InputColumn, Array]",
        results: "_Results",
        reasons: "NDArray[Any]",
    ) -> None:
        own = codes[index]
        present = np.unique(own)
        local = np.searchsorted(present, own)
        model = self._prototype(key, [regions[i] for i in present])
        if isinstance(model, str):
            reasons[index] = np.where(reasons[index] == "", model, reasons[index])
            return
        rows = Rows(
            ids=ids[index],
            regions=local,
            region_codes=[regions[i] or model.case.region for i in present],
            numbers=_of_template(model, numbers, index),
        )
        options = self.options
        results.take(index, model, score(rows, model, draws=options.draws, seed=options.seed))

    def _prototype(self, key: GroupKey, regions: Sequence[str]) -> Prototype | str:
        """Return the prototype of a group, or the code of what is wrong with it."""
        if key not in self._prototypes:
            findings = Findings()
            made: Prototype | None = None
            for region in regions:  # a region without factors must not spoil the others
                made = prototype(key, region, self.library, findings)
                if made is not None:
                    break
            worst = next((f.rule for f in findings), "HP-S09")
            self._prototypes[key] = made if made is not None else worst
        return self._prototypes[key]

    def _outcome(
        self,
        table: "pa.Table",
        ids: "NDArray[Any]",
        results: "_Results",
        reasons: "NDArray[Any]",
        columns: "NDArray[Any]",
        first_row: int,
    ) -> Outcome:
        late = (reasons == "") & (results.rejected != "")
        reasons[late] = results.rejected[late]
        keep = reasons == ""
        scores = results.columns(keep, with_draws=bool(self.options.draws))
        for name in ("id", "template", "region", *self.layout.carried):
            if name in table.column_names:
                scores[name] = table.column(name).filter(keep)
        rejects = [
            {"row": first_row + int(i), "id": ids[i], "column": columns[i], "code": reasons[i]}
            for i in np.flatnonzero(~keep)
        ]
        return Outcome(scores, rejects)


class _Results:
    """Results of all groups, put back into the order of the rows."""

    def __init__(self, rows: int) -> None:
        self.rejected = np.full(rows, "", dtype=object)
        self.numbers = {
            name: np.full(rows, np.nan) for name in (*EFFECTS, "NER", "EI", "VEI", *QUANTILES)
        }
        self.quality = np.full(rows, np.nan)
        self.year = np.zeros(rows, dtype=np.int32)
        self.words: dict[str, tuple[list[str], dict[str, int], Any]] = {
            name: ([], {}, np.zeros(rows, dtype=np.int32))
            for name in ("category", "sector", "EI_unit", "findings", "blocking", "nature")
        }

    def take(self, index: "Codes", model: Prototype, found: Scores) -> None:
        """Store the results of one group."""
        self.rejected[index] = found.rejected
        for name, values in (*found.effects.items(), *found.metrics.items()):
            self.numbers[name][index] = values
        for name, values in found.quantiles.items():
            self.numbers[name][index] = values
        self.quality[index] = model.constant["quality_score"]
        self.year[index] = model.model.calendar.years[0]
        unit = model.case.functional_unit.unit
        constants = {
            "category": model.case.category or "",
            "sector": model.case.sector,
            "EI_unit": "kg CO2e" if unit == "1" else f"kg CO2e/{unit}",
        }
        for name, text in constants.items():
            self.words[name][2][index] = self._word(name, text)
        self._write_words("nature", index, np.unique(found.nature, return_inverse=True))
        codes = _code_texts(found.rules, len(index))
        self._write_words("findings", index, codes)
        blocking = [(key, mask) for key, mask in found.rules if key in BLOCKING]
        self._write_words("blocking", index, _code_texts(blocking, len(index)))

    def _write_words(self, name: str, index: "Codes", coded: "tuple[Any, Any]") -> None:
        texts, inverse = coded
        table = np.array([self._word(name, str(text)) for text in texts], dtype=np.int32)
        self.words[name][2][index] = table[inverse]

    def _word(self, name: str, text: str) -> int:
        values, known, _ = self.words[name]
        if text not in known:
            known[text] = len(values)
            values.append(text)
        return known[text]

    def columns(self, keep: "NDArray[Any]", *, with_draws: bool) -> dict[str, Any]:
        """Return the score columns of the kept rows."""
        import pyarrow as pa

        result: dict[str, Any] = {"year": self.year[keep], "quality_score": self.quality[keep]}
        for name, values in self.numbers.items():
            if name not in QUANTILES or with_draws:
                result[name] = values[keep]
        for name, (texts, _, codes) in self.words.items():
            result[name] = pa.DictionaryArray.from_arrays(codes[keep], pa.array(texts or [""]))
        if with_draws:
            result["verdict"] = _verdicts(result)
        return result


def _verdicts(scores: Mapping[str, Any]) -> "NDArray[Any]":
    """Return the verdict per row, by the rule of single cases."""
    p5, p95, probability = (np.asarray(scores[n]) for n in ("p5", "p95", "probability"))
    likely = np.where(probability >= LIKELY, "likely", "inconclusive")
    verdict = np.where(p5 > 0, "robust", np.where(p95 < 0, "net_burden", likely))
    return np.where(np.isnan(p5), "no_uncertainty", verdict)


def _code_texts(rules: Sequence[tuple[str, Any]], rows: int) -> tuple[list[str], Any]:
    """Return the distinct lists of codes and, per row, which one holds."""
    constant = [key for key, mask in rules if mask.size == 1 and mask[0]]
    varying = [(key, mask) for key, mask in rules if mask.size > 1]
    packed = np.zeros(rows, dtype=np.int64)
    for bit, (_, mask) in enumerate(varying):
        packed |= mask.astype(np.int64) << bit
    inverse, unique = pd.factorize(packed)
    texts = [
        " ".join(constant + [key for bit, (key, _) in enumerate(varying) if value >> bit & 1])
        for value in unique.tolist()
    ]
    return texts, inverse


def _texts(table: "pa.Table", name: str) -> "NDArray[Any]":
    """Return a column as texts, "" for null."""
    import pyarrow as pa
    import pyarrow.compute as pc

    column = table.column(name)
    return np.asarray(pc.fill_null(column.cast(pa.string()), "").to_numpy(zero_copy_only=False))


def _codes(table: "pa.Table", name: str, rows: int) -> tuple[list[str], "Codes"]:
    """Return the distinct texts of a column and each row's index; one "" if there is no column."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if name not in table.column_names:
        return [""], np.zeros(rows, dtype=np.int64)
    column = pc.fill_null(table.column(name).cast(pa.string()), "")
    encoded = column.combine_chunks().dictionary_encode()
    if isinstance(encoded, pa.ChunkedArray):
        encoded = encoded.combine_chunks()
    codes = encoded.indices.to_numpy(zero_copy_only=False).astype(np.int64)
    return encoded.dictionary.to_pylist() or [""], codes


def _numbers(
    table: "pa.Table", column: InputColumn, reasons: "NDArray[Any]", columns: "NDArray[Any]"
) -> "Array":
    """Return a number column in canonical units, NaN where empty; texts are rejected."""
    import pyarrow as pa

    raw = table.column(column.header)
    if pa.types.is_floating(raw.type) or pa.types.is_integer(raw.type):
        values = raw.to_numpy(zero_copy_only=False).astype(np.float64)
    else:
        texts = _texts(table, column.header)
        series = pd.Series(texts).str.strip()
        values = pd.to_numeric(series, errors="coerce").to_numpy(dtype=np.float64)
        wrong = np.isnan(values) & (series != "").to_numpy()
        fresh = wrong & (reasons == "")
        reasons[fresh], columns[fresh] = "HP-S03", column.header
    return np.asarray(values * column.scale)


def _of_template(
    model: Prototype, numbers: "Mapping[InputColumn, Array]", index: "Codes"
) -> "dict[tuple[str, str], Array]":
    """Return the numbers of the template's inputs; columns of one input in several units join."""
    found: dict[tuple[str, str], Array] = {}
    for column, values in numbers.items():
        if not model.takes(column.name, column.unit.dimension):
            continue
        key, own = (column.name, column.parameter), values[index]
        if key in found:
            own = np.where(np.isnan(found[key]), own, found[key])
        if not np.all(np.isnan(own)):
            found[key] = own
    return found


def _group_key(values: Sequence[str], layout: Layout) -> GroupKey:
    template, start, years, *declared = values
    pairs = tuple(
        (name, _typed(value))
        for name, value in zip(layout.declared, declared, strict=True)
        if value != ""
    )
    return GroupKey(template, start.removesuffix(".0"), float(years or 0), pairs)


def _typed(text: str) -> object:
    """Return what a declaration in a cell means: true, false, a number, or a text."""
    if text.lower() in ("true", "false"):
        return text.lower() == "true"
    try:
        number = float(text)
    except ValueError:
        return text
    return int(number) if number.is_integer() else number
