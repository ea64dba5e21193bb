"""Score one partition of a case table: a pure function, the same on every engine.

Rows are grouped by template, period and declarations; each group is evaluated as arrays. Rows that
cannot be scored go to the rejects with their column and reason; they never stop the rest.
"""

from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from handprint.batch.cells import (
    Table,
    Texts,
    check_ids,
    encoded,
    kept_rows,
    kept_texts,
    listed,
    numbers,
    text_column,
    title_words,
)
from handprint.batch.drawing import Intervals, draw_rows
from handprint.batch.first_order import first_order_rows
from handprint.batch.foreign import reject_foreign
from handprint.batch.found import Tally, together
from handprint.batch.headers import WHOLE, InputColumn, Layout
from handprint.batch.prototype import Prototype, prototype
from handprint.batch.rejections import FILE, Reason, Rejections
from handprint.batch.results import Results, scored_rows
from handprint.batch.review import review
from handprint.batch.row_case import GroupKey, typed
from handprint.batch.scoring import Rows, evaluate_rows
from handprint.batch.sums import GroupSum, joined
from handprint.case.template import template, template_files
from handprint.core.arrays import AnyArray, Array, Codes, Mask
from handprint.core.errors import Finding, Findings
from handprint.factors import regions
from handprint.review.marks import NEVER

if TYPE_CHECKING:
    from handprint.factors.factor import Library

__all__ = ["BatchOptions", "Outcome", "Reject", "Scorer", "group_keys"]

FIRST_ORDER = 150  # draws that take as long as an interval to first order
MOST_PROTOTYPES = 2_000  # kept at a time: a library may declare something else in every row


@dataclass(frozen=True, slots=True)
class BatchOptions:
    """How a library is scored.

    Parameters
    ----------
    draws : int
        0 gives central values only.
    first_order : bool
        Whether rows are drawn only where an interval to first order is not to be trusted.
    """

    draws: int = 0
    seed: int = 1
    first_order: bool = False

    @property
    def effort(self) -> int:
        """Number of draws of a row that take as long as its interval."""
        return min(self.draws, FIRST_ORDER) if self.first_order else self.draws


@dataclass(frozen=True, slots=True)
class Reject:
    """A row without a score.

    Parameters
    ----------
    row : int
        In the library, counted from 1.
    """

    row: int
    id: str
    reason: Reason


@dataclass(slots=True)
class Outcome:
    """The scores of a partition, its rejected rows, and sums over the scored ones.

    Parameters
    ----------
    scores : mapping of column to array, in the order of the rows, rejected rows left out
    tallies : list of Tally
        How often each finding stands in the scores.
    """

    scores: dict[str, Any]
    rejects: list[Reject]
    sums: list[GroupSum]
    tallies: list[Tally]


@dataclass(frozen=True, slots=True)
class _Table:
    """A partition under way: its columns as arrays."""

    table: Table
    ids: Texts
    regions: Sequence[str]
    codes: Codes
    numbers: Mapping[InputColumn, Array]
    titled: Mask | None
    words: Mapping[str, AnyArray]
    results: Results
    rejections: Rejections


