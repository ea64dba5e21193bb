"""Typical scenarios: a model with typical values, so that a case gives its inputs only.

A template is a YAML file under ``case_templates/<category>/<id>.yaml``: descriptions of its
inputs, and under ``case:`` a case without inputs, written in the words of any case. A case that
names a template is the template's case with the submission's own entries laid over it; lines
are the template's alone, or it would not be that scenario.
"""

import difflib
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

import yaml
from pydantic import BaseModel, ConfigDict, Field

from handprint.case.reader import KeyPath, RawCase
from handprint.case.schema import Category, Distributed, SourceNote, Text, Title
from handprint.core import resources
from handprint.core.errors import CodedError, Finding, Findings, Severity

__all__ = ["CATEGORIES", "Template", "TemplateInput", "expand", "template", "template_files"]

CATEGORIES: tuple[Category, ...] = get_args(Category)
Block = Literal["activity", "reference", "solution", "ict", "higher_order"]
BLOCKS: tuple[Block, ...] = ("activity", "reference", "solution", "ict", "higher_order")

# What a case of a template may not bring: the model is the template's.
FIXED: tuple[KeyPath, ...] = (
    ("functional_unit",),
    ("reference", "lines"),
    ("solution", "lines"),
    ("solution", "mechanism"),
    ("ict", "lines"),
    ("higher_order", "lines"),
)
# What a template may say in place of the case; taking it is told in a note.
TOLD = ("region", "period", "tier", "claim")


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class TemplateInput(_Model):
    """One input of a scenario: what to enter, in which unit, what is plausible and typical.

    ``range`` and ``typical`` are in ``unit``. An input that is ``required`` has no default: its
    typical value fills the example form only.
    """

    name: Title
    help: Text
    unit: str
    units: list[str] = Field(default_factory=list)
    range: Annotated[list[float], Field(min_length=2, max_length=2)]
    typical: Distributed
    required: bool = False
    status: Literal["default", "chosen"] = "default"
    source: Text
    evidence: Text
    block: Block


class Template(_Model):
    """One typical scenario."""

    handprint_template: Literal[1]
    id: str
    version: Annotated[int, Field(ge=1)]
    title: Title
    description: Text
    reference_kinds: Annotated[list[str], Field(min_length=1)]
    inputs: Annotated[dict[str, TemplateInput], Field(min_length=1)]
    rebound: Text
    pitfalls: Annotated[list[Text], Field(min_length=1)]
    sources: Annotated[list[SourceNote], Field(min_length=1)]
    case: dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Laying:
    """One expansion under way."""

    raw: RawCase
    template: Template
    findings: Findings


@cache
def template_files() -> Mapping[str, Path]:
    """Return the files of the shipped templates by id, in the order of their categories."""
    root = resources.folder("case_templates")
    return {
        path.stem: path
        for category in CATEGORIES
        for path in sorted((root / category).glob("*.yaml"))
        if not path.stem.endswith(".example")
    }


@cache
def template(template_id: str) -> Template:
    """Return a shipped template.

    Raises
    ------
    CodedError
        HP-T01: there is none of this id.
    pydantic.ValidationError
        The shipped file is broken: a defect of the program.
    """
    files = template_files()
    if template_id not in files:
        near = ", ".join(difflib.get_close_matches(template_id, files, 3, 0.3))
        raise CodedError("HP-T01", id=template_id, near=near or ", ".join(list(files)[:5]))
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    text = files[template_id].read_text("utf-8")
    return Template.model_validate(yaml.load(text, Loader=loader))  # noqa: S506 (safe loader)


def expand(raw: RawCase, findings: Findings) -> RawCase:
    """Return the case with its template laid under it; unchanged when it names none.

    Faults are findings: HP-T01 unknown template, HP-T02 made for another version, HP-T03 a
    required input is missing, HP-T04 an input the scenario does not have, HP-T05 something that
    is the template's, HP-T06 a value outside the plausible range, HP-T07 blocks taken over.
    """
    name = raw.tree.get("template")
    if not isinstance(name, str):
        return raw
    try:
        laying = _Laying(raw, template(name), findings)
    except CodedError as problem:
        findings.add(problem.finding(raw.place(("template",))))
        return raw
    _check_version(laying)
    _check_fixed(laying)
    taken = [key for key in TOLD if key not in raw.tree and key in laying.template.case]
    if "title" not in raw.tree:
        taken.insert(0, "title")
    given = raw.tree.get("reference")
    if not isinstance(given, dict) or "kind" not in given:
        taken.append("reference.kind")
    if taken:
        params = {"keys": ", ".join(taken), "template": name}
        findings.add(Finding("HP-T07", Severity.NOTE, raw.place(("template",)), params))
    own = {key: value for key, value in raw.tree.items() if key != "inputs"}
    skeleton = {"title": dict(laying.template.title), **deepcopy(laying.template.case)}
    tree = _laid_over(skeleton, own)
    _set_reference_kind(laying, tree)
    tree["inputs"] = _inputs(laying)
    return replace(raw, tree=tree, own=raw.tree, fixed=FIXED)


