"""The report as HTML and PDF, from documents written by hand after the document's description."""

import copy
import csv
import io
import json
import logging
import re
from html import unescape
from pathlib import Path
from typing import get_args

import pypdf
import pytest

from handprint.case import schema
from handprint.core import resources
from handprint.core.i18n import LANGUAGES, messages
from handprint.model import metrics
from handprint.page import marks, pdf
from handprint.page.shell import Page
from handprint.report import report
from handprint.report.view import status_text, view
from handprint.review.checklist import GROUPS
from handprint.review.facts.declared import INSTRUMENTS

DOCUMENTS = Path(__file__).parent / "documents"
NAMES = ("potline-demo", "custom-bus", "paperless-office")
HOSTILE = '<img src="http://evil.invalid/x.png"> {{7*7}}\n<script>alert(1)</script>'


def load(name):
    return json.loads((DOCUMENTS / f"{name}.json").read_text("utf-8"))


def table(document, name, lang="en"):
    """Return the cells of the table with class ``name``, row by row, as plain texts."""
    html = report.render_html(document, lang, findings=document["findings"])
    body = re.search(rf'<table class="{name}\b.*?</table>', html, re.DOTALL)[0]
    rows = re.findall(r"<tr.*?</tr>", body, re.DOTALL)
    cells = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL) for row in rows]
    return [[plain(cell) for cell in row] for row in cells]


def plain(html):
    return unescape(" ".join(re.sub(r"<[^>]+>", "", html).split()))


def pages(document, lang, **changes):
    findings = changes.get("findings", document["findings"])
    pdf = report.render_pdf(document, lang, findings=findings)
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    return reader, [" ".join(page.extract_text().split()) for page in reader.pages]


@pytest.fixture(scope="module", params=[(n, lang) for n in NAMES for lang in LANGUAGES])
def printed(request):
    name, lang = request.param
    document = load(name)
    return document, lang, *pages(document, lang)


def test_the_first_page_is_one_page(printed):
    _, lang, reader, texts = printed
    first_section = messages()["report.section.scope"][lang]
    assert first_section not in texts[0]
    assert f"1 {first_section}" in texts[1]
    assert f"1 / {len(reader.pages)}" in texts[0]


def test_the_verdict_stands_above_the_numbers(printed):
    document, lang, _, texts = printed
    verdict = messages()[f"report.verdict.{document['verdict']['code']}"][lang]
    number = messages()["report.metric.NER"][lang]
    assert verdict in texts[0]
    assert texts[0].index(verdict) < texts[0].index(number)


def test_every_number_on_the_first_page_names_its_definition(printed):
    document, _, _, texts = printed
    for metric in document["metrics"].values():
        assert metric["definition"] in texts[0]


def test_every_input_factor_line_and_hash_is_printed(printed):
    document, _, _, texts = printed
    whole = re.sub(r"\s", "", "".join(texts))
    wanted = [entry["name"] for entry in document["inputs"]]
    wanted += [factor["id"] for factor in document["factors"]]
    wanted += [line["id"] for line in document["lines"]]
    wanted += [definition["id"] for definition in document["definitions"]]
    wanted += [document["manifest"]["factor_library"]["sha256"]]
    assert [name for name in wanted if name not in whole] == []


def test_every_finding_is_printed_with_how_to_fix_it(printed):
    document, lang, _, texts = printed
    whole = re.sub(r"\s", "", "".join(texts))
    for finding in document["findings"]:
        assert re.sub(r"\s", "", finding["fix"]) in whole
        assert finding["rule"] in whole
    if not document["findings"]:
        assert messages()["report.no_findings"][lang] in texts[0]


def test_the_pdf_is_archivable_tagged_and_says_its_language(printed):
    document, lang, reader, _ = printed
    xmp = reader.trailer["/Root"]["/Metadata"].get_object().get_data().decode()
    assert 'pdfaid:part="3"' in xmp or "<pdfaid:part>3" in xmp
    assert 'pdfaid:conformance="A"' in xmp or "<pdfaid:conformance>A" in xmp
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert reader.trailer["/Root"]["/Lang"] == {"zh": "zh-CN", "en": "en"}[lang]
    assert document["case"]["id"] in reader.pages[0].extract_text()


def test_the_document_travels_in_the_pdf(printed):
    document, _, reader, _ = printed
    attached = reader.attachments[f"{document['case']['id']}.json"]
    assert json.loads(attached[0]) == document


