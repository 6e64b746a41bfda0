"""A gold file that grows: whole lines only, ids that go on, whoever else writes to it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from corpus.errors import CuttingsError
from eval.write.gold_file import GoldFile
from tests.terminal import ROOT

OLD = '{"id": "g007", "question": "Why?"}'


def rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_ids_go_on_and_what_was_there_stays_as_it_was(tmp_path):
    path = tmp_path / "gold.jsonl"
    assert GoldFile(path).add({"question": "First?"}) == "g001"
    path.write_text(f'{OLD}\n{{"id":"b1"}}', encoding="utf-8")  # with no end of line
    file = GoldFile(path)
    assert [file.add({"question": "Ça va 📰\u2028?"}), file.add({"question": "\ud83d\n"})] == ["g008", "g009"]
    assert path.read_text(encoding="utf-8").startswith(f'{OLD}\n{{"id":"b1"}}\n{{"id": "g008"')
    assert [row["id"] for row in map(json.loads, path.read_bytes().split(b"\n")[:-1])] == [
        "g007",
        "b1",
        "g008",
        "g009",
    ]
    assert path.read_bytes().endswith(b"\n")


def test_a_question_is_taken_out_and_nothing_else(tmp_path):
    path = tmp_path / "gold.jsonl"
    path.write_text(OLD, encoding="utf-8")
    path.chmod(0o640)
    file, other = GoldFile(path), GoldFile(path)
    first, theirs, last = file.add({"n": 1}), other.add({"n": 2}), file.add({"n": 3})
    file.take_out(last)
    file.take_out(first)
    assert [row["id"] for row in rows(path)] == ["g007", theirs]
    assert path.stat().st_mode & 0o777 == 0o640
    assert os.listdir(tmp_path) == ["gold.jsonl"]
    assert other.add({"n": 4}) == "g010"  # it finds the file that took the place of the old one


def test_a_line_that_somebody_changed_is_not_taken_out(tmp_path):
    path = tmp_path / "gold.jsonl"
    file = GoldFile(path)
    name = file.add({"question": "Who?"})
    path.write_text('{"id": "g001", "question": "Who else?"}\n', encoding="utf-8")
    with pytest.raises(CuttingsError, match=r"g001 was changed in .*; take it out there"):
        file.take_out(name)
    assert rows(path) == [{"id": "g001", "question": "Who else?"}]


WRITES = """
import sys
from pathlib import Path
from eval.write.gold_file import GoldFile
file = GoldFile(Path(sys.argv[1]))
for n in range(40):
    name = file.add({"by": sys.argv[2], "n": n, "text": "x" * 5000})
    if n % 4 == 3:
        file.take_out(name)
"""


def test_two_people_may_write_to_one_file(tmp_path):
    path = tmp_path / "gold.jsonl"
    people = [
        subprocess.Popen([sys.executable, "-c", WRITES, str(path), who], cwd=ROOT) for who in ("Ann", "Ben")
    ]
    assert [one.wait(60) for one in people] == [0, 0]
    found = rows(path)
    assert len({row["id"] for row in found}) == len(found)
    for who in ("Ann", "Ben"):
        assert [row["n"] for row in found if row["by"] == who] == [n for n in range(40) if n % 4 != 3]


FILLS = """
import resource, signal, sys
from pathlib import Path
from corpus.errors import CuttingsError
from eval.write.gold_file import GoldFile
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
file = GoldFile(Path(sys.argv[1]))
file.add({"n": 1})
resource.setrlimit(resource.RLIMIT_FSIZE, (60, 60))
try:
    file.add({"text": "x" * 100})
except CuttingsError as error:
    print(error)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="needs a limit of the file's size")
def test_a_line_that_does_not_fit_leaves_the_file_as_it_was(tmp_path):
    path = tmp_path / "gold.jsonl"
    done = subprocess.run(
        [sys.executable, "-c", FILLS, str(path)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout == f"cannot write {path} (File too large); put it right or name another file\n"
    assert rows(path) == [{"id": "g001", "n": 1}]


def test_what_cannot_be_written_is_told_before_anything_is_asked(tmp_path):
    with pytest.raises(CuttingsError, match=r"there is no folder .*nowhere for gold.jsonl; make it first"):
        GoldFile(tmp_path / "nowhere" / "gold.jsonl")


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="root may write any file")
def test_a_read_only_file_is_told_before_anything_is_asked(tmp_path):
    path = tmp_path / "gold.jsonl"
    path.write_text(OLD)
    path.chmod(0o444)
    with pytest.raises(CuttingsError, match=r"cannot write .*\(Permission denied\)"):
        GoldFile(path)


@pytest.mark.parametrize("name", ["pipe", "folder"])
def test_only_a_file_is_written_to(tmp_path, name):
    """A device such as /dev/full has no end when it is read."""
    if name == "pipe":
        os.mkfifo(tmp_path / name)
    else:
        (tmp_path / name).mkdir()
    with pytest.raises(CuttingsError, match=f"{name} is no file; name the gold file") as error:
        GoldFile(tmp_path / name)
    assert "\n" not in str(error.value)
