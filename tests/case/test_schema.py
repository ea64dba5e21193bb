"""What a case may say: one tiny bad file per finding, and the short spellings.

Every file under ``tests/data/intake`` is named after the finding that it must cause, and marks the
line to which the finding must point. Nothing else of severity error may appear, except that a
formula says which of its inputs could not be read (HP-Q09).
"""

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from handprint.assess.assess import Options, assess
from handprint.case.reader import read_case
from handprint.case.schema import InputSpec
from handprint.case.validate import validate
from handprint.core.errors import Findings, Severity
from handprint.core.i18n import LANGUAGES, messages, render_finding
from handprint.factors.factor import Library

FOLDER = Path(__file__).resolve().parents[1] / "data" / "intake"
FILES = sorted(FOLDER.glob("*.yaml"))
MARK = b"# <- here"
CONSEQUENCE = "HP-Q09"
MILDER = {
    "HP-L01": Severity.BLOCK,
    "HP-L02": Severity.WARNING,
    "HP-L14.unknown": Severity.WARNING,
    "HP-N13": Severity.WARNING,
    "HP-V03.draws": Severity.WARNING,
    "HP-V07": Severity.BLOCK,
    "HP-V05.draws": Severity.WARNING,
    "HP-V08": Severity.WARNING,
    "HP-V10": Severity.NOTE,
}
# Findings that need a folder, two files, a library or an edit; other tests cause them.
ELSEWHERE = {"HP-Y01", "HP-Y02", "HP-Y02.folder", "HP-Y03", "HP-Y12", "HP-Y13", "HP-Y14", "HP-Y15",
             "HP-Y15.anchor", "HP-Y15.absent", "HP-S09", CONSEQUENCE}  # fmt: skip


def key_of(path: Path) -> str:
    """`HP-N02_sd_negative_beta` stands for HP-N02.sd_negative."""
    code, _, rest = path.stem.partition("_")
    variants = [
        k.partition(".")[2]
        for k in messages()
        if k.startswith(f"{code}.") and "title" in messages()[k]
    ]
    fitting = sorted((v for v in variants if f"{rest}_".startswith(f"{v}_")), key=len)
    return f"{code}.{fitting[-1]}" if fitting else code


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_bad_file(path: Path, library: Library) -> None:
    findings = Findings()
    raw = read_case(path, findings)
    case = None if raw is None else validate(raw, findings)
    if case is not None and raw is not None:
        assess(case, raw, library, Options(draws=200), findings)
    key = key_of(path)
    mine = [f for f in findings if f.key == key]
    assert mine, [(f.key, f.place) for f in findings]
    severity = MILDER.get(key) or MILDER.get(key.partition(".")[0], Severity.ERROR)
    assert {f.severity for f in mine} == {severity}
    others = {f.key for f in findings if f.severity is Severity.ERROR} - {key, CONSEQUENCE}
    assert others == set()
    source = path.read_bytes()
    if MARK in source:
        line = source[: source.index(MARK)].count(b"\n") + 1
        # the marked line holds the whole block or the very key
        assert any(f.place.startswith(f"{path}:{line}") for f in mine), [f.place for f in mine]
    for finding in mine:
        for lang in LANGUAGES:
            shown = render_finding(finding, lang)
            assert all(shown[part] for part in ("title", "found", "expected", "fix"))


def test_every_finding_about_a_case_has_a_file() -> None:
    families = ("HP-Y", "HP-S", "HP-P", "HP-N", "HP-Q", "HP-L", "HP-V")
    wanted = {k for k, e in messages().items() if k.startswith(families) and "title" in e}
    assert wanted - {key_of(path) for path in FILES} - ELSEWHERE == set()


Tree = dict[str, Any]


def quantity_of(spec: object, compute: Callable[..., Any], tree: Tree) -> float:
    changed = copy.deepcopy(tree)
    changed["inputs"] = {"x": spec}
    changed["functional_unit"] = {"quantity": "x", "unit": "t"}
    return float(compute(changed).effects.Q[0, 0])


@pytest.mark.parametrize(
    "spec",
    [
        {"value": 900, "unit": "t"},
        {"value": 0.9, "unit": "kt"},
        "900 t",
        "0.09 万吨",
        "9e2 t",
        "9_00 t",
        {"by_year": {2022: {"value": 900, "unit": "t/year"}}},
        {"unit": "t/year", "by_year": {"2022": 900}},
        {"mode": 900, "low": 800, "high": 1000, "unit": "t"},
        {"value": 900, "plus_minus": "10 %", "unit": "t"},
        {"value": 900, "plus_minus": "90 t", "unit": "t"},
        {"value": 900, "plus_minus": "0.09 kt", "unit": "t"},
    ],
)
def test_spellings_of_900_tonnes(
    spec: object, compute: Callable[..., Any], small_case: Tree
) -> None:
    assert quantity_of(spec, compute, small_case) == pytest.approx(900, rel=1e-12)


def test_titles_in_one_or_two_languages(small_case: Tree, assessed: Callable[..., Any]) -> None:
    assert assessed(small_case).case.title == {"zh": "A small case", "en": "A small case"}
    small_case["title"] = {"zh": "小案例"}
    assert assessed(small_case).case.title == {"zh": "小案例"}


def test_nearest_key_is_suggested(
    small_case: Tree, findings_of: Callable[[Tree], Findings]
) -> None:
    small_case["higher_order"]["rebond"] = {}
    (finding,) = [f for f in findings_of(small_case) if f.rule == "HP-S01"]
    assert finding.params["near"] == "rebound"
    assert "rebound" in str(finding.params["known"])


@pytest.mark.parametrize(
    "path", [("id",), ("ict", "lines", 0, "id"), ("period", "start"), ("ict",)]
)
def test_what_is_missing_is_named(
    small_case: Tree, findings_of: Callable[[Tree], Findings], path: tuple[Any, ...]
) -> None:
    node: Any = small_case
    for part in path[:-1]:
        node = node[part]
    del node[path[-1]]
    (finding,) = [f for f in findings_of(small_case) if f.severity is Severity.ERROR]
    assert (finding.rule, finding.params["key"]) == ("HP-S02", path[-1])
    assert finding.place.endswith(".".join(map(str, path)))


def test_all_faults_are_told_at_once(
    small_case: Tree, errors_of: Callable[[Tree], list[str]]
) -> None:
    """One pass finds faults of form in several blocks together."""
    small_case["sector"] = "industri"
    small_case["tier"] = "two"
    del small_case["functional_unit"]
    small_case["ict"]["lines"][0]["quantety"] = 5
    assert errors_of(small_case) == ["HP-S04", "HP-S03.whole_number", "HP-S02", "HP-S01"]


def test_all_faults_of_content_are_told_at_once(
    small_case: Tree, errors_of: Callable[[Tree], list[str]]
) -> None:
    small_case["inputs"]["x"] = {"value": 1, "unit": "nonsense"}
    small_case["reference"]["lines"][0]["quantity"] = "unheard"
    small_case["solution"]["lines"][0]["quantity"] = "5 km"
    small_case["ict"]["lines"][0]["lifetime"] = "5 kg"
    small_case["functional_unit"]["unit"] = "kWh"
    found = {key.partition(".")[0] for key in errors_of(small_case)}
    assert found == {"HP-U01", "HP-Q03", "HP-Q08", "HP-L08", "HP-L11"}


def test_every_field_of_an_input_is_optional_but_its_unit() -> None:
    required = {name for name, field in InputSpec.model_fields.items() if field.is_required()}
    assert required == {"unit"}
