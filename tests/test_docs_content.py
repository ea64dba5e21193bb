"""What the pages of docs/ say is what the program does: cases, commands, keys, names, links."""

import inspect
import re
import shlex
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import pytest
import yaml
from click.testing import CliRunner, Result

from handprint.assess.assess import Assessment, Options, assess
from handprint.case import quantities, schema
from handprint.case.quantities import Record
from handprint.case.template import template, template_files
from handprint.cli.main import COMMANDS, cli
from handprint.core.distributions import PARAMETERS
from handprint.core.errors import Findings, Severity
from handprint.core.i18n import LANGUAGES
from handprint.factors.factor import Library
from handprint.factors.pedigree import pedigree_variance
from handprint.forms.intake import load_case_bytes
from handprint.model.effects import EFFECTS
from handprint.model.metrics import DEFAULTS, DEFINITIONS
from handprint.review.rules import OTHER_BOUND, RULES, SECTOR_BOUND
from handprint.units.unit import parse_unit

DOCS = Path(__file__).resolve().parent.parent / "docs"
PAGE_KINDS = {".md", ".json"}
PAGES = sorted(p.name for p in DOCS.glob("*.md"))
TRANSLATED = ("methodology", "tutorial")
METHODOLOGY = ("methodology.md", "methodology.zh.md")
TUTORIALS = ("tutorial.md", "tutorial.zh.md")
Tree = dict[str, Any]


def read(page: str) -> str:
    return (DOCS / page).read_text("utf-8")


