"""What the pages about Python show runs, and prints what they say."""

import io
import re
from contextlib import redirect_stdout
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = ("python.md", "python.zh.md")
BLOCK = re.compile(r"^```python\n(.*?)^```$", re.DOTALL | re.MULTILINE)
PRINTED = re.compile(r"^\s*print\(.*\)  # (.*)$", re.MULTILINE)


def code_of(page: str) -> str:
    return "\n".join(BLOCK.findall((ROOT / "docs" / page).read_text("utf-8")))


@pytest.fixture
def examples(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for path in (ROOT / "case_templates/examples").glob("*.yaml"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    return tmp_path


@pytest.mark.parametrize("page", PAGES)
def test_a_page_prints_what_it_says(page: str, examples: Path) -> None:
    code, printed = code_of(page), io.StringIO()
    with redirect_stdout(printed):
        exec(compile(code, page, "exec"), {"__name__": "page"})  # noqa: S102
    assert printed.getvalue().splitlines() == PRINTED.findall(code)
    assert (examples / "potline.xlsx").exists()


def test_both_languages_show_the_same_code() -> None:
    plain = [re.sub(r"  # .*", "", code_of(page)) for page in PAGES]
    assert plain[0] == plain[1]


def test_the_first_assessment_runs(examples: Path) -> None:
    path = ROOT / "docs/first_assessment.py"
    exec(compile(path.read_text("utf-8"), str(path), "exec"), {"__name__": "page"})  # noqa: S102
    assert (examples / "potline.pdf").read_bytes().startswith(b"%PDF")
