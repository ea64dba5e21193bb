"""Every rule and variant: columns that satisfy it, columns that break it, several cases at once."""

import ast
import inspect
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from handprint.core.errors import Severity
from handprint.core.i18n import render_finding
from handprint.review.facts.results import Fact
from handprint.review.rules import RULES, broken

Facts = dict[str, Fact]
NAN = float("nan")

# What makes the facts of the small case blameless.
FLAWLESS: Facts = {
    "nature": "actual_reduction", "nodes": 3, "adverse": 1, "higher_nodes": 1, "uncertain": True,
    "nodes_untreated": "", "nodes_without_horizon": "", "no_adverse_reason": False,
    "gates_open": "", "fossil_link": "none", "disclosures_missing": "", "overlap_missing": "",
    "commitment": True, "others_told": True, "undescribed": "", "interests_told": True,
    "third_party_source": True, "sensitivities_missing": "", "inputs_unscored": "",
    "inputs_not_primary": "", "inputs_without_evidence": "", "inputs_chosen_unexplained": "",
    "inputs_round": "", "review": "independent", "stages_included": "manufacture, use",
    "factors_unsourced": "", "factors_other_gwp": "", "completeness_told": True,
}  # fmt: skip

# rule -> changes that break it, one after the other
BREAKING: dict[str, list[Facts]] = {
    "R01": [
        {"quantity_solution": 999_999.0},
        {"quantity_solution": 2e6},
        {"quantity": 1e9, "quantity_solution": 1e9 + 2},
    ],
    "R01.zero": [
        {"quantity": 0.0, "quantity_solution": 0.0},
        {"quantity": -1.0, "quantity_solution": -1.0},
    ],
    "R02": [{"boundary_differs": "region"}],
    "R03.zero": [{"F": 0.0}, {"F": -5.0}],
    "R03.stages": [{"stages_missing": "transport"}],
    "R04.rationale": [{"has_rationale": False}],
    "R04.candidates": [{"tier": 1, "candidates": 1}],
    "R05": [
        {"demand_context": "new", "reference_kind": "previous_situation"},
        {"demand_context": "end_of_life", "reference_kind": "previous_situation"},
        {"demand_context": "regulated", "reference_kind": "market_average"},
        {"demand_context": "improvement", "reference_kind": "market_average"},
        {"demand_context": "early_replacement", "reference_kind": "market_average"},
    ],
    "R05.early": [
        {"demand_context": "early_replacement", "end_of_life": 2022, "last_year": 2022},
        {"demand_context": "early_replacement", "end_of_life": 0},
    ],
    "R05.undeclared": [{"demand_context": ""}],
    "R06": [{"years": 2, "reference_yearly": False}],
    "R07": [{"nodes": 0}, {"nodes": 0, "tier": 1}],
    "R08": [{"adverse": 0}, {"nodes": 1, "adverse": 0}],
    "R09": [{"nodes_untreated": "spending"}],
    "R10": [{"tier": 3, "public": True}],
    "R11": [{"netting_words": "net of Scope 1"}],
    "R12": [{"neutral_words": "carbon neutral"}],
    "R13": [{"nature": "undetermined"}],
    "R14": [{"claim": ""}],
    "R15": [{"nodes_without_horizon": "spending"}],
    "R16": [
        {"contributors": 1, "share_sum": 1 + 2e-9, "share_key": "cost"},
        {"contributors": 2, "share_sum": 0.9, "share_key": ""},
        {"contributors": 2, "share_sum": 0.9, "share_key": "cost", "share_outside": True},
    ],
    "R17": [{"others_told": False}],
    "R18": [{"assessment_type": "provider", "completeness_told": False}],
    "R19": [{"also_acting": "other", "overlap": ""}],
    "R20": [{"extrapolation_ratio": 1.01, "representative": False}],
    "R20.far": [{"extrapolation_ratio": 1000.5, "representative": True}],
    "R21": [{"inputs_unscored": "output"}],
    "R21.tier1": [{"inputs_unscored": "output", "tier": 1}],
    "R22": [{"uncertain": False}, {"uncertain": False, "tier": 1}],
    "R23": [{"sensitivities_missing": "reference"}, {"sensitivities_missing": "x", "tier": 1}],
    "R23.publish": [
        {"sensitivities_missing": "reference", "publishing": True},
        {"sensitivities_missing": "reference", "publishing": True, "tier": 1},
    ],
    "R24": [{"factors_unsourced": "line"}],
    "R24.gwp": [{"factors_other_gwp": "x (AR4)"}],
    "R25": [{"customer_known": True, "inputs_not_primary": "output"}],
    "R26": [{"inputs_without_evidence": "output"}],
    "R27": [{"gates_open": "climate_action"}],
    "R28": [{"fossil_link": "direct"}],
    "R29": [{"disclosures_missing": "ownership"}],
    "R30": [{"claim": "realised", "monitoring_records": 0, "normalisation_told": True}],
    "R31": [{"inputs_chosen_unexplained": "output"}],
    "R32": [{"public": True, "review": "none"}, {"public": True, "review": "internal", "tier": 1}],
    "R33": [{"interests_told": False}],
    "R34": [
        {"accounting_reference": "location_average", "accounting_solution": "marginal"},
        {"accounting_reference": "marginal", "accounting_solution": "location_average"},
    ],
    "R35": [{"uses_ai": True, "ai_missing": "training"}],
    "R36": [
        {"mechanism": "optimise", "bound_percent": 22.0, "reduction_rate": 0.221},
        {"mechanism": "optimise", "bound_percent": 40.0, "reduction_rate": 0.401},
    ],
    "R37.undeclared": [{"rebound_status": ""}],
    "R37.unsourced": [{"rebound_status": "quantified", "rebound_sourced": False}],
    "R37.not_quantified": [{"rebound_status": "not_quantified", "break_even_percent": 0.1}],
    "R37.no_margin": [
        {"rebound_status": "not_quantified", "break_even_percent": NAN},
        {"rebound_status": "not_quantified", "break_even_percent": -20.0},
        {"rebound_status": "not_quantified", "break_even_percent": 0.0},
    ],
    "R37.contradiction": [
        {"rebound_status": "not_quantified", "rebound_share_given": True},
        {"rebound_status": "embedded_in_measurement", "rebound_share_given": True},
    ],
    "R38": [{"definitions": ""}],
    "R39": [{"scopes_differ": "line"}],
    "R40": [{"own_ict": True}],
    "R41": [{"claim": "realised", "normalisation_told": False}],
    "R42": [{"overlap_missing": "ets"}],
    "R43": [{"commitment": False}],
    "RF01": [{"nodes": 1, "adverse": 0, "no_adverse_reason": True}],
    "RF02": [{"also_acting": "other", "overlap": "additive"}],
    "RF03": [{"years": 2, "reference_constant": True}],
    "RF04": [{"demand_context": "new"}],
    "RF05": [{"stages_included": "use"}],
    "RF06": [{"extrapolation_ratio": 10.1}],
    "RF07": [{"higher_nodes": 0, "higher_lines": 0, "rebound_status": "not_quantified"}],
    "RF08": [{"undescribed": "solution"}],
    "RF09": [{"third_party_source": False}],
    "RF10": [{"evidence_technology": "different"}],
    "RF11": [{"contributors": 2, "share_max": 1.0}, {"contributors": 2, "share_max": 1.2}],
    "RF12": [{"VEI": 100.5, "F": 0.99, "E_ref": 100.0}],
    "RF13": [{"glossy_words": "net zero"}],
    "RF14": [
        {"past_words": "has saved", "claim": "planned"},
        {"past_words": "has saved", "claim": "potential"},
    ],
    "RF15": [{"inputs_round": "rate"}],
}

