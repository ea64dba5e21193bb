"""The YAML form: a case that waits for its values, with every other entry as a comment."""

import re
from collections.abc import Callable
from itertools import product

import yaml

from handprint.case.reader import read_case_bytes
from handprint.case.template import expand, template, template_files
from handprint.case.validate import validate
from handprint.core.errors import Findings, Severity
from handprint.core.i18n import LANGUAGES, Language
from handprint.forms.skeleton import skeleton

FORMS = tuple(product(template_files(), LANGUAGES))
NAME = "potline-control"


def uncommented(text: str) -> str:
    """Return the skeleton with its commented entries opened, as a person would do it."""
    return re.sub(r"^( *)# (?=(?: *)[a-z][a-z0-9_]*:(?: [\[{]|$))", r"\1", text, flags=re.MULTILINE)


def test_open_entries_are_the_required_ones(every: Callable[..., None]) -> None:
    def check(form: tuple[str, Language]) -> None:
        name, lang = form
        tree = yaml.safe_load(skeleton(template(name), lang))
        required = {key for key, spec in template(name).inputs.items() if spec.required}
        assert tree["inputs"].keys() == required
        assert tree["template"] == name
        assert tree["template_version"] == template(name).version
        blocks = {"id", "title", "submitter", "reference", "eligibility", "disclosure"}
        assert blocks <= tree.keys()

    every(FORMS, check, " ".join)


def test_every_entry_can_be_opened(every: Callable[..., None]) -> None:
    """With all comments opened it is still YAML, and knows every input of the scenario."""

    def check(form: tuple[str, Language]) -> None:
        name, lang = form
        tree = yaml.safe_load(uncommented(skeleton(template(name), lang)))
        assert tree["inputs"].keys() == template(name).inputs.keys()
        assert tree["higher_order"]["rebound"].keys() == {"status", "source", "share"}

    every(FORMS, check, " ".join)


def test_typical_values_in_comments_are_those_of_the_scenario() -> None:
    text = uncommented(skeleton(template(NAME), "en"))
    entry = yaml.safe_load(text)["inputs"]["rectifier_efficiency"]
    assert entry.pop("unit") == "1"
    assert entry == template(NAME).inputs["rectifier_efficiency"].typical.model_dump(
        exclude_none=True
    )


def test_filled_skeleton_is_a_case() -> None:
    text = skeleton(template(NAME), "en")
    text = text.replace("value: ,", "value: 1,").replace(", evidence: }", ", evidence: ledger}")
    text = re.sub(r"^(id|  kind|  demand_context|    status):$", r"\1: x", text, flags=re.MULTILINE)
    findings = Findings()
    raw = read_case_bytes("a.yaml", text.encode(), findings)
    assert raw is not None
    validate(expand(raw, findings), findings)
    wrong = {(f.key, f.place.partition(" ")[2]) for f in findings if f.severity is Severity.ERROR}
    # what is still empty is told with its line, and the words that cannot be chosen
    assert ("HP-S02", "title") in wrong
    assert ("HP-S04", "reference.demand_context") in wrong
    assert not any(place.startswith("inputs") for _, place in wrong)
