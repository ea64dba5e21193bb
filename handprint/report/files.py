"""The results of a case to files."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from handprint.assess.assess import Assessment
from handprint.assess.document import document, rendered_findings
from handprint.core.errors import Findings
from handprint.core.files import to_json, write_forms
from handprint.core.i18n import Language

__all__ = ["FORMATS", "result_bytes", "write_results"]

FORMATS = ("json", "pdf", "html", "xlsx")


def write_results(
    assessment: Assessment,
    folder: Path,
    formats: Sequence[str],
    languages: Sequence[Language],
    findings: Findings,
) -> Iterator[Path]:
    """Write the results of one case and yield the paths written.

    The name is the case id; reports in two languages carry the language after it.
    """
    base = document(assessment, languages[0])

    def content(form: str, lang: Language) -> bytes:
        return _content(form, base, lang, rendered_findings(assessment, lang))

    target, place = folder / assessment.case.id, assessment.raw.file
    yield from write_forms(target, formats, languages, content, findings, place=place)


def result_bytes(assessment: Assessment, form: str, lang: Language) -> bytes:
    """Return the result of one case in one format and language."""
    base = document(assessment, lang)
    return _content(form, base, lang, rendered_findings(assessment, lang))


def _content(
    form: str, base: dict[str, object], lang: Language, rendered: list[dict[str, str]]
) -> bytes:
    if form == "json":
        return to_json(base)
    if form == "xlsx":
        from handprint.report.workbook import case_workbook

        return case_workbook(base, lang, rendered)
    from handprint.report import report

    if form == "html":
        return report.render_html(base, lang, findings=rendered).encode()
    return report.render_pdf(base, lang, findings=rendered)
