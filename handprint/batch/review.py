"""Review the rows of a group by the rules of single cases.

Facts that are constant stay columns of length one; what depends on a row's numbers, region or
title becomes a column. Which inputs matter is told by their lines, 1 % of |NER|: what each input
adds to the variance is not asked of a million rows.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING, Any

import numpy as np

from handprint.batch.drawing import Intervals
from handprint.batch.prototype import Prototype
from handprint.batch.scoring import Evaluation, Rows
from handprint.case.answers import told
from handprint.factors.plausible import usual_range
from handprint.review.facts.declared import names_source
from handprint.review.facts.inputs import MATTERS, WORST_SCORE, evidenced, is_round, pedigree_score
from handprint.review.facts.results import natures
from handprint.review.facts.wording import words_in
from handprint.review.rules import broken
from handprint.review.value_checks import check_spread
from handprint.units.unit import parse_unit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]
    Mask = NDArray[np.bool_]

__all__ = ["Review", "review"]

Marks = list[tuple[str, "Mask"]]
NEVER, ALWAYS = np.array([False]), np.array([True])


@dataclass(frozen=True, slots=True)
class Review:
    """What the rules found.

    Parameters
    ----------
    marks : list of (key, mask)
        Rule keys with the rows they hold for; a mask of length one holds for all rows.
    nature : array of str, shape (row,) or (1,)
    quality : array, shape (row,) or (1,)
        Mean pedigree score of the inputs that matter [1..5].
    """

    marks: Marks
    nature: "NDArray[Any]"
    quality: "Array"


def review(found: Evaluation, drawn: Intervals | None = None) -> Review:
    """Return the rules that the rows break, and what the facts say beside."""
    model = found.model
    nature = natures(model.case, model.model, found.effects["E_ref"], found.effects["E_sol"])
    important = _important(found)
    values: dict[str, NDArray[Any]] = {
        **{name: np.array([value]) for name, value in found.model.constant.items()},
        **_regional(found),
        **_results(found),
        **_inputs(found, important),
        **_words(found),
        "nature": nature,
    }
    with np.errstate(invalid="ignore"):
        marks = [(rule.key, mask) for rule, mask in broken(values) if mask.any()]
    marks += [(key, ALWAYS) for key in found.model.told]
    marks += _notes(found.model, found.rows) + _ranges(found)
    marks += [(mark.key, mark.mask) for mark in found.marks]
    marks += [] if drawn is None else _off_centre(found, drawn)
    return Review(marks, nature, _quality(found, important))


def _off_centre(found: Evaluation, drawn: Intervals) -> Marks:
    """Return what the draws reach, and where NER at typical inputs is far from their middle."""
    quantiles = [drawn.quantiles[name] for name in ("p5", "p50", "p95")]
    spread = check_spread(found.metrics["NER"], quantiles, drawn.negative, ("", ""))
    return [(mark.key, mark.mask) for mark in (*drawn.marks, *spread)]


def _results(found: Evaluation) -> "dict[str, NDArray[Any]]":
    e = found.effects
    with np.errstate(all="ignore"):
        rate = np.where(e["E_ref"] > 0, e["G0"] / e["E_ref"], np.nan)
        margin = np.where(e["G0"] > 0, 1 - (e["F"] - e["H"]) / e["G0"], np.nan)
    return {
        **{name: e[name] for name in ("E_ref", "F", "G0")},
        **found.metrics,
        "reduction_rate": rate,
        "break_even_percent": np.round(100 * margin, 1),
        "quantity": found.quantity,
        "quantity_solution": found.quantity_solution,
        "reference_constant": _reference_constant(found),
    }


def _reference_constant(found: Evaluation) -> "Mask":
    """Return whether the reference emissions are the same in every year."""
    model = found.model.model
    if len(model.calendar.years) == 1:
        return ALWAYS
    total: Array = np.zeros((1, len(model.calendar.years)))
    for entry in found.ledger:
        if entry.line.scenario == "reference" and not entry.line.memo:
            total = total + entry.emissions[:, :, 0]
    rates = total / np.asarray(model.calendar.fractions)
    largest = np.maximum(np.abs(rates).max(axis=1), 1e-300)
    return np.asarray(np.ptp(rates, axis=1) <= 1e-9 * largest)


def _regional(found: Evaluation) -> "dict[str, NDArray[Any]]":
    """Return the facts about factors, per row where regions differ in them."""
    rows = found.rows
    told = [found.model.region(code).facts or found.model.constant for code in rows.region_codes]
    names = [name for name in told[0] if all(name in facts for facts in told)]
    result = {}
    for name in names:
        table = np.array([facts[name] for facts in told])
        result[name] = table[:1] if np.all(table == table[0]) else table[rows.regions]
    return result


def _important(found: Evaluation) -> "dict[str, Mask]":
    """Return for each input the rows in which a line that uses it carries 1 % of |NER|."""
    limit = MATTERS * np.abs(found.metrics["NER"])
    important: dict[str, Mask] = {}
    for entry in found.ledger:
        summed = entry.emissions
        size = summed[:, 0, 0] if summed.shape[1] == 1 else summed.sum(axis=(1, 2))
        large = np.abs(size) / 1000.0 >= limit
        mask = ALWAYS if large.all() else NEVER if not large.any() else large
        for name in entry.line.formula.names:
            key = entry.line.names[name]
            important[key] = _or(important.get(key, NEVER), mask)
    return important


def _inputs(found: Evaluation, important: "Mapping[str, Mask]") -> "dict[str, NDArray[Any]]":
    """Return what the rules ask about inputs: a row gives no pedigree and no evidence."""
    specs = found.model.case.inputs
    own = {name: _own(found, name) for name in specs}
    flags: dict[str, list[Mask]] = {"unscored": [], "not_primary": [], "without_evidence": []}
    chosen: list[Mask] = []
    for name, spec in specs.items():
        matters, given = important.get(name, NEVER), own[name]
        default = ~given
        lacking = ALWAYS if not spec.pedigree else given
        flags["unscored"].append(_and(matters, lacking))
        if spec.status != "given":
            flags["not_primary"].append(_and(matters, default))
        flags["without_evidence"].append(_and(matters, given if evidenced(spec) else ALWAYS))
        if spec.status == "chosen" and not evidenced(spec):
            chosen.append(default)
    return {
        **{f"inputs_{name}": _word(reduce(_or, masks, NEVER)) for name, masks in flags.items()},
        "inputs_chosen_unexplained": _word(reduce(_or, chosen, NEVER)),
        "inputs_round": _word(reduce(_or, _round(found), NEVER)),
        "uncertain": reduce(_or, _uncertain(found, own), NEVER),
        "third_party_source": _third_party(found, own),
    }


def _own(found: Evaluation, name: str) -> "Mask":
    """Return in which rows an input is the row's own."""
    given = found.given.get(name)
    if given is None:
        return NEVER
    return ALWAYS if given.present.all() else given.present


