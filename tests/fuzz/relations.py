"""Relations between results: a case said in another way gives the same numbers and findings."""

import copy
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from random import Random
from typing import Any

import yaml

from handprint.assess.assess import Options, assess
from handprint.assess.document_labels import number
from handprint.case.template import template, template_files
from handprint.core.errors import Findings
from handprint.factors.library import shipped_library
from handprint.forms.intake import load_case
from handprint.forms.writer import form_content, write_form
from handprint.model.effects import EFFECTS
from tests.fuzz import bases
from tests.fuzz.commands import Fault

__all__ = ["RELATIONS", "Outcome", "assessed", "differences", "relation"]

Tree = dict[str, Any]
TOLERANCE = 1e-9  # of the largest effect
# First word of a unit -> another word for the same, and how many of it make one.
UNITS = {
    "kWh": ("Wh", 1000.0), "MWh": ("kWh", 1000.0), "GWh": ("万千瓦时", 100.0), "t": ("kg", 1000.0),
    "kg": ("g", 1000.0), "km": ("m", 1000.0), "GJ": ("MJ", 1000.0), "MJ": ("kJ", 1000.0),
    "W": ("kW", 0.001), "万吨": ("t", 10_000.0), "TB": ("GB", 1000.0), "%": ("1", 0.01),
}  # fmt: skip
PARAMETERS = ("value", "low", "mode", "high", "sd")


@dataclass(frozen=True, slots=True)
class Outcome:
    """Effects of a case [t CO2e] with NER, and the codes of what was found."""

    numbers: Mapping[str, float]
    codes: frozenset[str]


def assessed(path: Path, draws: int = 0, seed: int = 1) -> Outcome | None:
    """Return what a submission gives; None where it gives no score."""
    findings = Findings()
    loaded = load_case(path, findings)
    if loaded is None:
        return None
    result = assess(*loaded, shipped_library(), Options(draws, seed, vary=False), findings)
    if result is None:
        return None
    numbers = {name: number(getattr(result.effects, name)) for name in EFFECTS}
    return Outcome(numbers, frozenset(f.key for f in result.findings))


def differences(
    one: Outcome, other: Outcome | None, factor: float = 1.0, *, codes: bool = True
) -> Iterator[str]:
    """Yield what differs between two outcomes, the second of which should be ``factor`` times."""
    if other is None:
        yield "no score"
        return
    largest = max((abs(value) for name, value in one.numbers.items() if name != "Q"), default=0.0)
    for name, value in one.numbers.items():
        size = abs(value) if name == "Q" else largest
        if abs(other.numbers[name] - factor * value) > TOLERANCE * abs(factor) * size:
            yield f"{name}: {factor * value!r} -> {other.numbers[name]!r}"
    if codes and one.codes != other.codes:
        yield f"findings: {sorted(one.codes ^ other.codes)}"


# --- rewritings of a tree: each returns the factor of the results, or None where it cannot be -----


def units(tree: Tree, rng: Random) -> float | None:
    """Write inputs in other units."""
    changed = False
    for entry in tree.get("inputs", {}).values():
        unit = entry.get("unit") if isinstance(entry, dict) else None
        if not isinstance(unit, str) or "by_year" in entry:
            continue
        first = re.match(r"%|[^\W\d]+", unit)
        if first is None or first[0] not in UNITS or "." in unit or "CO2" in unit:
            continue
        word, times = UNITS[first[0]]
        for name in PARAMETERS:
            if isinstance(entry.get(name), int | float):
                entry[name] *= times
        entry["unit"] = word + unit[first.end() :]
        changed = True
    return 1.0 if changed else None


def order(tree: Tree, rng: Random) -> float | None:
    """Write keys and lines in another order."""
    for lines in _line_lists(tree):
        lines.reverse()
    for block in (tree, tree.get("inputs", {}), tree.get("disclosure", {})):
        entries = list(block.items())
        rng.shuffle(entries)
        block.clear()
        block.update(entries)
    return 1.0


def split(tree: Tree, rng: Random) -> float | None:
    """Write lines in two halves each."""
    changed = False
    for lines in _line_lists(tree):
        for line in list(lines):
            if isinstance(line.get("quantity"), str):
                half = {**copy.deepcopy(line), "id": f"{line['id']}_two"}
                line["quantity"] = half["quantity"] = f"0.5 * ({line['quantity']})"
                lines.append(half)
                changed = True
    return 1.0 if changed and not _names_lines(tree) else None


