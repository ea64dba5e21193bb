"""Facts about the inputs that matter: their quality, evidence and sources."""

from collections.abc import Iterator, Sequence

import numpy as np

from handprint.case.answers import told
from handprint.case.schema import Case, InputSpec
from handprint.core.arrays import Array, Mask
from handprint.model.drivers import Driver
from handprint.model.effects import Effects
from handprint.model.evaluate import Ledger
from handprint.model.inputs import input_key
from handprint.model.structure import Model
from handprint.review.facts.declared import names_source
from handprint.review.facts.results import Fact

__all__ = [
    "MATTERS",
    "WORST_SCORE",
    "evidenced",
    "input_facts",
    "is_round",
    "pedigree_score",
    "quality_score",
]

MATTERS = 0.01  # of the variance, or of |NER| (rule R21)
ROUND_STEP = 0.05
WORST_SCORE = 5.0  # of an input without a pedigree
MOST_SHOWN = 6


def input_facts(
    case: Case, model: Model, effects: Effects, ledger: Ledger, drivers: Sequence[Driver]
) -> dict[str, Fact]:
    """Return what the rules ask about inputs and evidence."""
    important = _important(model, effects, ledger, drivers)
    specs = [(key, spec) for key, spec in _specs(case) if key in important]
    third_party = names_source(case) or any(
        told(spec.source) for _, spec in _specs(case) if spec.status != "given"
    )
    factors = any(f.source.status in ("library", "own") for f in model.factors)
    return {
        "uncertain": any(column.uncertain for column in model.columns.values()),
        "inputs_unscored": _listed(k for k, s in specs if not s.pedigree),
        "inputs_not_primary": _listed(k for k, s in specs if s.status != "given"),
        "inputs_without_evidence": _listed(k for k, s in specs if not evidenced(s)),
        "inputs_chosen_unexplained": _listed(
            k for k, s in _specs(case) if s.status == "chosen" and not evidenced(s)
        ),
        "inputs_round": _listed(k for k, s in _specs(case) if _round_rate(s)),
        "customer_known": case.claim == "realised" or case.assessment.type == "context",
        "third_party_source": third_party or factors,
        "quality_score": quality_score(case, important),
    }


def quality_score(case: Case, important: set[str] | frozenset[str]) -> float:
    """Return the mean pedigree score of the inputs that matter, 5 where none was given [1..5]."""
    scores = [pedigree_score(spec) for key, spec in _specs(case) if key in important]
    return sum(scores) / len(scores) if scores else WORST_SCORE


def pedigree_score(spec: InputSpec) -> float:
    """Return the mean pedigree score of an input [1..5]."""
    return sum(spec.pedigree) / 5 if spec.pedigree else WORST_SCORE


def _important(
    model: Model, effects: Effects, ledger: Ledger, drivers: Sequence[Driver]
) -> set[str]:
    """Return the keys of inputs that carry 1 % of the variance, or of |NER| through their lines."""
    keys = {key for driver in drivers if driver.share >= MATTERS for key in driver.keys}
    ner = abs(float(effects.ner[0, 0]))
    for entry in ledger:
        if abs(float(entry.emissions.sum())) / 1000.0 >= MATTERS * ner:
            keys |= {entry.line.names[name] for name in entry.line.formula.names}
    return keys & set(model.columns)


def _specs(case: Case) -> Iterator[tuple[str, InputSpec]]:
    """Yield every input by its column key."""
    yield from case.inputs.items()
    for site in case.sites:
        for name, spec in site.inputs.items():
            yield input_key(site.id, name), spec


def evidenced(spec: InputSpec) -> bool:
    """Whether an input names its evidence, its source, or why it was chosen."""
    return any(told(text) for text in (spec.evidence, spec.source, spec.note))


def _round_rate(spec: InputSpec) -> bool:
    """Whether a dimensionless rate is a multiple of 5 % and names no evidence."""
    value = spec.mode if spec.value is None else spec.value
    if value is None or spec.unit not in ("1", "%") or evidenced(spec):
        return False
    return bool(is_round(np.asarray(value / 100 if spec.unit == "%" else value)))


def is_round(rate: Array) -> Mask:
    """Return where rates between 0 and 1 are multiples of 5 %."""
    steps = rate / ROUND_STEP
    return np.asarray((rate > 0) & (rate < 1) & (np.abs(steps - np.round(steps)) < 1e-9))


def _listed(keys: "Iterator[str]") -> str:
    """Return names for a message, cut after a few."""
    names = list(keys)
    more = len(names) - MOST_SHOWN
    return ", ".join(names[:MOST_SHOWN]) + (f" (+{more})" if more > 0 else "")