def test_charts_have_numbers_captions_and_alternative_texts():
    document = load("custom-bus")
    html = report.render_html(document, "en", findings=document["findings"])
    images = re.findall(r'<img src="(data:image/svg\+xml;base64,[^"]+)" alt="([^"]+)">', html)
    assert len(images) == 5
    assert "reference 5,990, solution 5,840" in images[0][1]
    assert "P5 \u2212401, median \u2212348, P95 \u2212280" in images[1][1]
    for number in range(1, 6):
        assert f"<b>Figure {number}</b>" in html


def test_metrics_without_a_value_say_why():
    document = load("paperless-office")
    _, texts = pages(document, "en")
    assert "undefined: no ICT footprint is given" in texts[0]
    assert "undefined: the functional quantity is zero" in texts[0]
    assert "inf" not in texts[0].split()
    assert "None" not in " ".join(texts)


def test_the_same_document_gives_the_same_bytes():
    document = load("potline-demo")
    first = report.render_pdf(document, "zh", findings=document["findings"])
    report.render_pdf(load("custom-bus"), "en", findings=[])
    marks.drawn.cache_clear()
    assert report.render_pdf(document, "zh", findings=document["findings"]) == first


def test_texts_of_a_case_are_texts():
    document = load("potline-demo")
    document["case"]["title"] = {"en": HOSTILE, "zh": HOSTILE}
    document["lines"][0]["label"] = {"en": HOSTILE}
    document["inputs"][0]["evidence"] = HOSTILE
    document["factors"][0]["url"] = "javascript:alert(1)"
    finding = {**document["findings"][0], "title": HOSTILE, "place": HOSTILE}
    html = report.render_html(document, "en", findings=[finding])
    assert "<script" not in html
    assert "evil.invalid" in html
    assert '<img src="http' not in html
    assert "{{7*7}}" in html
    assert ">49<" not in html
    assert 'href="javascript' not in html
    _, texts = pages(document, "en", findings=[finding])
    assert "{{7*7}}" in texts[0]


def test_backticks_in_a_finding_become_code_and_nothing_else_does():
    document = load("potline-demo")
    finding = {**document["findings"][0], "fix": "Add `a: <b>` or `units: m₂` & go"}
    html = report.render_html(document, "en", findings=[finding])
    assert "Add <code>a: &lt;b&gt;</code> or `units: m<sub>2</sub>` &amp; go" in html


def test_other_choices_are_told_in_words():
    document = load("custom-bus")
    html = report.render_html(document, "en", findings=[])
    for words in (
        "reference: previous situation continues",
        "lifetimes of the ICT × 0.5",
        "electricity: marginal",
        "rebound 30\u00a0%",
        "4,700–5,900 device",
        "0.859",
    ):
        assert words in html
    assert "Sensitivity and scenarios" not in report.render_html(
        load("potline-demo"), "en", findings=[]
    )


def test_a_contributor_has_its_part_of_the_system_result():
    """The bus operator's 70 % of -351 t are -246 t; the platform's 30 % are -105.3 t."""
    rows = table(load("custom-bus"), "contributors")
    assert [row[:3] for row in rows[1:]] == [
        ["The whole system", "100 %", "\u2212351"],
        ["Bus operator", "70 %", "\u2212246"],
        ["platform", "30 %", "\u2212105.3"],
    ]


def test_the_drivers_stand_in_one_table():
    """Row: range, NER at both ends, share of variance, Sobol indices, break-even value."""
    rows = table(load("custom-bus"), "influences")
    car = next(row for row in rows if row[0] == "Share shifted from cars")
    assert car[1:4] == ["0.240–0.380", "\u2212396", "\u2212306"]
    assert car[5:] == ["0.61", "0.64", "0.859"]
    terminals = next(row for row in rows if row[0] == "Vehicle terminals")
    assert terminals[5:] == ["—", "—", "—"]


def test_other_choices_stand_beside_the_result_as_assessed():
    rows = table(load("custom-bus"), "choices")
    assert rows[1][0] == "as assessed"
    assert "declared by the case" in rows[2][0]
    assert not any("declared by the case" in row[0] for row in rows[3:])


def test_the_verdict_is_given_with_its_rule_and_its_numbers():
    _, texts = pages(load("custom-bus"), "en")
    whole = " ".join(texts)
    assert "P5 of NER is above zero in every declared scenario" in whole
    assert "P5 = \u2212401, P95 = \u2212280 t CO" in whole
    assert "declared scenarios: 2" in whole
    assert "10,000 draws; P5, P50 and P95 are known to 0.62 %" in whole.replace("\u00a0", " ")


