"""Paths that lead nowhere, or where nobody may look: a finding with the reason, never a defect."""

import ctypes
import errno
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from handprint.cli.main import cli
from handprint.core.errors import Findings
from handprint.core.files import files_below, unreadable, write_whole

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "case_templates" / "examples"
CASE = str(EXAMPLES / "commuter-bus.yaml")
PLACE = "@"  # stands for the path that cannot be read
# Every command with every path that it reads: "@" is the path, OUT a folder for results.
READING = [
    ["assess", PLACE, "-o", "OUT"],
    ["assess", CASE, "--factors", PLACE, "-o", "OUT"],
    ["check", PLACE],
    ["check", CASE, "--factors", PLACE],
    ["compare", PLACE, CASE],
    ["compare", CASE, CASE, "--factors", PLACE],
    ["batch", PLACE, "-o", "OUT"],
    ["batch", str(EXAMPLES), "--factors", PLACE, "-o", "OUT"],
    ["sector", "--levers", PLACE, "-o", "OUT"],
    ["sector", "--emissions", PLACE, "-o", "OUT"],
    ["sector", "--cases", PLACE, "-o", "OUT"],
    ["sector", "--cases", CASE, "--links", PLACE, "-o", "OUT"],
    ["io", PLACE, "-o", "OUT"],
    ["io", CASE, "--energy", PLACE, "-o", "OUT"],
    ["io", CASE, "--concordance", PLACE, "-o", "OUT"],
    ["io", CASE, "--deflator", PLACE, "-o", "OUT"],
    ["io", PLACE, "--system", "pymrio", "-o", "OUT"],
    ["select", PLACE, "-o", "OUT"],
    ["select", CASE, "--library", PLACE, "-o", "OUT"],
    ["select", CASE, "--criteria", PLACE, "-o", "OUT"],
    ["select", CASE, "--experts", PLACE, "-o", "OUT"],
    ["select", CASE, "--factors", PLACE, "-o", "OUT"],
    ["verify", PLACE],
    ["verify", "RESULT", "--factors", PLACE],
    ["diff", PLACE, CASE],
    ["form", "grid-losses", "--from", PLACE, "-o", "OUT/form.xlsx"],
    ["factors", "check", PLACE],
    ["factors", "diff", "shipped", PLACE],
    ["factors", "diff", "shipped", "shipped", "--case", PLACE],
    ["factors", "list", "--factors", PLACE],
    ["templates", "check", PLACE],
]
ONE_FILE = ("form", "templates")  # a folder is an error of usage to them
WRITING = [
    ["assess", CASE, "--format", "json", "-o", PLACE],
    ["batch", str(EXAMPLES), "-o", PLACE],
    ["compare", CASE, CASE, "-o", PLACE],
    ["examples", "-o", PLACE],
    ["form", "grid-losses", "-o", f"{PLACE}/form.xlsx"],
    ["io", CASE, "-o", PLACE],
    ["sector", "-o", PLACE],
    ["select", CASE, "-o", PLACE],
]


def shown(command: list[str]) -> str:
    return " ".join(Path(part).name or part for part in command)


def told(command: list[str], path: str, out: Path) -> Result:
    return CliRunner().invoke(cli, words(command, path, out))


def words(command: list[str], path: str, out: Path) -> list[str]:
    """Return a command with the path and the folders in their places."""
    names = {"RESULT": str(out.parent / "potline.json")}
    return [
        names.get(word) or (re.sub("^OUT", str(out), word.replace(PLACE, path))) for word in command
    ]


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A result as `assess` writes it."""
    out = tmp_path_factory.mktemp("result")
    words = ["assess", str(EXAMPLES / "potline.yaml"), "--format", "json", "--draws", "0"]
    assert CliRunner().invoke(cli, [*words, "-o", str(out)]).exit_code == 0
    (written,) = out.iterdir()
    return written.read_bytes()


def assert_finding(found: Result) -> None:
    assert not isinstance(found.exception, OSError), found.exc_info
    assert found.exit_code == 1, (found.output, found.exc_info)
    assert "HP-" in found.output


@pytest.mark.parametrize("command", [*READING, *WRITING], ids=shown)
def test_a_name_that_is_too_long_is_a_finding(
    command: list[str], tmp_path: Path, result: bytes
) -> None:
    (tmp_path / "potline.json").write_bytes(result)
    found = told(command, str(tmp_path / ("x" * 300)), tmp_path / "out")
    assert_finding(found)
    assert os.strerror(errno.ENAMETOOLONG) in found.output


@pytest.mark.parametrize("command", READING, ids=shown)
def test_a_link_to_itself_is_a_finding(command: list[str], tmp_path: Path, result: bytes) -> None:
    (tmp_path / "potline.json").write_bytes(result)
    (tmp_path / "loop").symlink_to("loop")
    found = told(command, str(tmp_path / "loop"), tmp_path / "out")
    assert_finding(found)
    assert os.strerror(errno.ELOOP) in found.output


@pytest.mark.parametrize("command", [*READING, *WRITING], ids=shown)
def test_a_path_through_a_file_is_a_finding(
    command: list[str], tmp_path: Path, result: bytes
) -> None:
    (tmp_path / "potline.json").write_bytes(result)
    (tmp_path / "file").write_text("no folder")
    assert_finding(told(command, str(tmp_path / "file" / "x.csv"), tmp_path / "out"))


# --- what another user has closed ---------------------------------------------------------------

SCRIPT = """
import json, os, sys
from click.testing import CliRunner
from handprint.cli.main import cli
import handprint.cli.batch, handprint.cli.assess, handprint.batch.run
for command in json.load(sys.stdin):
    result = CliRunner().invoke(cli, command)
    code = 3 if isinstance(result.exception, Exception) else result.exit_code
    print(json.dumps([code, result.output + repr(result.exception)]))