# Columns at a limit, or short of one condition, that keep the rule.
KEEPING: dict[str, list[Facts]] = {
    "R01": [
        {"quantity_solution": 999_999.0, "normalised": True},
        {"quantity_solution": 1e6 * (1 + 1e-12)},
        {"quantity": 1e9, "quantity_solution": 1e9 + 1},  # a thousand-millionth apart
    ],
    "R01.zero": [{"quantity": 1e-9, "quantity_solution": 1e-9}],
    "R03.zero": [{"F": 1e-9}],
    "R04.candidates": [
        {"tier": 1, "candidates": 2},
        {"tier": 1, "candidates": 3},
        {"tier": 2, "candidates": 0},
    ],
    "R05": [
        {"demand_context": "new", "reference_kind": "market_average"},
        {"demand_context": "end_of_life", "reference_kind": "average_market_alternative"},
        {"demand_context": "regulated", "reference_kind": "regulated_level"},
        {"demand_context": "improvement", "reference_kind": "previous_situation"},
        {"demand_context": "early_replacement", "reference_kind": "previous_situation"},
        {"demand_context": "", "reference_kind": "anything"},
    ],
    "R05.early": [
        {"demand_context": "early_replacement", "end_of_life": 2022, "staged": True},
        {"demand_context": "early_replacement", "end_of_life": 2023, "last_year": 2022},
        {"demand_context": "improvement", "end_of_life": 2022, "last_year": 2022},
    ],
    "R06": [{"years": 1, "reference_yearly": False}, {"years": 2, "reference_yearly": True}],
    "R07": [{"nodes": 0, "tier": 3}, {"nodes": 1, "tier": 1}],
    "R08": [
        {"nodes": 0, "adverse": 0},  # without a tree there is R07
        {"nodes": 1, "adverse": 1},
        {"adverse": 0, "no_adverse_reason": True},
    ],
    "R10": [{"tier": 3, "public": False}, {"tier": 2, "public": True}],
    "R16": [
        {"contributors": 3, "share_sum": 1.0, "share_key": "cost"},
        {"contributors": 3, "share_sum": 1 + 1e-9, "share_key": "cost"},
        {"contributors": 0, "share_sum": 1.1, "share_key": "", "share_outside": True},
    ],
    "R18": [
        {"assessment_type": "provider", "completeness_told": True},
        {"assessment_type": "scale", "completeness_told": False},
    ],
    "R19": [
        {"also_acting": "other", "overlap": "multiplicative"},
        {"also_acting": "", "overlap": ""},
    ],
    "R20": [
        {"extrapolation_ratio": 50.0, "representative": True},
        {"extrapolation_ratio": 1.0, "representative": False},
        {"extrapolation_ratio": 0.5, "representative": False},
    ],
    "R20.far": [
        {"extrapolation_ratio": 1000.0, "measured_at_scale": False},
        {"extrapolation_ratio": 5e3, "measured_at_scale": True},
    ],
    "R21": [
        {"inputs_unscored": "output", "tier": 1},
        {"inputs_unscored": "output", "tier": 3},
        {"inputs_unscored": "", "tier": 2},
    ],
    "R21.tier1": [
        {"inputs_unscored": "output", "tier": 2},
        {"inputs_unscored": "", "tier": 1},
    ],
    "R22": [{"uncertain": False, "tier": 3}, {"uncertain": True, "tier": 2}],
    "R23": [
        {"sensitivities_missing": "reference", "publishing": True},
        {"sensitivities_missing": "reference", "publishing": False, "tier": 3},
        {"sensitivities_missing": "", "publishing": False},
    ],
    "R23.publish": [
        {"sensitivities_missing": "reference", "publishing": False},
        {"sensitivities_missing": "reference", "publishing": True, "tier": 3},
        {"sensitivities_missing": "", "publishing": True},
    ],
    "R25": [
        {"customer_known": False, "inputs_not_primary": "output"},
        {"customer_known": True, "inputs_not_primary": ""},
    ],
    "R28": [{"fossil_link": ""}, {"fossil_link": "none"}],
    "R30": [
        {"claim": "realised", "monitoring_records": 1},
        {"claim": "planned", "monitoring_records": 0},
    ],
    "R32": [
        {"review": "none", "public": False},  # what stays inside needs no reviewer
        {"review": "none", "public": True, "tier": 3},
        {"review": "independent", "public": True},
    ],
    "R34": [
        {"accounting_reference": "", "accounting_solution": "marginal"},
        {"accounting_reference": "marginal", "accounting_solution": ""},
        {"accounting_reference": "marginal", "accounting_solution": "marginal"},
    ],
    "R35": [
        {"uses_ai": True, "ai_missing": ""},
        {"uses_ai": False, "ai_missing": "training"},
    ],
    "R36": [
        {"mechanism": "optimise", "bound_percent": 22.0, "reduction_rate": 0.22},
        {"mechanism": "optimise", "bound_percent": 40.0, "reduction_rate": 0.4},
        {"mechanism": "substitute_full", "bound_percent": 22.0, "reduction_rate": 0.9},
        {"mechanism": "optimise", "reduction_rate": NAN},
    ],
    "R37.unsourced": [
        {"rebound_status": "quantified", "rebound_sourced": True},
        {"rebound_status": "embedded_in_measurement", "rebound_sourced": False},
    ],
    "R37.not_quantified": [
        {"rebound_status": "not_quantified", "break_even_percent": NAN},
        {"rebound_status": "not_quantified", "break_even_percent": 0.0},
        {"rebound_status": "quantified", "break_even_percent": 80.0},
    ],
    "R37.no_margin": [
        {"rebound_status": "not_quantified", "break_even_percent": 0.1},
        {"rebound_status": "quantified", "break_even_percent": -20.0},
    ],
    "R37.contradiction": [
        {"rebound_status": "", "rebound_share_given": True},
        {"rebound_status": "quantified", "rebound_share_given": True},
        {"rebound_status": "not_quantified", "rebound_share_given": False},
    ],
    "R41": [
        {"claim": "realised", "normalisation_told": True, "monitoring_records": 1},
        {"claim": "planned", "normalisation_told": False},
    ],
    "RF01": [{"nodes": 0, "adverse": 0}, {"nodes": 1, "adverse": 1}],
    "RF02": [
        {"also_acting": "other", "overlap": "multiplicative"},
        {"also_acting": "", "overlap": "additive"},
    ],
    "RF03": [{"years": 1, "reference_constant": True}, {"years": 3, "reference_constant": False}],
    "RF04": [
        {"demand_context": "new", "reference_kind": "market_average"},
        {"demand_context": "improvement", "reference_kind": "previous_situation"},
    ],
    "RF06": [{"extrapolation_ratio": 10.0}],
    "RF07": [
        {"higher_nodes": 1, "higher_lines": 0, "rebound_status": "not_quantified"},
        {"higher_nodes": 0, "higher_lines": 1, "rebound_status": "not_quantified"},
        {"higher_nodes": 0, "higher_lines": 0, "rebound_status": "quantified"},
        {"higher_nodes": 0, "higher_lines": 0, "rebound_status": "embedded_in_measurement"},
    ],
    "RF11": [{"contributors": 1, "share_max": 1.0}, {"contributors": 2, "share_max": 0.999}],
    "RF12": [
        {"VEI": NAN, "F": 0.0},
        {"VEI": 500.0, "F": 2.0, "E_ref": 100.0},
        {"VEI": 500.0, "F": 1.0, "E_ref": 100.0},
        {"VEI": 100.0, "F": 0.1, "E_ref": 100.0},
    ],
    "RF14": [
        {"past_words": "has saved", "claim": "realised", "monitoring_records": 1},
        {"past_words": "", "claim": "planned"},
    ],
}