def blocks(page: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", read(page), re.DOTALL | re.MULTILINE)


def rows(text: str) -> list[list[str]]:
    """Return the cells of all table rows, without heads and rules."""
    lines = text.splitlines()
    found = []
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        if line.startswith("|") and not line.startswith("|--") and not following.startswith("|--"):
            found.append([cell.strip() for cell in line.strip("|").split("|")])
    return found


def laid_over(under: Tree, over: Mapping[str, Any], *, whole: tuple[str, ...] = ()) -> Tree:
    """Return a case with a short example put over it: blocks are merged, all else replaced.

    Entries of the blocks named in ``whole`` are replaced as a whole.
    """
    merged = dict(under)
    for key, value in over.items():
        below = merged.get(key)
        if isinstance(below, dict) and isinstance(value, dict) and key != "period":
            merged[key] = {**below, **value} if key in whole else laid_over(below, value)
        else:
            merged[key] = value
    return merged


def plain(text: str) -> Tree:
    """Return a block with every scalar as the text that is written."""
    loaded: Tree = yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506 (makes texts only)
    return loaded


def cases_of(page: str) -> list[str]:
    """Return the whole cases of a page, and its short examples put over the first of them."""
    shown = blocks(page, "yaml")
    whole = [block for block in shown if block.startswith("handprint: 1")]
    parts = [block for block in shown if block not in whole and page not in TUTORIALS]
    base = [plain(block) for block in whole[:1]]
    laid = [laid_over(*base, plain(part), whole=("inputs",)) for part in parts]
    return whole + [dump(tree) for tree in laid]


class _Plain(yaml.SafeDumper):
    """Writes texts without quotes where they need none, so that numbers stay numbers."""


def _text(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", value)


_Plain.add_representer(str, _text)
_Plain.yaml_implicit_resolvers = {}


def dump(tree: Tree) -> str:
    return yaml.dump(tree, Dumper=_Plain, allow_unicode=True, sort_keys=False)


def assessed(text: str, library: Library, draws: int = 0) -> tuple[Assessment | None, Findings]:
    findings = Findings()
    loaded = load_case_bytes("case.yaml", text.encode(), findings)
    if loaded is None:
        return None, findings
    return assess(*loaded, library, Options(draws, vary=bool(draws)), findings), findings


EXAMPLES = [
    (page, number)
    for page in ("case-format.md", *TUTORIALS)
    for number in range(len(cases_of(page)))
]


@pytest.mark.parametrize(("page", "number"), EXAMPLES)
def test_example_is_a_case_that_can_be_assessed(page: str, number: int, library: Library) -> None:
    text = cases_of(page)[number]
    result, findings = assessed(text, library)
    errors = [(f.key, f.place, f.params) for f in findings if f.severity is Severity.ERROR]
    assert errors == []
    assert result is not None
    assert result.metrics["NER"].value is not None


def test_short_examples_have_the_effect_that_they_show(library: Library) -> None:
    """By hand, over 0.9 Mt x 150 kWh/t x 0.5366 kg/kWh = 72,441 t: with the rebound example
    5 % of it is taken back, and 450 t of metal at 16 t/t are 7,200 t more.
    """
    found = [assessed(text, library)[0] for text in cases_of("case-format.md")]
    rebound = [a for a in found if a is not None and a.effects.H[0, 0] < 0]
    assert [float(a.effects.H[0, 0]) for a in rebound] == [pytest.approx(-7_200)]
    assert float(rebound[0].effects.rebound[0, 0]) == pytest.approx(0.05 * 72_441)


# --- tutorial ---------------------------------------------------------------------------------


def finished(page: str) -> str:
    """Return the tutorial's own case with the answers to the findings."""
    own, answers = blocks(page, "yaml")[-2:]
    return dump(laid_over(plain(own), plain(answers)))


@pytest.mark.parametrize("page", TUTORIALS)
def test_answers_of_the_tutorial_leave_nothing_open(page: str, library: Library) -> None:
    result, findings = assessed(finished(page), library, draws=2_000)
    assert result is not None
    assert [f.key for f in findings if f.severity.rank <= Severity.WARNING.rank] == []


@pytest.mark.parametrize("page", TUTORIALS)
def test_tutorial_shows_the_findings_that_the_program_prints(
    page: str, handprint: Callable[..., Result], tmp_path: Path
) -> None:
    """Severity, code and place of every finding; the words of a message may change."""
    lang = "zh" if page.endswith(".zh.md") else "en"
    grid, own, _ = blocks(page, "yaml")
    files = {
        "grid.yaml": [grid],
        "office-cooling.yaml": [own.replace('16, unit: "%"', "16, unit: kWh"), own],
    }
    printed = []
    for name, contents in files.items():
        for content in contents:
            (tmp_path / name).write_text(content, "utf-8")
            printed.append(heads(handprint("check", name, "--lang", lang).output))
    shown = [heads(block) for block in blocks(page, "text")]
    assert [lines for lines in shown if lines] == printed


def heads(output: str) -> list[str]:
    """Return severity, code and place of every finding in an output."""
    found = re.findall(r"^(\S+) ((?:R|RF|HP-)\S*\d\d)  .*(\[.+\])$", output, re.MULTILINE)
    return [f"{severity} {code} {place}" for severity, code, place in found]


@pytest.mark.parametrize("page", TUTORIALS)
def test_tutorial_shows_the_results_that_the_program_computes(page: str, library: Library) -> None:
    """Every figure within half of its last printed digit."""
    grid, own, *_ = blocks(page, "yaml")
    results = [assessed(text, library, draws=10_000)[0] for text in (grid, own, finished(page))]
    shown = [row for row in rows(read(page)) if row[0] in ("NER", "EI", "VEI")]
    assert len(shown) == 3 * len(results)
    for index, result in enumerate(results):
        assert result is not None
        for metric, central, interval, *_ in shown[3 * index : 3 * index + 3]:
            found = result.metrics[metric]
            assert found.summary is not None
            for text, value in zip(
                figures(central) + figures(interval),
                [found.value, found.summary.p5, found.summary.p95],
                strict=True,
            ):
                digits = len(text.partition(".")[2])
                assert float(text.replace(",", "")) == pytest.approx(value, abs=0.5001 / 10**digits)


def figures(cell: str) -> list[str]:
    return re.findall(r"\d[\d,]*(?:\.\d+)?", re.sub(r"[A-Z]+\d\w*|m2", "", cell))


# --- the case format --------------------------------------------------------------------------

RECORDS = {
    name: model
    for name, model in {**vars(quantities), **vars(schema)}.items()
    if inspect.isclass(model) and issubclass(model, Record) and model is not Record
}
NOT_WRITTEN = {"FactorChoice", "YearValue"}  # how the program keeps a factor, a year's value


def key_tables() -> Iterator[tuple[str, list[list[str]]]]:
    for part in read("case-format.md").split("<!-- keys of ")[1:]:
        name, _, rest = part.partition(" -->\n")
        yield name, rows(rest.partition("\n\n")[0])


def own_fields(name: str) -> dict[str, Any]:
    """Return the fields of a model without those of its base, by the key that is written."""
    model = RECORDS[name]
    inherited = {k for base in model.__bases__ for k in getattr(base, "model_fields", {})}
    fields = model.model_fields.items()
    return {field.alias or key: field for key, field in fields if key not in inherited}


def test_case_format_has_a_table_for_every_block() -> None:
    assert sorted(name for name, _ in key_tables()) == sorted(set(RECORDS) - NOT_WRITTEN)


def test_table_of_keys_agrees_with_the_schema(every: Callable[..., None]) -> None:
    def check(keys: tuple[str, list[list[str]]]) -> None:
        name, table = keys
        fields = own_fields(name)
        assert [row[0].strip("`") for row in table] == list(fields)
        required = {row[0].strip("`") for row in table if row[1] == "yes"}
        assert required == {key for key, field in fields.items() if field.is_required()}
        for row, field in zip(table, fields.values(), strict=True):
            for choice in choices(field.annotation):
                shown = f"`{choice}`" if isinstance(choice, str) else str(choice)
                assert shown in row[2], row

    every(key_tables(), check, lambda keys: keys[0])


def choices(annotation: Any) -> list[object]:
    """Return the words that a field may hold, also inside lists and unions."""
    if get_origin(annotation) is Literal:
        return [word for word in get_args(annotation) if word not in LANGUAGES]
    return [c for part in get_args(annotation) for c in choices(part)]


# --- methodology ------------------------------------------------------------------------------


@pytest.mark.parametrize("page", METHODOLOGY)
def test_every_definition_stands_with_its_formula(page: str) -> None:
    table = {row[0]: row for row in rows(read(page))}
    for definition in DEFINITIONS.values():
        (row,) = [r for first, r in table.items() if first.startswith(f"`{definition.id}`")]
        assert ("默认" in row[0] or "default" in row[0]) == (definition.id in DEFAULTS.values())
        left, _, right = definition.formula.partition(" / ")
        assert row[1].startswith(left)
        assert right.removeprefix("ICT ") in row[1] or page.endswith(".zh.md")


@pytest.mark.parametrize("page", METHODOLOGY)
def test_every_rule_and_effect_stands_in_the_methodology(page: str) -> None:
    text = read(page)
    assert {rule.id for rule in RULES} == set(re.findall(r"\bRF?\d\d\b", text))
    assert [name for name in EFFECTS if f"| {name} |" not in text] == []
    assert [name for name in PARAMETERS if f"`{name}`" not in text] == []


@pytest.mark.parametrize("page", METHODOLOGY)
def test_pedigree_table_is_the_one_in_use(page: str) -> None:
    """Score s of one indicator, 1 elsewhere, adds exactly the entry (Weidema, table 10.5)."""
    section = read(page).partition("10.5")[2]
    table = rows(section)[:5]
    for indicator, row in enumerate(table):
        for score in range(1, 6):
            scores = "".join(str(score) if i == indicator else "1" for i in range(5))
            assert float(row[score]) == pedigree_variance(scores)


@pytest.mark.parametrize("page", METHODOLOGY)
def test_sector_bounds_are_those_of_rule_r36(page: str) -> None:
    (cell,) = [row[2] for row in rows(read(page)) if "R36" in row[1]]
    shown = [float(p) / 100 for p in re.findall(r"(\d+) %", cell)]
    assert shown == [*SECTOR_BOUND.values(), OTHER_BOUND]


# --- vocabulary -------------------------------------------------------------------------------


def template_inputs() -> dict[str, list[str]]:
    """Return the units of every input of the templates, by its name."""
    units: dict[str, list[str]] = {}
    for template_id in template_files():
        for name, spec in template(template_id).inputs.items():
            units.setdefault(name, []).append(spec.unit)
    return units


def test_vocabulary_has_every_shared_input_with_its_units() -> None:
    shared = {name: units for name, units in template_inputs().items() if len(units) > 1}
    table = rows(read("vocabulary.md").partition("## Inputs of the scenarios")[2])
    listed = {row[0].strip("`"): row for row in table if len(row) == 5}
    assert set(listed) == set(shared)
    for name, units in shared.items():
        assert set(re.findall(r"`([^`]+)`", listed[name][3])) == set(units)
        assert int(listed[name][4]) == len(units)


def test_inputs_of_one_meaning_have_one_dimension() -> None:
    """Names in the first table of inputs have one dimension in all templates."""
    section = read("vocabulary.md").partition("## Inputs of the scenarios")[2]
    section = section.partition("These stand for one idea")[0]
    known = template_inputs()
    for row in rows(section):
        dimensions = {str(parse_unit(unit).dimension) for unit in known[row[0].strip("`")]}
        assert len(dimensions) == 1, row[0]


def test_vocabulary_has_every_effect_and_metric() -> None:
    names = {row[0].strip("`") for row in rows(read("vocabulary.md"))}
    assert {*EFFECTS, *DEFAULTS} <= names


# --- pages ------------------------------------------------------------------------------------


def test_commands_named_in_the_text_exist(every: Callable[..., None]) -> None:
    def check(page: str) -> None:
        named = set(re.findall(r"(?:`|^)handprint ([a-z]+)", read(page), re.MULTILINE))
        assert named <= set(COMMANDS)

    every(PAGES, check)


@pytest.mark.parametrize("page", TUTORIALS)
def test_commands_of_the_tutorial_accept_their_options(page: str) -> None:
    shown = [line for block in blocks(page, "sh") for line in block.splitlines()]
    lines = [shlex.split(line, comments=True) for line in shown if line.startswith("handprint ")]
    assert {"assess", "check", "form", "verify", "diff", "explain"} <= {words[1] for words in lines}
    for words in lines:
        options = [word for word in words if word.startswith("-")]
        command = [word for word in words[1:3] if word in (words[1], "list", "show", "search")]
        helped = CliRunner().invoke(cli, [*command, "--help"]).output
        assert [option for option in options if option not in helped] == [], words


def anchors(text: str) -> set[str]:
    """Return the anchors of a page's headings, as GitHub makes them."""
    headings = re.findall(
        r"^#+ (.+)$", re.sub(r"```.*?```", "", text, flags=re.DOTALL), re.MULTILINE
    )
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_links_lead_to_pages_and_headings(every: Callable[..., None]) -> None:
    def check(page: str) -> None:
        for target, anchor in re.findall(r"\]\(([^)#:]*)(?:#([^)]*))?\)", read(page)):
            file = DOCS / target if target else DOCS / page
            assert file.exists(), target
            assert not anchor or anchor in anchors(file.read_text("utf-8")), f"{target}#{anchor}"

    every(PAGES, check)


def test_index_leads_to_every_page() -> None:
    index = read("README.md")
    expected = [p.name for p in DOCS.iterdir() if p.suffix in PAGE_KINDS and p.name != "README.md"]
    assert [name for name in expected if f"]({name})" not in index] == []


@pytest.mark.parametrize("name", TRANSLATED)
def test_translation_has_the_shape_of_the_original(name: str) -> None:
    def shape(page: str) -> list[str]:
        return re.findall(r"^(#+ |```\w*|\||\* )", read(page), re.MULTILINE)

    assert shape(f"{name}.md") == shape(f"{name}.zh.md")