"""


def without_rights_of_root() -> None:
    """Let the rights of files stop root, too: takes what lets it read and write any file."""
    if os.geteuid() == 0:
        libc = ctypes.CDLL(None)
        for capability in (1, 2):  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH
            libc.prctl(24, capability, 0, 0, 0)  # PR_CAPBSET_DROP


def run_as_user(commands: list[list[str]]) -> list[tuple[int, str]]:
    """Run commands as somebody whom the rights of files stop; return exit codes and outputs."""
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        input=json.dumps(commands),
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        preexec_fn=without_rights_of_root,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return [tuple(json.loads(line)) for line in done.stdout.splitlines()]


@pytest.fixture
def closed(tmp_path: Path) -> Iterator[Path]:
    """A folder that nobody may read, with a file in it."""
    folder = tmp_path / "closed"
    folder.mkdir()
    (folder / "x.csv").write_text("id,template\n")
    folder.chmod(0o000)
    yield folder
    folder.chmod(0o700)


def test_what_may_not_be_read_is_a_finding_with_the_reason(
    tmp_path: Path, closed: Path, result: bytes
) -> None:
    """A closed folder, a path into one, a file without rights; reading and writing."""
    (tmp_path / "closed.csv").write_text("id,template\n")
    (tmp_path / "closed.csv").chmod(0o000)
    (tmp_path / "potline.json").write_bytes(result)
    places = [closed, closed / "x.csv", tmp_path / "closed.csv"]
    reading = [
        (command, place)
        for command in READING
        for place in places
        if place != closed or command[0] not in ONE_FILE
    ]
    writing = [(command, closed / "out") for command in WRITING]
    commands = [
        words(command, str(place), tmp_path / "out") for command, place in reading + writing
    ]
    results = run_as_user(commands)
    assert len(results) == len(commands)
    wrong = [
        (" ".join(command), code, output[-300:])
        for command, (code, output) in zip(commands, results, strict=True)
        if code != 1 or "HP-" not in output or os.strerror(errno.EACCES) not in output
    ]
    assert not wrong


def test_one_closed_submission_is_one_rejected_row(tmp_path: Path) -> None:
    library = tmp_path / "library"
    library.mkdir()
    for name in ("commuter-bus", "potline"):
        (library / f"{name}.yaml").write_bytes((EXAMPLES / f"{name}.yaml").read_bytes())
    (library / "closed.yaml").write_text("id: closed\n")
    (library / "closed.yaml").chmod(0o000)
    ((code, output),) = run_as_user([["batch", str(library), "-o", str(tmp_path / "out")]])
    assert (code, "2 scored, 1 rejected" in output) == (1, True), output
    assert "HP-Y02" in (tmp_path / "out" / "rejects.csv").read_text()


def test_a_closed_folder_inside_a_library_is_not_passed_over(tmp_path: Path, closed: Path) -> None:
    (tmp_path / "commuter-bus.yaml").write_bytes(Path(CASE).read_bytes())
    ((code, output),) = run_as_user([["batch", str(tmp_path), "-o", str(tmp_path / "out")]])
    assert (code, "HP-Y02" in output, str(closed) in output) == (1, True, True), output


def test_a_closed_folder_beside_the_results_is_no_matter(
    tmp_path: Path, closed: Path, result: bytes
) -> None:
    (tmp_path / "potline.json").write_bytes(result)
    words = ["select", str(tmp_path), "--include-ineligible", "--draws", "0"]
    ((code, output),) = run_as_user([[*words, "-o", str(tmp_path / "out")]])
    assert closed.exists()
    assert (code, "HP-Y02" in output) == (0, False), output


# --- helpers -------------------------------------------------------------------------------------


def test_nothing_is_said_of_what_can_be_read_or_is_not_there(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("x")
    paths = [tmp_path, tmp_path / "a.csv", tmp_path / "missing", tmp_path / "a.csv" / "b", None]
    assert list(unreadable(paths, files=True)) == []


def test_a_name_that_nobody_can_have_is_unreadable() -> None:
    (finding,) = Findings(unreadable([Path("a\0b")]))
    assert finding.rule == "HP-Y02"


def test_files_below_are_sorted_and_not_hidden(tmp_path: Path) -> None:
    for name in ("b/2.yaml", "a/1.yaml", ".git/3.yaml", "a/.4.yaml", "5.yaml"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / "gone.yaml").symlink_to("nowhere")
    found = [path.relative_to(tmp_path).as_posix() for path in files_below(tmp_path)]
    assert found == ["5.yaml", "a/1.yaml", "b/2.yaml", "gone.yaml"]


def test_examples_are_written_whole_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk that fills up in the third file."""
    done: list[Path] = []

    def full(path: Path, content: bytes) -> None:
        if len(done) == 2:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        write_whole(path, content)
        done.append(path)

    monkeypatch.setattr("handprint.core.files.write_whole", full)
    result = CliRunner().invoke(cli, ["examples", "-o", str(tmp_path / "out")])
    assert result.exit_code == 1
    assert "HP-O02" in result.output
    written = {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()}
    assert written == {path.name: (EXAMPLES / path.name).read_bytes() for path in done}


def test_a_disk_that_fills_up_leaves_no_part_of_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Full:
        def __enter__(self) -> "Full":
            return self

        def __exit__(self, *_: object) -> None:
            return None

        def write(self, _content: bytes) -> None:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fdopen", lambda handle, _mode: (os.close(handle), Full())[1])
    with pytest.raises(OSError, match="space"):
        write_whole(tmp_path / "a.json", b"content")
    assert list(tmp_path.iterdir()) == []
