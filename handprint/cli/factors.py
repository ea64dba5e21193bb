"""`handprint factors`: list, search, show, check and compare emission factors."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from handprint.cli.options import lang_option, own_option
from handprint.core.i18n import Language, pick, text

if TYPE_CHECKING:
    from handprint.core.errors import Findings
    from handprint.factors.factor import Factor, Library
    from handprint.factors.resolve import Resolution

__all__ = ["factors"]

THIS_MANY = 12  # rows of a list in `show`


@click.group()
def factors() -> None:
    """List, search, show and check emission factors."""


@factors.command("list")
@click.argument("prefix", default="")
@own_option
@lang_option
def list_(prefix: str, own: tuple[Path, ...], lang: Language) -> None:
    """List the factor ids, one per line; PREFIX narrows them (electricity, fuel.diesel)."""
    library = _library(own, lang)
    shown = [factor_id for factor_id in sorted(library.by_id) if factor_id.startswith(prefix)]
    _print_ids(library, shown, lang)


@factors.command()
@click.argument("words", nargs=-1, required=True)
@own_option
@lang_option
def search(words: tuple[str, ...], own: tuple[Path, ...], lang: Language) -> None:
    """Find factors by WORDS in ids, names and sources, in Chinese or English."""
    from handprint.factors.search import search as find

    library = _library(own, lang)
    found = find(library, words)
    _print_ids(library, found, lang)
    if not found:
        click.echo(text("factors.nothing_found", lang, words=" ".join(words)), err=True)
        raise click.exceptions.Exit(1)


@factors.command()
@click.argument("factor_id", metavar="ID")
@click.option("--region", default="CN", show_default=True, help="CN, CN-CQ, GB, EU, GLO, ...")
@click.option("--year", type=click.IntRange(1990, 2200), help="Year of the activity.")
@own_option
@lang_option
def show(
    factor_id: str, region: str, year: int | None, own: tuple[Path, ...], lang: Language
) -> None:
    """Show the factor that a case would get, why this one, and what else there is."""
    from handprint.core.errors import CodedError, Findings, Severity
    from handprint.factors.resolve import candidates, resolve

    library = _library(own, lang)
    try:
        rows = candidates(library, factor_id, region)
        newest = max((row.year for row in rows), default=2025)
        resolution = resolve(library, factor_id, region=region, years=[year or newest or 2025])
    except CodedError as error:
        _stop(Findings([error.finding(f"factors show {factor_id}", Severity.ERROR)]), lang)
        return
    for row in resolution.factors[0]:
        _print_factor(row, lang)
    _print_reasons(resolution, lang)
    _print_others(library, resolution, rows, lang)


@factors.command()
@click.argument("path", type=click.Path(readable=False, path_type=Path))
@lang_option
def check(path: Path, lang: Language) -> None:
    """Check a library: a folder, a CSV file or an XLSX workbook."""
    from handprint.core.errors import Findings, Severity
    from handprint.factors.library import open_library

    findings = Findings()
    library = open_library(path, findings=findings)
    if findings.has(Severity.ERROR):
        _stop(findings, lang)
    _print_findings(findings, lang)
    counts = {"rows": len(library.factors), "sources": len(library.sources)}
    click.echo(text("factors.checked", lang, **counts, sha=library.sha256[:12]))


@factors.command()
@click.argument("old", metavar="A")
@click.argument("new", metavar="B")
@click.option("--case", "cases", multiple=True, type=click.Path(readable=False, path_type=Path),
              help="Case file or folder: which results move between A and B.")  # fmt: skip
@lang_option
def diff(old: str, new: str, cases: tuple[Path, ...], lang: Language) -> None:
    """Tell what changed between two libraries; A or B may be the word "shipped"."""
    from handprint.core.numbers import format_percent
    from handprint.factors.diff import diff as compare

    before, after = _named(old, lang), _named(new, lang)
    found = compare(before, after)
    for sign, rows in (("+", found.added), ("-", found.removed)):
        for row in rows:
            click.echo(f"{sign} {_line(row)}")
    for change in found.changed:
        moved = "" if change.ratio is None else format_percent(change.ratio - 1, lang)
        fields = ", ".join(change.fields)
        click.echo(f"~ {_line(change.old)} -> {change.new.value:g} {change.new.unit_text}"
                   f"  {moved} [{fields}]")  # fmt: skip
    counts = {"added": len(found.added), "removed": len(found.removed)}
    click.echo(text("factors.compared", lang, **counts, changed=len(found.changed)))
    if cases:
        _print_moves(before, after, cases, lang)


def _named(name: str, lang: Language) -> "Library":
    """Return the shipped library, or the one at a path; stop at errors in it."""
    from handprint.core.errors import Findings, Severity
    from handprint.factors.library import open_library, shipped_library

    if name == "shipped":
        return shipped_library()
    findings = Findings()
    library = open_library(Path(name), findings=findings)
    if findings.has(Severity.ERROR):
        _stop(findings, lang)
    return library


def _print_moves(
    before: "Library", after: "Library", cases: tuple[Path, ...], lang: Language
) -> None:
    """Assess the cases with either library and print every NER that moves."""
    from handprint.assess.assess import Options, assess
    from handprint.cli.intake import finish, named_files, read_cases
    from handprint.core.errors import Findings
    from handprint.core.numbers import format_percent

    findings = Findings()
    for case, raw in read_cases(named_files([str(path) for path in cases], findings), findings):
        results = [
            assess(case, raw, _over_shipped(library), Options(draws=0), Findings())
            for library in (before, after)
        ]
        values = [None if r is None else r.metrics["NER"].value for r in results]
        if values[0] == values[1]:
            click.echo(text("factors.case_same", lang, id=case.id))
            continue
        shown = ["-" if v is None else f"{v:.6g} t CO2e" for v in values]
        moved = ""
        if values[0] and values[1] is not None:
            moved = format_percent(values[1] / values[0] - 1, lang)
        click.echo(f"{case.id}: NER {shown[0]} -> {shown[1]}  {moved}".rstrip())
    finish(findings, lang, None)


def _over_shipped(library: "Library") -> "Library":
    """Let an own library stand before the shipped one, as it does in an assessment."""
    from dataclasses import replace

    from handprint.factors.library import shipped_library

    if library.version:
        return library
    shipped = shipped_library()
    return replace(shipped, factors=(*library.factors, *shipped.factors))


def _library(own: tuple[Path, ...], lang: Language) -> "Library":
    from handprint.core.errors import Findings, Severity
    from handprint.factors.library import load_library

    findings = Findings()
    library = load_library(own, findings=findings)
    if findings.has(Severity.ERROR):
        _stop(findings, lang)
    return library


def _print_ids(library: "Library", ids: list[str], lang: Language) -> None:
    from handprint.factors.search import label

    for factor_id in ids:
        rows = library.by_id[factor_id]
        units = ", ".join(dict.fromkeys(row.unit_text for row in rows))
        click.echo(f"{factor_id}\t{units}\t{label(library, factor_id, lang)}")


def _print_factor(row: "Factor", lang: Language) -> None:
    """Print everything known about one row, one labelled line each."""
    from handprint.factors.regions import name

    year = f"{row.year}" if row.year else text("factors.not_stated", lang)
    lines = {
        "name": pick(row.name, lang),
        "value": f"{row.value:g} {row.unit_text}",
        "gas": row.gas or "-",
        "gwp": row.gwp or "-",
        "region": f"{row.region} {name(row.region, lang)}",
        "year": year,
        "scope": row.scope,
        "accounting": row.accounting or "-",
        "uncertainty": _uncertainty(row, lang),
        "status": text(f"factors.status.{row.status}", lang),
        "source": f"{pick(row.source.title, lang)} ({row.source.publisher})",
        "reference": row.reference,
        "licence": f"{row.source.licence}; {row.source.attribution}",
        "note": row.note or row.source.notes or "-",
    }
    click.secho(f"{row.id}  [{row.source.id}{'*' if row.own else ''}]", bold=True)
    for key, shown in lines.items():
        click.echo(f"  {text(f'factors.{key}', lang)}: {shown}")


def _uncertainty(row: "Factor", lang: Language) -> str:
    from handprint.factors.pedigree import spread

    found = spread(row)
    shown = ", ".join(f"{key} {number:.4g}" for key, number in found.parameters.items())
    mark = text("factors.default", lang, basis=found.basis) if found.default else found.basis
    return f"{found.distribution} ({shown}); {mark}"


def _print_reasons(resolution: "Resolution", lang: Language) -> None:
    from handprint.core.i18n import render_finding

    click.secho(text("factors.why", lang), bold=True)
    if not resolution.fallbacks:
        click.echo(f"  {text('factors.exact', lang)}")
    for fallback in resolution.fallbacks:
        parts = render_finding(fallback.finding(""), lang)
        click.echo(f"  {parts['rule']} {parts['found']} {parts['fix']}")


def _print_others(
    library: "Library", resolution: "Resolution", rows: "list[Factor]", lang: Language
) -> None:
    """Print other rows of this id for the region, and other ids of its family."""
    chosen = resolution.factors[0]
    others = [row for row in rows if row not in chosen]
    family = _family(library, chosen[0].id, resolution.asked_region)
    for key, found in (("factors.others", others), ("factors.family", family)):
        if found:
            click.secho(text(key, lang), bold=True)
            for row in found[:THIS_MANY]:
                click.echo(f"  {_line(row)}")
            if len(found) > THIS_MANY:
                click.echo(f"  {text('factors.more', lang, count=len(found) - THIS_MANY)}")


def _family(library: "Library", factor_id: str, region: str) -> "list[Factor]":
    """Return the newest row of every other id of the family, single technologies last."""
    from handprint.factors.regions import chain
    from handprint.factors.resolve import candidates

    stem = factor_id.rpartition(".")[0]
    ids = [name for name in library.by_id if name.rpartition(".")[0] == stem and name != factor_id]
    near = chain(region)
    rows = [row for name in ids for row in _nearest(candidates(library, name, region))]
    return sorted(rows, key=lambda r: (r.accounting == "technology", near.index(r.region), r.id))


def _nearest(rows: "list[Factor]") -> "list[Factor]":
    """Return the newest of the rows of the first region, if there is any."""
    return sorted((r for r in rows if r.region == rows[0].region), key=lambda r: r.year)[-1:]


def _line(row: "Factor") -> str:
    year = row.year or "n/s"
    return f"{row.id} {row.region} {year}: {row.value:g} {row.unit_text} [{row.source.id}]"


def _print_findings(findings: "Findings", lang: Language) -> None:
    from handprint.cli.findings import print_findings

    print_findings(findings, lang)


def _stop(findings: "Findings", lang: Language) -> None:
    """Print the findings and end with exit code 1."""
    _print_findings(findings, lang)
    raise click.exceptions.Exit(1)