def test_draws_that_did_not_converge_are_no_success():
    document = load("custom-bus")
    document["convergence"]["met"] = False
    html = report.render_html(document, "en", findings=[])
    assert "more draws are needed" in html


def test_the_tree_hangs_children_below_their_parents():
    document = load("custom-bus")
    tree = view(document, "en", [])["tree"]
    assert [(node.about["id"], node.depth, node.symbol) for node in tree] == [
        ("shift", 1, "+"),
        ("induced", 2, "\u2212"),
        ("land-use", 2, "±"),
    ]


@pytest.mark.parametrize(("parent", "depths"), [("induced", [1, 1, 2]), ("nowhere", [1, 2, 2])])
def test_a_tree_that_is_none_is_printed_all_the_same(parent, depths):
    """Parents in a circle, and a parent that is not there."""
    document = load("custom-bus")
    document["case"]["consequences"][0]["parent"] = parent
    tree = view(document, "en", [])["tree"]
    assert sorted(node.about["id"] for node in tree) == ["induced", "land-use", "shift"]
    assert len(table(document, "consequences")) == 2 + len(depths)


def test_the_report_ends_with_the_checklist_and_the_score():
    document = load("custom-bus")
    _, texts = pages(document, "en")
    whole = " ".join(texts)
    assert whole.index("Reviewer's checklist") > whole.index("Factor library")
    assert "Data-quality score 2.4" in whole
    assert "2 of 4 rules passed, 1 with a remark, 1 failed" in whole
    rows = table(document, "checklist")
    assert rows[0] == ["1 Eligibility"]
    assert [cell[:5] for cell in rows[1]] == ["× R27", "✓ R28"]


def test_a_rule_that_was_broken_is_named_as_its_finding_is():
    document = load("custom-bus")
    finding = {**document["findings"][0], "rule": "R37", "title": "Rebound told by hearsay"}
    groups = view(document, "en", [finding])["checklist"]
    assert groups[1][1][0]["title"] == "Rebound told by hearsay"


def test_disclosures_of_all_shapes_are_told():
    document = load("custom-bus")
    document["case"]["disclosure"] |= {"sold": False, "method": ["a", {"en": "b"}]}
    told = dict(view(document, "en", [])["disclosures"])
    assert told["Overlap with other schemes"] == [
        "emissions trading: none",
        "green certificates: cancelled",
    ]
    assert told["sold"] == ["no"]
    assert told["Method"] == ["a", "b"]


def test_a_factor_tells_its_gases_its_conversion_and_its_default_uncertainty():
    cell = table(load("custom-bus"), "factors")[1][2]
    assert "of which CO2 0.51 × GWP 1; CH4 1.2 × 10\u22124 × GWP 27.9" in cell
    assert "activity converted by 1/fuel.diesel.density" in cell
    assert "default uncertainty GSD 1.42" in cell


def test_findings_that_differ_in_place_only_are_one():
    document = load("potline-demo")
    finding = document["findings"][0]
    findings = [{**finding, "place": place} for place in ("a.yaml:1", "a.yaml:2")]
    html = report.render_html(document, "en", findings=findings)
    assert html.count('<div class="finding">') == 1
    assert "a.yaml:1<br>a.yaml:2" in html


def test_a_run_without_draws_does_not_blame_the_inputs():
    document = load("paperless-office")
    for metric in document["metrics"].values():
        metric["status"] = "no_draws"
    shown = view(document, "en", [])
    assert "No draws were made" in shown["verdict"].sentence
    assert "no draws made, no interval" in shown["cards"][0].notes


def test_every_status_of_a_metric_has_words():
    for status in (
        "no_uncertainty",
        "no_draws",
        "undefined_in_some_draws",
        metrics.ZERO_FOOTPRINT,
        metrics.ZERO_QUANTITY,
        metrics.ZERO_REFERENCE,
    ):
        for lang in LANGUAGES:
            assert messages()[f"report.status.{status.lower()}"][lang]
            assert status not in status_text(status, lang)


def test_html_stands_alone():
    document = load("custom-bus")
    html = report.render_html(document, "zh", findings=document["findings"])
    assert html.startswith("<!DOCTYPE html>")
    assert "<link" not in html
    assert set(re.findall(r'src="(\w+):', html)) == {"data"}
    assert "url(" not in html


