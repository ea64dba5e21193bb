"""Review the rows of a group by the rules of single cases.

Facts that are constant stay columns of length one; what depends on a row's numbers, region or
title becomes a column.
"""

from dataclasses import dataclass, replace

import numpy as np

from handprint.batch.drawing import Intervals
from handprint.batch.prototype import Prototype
from handprint.batch.scoring import Evaluation, Rows
from handprint.core.arrays import AnyArray, Array, Mask
from handprint.core.errors import Severity
from handprint.factors.plausible import usual_range
from handprint.review.facts import computed_facts
from handprint.review.facts.wording import words_in
from handprint.review.marks import ALWAYS, NEVER, Mark, either, opposite
from handprint.review.rules import broken
from handprint.review.value_checks import check_spread
from handprint.units.unit import parse_unit

__all__ = ["Review", "review"]


@dataclass(frozen=True, slots=True)
class Review:
    """What the rules found.

    Parameters
    ----------
    marks : list of Mark
        A mask of length one holds for all rows.
    nature : array of str, shape (row,) or (1,)
    quality : array, shape (row,) or (1,)
        Mean pedigree score of the inputs that matter [1..5].
    """

    marks: list[Mark]
    nature: AnyArray
    quality: Array


def review(found: Evaluation, drawn: Intervals | None = None) -> Review:
    """Return the rules that the rows break, and what the facts say beside."""
    constant = {**found.model.constant, **_regional(found)}
    values = {**constant, **computed_facts(found.central, constant), **_words(found)}
    with np.errstate(invalid="ignore"):
        marks = [
            Mark(rule.id, rule.variant, rule.severity, mask)
            for rule, mask in broken(values)
            if mask.any()
        ]
    marks += [*found.model.told, *_taken(found.model, found.rows), *found.marks]
    marks += [*_notes(found.model, found.rows), *_ranges(found)]
    marks += [] if drawn is None else _off_centre(found, drawn)
    return Review(marks, values["nature"], values["quality_score"])


def _taken(model: Prototype, rows: Rows) -> list[Mark]:
    """Return the rows that leave something to their template (HP-T07)."""
    titled = NEVER if rows.titled is None else rows.titled
    mask = ALWAYS if model.leaves else either(opposite(titled), rows.unplaced)
    return [Mark("HP-T07", "", Severity.NOTE, mask)] if mask.any() else []


def _off_centre(found: Evaluation, drawn: Intervals) -> list[Mark]:
    """Return what the draws reach, and where NER at typical inputs is far from their middle."""
    quantiles = [drawn.quantiles[name] for name in ("p5", "p50", "p95")]
    ner = found.central.metrics["NER"]
    return [*drawn.marks, *check_spread(ner, quantiles, drawn.negative, ("", ""))]


def _regional(found: Evaluation) -> dict[str, AnyArray]:
    """Return the facts about factors, per row where regions differ in them."""
    rows = found.rows
    told = [found.model.region(code).facts or found.model.constant for code in rows.region_codes]
    names = [name for name in told[0] if all(name in facts for facts in told)]
    result = {}
    for name in names:
        table = np.concatenate([facts[name] for facts in told])
        result[name] = table[:1] if np.all(table == table[0]) else table[rows.regions]
    return result


def _words(found: Evaluation) -> dict[str, AnyArray]:
    """Return the words that rules look for, where rows have titles of their own."""
    rows, model = found.rows, found.model
    if rows.titled is None:
        return {}
    case = model.case
    texts = [t for b in (case.description, case.solution.description, case.reference.description)
             for t in (b or {}).values()]  # fmt: skip
    result = {}
    for name, word in words_in(texts).items():
        own = rows.words.get(name, np.array([""]))
        told = np.where(own != "", own, word)
        result[name] = np.where(rows.titled, told, str(model.constant[name][0]))
    return result


def _notes(model: Prototype, rows: Rows) -> list[Mark]:
    """Return the factor fallbacks of each row's region."""
    notes: dict[str, tuple[Mark, list[int]]] = {}
    for index, code in enumerate(rows.region_codes):
        for note in model.region(code).notes:
            notes.setdefault(note.key, (note, []))[1].append(index)
    everywhere = len(rows.region_codes)
    return [
        note if len(indices) == everywhere else replace(note, mask=np.isin(rows.regions, indices))
        for note, indices in notes.values()
    ]


def _ranges(found: Evaluation) -> list[Mark]:
    """Return where inputs lie outside of their range, the template's (HP-T06) or that of their
    kind (HP-F30).
    """
    outside = np.zeros(len(found.rows), dtype=bool)
    for (name, parameter), values in found.rows.numbers.items():
        spec = found.model.template.inputs.get(name)
        if spec is None or parameter not in ("value", "low", "mode", "high"):
            continue
        shown = values / found.model.scale(name)
        with np.errstate(invalid="ignore"):
            outside |= (shown < spec.range[0]) | (shown > spec.range[1])
    unusual = _unusual(found)
    marks = [Mark(code, "", Severity.WARNING, mask)
             for code, mask in (("HP-T06", outside), ("HP-F30", unusual))]  # fmt: skip
    return [mark for mark in marks if mark.mask.any()]


def _unusual(found: Evaluation) -> Mask:
    """Return the rows with an input outside of what is usual for its kind."""
    unusual = np.zeros(len(found.rows), dtype=bool)
    for name, spec in found.model.template.inputs.items():
        usual = usual_range("input", parse_unit(spec.unit))
        if usual is not None and name in found.central.columns:
            low, high = (bound * usual.unit.scale for bound in (usual.low, usual.high))
            central = found.central.columns[name][:, 0, 0]
            unusual |= (central < low) | (central > high)
    return unusual