def _set_reference_kind(laying: _Laying, tree: dict[str, Any]) -> None:
    """Take the scenario's first kind of reference where none is given; check a given one."""
    reference, kinds = tree.get("reference"), laying.template.reference_kinds
    if not isinstance(reference, dict):
        return
    kind = reference.setdefault("kind", kinds[0])
    if kind not in kinds:
        params = {"kind": str(kind), "kinds": ", ".join(kinds)}
        place = laying.raw.place(("reference", "kind"))
        laying.findings.add(Finding("HP-T09", Severity.WARNING, place, params))


def _check_version(laying: _Laying) -> None:
    raw, current = laying.raw, laying.template.version
    given = raw.tree.get("template_version")
    if isinstance(given, int) and given != current:
        severity = Severity.WARNING if given < current else Severity.ERROR
        params = {"given": given, "current": current}
        finding = Finding("HP-T02", severity, raw.place(("template_version",)), params)
        laying.findings.add(finding)


def _check_fixed(laying: _Laying) -> None:
    for path in FIXED:
        node: Any = laying.raw.tree
        for key in path:
            node = node.get(key) if isinstance(node, dict) else None
        if node is not None:
            params = {"key": ".".join(map(str, path)), "template": laying.template.id}
            finding = Finding("HP-T05", Severity.ERROR, laying.raw.place(path), params)
            laying.findings.add(finding)


def _laid_over(under: dict[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """Return ``under`` with the entries of ``over``: blocks are merged, all else is replaced."""
    result = dict(under)
    for key, value in over.items():
        below = result.get(key)
        if isinstance(below, dict) and isinstance(value, dict) and key not in ("title", "period"):
            result[key] = _laid_over(below, value)
        else:
            result[key] = value
    return result


def _inputs(laying: _Laying) -> dict[str, Any]:
    """Return the inputs: the submission's where given, else the template's typical values."""
    raw, known = laying.raw, laying.template.inputs
    given = raw.tree.get("inputs")
    own = given if isinstance(given, dict) else {}
    at_sites = _site_inputs(raw)
    for path, name in [(("inputs", n), n) for n in own] + at_sites:
        if name not in known:
            near = ", ".join(difflib.get_close_matches(name, known, 3, 0.3)) or ", ".join(known)
            params = {"name": name, "known": near}
            laying.findings.add(Finding("HP-T04", Severity.ERROR, raw.place(path), params))
    result: dict[str, Any] = {}
    sited = {name for _, name in at_sites}
    for name, spec in known.items():
        if name in own:
            entry = own[name]
            named = {"name": dict(spec.name), **entry} if isinstance(entry, dict) else entry
            result[name] = named
        elif spec.required and name not in sited:
            params = {"name": name, "unit": spec.unit, "label": spec.name.get("zh", name)}
            place = raw.place(("inputs", name))
            laying.findings.add(Finding("HP-T03", Severity.ERROR, place, params))
        elif not spec.required:
            result[name] = _typical(spec)
    return result


def _site_inputs(raw: RawCase) -> list[tuple[KeyPath, str]]:
    sites = raw.tree.get("sites")
    return [
        (("sites", i, "inputs", name), name)
        for i, site in enumerate(sites if isinstance(sites, list) else [])
        if isinstance(site, dict) and isinstance(site.get("inputs"), dict)
        for name in site["inputs"]
    ]


def _typical(spec: TemplateInput) -> dict[str, Any]:
    return {
        **spec.typical.model_dump(exclude_none=True),
        "unit": spec.unit,
        "name": dict(spec.name),
        "status": spec.status,
        "source": dict(spec.source),
    }