@dataclass
class Scorer:
    """Scores partitions of one table; keeps the prototypes of templates it has met."""

    layout: Layout
    library: "Library"
    options: BatchOptions
    _prototypes: "OrderedDict[tuple[GroupKey, str], Prototype | Reason]" = field(
        default_factory=OrderedDict
    )

    def score(
        self,
        table: Table,
        first_row: int,
        duplicates: Mapping[int, int] | None = None,
        known: Mapping[int, Reason] | None = None,
    ) -> Outcome:
        """Score the rows of a table.

        Parameters
        ----------
        first_row : int
            Number of its first row in the library, counted from 1.
        duplicates : mapping
            Rows whose id stands in an earlier row, to that row.
        known : mapping
            Rows that could not be read, to the reason.
        """
        rejections = Rejections(table.num_rows)
        ids = text_column(table, "id")
        for row, reason in (known or {}).items():
            rejections.add(np.arange(table.num_rows) == row - first_row, reason)
        check_ids(ids, rejections)
        _reject_duplicates(duplicates or {}, first_row, ids, rejections)
        names, codes = encoded(table, "region")
        titled, words = title_words(table, rejections)
        part = _Table(
            table=table,
            ids=ids,
            regions=names,
            codes=codes,
            numbers={c: numbers(table, c, rejections) for c in self.layout.inputs},
            titled=titled,
            words=words,
            results=Results(table.num_rows),
            rejections=rejections,
        )
        reject_foreign(part.numbers, *encoded(table, "template"), rejections)
        for key, index in group_keys(table, self.layout):
            self._score_group(key, index, part)
        return self._outcome(part, first_row)

    def _score_group(self, key: GroupKey, index: Codes, part: _Table) -> None:
        """Score the rows of one group: those of a region with other gases by themselves."""
        own = part.codes[index]
        present = np.flatnonzero(np.bincount(own)).tolist()
        usual = _usual_region(key)
        names = {i: part.regions[i] or usual for i in present}
        bound = self._common(key, list(dict.fromkeys(names.values())))
        by_model: dict[int, tuple[Prototype, list[int]]] = {}
        for code in present:
            model = bound[names[code]]
            if isinstance(model, Reason):
                rows = index[own == code]
                mask = np.zeros(len(part.rejections), dtype=bool)
                mask[rows] = True
                part.rejections.add(mask, model)
            else:
                by_model.setdefault(id(model), (model, []))[1].append(int(code))
        for model, codes in by_model.values():
            alone = len(codes) == len(present)
            rows = index if alone else index[np.isin(own, codes)]
            self._score_rows(model, rows, {code: names[code] for code in codes}, part)

    def _score_rows(
        self, model: Prototype, index: Codes, names: Mapping[int, str], part: _Table
    ) -> None:
        options, words = self.options, part.words
        if options.draws:  # neighbours of one region share their drawn factors
            index = index[np.argsort(part.codes[index], kind="stable")]
        regions = list(dict.fromkeys(names.values()))  # an empty cell may mean a named region
        places = np.array([regions.index(name) for name in names.values()])
        rows = Rows(
            ids=listed(part.ids, index) if options.draws else (),
            regions=places[np.searchsorted(list(names), part.codes[index])],
            region_codes=regions,
            numbers=_of_template(model, part.numbers, index),
            rates=_rates(part.numbers),
            titled=None if part.titled is None else part.titled[index],
            words={name: values[index] for name, values in words.items()},
            unplaced=self._unplaced(part, index),
        )
        local = Rejections(len(index))
        found = evaluate_rows(rows, model, local)
        drawn: Intervals | None = None
        if options.draws:
            vary = first_order_rows if options.first_order else draw_rows
            drawn = vary(found, local, draws=options.draws, seed=options.seed)
        part.rejections.take(index, local)
        scored = scored_rows(found, review(found, drawn), drawn)
        part.results.take(index, scored, ~part.rejections.mask[index])

    @staticmethod
    def _unplaced(part: _Table, index: Codes) -> Mask:
        """Return which rows leave the region to their template."""
        if "" not in part.regions:
            return NEVER
        return np.asarray(part.codes[index] == part.regions.index(""))

    def _common(self, key: GroupKey, codes: Sequence[str]) -> dict[str, "Prototype | Reason"]:
        """Return for each region the prototype that scores it, one for as many as possible."""
        found: dict[str, Prototype | Reason] = {}
        shared: Prototype | None = None
        for code in codes:
            if code and not regions.known(code):
                params = {"region": code, "near": regions.nearest(code)}
                found[code] = Reason("HP-F02", "", "region", params)
                continue
            if shared is not None:
                there = shared.region(code)
                if there.alike:
                    found[code] = shared if there.error is None else Reason.of_region(there.error)
                    continue
            own = self._prototype(key, code)
            found[code] = own
            if shared is None and isinstance(own, Prototype):
                shared = own
        return found

    def _prototype(self, key: GroupKey, code: str) -> Prototype | Reason:
        """Return the prototype of a group bound in a region, or what is wrong with it."""
        known = self._prototypes
        if (key, code) not in known:
            findings = Findings()
            made = prototype(key, code, self.library, findings)
            if made is None:
                known[key, code] = _reason(next(iter(findings)))
            else:
                known[key, code] = made
        known.move_to_end((key, code))
        if len(known) > MOST_PROTOTYPES:
            known.popitem(last=False)
        return known[key, code]

    def _outcome(self, part: _Table, first_row: int) -> Outcome:
        rejected = part.rejections.mask
        keep = ~rejected
        carried = ("template", *self.layout.carried)
        whole = not rejected.any()
        chosen = part.table if whole else kept_rows(part.table, keep)
        texts = {
            "id": part.ids if whole else kept_texts(part.ids, keep),
            **{name: text_column(chosen, name) for name in carried},
        }
        scores = part.results.columns(
            keep,
            first_row,
            texts,
            with_draws=bool(self.options.draws),
            with_way=self.options.first_order,
        )
        out = np.flatnonzero(rejected)
        rejects = [
            Reject(first_row + i, own, part.rejections.reason(i))
            for i, own in zip(out.tolist(), listed(part.ids, out), strict=True)
        ]
        return Outcome(scores, rejects, joined(part.results.sums), together(part.results.tallies))


