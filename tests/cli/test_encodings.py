"""Names in Chinese, or in no encoding at all, on a system that says ASCII."""

import csv
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from handprint.core.files import shown_name, write_whole

ROOT = Path(__file__).resolve().parents[2]
CASE = (ROOT / "case_templates" / "examples" / "potline.yaml").read_text("utf-8")
MAIN = "from handprint.cli.main import main; main()"
ASCII = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}


def handprint(folder: Path, *words: str, **env: str) -> "subprocess.CompletedProcess[bytes]":
    return subprocess.run(
        [sys.executable, "-c", MAIN, *words],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), **env},
        capture_output=True,
        check=False,
    )


@pytest.mark.parametrize("env", [ASCII, {"LC_ALL": "C.UTF-8"}], ids=["ascii", "utf-8"])
def test_a_chinese_id_names_its_files(tmp_path: Path, env: dict[str, str]) -> None:
    (tmp_path / "c.yaml").write_text(CASE.replace("id: potline", "id: 电解槽", 1), "utf-8")
    words = ("assess", "c.yaml", "--format", "json,html", "--draws", "10", "-o", "out")
    done = handprint(tmp_path, *words, **env)
    assert done.returncode == 0, done.stderr
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "电解槽.html",
        "电解槽.json",
    ]


@pytest.mark.parametrize("env", [ASCII, {"LC_ALL": "C.UTF-8"}], ids=["ascii", "utf-8"])
def test_a_name_in_no_encoding_stands_in_the_manifest_of_a_batch(
    tmp_path: Path, env: dict[str, str]
) -> None:
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / "案例.yaml").write_text(CASE, "utf-8")
    with open(os.fsencode(tmp_path) + b"/lib/b\xff.yaml", "wb") as stream:
        stream.write(CASE.encode())
    done = handprint(tmp_path, "batch", "lib", "-o", "out", **env)
    assert done.returncode == 1, done.stderr  # one id twice
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text("utf-8"))
    assert [file["file"] for file in manifest["library"]["files"]] == ["b\ufffd.yaml", "案例.yaml"]
    rejects = (tmp_path / "out" / "rejects.csv").read_text("utf-8")
    (reject,) = csv.DictReader(rejects.splitlines())
    assert (reject["code"], "b\ufffd.yaml" in reject["message"]) == ("HP-Y12", True)


def test_a_rejected_file_is_called_by_its_own_name_whatever_its_encoding(tmp_path: Path) -> None:
    (tmp_path / "lib").mkdir()
    for suffix in (b".yaml", b".xlsx"):
        with open(os.fsencode(tmp_path) + b"/lib/b\xff" + suffix, "wb") as stream:
            stream.write(b"no: case")
    handprint(tmp_path, "batch", str(tmp_path / "lib"), "-o", "out")
    rejects = (tmp_path / "out" / "rejects.csv").read_text("utf-8")
    assert {row["place"][:8] for row in csv.DictReader(rejects.splitlines())} >= {
        "b\ufffd.yaml"[:8],
        "b\ufffd.xlsx"[:8],
    }
    assert str(tmp_path) not in rejects


def test_a_long_name_is_written(tmp_path: Path) -> None:
    """80 Chinese letters are 240 bytes; a name may have 255, and the file begins under another."""
    path = tmp_path / f"{'电' * 80}.json"
    write_whole(path, b"{}")
    assert [found.name for found in tmp_path.iterdir()] == [path.name]


def test_a_shown_name_can_be_written() -> None:
    assert shown_name("a\udcff/电.yaml") == "a\ufffd/电.yaml"
    assert shown_name("\udce7\udc94\udcb5") == "电"  # its bytes, read as ASCII
