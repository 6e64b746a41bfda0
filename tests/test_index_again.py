"""An ingest of files that have not changed reads none of them, and finds what it would have found."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path

import pytest

from corpus.errors import CuttingsError
from corpus.formats.document import AS_THEY_ARE, Options
from index.ingest.files import ingest_files
from index.ingest.ingest import Report
from index.ingest.workers import WHOLE, Shard
from index.stores import create_store
from tests.fakes import HashEncoder
from tests.stores import TOKENS, written

COLUMNS: Mapping[str, str] = {"title": "headline", "text": "body"}


class Ingesting:
    """Ingests of one folder into one collection; `read` are the files that the last one has read."""

    def __init__(self, folder: Path) -> None:
        self.where = folder / "news"
        self.files = written(
            folder / "articles", a="The bridge opened.\n", b="The ferry stopped.\n", empty=""
        )
        (self.files / "rows.csv").write_text("headline,body\nOne,It rained.\nTwo,The sun shone.\n")
        (self.files / "notes.xyz").write_text("No kind of file that is read.")
        self.read = 0

    def __call__(self, *paths: Path, options: Options = AS_THEY_ARE, shard: Shard = WHOLE) -> Report:
        self.read = 0

        def phase(name: str) -> Callable[[int, int], None]:
            def heard(done: int, total: int) -> None:
                self.read = max(self.read, done) if name == "reading files" else self.read

            return heard

        given = [str(path) for path in paths or (self.files,)]
        return ingest_files(self.where, given, options, HashEncoder, TOKENS, phase, None, shard)


@pytest.fixture
def again(tmp_path: Path) -> Ingesting:
    return Ingesting(tmp_path)


def facts(report: Report) -> dict[str, object]:
    told = asdict(report)
    return {**told, "unchanged": sorted(told["unchanged"]), "stored": 0}


def test_what_has_not_changed_is_not_read(again: Ingesting) -> None:
    assert len(again().added) == 4 and again.read == 5
    again.where.joinpath("sync.sqlite").unlink()
    read = again()
    assert again.read == 5 and len(read.unchanged) == 4
    known = again()
    assert again.read == 0 and facts(known) == facts(read)
    os.utime(again.files / "b.txt", (1.7e9, 1.7e9))  # only touched
    assert facts(again()) == facts(read) and again.read == 0


@pytest.mark.slow
def test_whatever_differs_has_all_read(again: Ingesting) -> None:
    again()
    found = {}
    for what, change in (
        ("other bytes of the same length", lambda: written(again.files, a="The bridge closed.\n")),
        ("a new file", lambda: written(again.files, new="A dog barked.\n")),
        ("a file that is gone", lambda: (again.files / "b.txt").unlink()),
        ("a table", lambda: (again.files / "rows.csv").write_text("headline,body\nOne,It snowed.\n")),
        ("what could not be read before", lambda: written(again.files, empty="It thundered.\n")),
    ):
        change()
        again()
        found[what] = again.read > 0
        again()
        assert again.read == 0, what
    assert all(found.values()), found
    assert again(options=Options(columns=COLUMNS)).unchanged and again.read
    assert again(shard=Shard(1, 2)) and again.read
    assert again(again.files / "a.txt").unchanged == ["a"] and again.read == 1


def test_an_article_that_was_taken_out_comes_back(again: Ingesting) -> None:
    again()
    store = create_store(again.where)
    with store.change() as change:
        change.remove("a")
    store.close()
    assert again().added == ["a"]


def test_other_settings_are_refused_as_ever(again: Ingesting) -> None:
    again()
    with pytest.raises(CuttingsError, match="passage_tokens"):
        ingest_files(again.where, [str(again.files)], AS_THEY_ARE, HashEncoder, TOKENS + 1)
