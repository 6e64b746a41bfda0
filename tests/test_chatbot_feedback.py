"""Feedback in its file: nothing is lost, torn or hidden, whoever writes at the same time."""

from __future__ import annotations

import json
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot import feedback
from chatbot.answer import Answer, Citation, Difference
from chatbot.feedback import COMMENT, FILE, Feedback, Versions, shown, store, stored
from chatbot.filters import Filters
from corpus.errors import CuttingsError

VERSIONS = Versions("0.1.0", "all-MiniLM-L6-v2", "joint", 7)


def cited(article_id: str, quote: str = "It opens in May.", **more: Any) -> Citation:
    return Citation(1, quote, article_id, article_id.title(), f"{article_id}.txt", 0, len(quote), 0.9, **more)


def answered(question: str = "When does it open?", *citations: Citation, **more: Any) -> Answer:
    given = {"state": "answer", "confidence": 0.91234, **more}
    return Answer(question, question, "", citations=citations or (cited("bridge"),), hits=(), **given)


def lines(folder: Path) -> list[str]:
    return (folder / FILE).read_text(encoding="ascii").splitlines()


def test_a_line_says_what_was_asked_answered_and_thought_of_it(tmp_path):
    filters = Filters(("Herald",), end=date(2024, 5, 31))
    answer = answered(taken_off=frozenset({"any_time"}), filters=filters)
    store(tmp_path, Feedback("down", " Wrong\nbridge. ", answer), VERSIONS)
    (line,) = lines(tmp_path)
    row = json.loads(line)
    assert row.pop("time").endswith("+00:00")
    assert row == {
        "verdict": "down",
        "comment": "Wrong\nbridge.",
        "question": "When does it open?",
        "standalone_question": "When does it open?",
        "state": "answer",
        "abstained": False,
        "confidence": 0.9123,
        "notice": "",
        "taken_off": ["any_time"],
        "filters": {"publishers": ["Herald"], "from": None, "to": "2024-05-31"},
        "lost": 0,
        "citations": [{"article_id": "bridge", "start": 0, "end": 16, "quote": "It opens in May."}],
        "versions": {"cuttings": "0.1.0", "model": "all-MiniLM-L6-v2", "reader": "joint", "revision": 7},
    }
    assert stat.S_IMODE((tmp_path / FILE).stat().st_mode) == 0o600


@given(st.text(max_size=60), st.sampled_from(["up", "down"]))
@pytest.mark.slow
def test_whatever_is_typed_comes_back_and_stays_on_its_line(tmp_path_factory, comment, verdict):
    folder = tmp_path_factory.mktemp("feedback")
    for _ in range(2):
        store(folder, Feedback(verdict, comment, answered(f"What? {comment}")), VERSIONS)
    found, damaged = stored(folder)
    assert [(one.line, one.verdict, one.comment) for one in found] == [
        (1, verdict, comment.strip()),
        (2, verdict, comment.strip()),
    ]
    assert not damaged and found[0].question == f"What? {comment}"


def test_every_sentence_shown_is_kept_once_and_none_of_an_abstention():
    twin, other = cited("twin"), cited("other", "It opens in June.")
    first = cited("bridge", also=(twin,))
    answer = answered("When?", first, twin, differ=(Difference((other, first)),))
    assert [one.article_id for one in shown(answer)] == ["other", "bridge", "twin"]
    assert list(shown(answered("When?", state="none"))) == []


def test_what_a_crash_tore_takes_no_other_line_with_it(tmp_path):
    store(tmp_path, Feedback("up", "one", answered()), VERSIONS)
    file = tmp_path / FILE
    file.write_bytes(file.read_bytes() * 2)
    file.write_bytes(file.read_bytes()[:-20])
    store(tmp_path, Feedback("up", "two", answered()), VERSIONS)
    found, damaged = stored(tmp_path)
    assert [one.comment for one in found] == ["one", "two"]
    assert damaged == [2]


@pytest.mark.parametrize(
    "line",
    [b"{", b"\xff", b"[]", b"7", b"{}", b'{"verdict": "up"}', b"[" * 100_000],
)
def test_lines_that_are_no_feedback_are_counted(tmp_path, line):
    store(tmp_path, Feedback("up", "", answered()), VERSIONS)
    whole = (tmp_path / FILE).read_bytes()
    (tmp_path / FILE).write_bytes(line + b"\n\n" + whole)
    found, damaged = stored(tmp_path)
    assert [one.line for one in found] == [3] and damaged == [1]