@pytest.fixture
def flawless(small_case: dict[str, Any], assessed: Callable[..., Any]) -> Facts:
    facts = assessed(small_case).facts
    return {**{name: column[0].item() for name, column in facts.items()}, **FLAWLESS}


def broken_rules(*cases: Facts) -> list[set[str]]:
    """Return the keys of the rules that each case breaks, all cases reviewed at once."""
    columns = {name: np.array([case[name] for case in cases]) for name in cases[0]}
    found: list[set[str]] = [set() for _ in cases]
    for rule, mask in broken(columns):
        assert mask.shape == (len(cases),)
        assert mask.dtype == bool
        for keys, is_broken in zip(found, mask, strict=True):
            keys.update({rule.key} if is_broken else set())
    return found


def test_every_rule_is_tried() -> None:
    assert {rule.key for rule in RULES} == set(BREAKING)
    assert len({rule.key for rule in RULES}) == len(RULES)
    assert set(KEEPING) <= set(BREAKING)


def test_every_limit_and_every_condition_is_kept_once() -> None:
    """A rule that compares, or asks for several things at once, is tried where it just holds."""
    limited = set()
    for rule in RULES:
        nodes = list(ast.walk(ast.parse(inspect.getsource(rule.check))))
        if any(isinstance(node, ast.Compare | ast.BitAnd) for node in nodes):
            limited.add(rule.key)
    assert limited
    assert limited <= set(KEEPING)


