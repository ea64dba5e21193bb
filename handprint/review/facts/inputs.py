"""Facts about the inputs that matter: their quality, evidence and sources."""

from collections.abc import Iterable, Iterator, Mapping
from functools import reduce
from typing import TYPE_CHECKING

import numpy as np

from handprint.case.answers import told
from handprint.case.schema import Case, InputSpec
from handprint.core.arrays import AnyArray, Array, Mask
from handprint.model.evaluate import Entry
from handprint.model.inputs import input_key
from handprint.model.structure import Model
from handprint.review.facts.declared import names_source
from handprint.review.facts.evaluated import Evaluated
from handprint.review.marks import ALWAYS, NEVER, both, either, opposite

if TYPE_CHECKING:
    Text = AnyArray

__all__ = ["input_facts"]

MATTERS = 0.01  # of |NER| (rule R21)
ROUND_STEP = 0.05
WORST_SCORE = 5.0  # of an input without a pedigree
MOST_SHOWN = 6


def input_facts(found: Evaluated, constant: "Mapping[str, Text]") -> "dict[str, Text]":
    """Return what the rules ask about inputs and evidence."""
    case, specs = found.case, dict(_specs(found.case))
    matters, evidenced = important(found), {k for k, spec in specs.items() if _evidenced(spec)}
    lacking: dict[str, dict[str, Mask]] = {
        "inputs_unscored": {},
        "inputs_not_primary": {},
        "inputs_without_evidence": {},
    }
    for key, spec in specs.items():
        weight, own = matters.get(key, NEVER), _own(found, key)
        if weight is NEVER:
            continue
        lacking["inputs_unscored"][key] = both(weight, own if spec.pedigree else ALWAYS)
        if spec.status != "given":
            lacking["inputs_not_primary"][key] = both(weight, opposite(own))
        unevidenced = _unevidenced(spec, own) if key in evidenced else ALWAYS
        lacking["inputs_without_evidence"][key] = both(weight, unevidenced)
    chosen = [k for k, s in specs.items() if s.status == "chosen" and k not in evidenced]
    realised, context = case.claim == "realised", case.assessment.type == "context"
    return {
        **{name: _listed(masks) for name, masks in lacking.items()},
        "inputs_chosen_unexplained": _listed({k: opposite(_own(found, k)) for k in chosen}),
        "inputs_round": _listed(
            {k: _round(found, k, spec, evidenced=k in evidenced) for k, spec in specs.items()}
        ),
        "uncertain": _any([np.asarray(constant["factors_uncertain"]), *_uncertain(found)]),
        "customer_known": np.array([realised or context]),
        "third_party_source": _third_party(found, specs, constant["factors_third_party"]),
        "quality_score": _quality(found, specs, matters),
    }


def important(found: Evaluated) -> dict[str, Mask]:
    """Return for every input the cases in which it matters.

    It does where the lines that use it carry 1 % of |NER| together: how a quantity is cut into
    lines does not count.
    """
    limit = MATTERS * np.abs(found.metrics["NER"])
    carried: dict[str, Array] = {}
    always: set[str] = set()
    for entry in found.ledger:
        emissions = entry.emissions
        size = emissions[:, 0, 0] if emissions.shape[1] == 1 else emissions.sum(axis=(1, 2))
        size = np.abs(size) / 1000.0
        keys = _used(found.model, entry) - always
        if np.all(size >= limit):
            always |= keys
            continue
        for key in keys:
            carried[key] = carried[key] + size if key in carried else size
    masks = {key: size >= limit for key, size in carried.items() if key not in always}
    return {key: _shortened(mask) for key, mask in masks.items()} | dict.fromkeys(always, ALWAYS)


def _used(model: Model, entry: Entry) -> set[str]:
    """Return the columns of the inputs that an entry's emissions depend on."""
    line = entry.line
    formulas = [f for f in (line.formula, line.lifetime, line.share) if f is not None]
    keys = {line.names[name] for formula in formulas for name in formula.names}
    if model.normalise and line.scenario == "solution":
        units = (model.functional_unit, model.functional_unit_solution)
        for formula, names, _ in (t for unit in units if unit is not None for t in unit.terms):
            keys |= {names[name] for name in formula.names}
    return keys


