"""Authors, pages and the files of articles: stored, copied and checked, in a folder and on Milvus."""

from __future__ import annotations

import random
import sqlite3
import tracemalloc
from dataclasses import replace
from pathlib import Path

import pytest

from corpus.clean import clean
from corpus.formats.document import Line, Page
from corpus.metadata import Metadata
from corpus.read import Raw
from index.copy import copy
from index.folder.database import FILE
from index.folder.digests import put_all_digests
from index.ingest import preparation
from index.ingest.ingest import ingest
from index.original import packed, unpacked
from index.store import Store
from index.stores import create_store, open_store
from index.verify import verify
from tests.fakes import HashEncoder
from tests.stores import KINDS, needs_milvus, place, sizes

TEXT = "The bridge is open.\n\nTwo men were seen on it.\n"
PAGES = (
    Page(0, 21, 595.0, 842.0, (Line(0, 19, 72.0, 84.5, tuple(float(at) for at in range(20))),)),
    Page(21, 21, 595.0, 842.0),
    Page(21, 46, 595.0, 842.0, (Line(21, 45, 72.0, 84.5, tuple(float(at) for at in range(25))),)),
)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))


def raw(content: bytes = b"%PDF-1.7\n") -> Raw:
    about = Metadata(author="A. Reporter", updated="2024-05-04", section="News", language="en")
    return Raw("/n/bridge.pdf", "bridge.pdf", TEXT, "txt", about, (), "d", PAGES, content)


def filled(where: str | Path, content: bytes = b"%PDF-1.7\n") -> Store:
    store = create_store(where)
    ingest(store, HashEncoder(), [raw(content)], 40)
    return store


def test_pages_are_unpacked_as_they_were_packed() -> None:
    assert unpacked(packed(PAGES)) == PAGES
    for damaged in (b"", packed(PAGES)[:-9], b"\x00" * 40):
        with pytest.raises(ValueError):
            unpacked(damaged)


@pytest.mark.parametrize("kind", KINDS)
def test_what_a_source_says_of_itself_its_pages_and_its_file_are_stored(kind: str, tmp_path: Path) -> None:
    content = b"%PDF" + random.Random(3).randbytes(100_000)
    filled(place(kind, tmp_path), content).close()
    store = open_store(place(kind, tmp_path))
    (article,) = (store.article(one.id) for one in store.articles())
    assert article == clean(raw())
    assert (article.author, article.updated, article.section, article.language, article.pages) == (
        "A. Reporter",
        "2024-05-04",
        "News",
        "en",
        (0, 21, 21),
    )
    original = store.original(article.id)
    assert original and (original.content, original.pages) == (content, PAGES)
    assert store.original("nobody") is None
    searches = store.searcher(HashEncoder())
    (hit,) = searches.search(searches.query("two men"), 1)
    assert (hit.article.page(TEXT.index("Two")), hit.article.page(0), hit.article.page(20)) == (3, 1, 1)
    assert (hit.article.author, hit.article.updated) == ("A. Reporter", "2024-05-04")
    assert verify(store) == []
    store.close()


@pytest.mark.parametrize("kind", KINDS)
def test_a_copy_has_the_file_too_unless_it_is_too_large_for_the_target(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = filled(tmp_path / "source")
    target = create_store(place(kind, tmp_path, "target"))
    report = copy(source, target)
    assert (report.problems, report.without_original) == ([], [])
    (id,) = report.copied
    assert target.original(id) == source.original(id) is not None
    monkeypatch.setattr(type(target), "largest_original", 3)
    small = create_store(place(kind, tmp_path, "small"))
    report = copy(source, small)
    assert (report.problems, report.without_original) == ([], [id])
    assert small.original(id) is None and small.article(id) == source.article(id)


def test_a_file_that_is_too_large_is_left_out_and_the_report_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = create_store(tmp_path / "c")
    monkeypatch.setattr(type(store), "largest_original", 3)
    report = ingest(store, HashEncoder(), [raw()], 40)
    assert report.without_original == report.added
    assert store.original(report.added[0]) is None and store.article(report.added[0]).pages == (0, 21, 21)


@pytest.mark.slow
def test_the_files_of_many_articles_are_not_held_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preparation, "_LARGEST", 4_000_000)
    store = create_store(tmp_path)
    raws = (
        replace(raw(b"%PDF" + bytes([n]) * 1_000_000), location=f"/{n}.pdf", digest=str(n)) for n in range(20)
    )
    tracemalloc.start()
    report = ingest(store, HashEncoder(), raws, 40)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(report.added) == 20 and peak < 9_000_000
    for location, entry in store.stored().items():
        original = store.original(entry.id)
        assert original and original.content[4:] == bytes([int(location[1:-4])]) * 1_000_000


def test_a_copy_without_the_file_of_its_source_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, target = filled(tmp_path / "source"), create_store(tmp_path / "target")
    copy(source, target)
    with sqlite3.connect(tmp_path / "target" / FILE) as connection:
        connection.execute("DELETE FROM originals")
    connection.close()
    assert [problem.what for problem in copy(source, target).problems] == [
        "its file is not that of the source"
    ]


@pytest.mark.parametrize(
    ("pages", "said"),
    [
        ((0, 30, 20), "its pages are out of order or outside the text (0-46)"),
        ((0, 21, 47), "its pages are out of order or outside the text (0-46)"),
        ((0, 20, 21), "the pages of its file are not those of its text"),
    ],
)
def test_pages_that_do_not_fit_are_found(tmp_path: Path, pages: tuple[int, ...], said: str) -> None:
    filled(tmp_path).close()
    with sqlite3.connect(tmp_path / FILE) as connection:
        connection.execute("UPDATE articles SET more = json_set(more, '$.pages', json(?))", [str([*pages])])
        put_all_digests(connection)  # as if it had been stored so
    connection.close()
    assert said in [problem.what for problem in verify(open_store(tmp_path))]


@pytest.mark.parametrize(
    "line",
    [Line(0, 22, 0.0, 1.0, (0.0,) * 23), Line(-1, 5, 0.0, 1.0, (0.0,) * 7), Line(0, 5, 0.0, 1.0, (0.0,))],
)
def test_lines_that_do_not_fit_are_found(tmp_path: Path, line: Line) -> None:
    filled(tmp_path).close()
    pages = (Page(0, 21, 1.0, 1.0, (line,)), *PAGES[1:])
    with sqlite3.connect(tmp_path / FILE) as connection:
        connection.execute("UPDATE originals SET pages = ?", [packed(pages)])
        put_all_digests(connection)
    connection.close()
    assert [problem.what for problem in verify(open_store(tmp_path))] == [
        "the lines of page 1 do not fit its text"
    ]
    with sqlite3.connect(tmp_path / FILE) as connection:
        connection.execute("UPDATE originals SET pages = x'00'")
        put_all_digests(connection)
    connection.close()
    assert "cannot be read" in verify(open_store(tmp_path))[0].what


@needs_milvus
@pytest.mark.slow
def test_on_milvus_the_rows_of_a_file_go_with_their_article_and_format_2_becomes_4(tmp_path: Path) -> None:
    store = create_store(place("milvus", tmp_path))
    with store.change() as change:
        change.set("format", "2")
    ingest(store, HashEncoder(), [raw(b"%PDF" + bytes(200_000))], 40)
    assert store.meta("format") == "4"
    assert sizes(store)["original"] > 4
    ingest(store, HashEncoder(), [raw(b"%PDF")], 40)  # the digest is the same
    (id,) = (one.id for one in store.articles())
    with store.change() as change:
        change.remove(id)
    assert "original" not in sizes(store)
