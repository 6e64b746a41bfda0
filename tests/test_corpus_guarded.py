"""Files that take too long, too much memory or the process with them are skipped, and all others read."""

from __future__ import annotations

import gzip
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from corpus import guarded
from corpus.errors import CuttingsError
from corpus.metadata import front_matter
from corpus.read import Raw, Skipped, read

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals and limits of POSIX")

PAGE = """<html><head><title>{name}</title></head><body><article><h1>{name}</h1>
<p>The bridge {name} was opened on Friday by the mayor of the town.</p>
<p>It cost nine million pounds, the council said on Monday.</p></article></body></html>"""

BAD = """
from corpus import guarded
from corpus.metadata import NOTHING_SAID
def text(source):
    return guarded.Raw("/" + source, source, "Text.", "txt", NOTHING_SAID, (), "digest")
def read_file(location, source, options):
    if source == "b.html":
        {}
    yield text(source)
guarded.read_file = read_file
guarded.serve()
"""
"""What reads in place of a reader that has a fault: one file makes it do something."""

Bad = Callable[[str], list[Raw | Skipped]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("a", "b", "c"):
        (tmp_path / f"{name}.html").write_text(PAGE.format(name=name))
    (tmp_path / "b.txt").write_text("The ferry runs on Sundays.")
    (tmp_path / "z.md").write_text("# Toll\n\nThe council dropped the toll.")
    return tmp_path


@pytest.fixture
def bad(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Bad:
    """What is read where b.html makes its reader do this."""

    def results(does: str) -> list[Raw | Skipped]:
        monkeypatch.setattr(guarded, "_PROGRAM", BAD.format(does))
        return list(guarded.read([folder]))

    return results


def skipped_alone(results: list[Raw | Skipped]) -> str:
    """The reason for which b.html was skipped; all others were read, in their order."""
    assert [one.source for one in results] == ["a.html", "b.html", "b.txt", "c.html", "z.md"]
    (skipped,) = (one for one in results if isinstance(one, Skipped))
    assert skipped.source == "b.html" and "\n" not in skipped.reason
    return skipped.reason


@pytest.mark.slow
@pytest.mark.parametrize("jobs", [1, 3])
def test_all_is_read_in_order_as_without_processes(
    folder: Path, jobs: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guarded, "_AHEAD", 1)
    (folder / "d.html").write_bytes(b"\0")
    (folder / "picture.jpg").write_bytes(b"\xff\xd8")
    heard: list[tuple[int, int]] = []
    found = list(guarded.read([folder], jobs=jobs, progress=lambda *now: heard.append(now)))
    assert found == list(read([folder])) and len(found) == 7
    assert heard == [(done, 7) for done in range(1, 8)]


def test_a_path_that_is_not_there_is_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(CuttingsError, match="no such file"):
        guarded.read([tmp_path / "nothing"])


def test_text_is_read_without_a_process(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guarded, "_PROGRAM", "raise SystemExit(3)")
    found = list(guarded.read([folder / "b.txt", folder / "z.md"]))
    assert [type(one) for one in found] == [Raw, Raw]


def test_what_a_file_is_and_not_its_name_says_whether_it_needs_a_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "bomb.txt").write_bytes(gzip.compress(bytes(99)))
    os.mkfifo(tmp_path / "pipe.txt")
    monkeypatch.setattr(guarded, "_PROGRAM", "raise SystemExit(3)")
    (tmp_path / "packed.txt").write_bytes(b"PK\x03\x04" + bytes(99))
    bomb, packed, pipe = guarded.read([tmp_path])
    assert isinstance(packed, Skipped) and "ended with code 3" in packed.reason
    assert isinstance(bomb, Skipped) and "ended with code 3" in bomb.reason
    assert isinstance(pipe, Skipped) and pipe.reason == "not an ordinary file"


@pytest.mark.slow
def test_a_file_that_takes_too_long_is_skipped(bad: Bad, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guarded, "TIME_LIMIT", 0.5)
    reason = skipped_alone(bad("import re; re.match('(a*)*b', 'a' * 99)"))  # which no exception interrupts
    assert reason == "took longer than 0.5 s to read; split it, or save it in another format"


@pytest.mark.slow
def test_a_process_that_does_not_answer_is_ended(bad: Bad, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guarded, "TIME_LIMIT", 0.3)
    monkeypatch.setattr(guarded, "_GRACE", 1.5)
    stopped = "import os, signal; os.kill(os.getpid(), signal.SIGSTOP)"
    assert skipped_alone(bad(stopped)).startswith("took longer than 0.3 s")


@pytest.mark.slow
def test_the_articles_before_the_one_that_takes_too_long_are_kept(
    bad: Bad, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guarded, "TIME_LIMIT", 0.5)
    found = bad("yield text(source); import time; time.sleep(9)")
    assert [one.source for one in found] == ["a.html", "b.html", "b.html", "b.txt", "c.html", "z.md"]
    assert isinstance(found[1], Raw) and isinstance(found[2], Skipped)
    assert "after 1 of its articles, which were read" in found[2].reason


@pytest.mark.parametrize(
    "does", ["x = b'a' * 3 * 1024 ** 3", "x = []\n        while True: x.append(bytes(1 << 22))"]
)
def test_a_file_that_needs_too_much_memory_is_skipped(
    bad: Bad, does: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guarded, "MEMORY_LIMIT", 256 * 1024**2)
    reason = skipped_alone(bad(does))
    assert reason == "needs more than 256 MB of memory to be read; split it, or save it in another format"


@pytest.mark.parametrize(
    ("does", "words"),
    [
        ("import ctypes; ctypes.string_at(0)", "what reads it ended with SIGSEGV"),
        ("import os; os._exit(7)", "what reads it ended with code 7"),
        ("raise KeyError('x\\ny')", "could not be read: KeyError: 'x"),
        ("def f(): f()\n        f()", "could not be read: RecursionError"),
        ("print('noise'); raise AssertionError", "could not be read: AssertionError"),
    ],
    ids=["crash", "end", "fault", "recursion", "noise"],
)
def test_a_reader_that_fails_is_told_in_one_line(bad: Bad, does: str, words: str, capfd) -> None:
    assert words in skipped_alone(bad(does))
    assert capfd.readouterr() == ("", "")


def test_processes_that_cannot_start_skip_each_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guarded, "_PROGRAM", "raise SystemExit(3)")
    found = list(guarded.read([folder], jobs=2))
    assert [type(one) for one in found] == [Skipped, Skipped, Raw, Skipped, Raw]