def test_words_without_a_space_wrap():
    """A word of 400 letters would be some 2,000 px wide; the text block has 640."""
    document = load("potline-demo")
    word = "Lopadotemachoselacho" * 20
    document["case"]["description"] = {"en": word}
    _, texts = pages(document, "en")
    assert word in re.sub(r"\s", "", texts[1])
    assert re.search(r"Lopad\S*\s+\S*Lopad", texts[1])


def test_the_longest_first_page_is_still_one_page():
    document = load("custom-bus")
    document["case"]["title"] = {"en": "A very long title that never ends " * 8}
    for driver in document["drivers"]:
        driver["label"] = {"en": "A long label of an input with many words in it " * 4}
    findings = [
        {**document["findings"][n % 2], "title": "A long title of a finding with many words " * 6}
        for n in range(30)
    ]
    _, texts = pages(document, "en", findings=findings)
    assert "1 Function and scenarios" in texts[1]
    assert "and 24 more" in texts[0]


def test_table_heads_repeat_and_no_row_is_lost():
    document = load("potline-demo")
    entry = document["inputs"][0]
    document["inputs"] = [{**entry, "name": f"input_{n:03}"} for n in range(120)]
    _, texts = pages(document, "en")
    holding = [text for text in texts if "input_" in text]
    assert len(holding) > 2
    assert all("Data status" in text for text in holding)
    assert set(re.findall(r"input_\d{3}", " ".join(texts))) == {f"input_{n:03}" for n in range(120)}


def test_a_character_without_a_glyph_is_an_error_that_names_it():
    document = load("potline-demo")
    document["case"]["title"] = {"en": "Potline \U0010fffd", "zh": "电解槽 \U0010fffd"}
    with pytest.raises(pdf.MissingGlyphs) as caught:
        report.render_pdf(document, "zh", findings=[])
    assert caught.value.code == "HP-O03"
    assert caught.value.characters == ("\U0010fffd",)
    assert "U+10FFFD" in caught.value.params["characters"]
    assert not logging.getLogger("weasyprint").handlers or all(
        "Collector" not in type(handler).__name__
        for handler in logging.getLogger("weasyprint").handlers
    )


@pytest.mark.parametrize(
    "url", ["http://evil.invalid/x.png", "file:///etc/hostname", "data:image/svg+xml,<svg/>"]
)
def test_the_renderer_fetches_nothing_but_its_own_charts(monkeypatch, url):
    """A page that asks for anything else is refused, even if escaping had failed."""
    page = Page(f'<p>x</p><img alt="" src="{url}">', frozenset())
    monkeypatch.setattr(report, "_page", lambda *_, **__: page)
    with pytest.raises(pdf.RefusedFetch, match=re.escape(url[:20])):
        report.render_pdf(load("potline-demo"), "en", findings=[])


def test_the_attachment_has_a_harmless_name():
    document = copy.deepcopy(load("potline-demo"))
    document["case"]["id"] = "../../etc/passwd"
    assert pdf.attachment_name(document) == ".._.._etc_passwd.json"


def test_the_verdict_follows_what_blocks():
    document = load("potline-demo")
    shown = view(document, "en", document["findings"])["verdict"]
    assert (shown.title, shown.tone) == ("Robust, not to be published yet", "caution")
    assert "缺少影响树 (R07)" in shown.sentence
    document["verdict"].update(publishable=True, blocking=[])
    shown = view(document, "en", [])["verdict"]
    assert (shown.title, shown.tone) == ("Robust", "good")
    burden = view(load("custom-bus"), "zh", [])["verdict"]
    assert (burden.title, burden.tone) == ("净增排，暂不可发布", "harm")


def test_the_headline_is_the_median_and_the_central_value_stands_beside():
    document = load("custom-bus")
    card = view(document, "en", document["findings"])["cards"][0]
    assert (card.number, card.unit, card.tone) == ("\u2212348", "t CO₂e", "harm")
    assert "central value \u2212351" in card.notes[0]
    assert (card.bar.low, card.bar.high) == ("\u2212401", "\u2212280")
    assert card.bar.start < card.bar.middle < card.bar.stop


def test_an_unstable_metric_says_so_where_it_stands():
    document = load("potline-demo")
    cards = view(document, "zh", document["findings"])["cards"]
    assert any("RF12" in note for note in cards[2].notes)
    assert not any("RF12" in note for note in cards[0].notes)