def _round(found: Evaluation) -> "list[Mask]":
    """Return the rows with a round rate, per input that is a plain number."""
    masks = [NEVER]
    for name in sorted(found.rows.rates):
        values = found.rows.numbers.get((name, "value"))
        modes = found.rows.numbers.get((name, "mode"))
        if values is None or modes is None:
            values = modes if values is None else values
        else:
            values = np.where(np.isnan(values), modes, values)
        if values is not None:
            with np.errstate(invalid="ignore"):
                masks.append(is_round(values))
    return masks


def _uncertain(found: Evaluation, own: "Mapping[str, Mask]") -> "list[Mask]":
    """Return the rows in which something has a distribution."""
    columns = found.model.model.columns
    masks = [_regional_flag(found, "factors_uncertain")]
    for name, column in columns.items():
        if name in own:
            given = found.given.get(name)
            if column.uncertain:
                masks.append(~own[name])
            for part in given.uncertain if given else ():
                mask = np.zeros(len(found.rows), dtype=bool)
                mask[part.rows] = True
                masks.append(mask)
        elif column.uncertain and column.role == "rebound":
            masks.append(ALWAYS)
    return masks


def _regional_flag(found: Evaluation, name: str) -> "Mask":
    return np.asarray(_regional(found).get(name, NEVER), dtype=bool)


def _third_party(found: Evaluation, own: "Mapping[str, Mask]") -> "Mask":
    case, factors = found.model.case, found.model.model.factors
    if names_source(case) or any(f.source.status in ("library", "own") for f in factors):
        return ALWAYS
    sourced = [~own[n] for n, s in case.inputs.items() if told(s.source) and s.status != "given"]
    return reduce(_or, sourced, NEVER)


def _quality(found: Evaluation, important: "Mapping[str, Mask]") -> "Array":
    """Return the mean pedigree score of the inputs that matter, per row or one for all."""
    total: Array = np.zeros(1)
    count: Array = np.zeros(1)
    for name, spec in found.model.case.inputs.items():
        matters = important.get(name, NEVER)
        if not matters.any():
            continue
        own, default = _own(found, name), pedigree_score(spec)
        score = np.where(own, WORST_SCORE, default) if default != WORST_SCORE else WORST_SCORE
        total = total + np.where(matters, score, 0.0)
        count = count + matters
    return np.where(count > 0, total / np.maximum(count, 1.0), WORST_SCORE)


def _words(found: Evaluation) -> "dict[str, NDArray[Any]]":
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
        result[name] = np.where(rows.titled, told, str(model.constant[name]))
    return result


def _notes(model: Prototype, rows: Rows) -> Marks:
    """Return the factor fallbacks of each row's region."""
    notes: dict[str, list[int]] = {}
    for index, code in enumerate(rows.region_codes):
        for note in model.region(code).notes:
            notes.setdefault(note, []).append(index)
    everywhere = len(rows.region_codes)
    return [
        (note, ALWAYS if len(indices) == everywhere else np.isin(rows.regions, indices))
        for note, indices in notes.items()
    ]


def _ranges(found: Evaluation) -> Marks:
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
    if "HP-F30" in found.model.told:  # of a factor that all rows have
        unusual = np.zeros(len(found.rows), dtype=bool)
    marks = [("HP-T06", outside), ("HP-F30", unusual)]
    return [(key, mask) for key, mask in marks if mask.any()]


def _unusual(found: Evaluation) -> "Mask":
    """Return the rows with an input outside of what is usual for its kind."""
    unusual = np.zeros(len(found.rows), dtype=bool)
    for name, spec in found.model.template.inputs.items():
        usual = usual_range("input", parse_unit(spec.unit))
        if usual is not None and name in found.columns:
            low, high = (bound * usual.unit.scale for bound in (usual.low, usual.high))
            central = found.columns[name][:, 0, 0]
            unusual |= (central < low) | (central > high)
    return unusual


def _or(one: "Mask", other: "Mask") -> "Mask":
    if one is ALWAYS or other is NEVER:
        return one
    return other if other is ALWAYS or one is NEVER else np.asarray(one | other)


def _and(one: "Mask", other: "Mask") -> "Mask":
    if one is NEVER or other is ALWAYS:
        return one
    return other if other is NEVER or one is ALWAYS else np.asarray(one & other)


def _word(mask: "Mask") -> "NDArray[Any]":
    """Return a mask as a fact that is empty or not."""
    return np.where(mask, "x", "")
