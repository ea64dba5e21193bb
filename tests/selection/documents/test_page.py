"""The page ranks as the program does, and runs nothing that a submission says.

Chromium opens the page through Playwright; `.ci/set-up` installs it.
"""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from handprint.selection.methods import score_cases
from handprint.selection.page import selection_page
from handprint.selection.places import competition_ranks, fill_places, score_keys

CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
PATIENCE = 300_000  # ms; a loaded machine is no fault
needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason="apt-get install chromium")


@pytest.fixture(scope="module")
def page(made: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The page of the sixty cases, open in Chromium; an error in it fails the test."""
    from playwright.sync_api import sync_playwright

    path = tmp_path_factory.mktemp("page") / "selection.html"
    path.write_text(selection_page(made.document, "en"), "utf-8")
    troubles: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS, timeout=PATIENCE)
        opened = browser.new_page(viewport={"width": 1400, "height": 900})
        opened.set_default_timeout(PATIENCE)
        opened.on("pageerror", lambda error: troubles.append(str(error)))
        opened.on("console", lambda message: troubles.append(message.text))
        opened.on("dialog", lambda dialog: troubles.append(dialog.message))
        opened.on(
            "request", lambda r: None if r.url.startswith("file:") else troubles.append(r.url)
        )
        opened.goto(path.as_uri())
        yield opened
        browser.close()
    assert troubles == []


def expected(made: Any, method: str, weights: list[float]) -> tuple[dict[str, int], list[str]]:
    """Return ranks and places as the program computes them."""
    judged, cases = made.selection.judged, made.selection.competing
    keys = score_keys(score_cases(method, made.selection.points.table, np.array(weights)))
    ranks = dict(zip([c.id for c in cases], competition_ranks(keys).tolist(), strict=True))
    return ranks, [cases[i].id for i in fill_places(judged.contest, keys)]


WEIGHTS = [[45, 28, 17, 10], [1, 1, 1, 1], [100, 0, 0, 0], [0, 3, 0, 97], [12, 88, 41, 7]]


@needs_chromium
@pytest.mark.parametrize("method", ["weighted_sum", "topsis"])
@pytest.mark.parametrize("weights", WEIGHTS, ids=str)
def test_live_ranking_is_that_of_the_program(
    page: Any, made: Any, method: str, weights: list[float]
) -> None:
    live = page.evaluate(
        "([weights, method]) => window.selection(weights, method)", [weights, method]
    )
    ranks, chosen = expected(made, method, weights)
    assert live["chosen"] == chosen
    assert live["ranks"] == ranks


@needs_chromium
def test_slider_reranks_the_table_and_reset_restores_it(page: Any, made: Any) -> None:
    def shown() -> list[str]:
        return page.eval_on_selector_all(
            "#rows tr.in", "rows => rows.map(row => row.dataset.id).sort()"
        )

    decided = sorted(e["id"] for e in made.document["entries"] if e["selected"])
    assert shown() == decided
    page.eval_on_selector(
        "#weight-scalability",
        "slider => { slider.value = 90; slider.dispatchEvent(new Event('input')) }",
    )
    _, chosen = expected(made, "weighted_sum", [45, 28, 17, 90])
    assert shown() == sorted(chosen) != decided
    assert "differ from the decision" in page.inner_text("#state")
    page.click("#reset")
    assert shown() == decided


@needs_chromium
def test_filter_sort_and_card(page: Any, made: Any) -> None:
    page.select_option("#category", "living")
    entries = [e for e in made.document["entries"] if e["category"] == "living"]
    assert page.locator("#rows tr").count() == len(entries)
    page.click("#col-NER button")
    order = page.eval_on_selector_all("#rows tr", "rows => rows.map(row => row.dataset.id)")
    assert order == [e["id"] for e in sorted(entries, key=lambda e: -e["NER"])]
    page.click("#rows tr")
    assert order[0] in page.inner_text("#card")
    page.keyboard.press("Escape")
    assert page.locator("#card").is_hidden()
    page.select_option("#category", "")
    page.click("#col-rank button")


@needs_chromium
def test_hostile_titles_are_words(page: Any) -> None:
    assert page.locator("text=<img src=x onerror=alert(1)>").count() > 0
    assert page.locator("#rows img, #rows script").count() == 0


def test_page_stands_alone_and_its_policy_names_its_own_script(made: Any) -> None:
    """No address, no inline handler, and no text of a submission outside the data."""
    html = selection_page(made.document, "zh")
    assert "<img src=x" not in html
    assert html.count("</script>") == 2
    frame = re.sub(r'<script type="application/json".*?</script>', "", html, flags=re.DOTALL)
    assert re.findall(r"\b(?:src|href|on\w+)=", frame.partition("<script>")[0]) == []
    assert "default-src 'none'" in html
    assert "unsafe-inline" not in html
    assert Path(html.partition("评分来源：")[2].partition("。")[0]).name == "scores.csv"