def _quality(
    found: Evaluated, specs: Mapping[str, InputSpec], matters: Mapping[str, Mask]
) -> Array:
    """Return the mean pedigree score of the inputs that matter, 5 where none was given [1..5]."""
    total: Array = np.zeros(1)
    count: Array = np.zeros(1)
    for key, spec in specs.items():
        weight = matters.get(key, NEVER)
        if weight is NEVER:
            continue
        stated = sum(spec.pedigree) / 5 if spec.pedigree else WORST_SCORE
        own = _own(found, key)
        mixed = stated != WORST_SCORE and own is not NEVER
        score = np.where(own, WORST_SCORE, stated) if mixed else np.array([stated])
        total = total + (score if weight is ALWAYS else np.where(weight, score, 0.0))
        count = count + weight
    return np.where(count > 0, total / np.maximum(count, 1.0), WORST_SCORE)


def _specs(case: Case) -> Iterator[tuple[str, InputSpec]]:
    """Yield every input by its column key."""
    yield from case.inputs.items()
    for site in case.sites:
        for name, spec in site.inputs.items():
            yield input_key(site.id, name), spec


def _own(found: Evaluated, key: str) -> Mask:
    """Return the cases that give an input in place of what their common case says."""
    return found.own[key].present if key in found.own else NEVER


def _evidenced(spec: InputSpec) -> bool:
    """Whether an input names its evidence, its source, or why it was chosen."""
    return any(told(text) for text in (spec.evidence, spec.source, spec.note))


def _unevidenced(spec: InputSpec, own: Mask) -> Mask:
    """Return where an input with evidence lacks it: that of a default speaks for no given value."""
    return NEVER if spec.status == "given" else own


def _round(found: Evaluated, key: str, spec: InputSpec, *, evidenced: bool) -> Mask:
    """Return where a dimensionless rate is a multiple of 5 % and names no evidence."""
    result, given = NEVER, found.own.get(key)
    value = spec.mode if spec.value is None else spec.value
    if value is not None and not evidenced and spec.unit in ("1", "%"):
        rate = np.asarray([value / 100 if spec.unit == "%" else value])
        result = both(opposite(_own(found, key)), _shortened(_is_round(rate)))
    if given is not None and given.rate is not None:
        lacking = _unevidenced(spec, given.present) if evidenced else given.present
        result = either(result, both(lacking, _is_round(given.rate)))
    return result


def _is_round(rate: Array) -> Mask:
    """Return where rates between 0 and 1 are multiples of 5 %."""
    with np.errstate(invalid="ignore"):
        steps = rate / ROUND_STEP
        return np.asarray((rate > 0) & (rate < 1) & (np.abs(steps - np.round(steps)) < 1e-9))


def _uncertain(found: Evaluated) -> Iterator[Mask]:
    """Yield where an input or the rebound has a distribution."""
    for key, column in found.model.columns.items():
        if column.role == "factor":
            continue
        if column.uncertain:
            yield opposite(_own(found, key))
        if key in found.own:
            yield found.own[key].uncertain


def _third_party(found: Evaluated, specs: Mapping[str, InputSpec], factors: AnyArray) -> Mask:
    """Return where something comes from others than the submitter."""
    if names_source(found.case) or factors.all():
        return ALWAYS
    sourced = [k for k, spec in specs.items() if told(spec.source) and spec.status != "given"]
    return _any([np.asarray(factors), *(opposite(_own(found, key)) for key in sourced)])


def _any(masks: Iterable[Mask]) -> Mask:
    return reduce(either, masks, NEVER)


def _shortened(mask: Mask) -> Mask:
    """Return a mask that holds for all or for none as the constant."""
    return ALWAYS if mask.all() else mask if mask.any() else NEVER


def _listed(lacking: Mapping[str, Mask]) -> "Text":
    """Return the inputs for a message, cut after a few; for many cases whether there are any.

    No message is made of many cases, so their names are not put together.
    """
    held = {key: mask for key, mask in lacking.items() if mask is not NEVER and mask.any()}
    if any(mask.size > 1 for mask in held.values()):
        return np.where(_any(held.values()), "x", "")
    more = len(held) - MOST_SHOWN
    names = ", ".join(list(held)[:MOST_SHOWN])
    return np.array([names + (f" (+{more})" if more > 0 else "")])