@pytest.mark.parametrize(
    ("sector", "bound"),
    [("industry", 22), ("buildings", 40), ("transport", 33), ("water", 40), ("services", 40)],
)
def test_published_bounds_of_sectors(
    small_case: dict[str, Any], assessed: Callable[..., Any], sector: str, bound: float
) -> None:
    """CAICT 2021, annex 2: 22 % in industry, 40 % in buildings, 33 % in transport."""
    facts = assessed({**small_case, "sector": sector}).facts
    assert facts["bound_percent"] == pytest.approx(bound)


def test_a_flawless_case_breaks_nothing(flawless: Facts) -> None:
    assert broken_rules(flawless) == [set()]


TRIALS = [(key, change) for key, changes in BREAKING.items() for change in changes]


@pytest.mark.parametrize(("key", "change"), TRIALS)
def test_broken(flawless: Facts, key: str, change: Facts) -> None:
    assert set(change) <= set(flawless), "a fact that does not exist"
    good, bad, again = broken_rules(flawless, {**flawless, **change}, flawless)
    assert key in bad
    assert good == again == set()


@pytest.mark.parametrize(
    ("key", "change"), [(key, change) for key, changes in KEEPING.items() for change in changes]
)
def test_kept(flawless: Facts, key: str, change: Facts) -> None:
    assert set(change) <= set(flawless), "a fact that does not exist"
    (found,) = broken_rules({**flawless, **change})
    assert key not in found


