"""No document tells where a file lay: the same case gives the same bytes in any folder."""

import json
import re
import shutil
import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from click.testing import CliRunner
from pypdf import PdfReader

from handprint.cli.main import cli
from handprint.core.errors import Finding, Severity
from handprint.core.i18n import document_findings

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "case_templates" / "examples"
DATA = ROOT / "tests" / "data"
HIDDEN = "client-x-4711"
FORMATS = "json,html,xlsx,pdf"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A folder whose name nobody may learn from a document."""
    folder = tmp_path / HIDDEN / "deeper"
    folder.mkdir(parents=True)
    return folder


def run(*words: object, code: int = 0) -> str:
    result = CliRunner().invoke(cli, [str(word) for word in words])
    assert result.exit_code == code, (result.output, result.exc_info)
    return result.output


def texts(path: Path) -> str:
    """Return everything that a document holds, unpacked."""
    raw = path.read_bytes()
    if path.suffix == ".xlsx":
        with zipfile.ZipFile(BytesIO(raw)) as archive:
            return " ".join(archive.read(name).decode("utf-8", "replace") for name in
                            archive.namelist())  # fmt: skip
    if path.suffix == ".pdf":
        reader = PdfReader(BytesIO(raw))
        attached = [bytes(entry.content).decode() for entry in reader.attachment_list]
        pages = [re.sub(r"\s", "", page.extract_text()) for page in reader.pages]
        return " ".join([*pages, *attached, str(reader.metadata), raw.decode("latin-1")])
    if path.suffix == ".parquet":
        import pyarrow.parquet as pq

        return str(pq.read_table(path).to_pylist()) + raw.decode("latin-1")
    return raw.decode("utf-8-sig")


def assert_silent(folder: Path) -> None:
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert files
    for path in files:
        held = texts(path)
        assert HIDDEN not in held, path
        assert "deeper/" not in held, path
        assert str(folder) not in held, path


def case(folder: Path, name: str = "potline") -> Path:
    """An example without some answers, so that it has findings with places."""
    text = (EXAMPLES / f"{name}.yaml").read_text("utf-8")
    path = folder / f"{name}.yaml"
    path.write_text(re.sub(r"(?m)^disclosure:(\n  .*)*\n", "", text), "utf-8")
    return path


def test_a_case_has_the_same_bytes_wherever_it_lies(home: Path, tmp_path: Path) -> None:
    other = tmp_path / "z"
    other.mkdir()
    outs = []
    for folder in (home, other):
        words = ("--format", FORMATS, "--draws", 200, "-o", folder / "out")
        said = run("assess", case(folder), *words)
        assert f"[{folder / 'potline.yaml'}:" in said  # the terminal tells the whole path
        outs.append(folder / "out")
    assert_silent(outs[0])
    names = sorted(path.name for path in outs[0].iterdir())
    assert names == [f"potline.{suffix}" for suffix in sorted(FORMATS.split(","))]
    for name in names:
        assert (outs[0] / name).read_bytes() == (outs[1] / name).read_bytes(), name
    places = [f["place"] for f in json.loads((outs[0] / "potline.json").read_text())["findings"]]
    assert any(re.match(r"potline\.yaml:\d+ ", place) for place in places), places
    assert "agrees" in run("verify", outs[0] / "potline.pdf")


def test_a_form_tells_no_folder(home: Path) -> None:
    inputs = {
        "output": {"value": 900, "unit": "kt/year"},
        "saving": {"low": 100, "mode": 150, "high": 200, "unit": "kWh/t"},
        "intensity": {"value": 13500, "unit": "kWh/t"},
        **{name: {"value": 20, "unit": "device"} for name in ("servers", "sensors")},
        "base_stations": {"value": 10, "unit": "device"},
    }
    tree = {"handprint": 1, "id": "x", "title": "x", "template": "potline-control", "region": "CN"}
    tree |= {"period": {"start": 2022, "years": 1}, "inputs": inputs}
    (home / "case.json").write_text(json.dumps(tree))
    run("form", "potline-control", "--from", home / "case.json", "-o", home / "form.xlsx")
    words = ("--format", FORMATS, "--draws", 10, "-o", home / "out")
    run("assess", home / "form.xlsx", *words)
    assert_silent(home / "out")
    assert any(
        finding["place"].startswith("form.xlsx!")
        for path in (home / "out").glob("*.json")
        for finding in json.loads(path.read_text())["findings"]
    )


def test_a_batch_of_submissions_tells_no_folder(home: Path) -> None:
    library = home / "library"
    library.mkdir()
    case(library), case(library, "commuter-bus")
    (library / "broken.yaml").write_text("handprint: 1\nid: x\n")
    words = ("--draws", 100, "--reports", "pdf", "--top", 2)
    run("batch", library, "-o", home / "out", *words, code=1)
    assert len(list((home / "out" / "reports").iterdir())) == 2
    assert_silent(home / "out")


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_a_batch_of_a_table_tells_no_folder(home: Path, form: str) -> None:
    columns = "id,template,region,start,years,output [kt/year],saving [kWh/t],intensity [kWh/t]"
    columns += ",servers [device],sensors [device],base_stations [device]"
    rows = "a,potline-control,CN,2022,1,900,150,13500,20,300,10\n"
    (home / "t.csv").write_text(f"{columns}\n{rows}b,no-template,CN,2022,1,1,1,1,1,1,1\n")
    run("batch", home / "t.csv", "-o", home / "out", "--format", form, code=1)
    assert_silent(home / "out")


def test_models_tell_no_folder(home: Path) -> None:
    for path in (DATA / "io").glob("two_sectors*.csv"):
        shutil.copy(path, home)
    (home / "scores.csv").write_text("id,sector,NER,G0,link\na,industry,90,100,unheard-of\n")
    (home / "e.csv").write_text("sector,emissions,unit\nindustry,3600,Mt CO2\n")
    io = ("io", home / "two_sectors.csv", "--energy", home / "two_sectors_energy.csv")
    run(*io, "--format", FORMATS, "-o", home / "io")
    assert_silent(home / "io")
    cases = ("--cases", home / "scores.csv", "--emissions", home / "e.csv")
    run("sector", *cases, "--format", FORMATS, "--draws", 10, "-o", home / "sector")
    assert_silent(home / "sector")
    assert "unheard-of" in (home / "sector" / "sector.json").read_text()


def test_selection_and_comparison_tell_no_folder(home: Path) -> None:
    one, other = case(home), case(home, "commuter-bus")
    run("assess", one, other, "--format", "json", "--draws", 100, "-o", home / "results")
    select = ("select", home / "results", "--include-ineligible", "--draws", 50)
    run(*select, "--quota", "production=9", "-o", home / "selection")
    assert_silent(home / "selection")
    run("compare", one, other, "--draws", 100, "-o", home / "compared")
    assert_silent(home / "compared")
    assert json.loads((home / "compared" / "comparison.json").read_text())["findings"]


def test_a_file_that_could_not_be_written_is_in_no_document(home: Path) -> None:
    """The JSON is written after the report, whose finding names the folder for the results."""
    (home / "out" / "sector.html").mkdir(parents=True)
    said = run("sector", "--format", "html,json", "--draws", 0, "-o", home / "out", code=1)
    assert str(home / "out" / "sector.html") in said
    assert HIDDEN not in (home / "out" / "sector.json").read_text()


def test_files_of_one_name_are_told_apart() -> None:
    files = ["/a/b/case.yaml", "/a/c/case.yaml", "/a/b", Path("d/x.yaml"), "C:\\e\\y.yaml", "case"]
    given = {
        "/a/b/case.yaml:3 inputs": "case.yaml:3 inputs",
        "/a/c/case.yaml:3 inputs": "case.yaml (2):3 inputs",
        "/a/c/case.yaml": "case.yaml (2)",
        "/a/b/form.xlsx!Sheet!D4": "b/form.xlsx!Sheet!D4",
        "d/x.yaml key": "x.yaml key",
        "C:\\e\\y.yaml:1": "y.yaml:1",
        "case.yaml:3": "case.yaml:3",
        "--enabled": "--enabled",
    }
    found = document_findings(
        [Finding("HP-Y01", Severity.ERROR, place) for place in given], "en", files
    )
    assert [entry["place"] for entry in found] == list(given.values())