# --- the catalogue --------------------------------------------------------------------------


def test_every_scope_and_accounting_of_the_factors_has_a_word():
    """A factor table row that printed "well_to_tank" would be read by nobody."""
    used = set()
    for table in resources.folder("factors").glob("*/*.csv"):
        with table.open(encoding="utf-8-sig", newline="") as stream:
            for row in csv.DictReader(stream):
                for group, column in (("boundary", "scope"), ("accounting", "accounting")):
                    used |= {f"report.{group}.{row[column]}"} if row.get(column) else set()
    assert "report.boundary.combustion" in used
    assert sorted(used - messages().keys()) == []


def test_every_label_of_the_templates_is_in_the_catalogue():
    folder = resources.folder("reports") / "templates"
    used = set()
    for template in folder.rglob("*.html"):
        used |= set(re.findall(r'\bt\("([\w.]+)"[,)]', template.read_text("utf-8")))
    assert len(used) > 80
    assert sorted(key for key in used if f"report.{key}" not in messages()) == []


def test_no_template_holds_words_of_its_own():
    """What stands between the tags is code, punctuation or a symbol, never a word to translate."""
    folder = resources.folder("reports") / "templates"
    for template in folder.rglob("*.html"):
        code = r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}"
        bare = re.sub(r"<[^>]*>", " ", re.sub(code, " ", template.read_text("utf-8")))
        assert set(re.findall(r"[A-Za-z\u4e00-\u9fff]{2,}", bare)) <= {"NER"}, template.name


def test_no_label_is_kept_that_nothing_prints():
    """Keys that are put together at run time are known by their group."""
    package = resources.folder("reports").parent / "handprint"
    templates = (resources.folder("reports") / "templates").rglob("*.html")
    sources = "".join(path.read_text("utf-8") for path in [*templates, *package.rglob("*.py")])
    used = set(re.findall(r'"report\.([\w.]+)"', sources)) | set(
        re.findall(r'\bt\("([\w.]+)"', sources)
    )
    groups = set(re.findall(r'term\((?:lang, )?"(\w+)"', sources))
    groups |= set(re.findall(r'f"report\.([\w.]+?)\.\{', sources))
    groups |= set(re.findall(r'\bt\("([\w.]+)\." ~', sources)) | {"figure.yearly", "energy"}
    groups |= {"varied", "figure.waterfall", "figure.contributions", "figure.tornado", "results"}
    keys = [key[7:] for key in messages() if key.startswith("report.")]
    unknown = [k for k in keys if k not in used and k.rpartition(".")[0] not in groups]
    assert unknown == []


@pytest.mark.parametrize(
    ("group", "values"),
    [
        ("sector", get_args(schema.Sector)),
        ("stage", get_args(schema.Stage)),
        ("category", ("production", "living", "urban_rural")),
        ("claim", ("potential", "planned", "realised")),
        ("mechanism", ("optimise", "substitute_partial", "substitute_full")),
        ("data", ("given", "default", "chosen", "derived")),
        ("rebound", ("not_quantified", "quantified", "embedded_in_measurement", "undeclared")),
        ("verdict", ("robust", "likely", "inconclusive", "net_burden", "no_uncertainty")),
        ("severity", ("error", "block", "warning", "note")),
        ("group", tuple(GROUPS)),
        ("sign", ("favourable", "adverse", "uncertain")),
        ("horizon", ("immediate", "mid", "long")),
        ("treatment", ("quantified", "qualitative", "excluded")),
        ("varied", ("reference", "lifetime", "allocation", "electricity", "rebound")),
        ("overlap", INSTRUMENTS),
    ],
)
def test_closed_vocabularies_have_words_in_both_languages(group, values):
    for value in values:
        assert set(messages()[f"report.{group}.{value}"]) == {"en", "zh"}


def test_other_solutions_on_the_activity_are_combined_not_added():
    """Rates 10, 15 and 20 %: 38.8 % together, not 45 % (methodology 1.8)."""
    document = load("potline-demo")
    document["overlap"] = {
        "others": [{"id": "second", "rate": 0.15}, {"id": "third", "rate": 0.2}],
        "own_rate": 0.1,
        "added": 0.45,
        "combined": 0.388,
    }
    page = report.render_html(document, "en", findings=[])
    assert "Together with second, third" in page
    assert "39 %, not 45 %" in plain(page)
