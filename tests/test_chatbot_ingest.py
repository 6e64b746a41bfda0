"""`cuttings ingest`: what it tells, on a terminal, in a report, by its exit code; and dangerous uploads."""

from __future__ import annotations

import io
import json
import os
import sys
from pathlib import Path

import pytest

from chatbot.cli.main import main
from chatbot.server.upload import add, folder_of
from corpus import guarded
from index.stores import open_store
from tests.fakes import HashEncoder
from tests.small import small_bot

STORY = "The {} opened on Friday. It cost nine million pounds, the council said."
LINE = "3 added, 0 updated, 0 unchanged, 0 moved, 12 skipped"


@pytest.fixture(autouse=True)
def encoder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.encoding.encoder.SentenceEncoder", lambda model: HashEncoder())


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    """Three that are read, and twelve that are not, for two reasons."""
    folder = tmp_path / "articles"
    folder.mkdir()
    for name in ("bridge", "ferry", "toll"):
        (folder / f"{name}.txt").write_text(STORY.format(name))
    for number in range(11):
        (folder / f"empty-{number:02}.txt").touch()
    (folder / "binary.txt").write_bytes(bytes(99))
    return folder


def ingest(*given: object, collection: Path) -> int:
    return main(["ingest", *map(str, given), "--collection", str(collection)])


def test_what_was_skipped_is_told_by_its_reason(articles: Path, tmp_path: Path, capsys) -> None:
    assert ingest(articles, collection=tmp_path / "c") == 0
    out, err = capsys.readouterr()
    assert err == ""
    assert out.splitlines() == [
        LINE,
        "skipped binary.txt: looks like a binary file",
        "skipped 11: empty file",
        *(f"  empty-{number:02}.txt" for number in range(10)),
        "  and 1 more",
        "12 of 15 sources not read, for the reasons above",
    ]


def test_strict_fails_where_anything_was_skipped_and_stores_the_rest(
    articles: Path, tmp_path: Path, capsys
) -> None:
    assert ingest(articles, "--strict", collection=tmp_path / "c") == 1
    assert capsys.readouterr().out.startswith(LINE)
    assert len(open_store(tmp_path / "c").articles()) == 3
    assert ingest(articles / "toll.txt", "--strict", collection=tmp_path / "c") == 0


def test_the_report_names_every_source(articles: Path, tmp_path: Path) -> None:
    file = tmp_path / "report.json"
    assert ingest(articles, "--report", file, collection=tmp_path / "c") == 0
    report = json.loads(file.read_text())
    assert report["added"] == ["bridge", "ferry", "toll"] and len(report["skipped"]) == 12
    assert report["skipped"][0] == {
        "location": str(articles / "binary.txt"),
        "source": "binary.txt",
        "reason": "looks like a binary file",
    }
    assert {*report} == {
        *("added", "updated", "unchanged", "moved", "skipped", "missing", "unreachable", "without_original")
    }
    assert ingest(articles / "binary.txt", "--report", file, collection=tmp_path / "c") == 1
    assert [one["source"] for one in json.loads(file.read_text())["skipped"]] == ["binary.txt"]


def test_a_report_that_cannot_be_written_is_told_before_anything_is_read(
    articles: Path, tmp_path: Path, capsys
) -> None:
    assert ingest(articles, "--report", tmp_path / "none" / "r.json", collection=tmp_path / "c") == 1
    assert capsys.readouterr().err.count("\n") == 1
    assert not (tmp_path / "c").exists()


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_on_a_terminal_each_phase_has_a_bar(
    articles: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys
) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setattr(sys, "stderr", Terminal())
    assert ingest(articles, "--jobs", "2", collection=tmp_path / "c") == 0
    assert capsys.readouterr().out.startswith(LINE)
    assert isinstance(sys.stderr, Terminal)
    shown = sys.stderr.getvalue()
    last = shown.rsplit("reading files", 1)[1]
    assert "15/15" in last and "storing articles" in last and "3/3" in last


@pytest.mark.skipif(os.name != "posix", reason="signals and limits of POSIX")
def test_an_upload_that_takes_its_reader_down_is_told_and_not_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bot = small_bot(tmp_path)
    monkeypatch.setattr(guarded, "_PROGRAM", "import os; os.abort()")
    report = add(bot, "page.html", b"<html><p>The bridge opened on Friday.</p></html>")
    (skipped,) = report.skipped
    assert "what reads it ended with SIGABRT" in skipped.reason
    assert list(folder_of(bot).iterdir()) == []