def group_keys(table: Table, layout: Layout) -> Iterator[tuple[GroupKey, Codes]]:
    """Yield the rows of every combination of template, period and declarations."""
    names = ["template", "start", "years", *layout.declared]
    coded = [encoded(table, name) for name in names]
    combined = np.zeros(table.num_rows, dtype=np.int64)
    for values, codes in coded:
        combined = combined * len(values) + codes
        if len(values) > 1:  # keeps the product of many columns within an integer
            combined = pd.factorize(combined)[0].astype(np.int64)
    unique = int(combined.max()) + 1 if table.num_rows else 0
    small = combined.astype(np.uint16) if unique < 65_536 else combined
    order = np.argsort(small, kind="stable")
    edges = np.searchsorted(small[order], np.arange(unique + 1))
    for group in range(unique):
        index = order[edges[group] : edges[group + 1]]
        if index.size:
            row = int(index[0])
            yield _group_key([values[codes[row]] for values, codes in coded], layout), index


def _group_key(values: Sequence[str], layout: Layout) -> GroupKey:
    template, start, years, *declared = values
    pairs = zip(layout.declared, declared, strict=True)
    told = tuple((name, typed(value)) for name, value in pairs if value != "")
    return GroupKey(template, start, years, told)


def _usual_region(key: GroupKey) -> str:
    """Return the region of a template's own case, for rows that name none."""
    known = key.template in template_files()
    return str(template(key.template).case.get("region", "")) if known else ""


def _reject_duplicates(
    duplicates: Mapping[int, int], first_row: int, ids: Texts, rejections: Rejections
) -> None:
    for row, other in duplicates.items():
        mask = np.arange(len(rejections)) == row - first_row
        params = {"id": listed(ids, [row - first_row])[0], "other": f"row {other}"}
        rejections.add(mask, Reason("HP-Y12", "", "id", params))


def _reason(finding: Finding) -> Reason:
    """Return why a group cannot be bound: its finding, the place without the prototype's name."""
    column = finding.place.removeprefix(FILE).strip()
    if column.startswith(f"{WHOLE}."):
        column = WHOLE
    return Reason(finding.rule, finding.variant, column, finding.params)


def _rates(columns: Mapping[InputColumn, Any]) -> frozenset[str]:
    """Return the inputs that are given as a plain number or in per cent."""
    centres = [c for c in columns if c.parameter in ("value", "mode")]
    return frozenset(c.name for c in centres if c.unit.text in ("1", "%"))


def _of_template(
    model: Prototype, columns: Mapping[InputColumn, Array], index: Codes
) -> dict[tuple[str, str], Array]:
    """Return the numbers of the template's inputs; columns of one input in several units join."""
    found: dict[tuple[str, str], Array] = {}
    for column, values in columns.items():
        if column.name not in model.template.inputs:
            continue
        if column.parameter != "gsd" and not model.takes(column.name, column.unit.dimension):
            continue
        # scaled here: a group uses few of the columns
        key, own = (column.name, column.parameter), values[index] * column.scale
        if key in found:
            own = np.where(np.isnan(found[key]), own, found[key])
        if not np.isnan(own).all():
            found[key] = own
    return found
