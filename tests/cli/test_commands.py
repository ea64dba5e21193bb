"""The command line as a user meets it: exit codes, files, findings, and every kind of bad input."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from handprint.cli.main import COMMANDS
from handprint.core.errors import Severity

Tree = dict[str, Any]
Run = Callable[..., Result]


@pytest.fixture
def save(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """Write a case into the folder where the command runs."""
    monkeypatch.chdir(tmp_path)

    def write(tree: Tree, name: str = "case.json") -> str:
        (tmp_path / name).write_text(json.dumps(tree), "utf-8")
        return name

    return write


@pytest.fixture
def plain(small_case: Tree) -> Tree:
    small_case["inputs"] = {"activity": {"value": 10_000, "sd": 100, "unit": "t/year"}}
    for scenario, text in (("reference", "activity"), ("solution", "0.86 * activity")):
        small_case[scenario]["lines"][0]["quantity"] = text
    return small_case


def assess(handprint: Run, *arguments: str) -> Result:
    return handprint("assess", *arguments, "-o", "out", "--format", "json", "--draws", "500")


def result(path: str = "out/small.json") -> Tree:
    found: Tree = json.loads(Path(path).read_text("utf-8"))
    return found


@pytest.mark.parametrize("draws", ["500", "0"])
def test_a_case_in_which_nothing_varies_has_a_report(
    handprint: Run, small_case: Tree, save: Callable[..., str], draws: str
) -> None:
    options = ["-o", "out", "--format", "html,xlsx", "--draws", draws, "--sobol"]
    found = handprint("assess", save(small_case), *options)
    assert found.exit_code == 0, found.output
    assert Path("out/small.html").stat().st_size > 10_000


def test_sobol_indices_of_one_quantity(
    handprint: Run, plain: Tree, save: Callable[..., str]
) -> None:
    found = assess(handprint, save(plain), "--sobol")
    assert found.exit_code == 0, found.output
    (index,) = result()["sensitivity"]["sobol"]
    assert (index["first_order"], index["total"]) == (1.0, 1.0)


def test_help(handprint: Run) -> None:
    found = handprint("--help")
    assert found.exit_code == 0
    assert all(f"  {name}" in found.output for name in COMMANDS)


@pytest.mark.parametrize("command", list(COMMANDS))
def test_help_of_every_command(handprint: Run, command: str) -> None:
    found = handprint(command, "--help")
    assert found.exit_code == 0
    assert "Usage:" in found.output


def test_version(handprint: Run) -> None:
    assert handprint("--version").exit_code == 0


def test_assess_writes_the_contract(handprint: Run, save: Callable[..., str], plain: Tree) -> None:
    """Keys and numbers of the JSON contract; NER 920 at central values."""
    found = assess(handprint, save(plain))
    assert found.exit_code == 0, found.output
    assert found.stdout.strip() == "out/small.json"
    written = result()
    assert written["handprint"] == 1
    assert written["case"]["id"] == "small"
    effects = {
        "E_ref": 10_000,
        "E_sol": 8600,
        "G0": 1400,
        "rebound": 280,
        "H": 0,
        "G": 1120,
        "F": 200,
    }
    assert written["effects"] == pytest.approx(effects)
    ner = written["metrics"]["NER"]
    assert ner["value"] == pytest.approx(920)
    assert ner["p5"] < ner["p50"] < ner["p95"]
    assert (ner["unit"], ner["status"]) == ("t CO2e", "ok")
    assert written["metrics"]["EI"]["unit"] == "kg CO2e/parcel"
    assert written["metrics"]["VEI"]["unit"] == "1"
    assert written["probability_ner_positive"] == 1.0
    assert written["break_even_rebound"] == pytest.approx(1 - 200 / 1400)
    assert written["reduction_rate"] == pytest.approx(0.14)
    rows = [row for row in written["ledger"] if row["scenario"] == "ict"]
    assert sum(row["t_co2e"] for row in rows) == pytest.approx(200)
    columns = {"case", "scenario", "effect", "stage", "line", "site", "region", "factor", "gas"}
    assert columns | {"year", "t_co2e"} <= set(rows[0])
    finding = written["findings"][0]
    assert {"rule", "severity", "place", "message"} <= set(finding)
    assert {"program", "factor_library", "gwp", "seed", "draws", "inputs"} <= set(
        written["manifest"]
    )


def test_blocking_findings_do_not_change_the_exit_code(
    handprint: Run, save: Callable[..., str], plain: Tree
) -> None:
    plain["ict"]["excluded"] = []
    name = save(plain)
    found = assess(handprint, name)
    assert found.exit_code == 0
    assert "R03" in found.output
    assert "R03" in result()["verdict"]["blocking"]
    assert assess(handprint, name, "--fail-on", "block").exit_code == 1
    assert assess(handprint, name, "--fail-on", "error").exit_code == 0
    assert Path("out/small.json").exists()


def test_fail_on_counts_everything_at_least_as_bad(
    handprint: Run, save: Callable[..., str], plain: Tree
) -> None:
    name = save(plain)
    worst = {f["severity"] for f in result_of(handprint, name)["findings"]}
    for severity in Severity:
        reached = any(Severity(s).rank <= severity.rank for s in worst)
        code = assess(handprint, name, "--fail-on", severity.value).exit_code
        assert code == int(reached), severity


def result_of(handprint: Run, name: str) -> Tree:
    assert assess(handprint, name).exit_code == 0
    return result()


def test_bytes_repeat(handprint: Run, save: Callable[..., str], plain: Tree) -> None:
    name = save(plain)
    result_of(handprint, name)
    first = Path("out/small.json").read_bytes()
    result_of(handprint, name)
    assert Path("out/small.json").read_bytes() == first
    assert handprint("assess", name, "-o", "x", "--format", "json", "--draws", "500",
                     "--seed", "2").exit_code == 0  # fmt: skip
    other = json.loads(Path("x/small.json").read_text("utf-8"))
    assert other["metrics"]["NER"]["p5"] != json.loads(first)["metrics"]["NER"]["p5"]
    assert other["metrics"]["NER"]["value"] == json.loads(first)["metrics"]["NER"]["value"]


def test_point_values(handprint: Run, save: Callable[..., str], plain: Tree) -> None:
    found = handprint("assess", save(plain), "-o", "out", "--format", "json", "--draws", "0")
    assert found.exit_code == 0
    written = result()
    assert written["metrics"]["NER"]["p5"] is None
    assert written["probability_ner_positive"] is None
    assert written["metrics"]["NER"]["value"] == pytest.approx(920)


def test_check_gives_no_score(handprint: Run, save: Callable[..., str], plain: Tree) -> None:
    found = handprint("check", save(plain))
    assert found.exit_code == 0
    assert "case.json" in found.stdout
    assert "920" not in found.output
    assert os.listdir() == ["case.json"]
    plain["tier"] = 9
    assert handprint("check", save(plain)).exit_code == 1


def test_findings_in_chinese(handprint: Run, save: Callable[..., str], plain: Tree) -> None:
    plain["ict"]["excluded"] = []
    found = assess(handprint, save(plain), "--lang", "zh")
    assert "缺少" in found.output or "阶段" in found.output
    assert any("\u4e00" <= char <= "\u9fff" for char in result()["findings"][0]["message"])


def test_bad_and_good_together(handprint: Run, save: Callable[..., str], plain: Tree) -> None:
    """The good case is written, the bad one told; the exit code is 1."""
    good = save(plain, "good.json")
    bad = save({**plain, "id": "bad", "sector": "none"}, "bad.json")
    Path("broken.yaml").write_text("a: [1\n")
    for order in ((bad, good, "broken.yaml"), (good, "missing.yaml", bad)):
        Path("out/small.json").unlink(missing_ok=True)
        found = assess(handprint, *order)
        assert found.exit_code == 1
        assert Path("out/small.json").exists()
        assert not Path("out/bad.json").exists()
        assert "HP-S04" in found.output


def test_folder_of_cases(handprint: Run, save: Callable[..., str], plain: Tree) -> None:
    Path("cases").mkdir()
    save(plain, "cases/a.json")
    save({**plain, "id": "second"}, "cases/b.JSON")
    Path("cases/readme.txt").write_text("not a case")
    found = assess(handprint, "cases")
    assert found.exit_code == 0
    assert found.stdout.split() == ["out/small.json", "out/second.json"]


def test_empty_folder(handprint: Run, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    found = assess(handprint, "empty")
    assert found.exit_code == 1
    assert "HP-Y13" in found.output


def test_two_cases_with_one_id(handprint: Run, save: Callable[..., str], plain: Tree) -> None:
    first = save(plain, "a.json")
    plain["ict"]["lines"] = []
    second = save(plain, "b.json")
    found = assess(handprint, first, second)
    assert found.exit_code == 1
    assert "HP-Y12" in found.output
    assert "b.json:1 id" in found.output
    assert result()["effects"]["F"] == pytest.approx(200)  # the first one stands


def test_the_same_file_twice_is_one_case(
    handprint: Run, save: Callable[..., str], plain: Tree
) -> None:
    name = save(plain)
    assert assess(handprint, name, name).exit_code == 0


@pytest.mark.parametrize("output", ["taken", "taken/below", "/dev/null/x", "x" * 300])
def test_output_folder_that_cannot_be_written(
    handprint: Run, save: Callable[..., str], plain: Tree, output: str
) -> None:
    """A file stands where the folder should be: root may write everywhere else."""
    Path("taken").write_text("a file")
    found = handprint("assess", save(plain), "-o", output, "--format", "json")
    assert found.exit_code == 1
    assert "HP-O01" in found.output
    assert Path("taken").read_text() == "a file"


def test_result_that_cannot_be_written(
    handprint: Run, save: Callable[..., str], plain: Tree
) -> None:
    """A folder stands where the result should be; the other result is written."""
    Path("out/small.json").mkdir(parents=True)
    save(plain, "a.json")
    save({**plain, "id": "other"}, "b.json")
    found = assess(handprint, "a.json", "b.json")
    assert found.exit_code == 1
    assert "HP-O02" in found.output
    assert Path("out/other.json").exists()
    assert sorted(os.listdir("out")) == ["other.json", "small.json"]  # nothing half-written


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "HP-Y06"),
        (b"\x00\x01\x02", "HP-Y05"),
        (b"id: \xb5\xe7\xbd\xe2\n", "HP-Y04"),
        (b"not a case", "HP-Y06"),
        (b"a: &a [1]\nb: [*a, *a]\n", "HP-Y07"),
        (b"a: " + b"[" * 100_000, "HP-Y08"),
        (b"title: " + b"x" * 10_000_000, "HP-Y03"),
        (b"title: " + b"x" * 1_900_000, "HP-S02"),
        (b"%PDF-1.7\n\xff\xfe", "HP-Y04"),
        (b"PK\x03\x04" + b"\x00" * 50, "HP-Y05"),
        (b"{{{{", "HP-Y05"),
        (b"!!python/name:os.system x", "HP-Y09"),
        ("id: 中文\n".encode("utf-16"), "HP-Y04"),
    ],
)
def test_files_that_are_no_cases(handprint: Run, tmp_path: Path, content: bytes, code: str) -> None:
    (tmp_path / "bad.yaml").write_bytes(content)
    for command in (("check",), ("assess", "-o", "out", "--format", "json")):
        found = handprint(*command, "bad.yaml")
        assert found.exit_code == 1, found.output
        assert code in found.output
        assert "bad.yaml" in found.output
        assert "Traceback" not in found.output
        assert len(found.output) < 20_000  # the message quotes a stranger's text, no more


@pytest.mark.parametrize(
    ("argument", "code"),
    [("missing.yaml", "HP-Y01"), (".", "HP-Y13"), ("x" * 5000, "HP-Y02"), ("/dev/zero", "HP-Y03")],
)
def test_arguments_that_are_no_cases(handprint: Run, argument: str, code: str) -> None:
    found = handprint("check", argument)
    assert found.exit_code == 1, found.output
    assert code in found.output


@pytest.mark.parametrize(
    "case_id",
    ["a/b", "../a", "/etc/x", "a\\b", "..", ".hidden", "a\nb", "a\x00b", "", "x" * 81, "C:"],
)
def test_ids_that_would_leave_the_folder(
    handprint: Run, save: Callable[..., str], plain: Tree, case_id: str
) -> None:
    found = assess(handprint, save({**plain, "id": case_id}))
    assert found.exit_code == 1
    assert os.listdir("out") == []
    assert "HP-S0" in found.output


def test_file_names_in_another_encoding(
    handprint: Run, save: Callable[..., str], plain: Tree
) -> None:
    """A name in GBK, as an archive from another system may bring it."""
    name = os.fsdecode("电解槽.json".encode("gbk"))
    found = assess(handprint, save(plain, name))
    assert found.exit_code == 0, found.output
    assert result()["case"]["file"].endswith(".json")


def test_long_chinese_ids(handprint: Run, save: Callable[..., str], plain: Tree) -> None:
    """80 characters of 3 bytes make a name near the limit of file systems."""
    found = assess(handprint, save({**plain, "id": "案" * 80}))
    assert found.exit_code == 0, found.output
    assert os.listdir("out") == ["案" * 80 + ".json"]


CHANGES: dict[str, tuple[list[Any], Any, str]] = {
    "kilotonnes for a distance": (["ict", "lines", 1, "factor", "unit"], "kg CO2e/km", "HP-Q08"),
    "money for energy": (["ict", "lines", 1, "quantity"], "5 万元/year", "HP-Q08"),
    "negative": (["ict", "lines", 1, "quantity"], "-5 t/year", "HP-V02"),
    "not a number": (["inputs", "activity", "value"], float("nan"), "HP-S06"),
    "infinite": (["inputs", "activity", "value"], float("inf"), "HP-S06"),
    "low above high": (["inputs", "activity"], {"low": 2, "high": 1, "unit": "t/year"}, "HP-N02"),
    "unknown factor": (["ict", "lines", 1, "factor"], "electricity.none", "HP-F01"),
    "unknown region": (["region"], "XX", "HP-F02"),
    "far future": (["ict", "lines", 1], {"id": "x", "quantity": "1 kWh", "from": 2031,
                    "factor": "electricity.grid"}, "HP-P04"),
    "zero lifetime": (["ict", "lines", 0, "lifetime"], "0 year", "HP-V04"),
    "missing block": (["functional_unit"], None, "HP-S02"),
    "long title": (["title"], "x" * 1_000_000, "HP-S05"),
    "two lengths": (["period"], {"start": 2022, "years": 1, "duration": "1 year"}, "HP-P01"),
    "text for a list": (["sites"], "here", "HP-S03"),
    "deep text": (["description"], {"zh": {"zh": {}}}, "HP-S03"),
    "evaluation": (["reference", "lines", 0, "quantity"], "__import__('os')", "HP-Q02"),
    "tower": (["reference", "lines", 0, "quantity"], "9**9**9", "HP-Q05"),
}  # fmt: skip


@pytest.mark.parametrize("name", CHANGES)
def test_bad_content(handprint: Run, save: Callable[..., str], plain: Tree, name: str) -> None:
    path, value, code = CHANGES[name]
    node: Any = plain
    for part in path[:-1]:
        node = node[part]
    node[path[-1]] = value
    found = assess(handprint, save(plain))
    assert found.exit_code == 1, found.output
    assert code in found.output
    assert "Traceback" not in found.output
    assert os.listdir("out") == []


def test_content_that_blocks_but_is_assessed(
    handprint: Run, save: Callable[..., str], plain: Tree
) -> None:
    """No ICT lines, no reference emissions, unlike functional units: told, and still a result."""
    plain["ict"]["lines"] = []
    plain["reference"]["lines"] = []
    plain["functional_unit"]["solution"] = "5 parcel"
    found = assess(handprint, save(plain))
    assert found.exit_code == 0, found.output
    assert all(code in found.output for code in ("R03", "R01", "HP-V08"))
    assert result()["metrics"]["VEI"]["value"] is None


@pytest.mark.parametrize(
    "arguments",
    [
        ("assess",),
        ("assess", "a.yaml", "--format", "docx"),
        ("assess", "a.yaml", "--format", ""),
        ("assess", "a.yaml", "--draws", "-1"),
        ("assess", "a.yaml", "--draws", "many"),
        ("assess", "a.yaml", "--seed", "-1"),
        ("assess", "a.yaml", "--lang", "fr"),
        ("assess", "a.yaml", "--fail-on", "everything"),
        ("assess", "a.yaml", "--nonsense"),
        ("check",),
        ("explain",),
        ("explain", "R99"),
        ("nonsense",),
    ],
)
def test_usage_errors(handprint: Run, arguments: tuple[str, ...]) -> None:
    found = handprint(*arguments)
    assert found.exit_code == 2
    assert "Traceback" not in found.output


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("code", ["R03", "r37", "HP-Q05", "RF12", " HP-U01 "])
def test_explain(handprint: Run, code: str, lang: str) -> None:
    found = handprint("explain", code, "--lang", lang)
    assert found.exit_code == 0
    assert code.strip().upper() in found.output
    assert len(found.output.splitlines()) >= 4


def test_explain_suggests(handprint: Run) -> None:
    assert "R03" in handprint("explain", "R033").output


def test_examples_are_listed_copied_and_never_overwritten(handprint: Run) -> None:
    listed = handprint("examples")
    assert listed.exit_code == 0
    assert "potline" in listed.output
    assert handprint("examples", "-o", "mine").exit_code == 0
    copied = sorted(Path("mine").glob("*.yaml"))
    assert len(copied) == len(listed.output.splitlines())
    copied[0].write_text("changed")
    assert handprint("examples", "-o", "mine").exit_code == 0
    assert copied[0].read_text() == "changed"


def test_doctor_names_what_it_looked_for(handprint: Run) -> None:
    found = handprint("doctor")
    assert found.exit_code in (0, 1)
    assert all(name in found.output for name in ("Python", "Pango", "HarfBuzz", "Noto Sans CJK SC"))


def test_doctor_tells_how_to_get_what_is_missing(
    handprint: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ctypes.util.find_library", lambda name: None)
    monkeypatch.setattr("shutil.which", lambda name: None)
    found = handprint("doctor")
    assert found.exit_code == 1
    assert "apt-get install" in found.output
    assert "libharfbuzz-subset0" in found.output
    assert "fonts-noto-cjk" in found.output


def test_a_defect_is_told_without_a_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit code 3 and one line: what failed, where, and how to report it."""
    from handprint.cli import main

    def fail(**_: object) -> None:
        raise ZeroDivisionError("made up")

    monkeypatch.setattr(main, "cli", fail)
    with pytest.raises(SystemExit) as caught:
        main.main()
    assert caught.value.code == 3
    told = capsys.readouterr().err
    assert "ZeroDivisionError" in told
    assert "Traceback" not in told