@pytest.mark.parametrize(
    "change",
    [{"verdict": "maybe"}, {"verdict": ["up"]}, {"question": 7}, {"citations": [{"quote": "x"}]},
     {"abstained": "no"}, {"versions": []}, {"filters": 1}, {"lost": "no"}, {"taken_off": None},
     {"citations": [{"article_id": 1, "start": 0, "end": 1, "quote": ""}]}],
)  # fmt: skip
def test_a_line_with_a_field_of_another_kind_is_damaged(tmp_path, change):
    store(tmp_path, Feedback("up", "", answered()), VERSIONS)
    row = json.loads(lines(tmp_path)[0]) | change
    (tmp_path / FILE).write_text(json.dumps(row), encoding="ascii")
    assert stored(tmp_path) == ([], [1])


def test_no_feedback_is_no_error(tmp_path):
    assert stored(tmp_path) == ([], [])


@pytest.mark.slow
def test_many_threads_and_processes_lose_nothing(tmp_path):
    script = (
        "import sys; from pathlib import Path; sys.path.insert(0, 'tests');"
        "from test_chatbot_feedback import *\n"
        "for i in range(100):\n"
        "    store(Path(sys.argv[1]), Feedback('up', f'{sys.argv[2]}-{i}', answered()), VERSIONS)"
    )
    root = Path(__file__).parent.parent
    others = [subprocess.Popen([sys.executable, "-c", script, tmp_path, name], cwd=root) for name in "ab"]
    with ThreadPoolExecutor(8) as pool:
        said = [f"thread-{i}" for i in range(200)]
        list(pool.map(lambda words: store(tmp_path, Feedback("up", words, answered()), VERSIONS), said))
    assert [other.wait(60) for other in others] == [0, 0]
    found, damaged = stored(tmp_path)
    expected = {*said, *(f"{name}-{i}" for name in "ab" for i in range(100))}
    assert {one.comment for one in found} == expected and len(found) == 400 and not damaged


def test_a_comment_too_long_is_refused_and_nothing_is_stored(tmp_path):
    with pytest.raises(CuttingsError, match=r"2,001 characters, at most 2,000 are kept; shorten it"):
        store(tmp_path, Feedback("up", "a" * (COMMENT + 1), answered()), VERSIONS)
    store(tmp_path, Feedback("up", "a" * COMMENT, answered()), VERSIONS)
    assert len(lines(tmp_path)) == 1


def test_a_full_file_is_refused_and_says_what_to_do(tmp_path, monkeypatch):
    store(tmp_path, Feedback("up", "", answered()), VERSIONS)
    size = (tmp_path / FILE).stat().st_size
    monkeypatch.setattr(feedback, "LIMIT", 2 * size)
    store(tmp_path, Feedback("up", "", answered()), VERSIONS)
    with pytest.raises(CuttingsError, match=r"is full .* run `cuttings gold from-feedback` and move it away"):
        store(tmp_path, Feedback("up", "", answered()), VERSIONS)
    assert (tmp_path / FILE).stat().st_size == 2 * size


def test_what_cannot_be_written_is_told(tmp_path):
    (tmp_path / FILE).mkdir()
    with pytest.raises(CuttingsError, match=rf"cannot write .*{FILE} \(Is a directory\)"):
        store(tmp_path, Feedback("up", "", answered()), VERSIONS)
    with pytest.raises(CuttingsError, match="cannot read"):
        stored(tmp_path)


@pytest.mark.skipif(sys.platform == "win32", reason="no such limit there")
def test_a_full_disk_leaves_the_file_as_it_was(tmp_path):
    """A limit on the size of files, in a process of its own, stops the writing half way."""
    store(tmp_path, Feedback("up", "kept", answered()), VERSIONS)
    size = (tmp_path / FILE).stat().st_size
    script = (
        "import resource, signal, sys; from pathlib import Path; sys.path.insert(0, 'tests')\n"
        "from test_chatbot_feedback import *\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({size + 100}, {size + 100}))\n"
        "try: store(Path(sys.argv[1]), Feedback('up', 'lost', answered()), VERSIONS)\n"
        "except CuttingsError as error: print(error)"
    )
    root = Path(__file__).parent.parent
    done = subprocess.run(
        [sys.executable, "-c", script, tmp_path], capture_output=True, text=True, check=True, cwd=root
    )
    assert "cannot write" in done.stdout and "File too large" in done.stdout
    assert (tmp_path / FILE).stat().st_size == size