def running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().split(") ")[-1][0] != "Z"
    except FileNotFoundError:
        return False


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self").exists(), reason="looks at the processes of Linux")
def test_no_process_is_left_by_who_stops_reading_or_is_killed(folder: Path) -> None:
    program = BAD.format("import time; time.sleep(99)")
    script = f"""
import subprocess, sys, time
from corpus import guarded
made, popen = [], subprocess.Popen
def noted(*given, **named):
    made.append(popen(*given, **named))
    return made[-1]
subprocess.Popen = noted
guarded._PROGRAM, guarded.TIME_LIMIT = {program!r}, 1.0
found = guarded.read([{str(folder)!r}])
next(found)
print(made[0].pid, flush=True)
if sys.argv[1] == "stop":
    found.close()
    print("closed", flush=True)
time.sleep(99)
"""
    for how in ("stop", "kill"):
        with subprocess.Popen(
            [sys.executable, "-c", script, how], stdout=subprocess.PIPE, text=True
        ) as parent:
            assert parent.stdout
            pid = int(parent.stdout.readline())
            if how == "stop":
                assert parent.stdout.readline() == "closed\n"
                assert not running(pid)
            else:
                assert running(pid)
            parent.send_signal(signal.SIGKILL)
        for _ in range(100):
            if not running(pid):
                break
            time.sleep(0.05)
        assert not running(pid)


def test_front_matter_that_unfolds_to_gigabytes_is_not_unfolded() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 10)]
    text = "\n".join(["---", *lines, "published: *a9", "---", "", "Story."])
    begun = time.monotonic()
    front_matter(text)
    assert time.monotonic() - begun < 2
