"""The documentation keeps up with the program, and every text speaks both languages."""

import json
import re
import shlex
from collections.abc import Callable, Mapping
from pathlib import Path
from string import Formatter

import click
import jsonschema
import pytest
from click.testing import CliRunner

from docs.reference import pages
from handprint.assess.assess import Options, assess_file
from handprint.case.reader import read_case
from handprint.cli.main import COMMANDS, cli
from handprint.core.errors import Findings
from handprint.core.i18n import FINDING_PARTS, LANGUAGES, messages
from handprint.review.rules import RULES

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
PAGE_KINDS = {".md", ".json"}
READMES = ("README.md", "README.zh.md")
PAGES = sorted(str(p.relative_to(ROOT)) for p in [*ROOT.glob("*.md"), *DOCS.glob("*.md")])
CASES = sorted((ROOT / "case_templates/examples").glob("*.yaml"))
CODE_IN_SOURCE = re.compile(r'"(HP-[A-Z]\d\d)"')


def read(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


def blocks(page: str) -> list[tuple[str, str]]:
    """Return language and content of a page's code blocks."""
    return re.findall(r"^```(\w*)\n(.*?)^```$", read(page), re.DOTALL | re.MULTILINE)


def commands_shown(page: str) -> list[list[str]]:
    """Return the words of the `handprint ...` lines in a page's code blocks."""
    lines = [line for _, block in blocks(page) for line in block.splitlines()]
    return [shlex.split(line, comments=True)[1:] for line in lines if line.startswith("handprint ")]


def figures(text: str) -> list[float]:
    return [float(number.replace(",", "")) for number in re.findall(r"\d[\d,.]*", text)]


@pytest.mark.parametrize("name", ["case.schema.json", "codes.md", "rules.md"])
def test_generated_page_is_current(name: str) -> None:
    assert (DOCS / name).read_text("utf-8") == pages()[name], "run `make docs`"


def test_every_finding_has_a_message_and_every_message_a_finding() -> None:
    sources = [p.read_text("utf-8") for p in (ROOT / "handprint").rglob("*.py")]
    raised = {code for source in sources for code in CODE_IN_SOURCE.findall(source)}
    raised |= {rule.id for rule in RULES}
    documented = {key.partition(".")[0] for key, entry in messages().items() if "title" in entry}
    assert raised == documented


def same_in_both_languages(text: Mapping[str, str]) -> bool:
    if set(text) != set(LANGUAGES) or len({bool(text[lang]) for lang in LANGUAGES}) != 1:
        return False
    zh, en = ({name for _, name, _, _ in Formatter().parse(text[lang]) if name} for lang in text)
    return zh == en


def test_every_message_speaks_both_languages_with_the_same_placeholders() -> None:
    texts = {
        f"{key} {part}".strip(): entry[part] if part else entry
        for key, entry in messages().items()
        for part in (FINDING_PARTS if "title" in entry else ("",))
    }
    assert [key for key, text in texts.items() if not same_in_both_languages(text)] == []


@pytest.mark.parametrize("name", COMMANDS)
def test_command_has_help_and_stands_in_both_readmes(name: str) -> None:
    shown = CliRunner().invoke(cli, [name, "--help"])
    assert shown.exit_code == 0
    assert all(f"`handprint {name}" in read(readme) for readme in READMES)
    command = cli.get_command(click.Context(cli), name)
    assert command is not None
    assert command.help
    options = [p for p in command.params if isinstance(p, click.Option)]
    assert all(option.help for option in options), "an option without help"


@pytest.mark.parametrize("page", [page for page in PAGES if "\nhandprint " in read(page)])
def test_commands_shown_exist_with_their_options(page: str) -> None:
    shown = commands_shown(page)
    assert shown
    for words in shown:
        command: click.Command | None = cli
        for word in words:
            if not isinstance(command, click.Group):
                break
            command = command.get_command(click.Context(command), word)
        assert command is not None, words
        known = {option for p in command.params for option in p.opts} | {"--help"}
        assert {word for word in words if word.startswith("-")} <= known, words


def test_links_lead_to_files(every: Callable[..., None]) -> None:
    def check(page: str) -> None:
        folder = (ROOT / page).parent
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", read(page)):
            assert (folder / target).exists(), target

    every(PAGES, check)


@pytest.mark.parametrize("page", READMES)
def test_readme_leads_to_every_page_of_the_docs(page: str) -> None:
    assert [
        p.name
        for p in DOCS.iterdir()
        if p.suffix in PAGE_KINDS and f"](docs/{p.name})" not in read(page)
    ] == []


@pytest.mark.parametrize("pages_", [READMES, ("docs/python.md", "docs/python.zh.md")])
def test_both_languages_have_the_same_shape(pages_: tuple[str, str]) -> None:
    def shape(page: str) -> list[str]:
        return re.findall(r"^(#+ |```\w*|\|)", read(page), re.MULTILINE)

    assert shape(pages_[0]) == shape(pages_[1])


@pytest.mark.parametrize("page", READMES)
def test_case_shown_is_assessed(page: str, tmp_path: Path) -> None:
    """By hand: 0.9 Mt x 150 kWh/t x 0.5366 kg/kWh = 72,441 t, less servers that emit 52.2 t:
    made 20 x 3,660 kg / 5 = 14.6 t, run 20 x 400 W x 8,760 h x 0.5366 kg/kWh = 37.6 t.
    """
    (block,) = [block for language, block in blocks(page) if language == "yaml"]
    path = tmp_path / "potline-demo.yaml"
    path.write_text(block, "utf-8")
    result = assess_file(path, options=Options(draws=0), findings=Findings())
    assert result is not None
    assert result.metrics["NER"].value == pytest.approx(72_441 - 52.2, abs=0.1)


@pytest.mark.parametrize("page", READMES)
def test_results_shown_are_those_of_the_example(page: str) -> None:
    """The README rounds; its figures are within half of their last digit of the computed ones."""
    path = ROOT / "case_templates/examples/potline.yaml"
    result = assess_file(path, options=Options(draws=10_000), findings=Findings())
    assert result is not None
    rounding = {"NER": (0.5, 500), "EI": (0.05, 0.5), "VEI": (0.5, 0.5)}
    for metric, found in result.metrics.items():
        of_value, of_interval = rounding[metric]
        row = next(line for line in read(page).splitlines() if line.startswith(f"| {metric} |"))
        _, _, central, interval, *_ = row.split("|")
        assert found.value == pytest.approx(figures(central)[0], abs=of_value)
        assert found.summary is not None
        shown = [found.summary.p5, found.summary.p95]
        assert shown == pytest.approx(figures(interval), abs=of_interval)


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_example_satisfies_the_published_schema(path: Path) -> None:
    schema = json.loads(read("docs/case.schema.json"))
    raw = read_case(path, Findings())
    assert raw is not None
    jsonschema.validate(raw.tree, schema)


def test_published_schema_refuses_an_unknown_key() -> None:
    schema = json.loads(read("docs/case.schema.json"))
    raw = read_case(CASES[0], Findings())
    assert raw is not None
    with pytest.raises(jsonschema.ValidationError, match="titel"):
        jsonschema.validate({**raw.tree, "titel": "x"}, schema)