def test_many_cases_agree_with_one_at_a_time(flawless: Facts) -> None:
    cases = [{**flawless, **change} for _, change in TRIALS]
    together = broken_rules(*cases)
    assert together == [broken_rules(case)[0] for case in cases]


def test_messages_quote_facts_that_exist(flawless: Facts) -> None:
    for rule in RULES:
        assert set(rule.params) <= set(flawless)


def test_severities_of_the_rule_set() -> None:
    """Rules that block publication in the consolidated rule set (methodology 2.6)."""
    blocking = {rule.id for rule in RULES if rule.severity is Severity.BLOCK}
    wanted = "01 02 03 04 05 07 08 09 10 11 12 13 14 16 18 19 20 21 22 24 27 28 29 30 34 35 37 38"
    assert {f"R{number}" for number in wanted.split()} <= blocking
    warnings = {rule.id for rule in RULES if rule.severity is Severity.WARNING}
    assert {"R06", "R15", "R17", "R25", "R26", "R31", "R32", "R36"} <= warnings
    assert Severity.ERROR not in {rule.severity for rule in RULES}


def test_a_scenario_that_repeats_the_case_does_not_differ(
    small_case: dict[str, Any], assessed: Callable[..., Any]
) -> None:
    """The reference names the region and period that the case has anyway: no R02."""
    small_case["reference"] |= {"region": "CN", "period": {"start": 2022, "years": 1}}
    assert assessed(small_case).facts["boundary_differs"].tolist() == [""]
    small_case["reference"]["region"] = "GB"
    found = assessed(small_case).facts["boundary_differs"][0]
    assert str(found).startswith("region")


def test_no_message_quotes_what_is_not_a_number(
    small_case: dict[str, Any], assessed: Callable[..., Any]
) -> None:
    """G0 < 0, no rebound declared: the break-even rebound does not exist and is not printed."""
    small_case["solution"]["lines"][0]["quantity"] = "11000 t/year"
    for rebound in ({}, {"status": "not_quantified"}):
        small_case["higher_order"]["rebound"] = rebound
        shown = [render_finding(f, "en")["message"] for f in assessed(small_case).findings]
        assert not [message for message in shown if "nan" in message.split()]