def names(tree: Tree, rng: Random) -> float | None:
    """Give the case and all lines other ids."""
    tree["id"] = "renamed"
    if not _names_lines(tree):
        for lines in _line_lists(tree):
            for line in lines:
                line["id"] = f"x_{line['id']}"
    return 1.0


def scaled(tree: Tree, rng: Random) -> float | None:
    """Do everything a number of times."""
    times, changed = rng.choice((2, 10, 0.5, 1000)), False
    for lines in _line_lists(tree):
        for line in lines:
            if not isinstance(line.get("quantity"), str):
                return None
            line["quantity"] = f"{times} * ({line['quantity']})"
            changed = True
    unit = tree.get("functional_unit")
    if not changed or not isinstance(unit, dict):
        return None
    unit["quantity"] = f"{times} * ({unit['quantity']})"
    return float(times)


def by_year(tree: Tree, rng: Random) -> float | None:
    """Give constants by year."""
    period = tree.get("period", {})
    start, years = period.get("start"), period.get("years")
    if not isinstance(start, int) or not isinstance(years, int):
        return None
    changed = False
    for entry in tree.get("inputs", {}).values():
        if (
            isinstance(entry, dict)
            and entry.keys() == {"value", "unit"}
            and "year" in entry["unit"]
        ):
            each = {"value": entry.pop("value"), "unit": entry.pop("unit")}
            entry["by_year"] = {start + i: dict(each) for i in range(years)}
            changed = True
    return 1.0 if changed else None


def _line_lists(tree: Tree) -> list[list[Any]]:
    blocks = (tree.get(name) for name in ("reference", "solution", "ict", "higher_order"))
    lists = [block.get("lines") for block in blocks if isinstance(block, dict)]
    return [lines for lines in lists if lines]


def _names_lines(tree: Tree) -> bool:
    """Whether anything beside the lines speaks of their ids."""
    return bool({"sites", "consequences"} & tree.keys())


# --- other ways in --------------------------------------------------------------------------------

# Rewriting, whether the findings must be the same ones.
REWRITTEN: dict[str, tuple[Callable[[Tree, Random], float | None], bool]] = {
    "units": (units, True), "order": (order, True), "split": (split, False), "names": (names, True),
    "scaled": (scaled, False), "by year": (by_year, False),
}  # fmt: skip
RELATIONS = (*REWRITTEN, "json", "form", "draws")


def base_tree(rng: Random, *, lines: bool) -> Tree:
    """Return a valid case: an example, one of the contract, or a scenario with varied inputs.

    Parameters
    ----------
    lines : bool
        Whether it must bring its own lines.
    """
    if lines:
        trees = [yaml.safe_load(text) for text in bases.case_texts()]
        return dict(rng.choice([tree for tree in trees if "template" not in tree]))
    if rng.random() < 0.5:
        return bases.template_tree(rng.choice(list(template_files())), rng)
    tree: Tree = yaml.safe_load(rng.choice(bases.case_texts()))
    return tree


def relation(rng: Random, folder: Path) -> list[Fault]:
    """Say a random valid case in another way and compare."""
    name = rng.choice(RELATIONS)
    tree = base_tree(rng, lines=name in ("split", "scaled", "by year"))
    first = folder / "case.yaml"
    first.write_text(yaml.safe_dump(tree, allow_unicode=True, sort_keys=False), "utf-8")
    one = assessed(first)
    if one is None:
        return [Fault("skipped", name)]
    factor: float | None = 1.0
    codes = name != "form"
    draws, seed = (50, 7) if name == "draws" else (0, 1)
    if name in REWRITTEN:
        change, codes = REWRITTEN[name]
        factor = change(tree, rng)
    again = _written(tree, name, folder) if factor is not None else None
    if factor is None or again is None:
        return [Fault("skipped", name)]
    other = assessed(again, draws, seed)
    codes = codes and name != "draws"
    told = list(differences(one, other, factor, codes=codes))
    return [Fault("silent difference", f"{name}: {'; '.join(told)}")] if told else []


def _written(tree: Tree, name: str, folder: Path) -> Path | None:
    if name == "form":
        if tree.get("template") not in template_files():
            return None
        scenario, stream = template(tree["template"]), BytesIO()
        write_form(scenario, "en", form_content(scenario, tree), stream)
        (folder / "case.xlsx").write_bytes(stream.getvalue())
        return folder / "case.xlsx"
    if name == "json":
        path = folder / "other.json"
        path.write_text(json.dumps(tree, ensure_ascii=False, default=str), "utf-8")
        return path
    path = folder / "other.yaml"
    path.write_text(yaml.safe_dump(tree, allow_unicode=True, sort_keys=False), "utf-8")
    return path
