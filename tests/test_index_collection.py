"""The collection on disk: what goes in comes out, and a change is whole or not at all."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import tempfile
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.article import Article, Passage, Removed, Sentence
from corpus.errors import CuttingsError
from index.folder.collection import Collection
from index.folder.database import FILE
from index.scope import Scope
from index.store import Encoded

TEXT = "Rust 🎉 closed\u00a0the bridge.\r\n\r\nAdvert\r\n\r\nIt reopens in May."
ARTICLE = Article(
    id="bridge",
    title="Zürich’s bridge",
    text=TEXT,
    source="news/bridge.txt",
    publisher="The Ferryman",
    published="2024-03-05",
    url="https://example.org/bridge",
    topics=("bridges", "rust, salt"),
    removed=(Removed(28, 34, "advertisement"),),
)


def unit(seed: int, *shape: int) -> np.ndarray:
    vectors = np.random.default_rng(seed).normal(size=shape).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)


def encoded(article_id: str = "bridge", start: int = 0, end: int = 24) -> Encoded:
    sentences = (Sentence(article_id, start, end), Sentence(article_id, end, end + 1, "item"))
    return Encoded(
        Passage(article_id, start, end + 1, "A heading", sentences),
        ["rust", "30000", "81%"],
        unit(start, 4),
    )


@pytest.fixture
def collection(tmp_path: Path) -> Collection:
    return Collection.create(tmp_path / "made" / "on the way")


def put(collection: Collection, article: Article = ARTICLE, location: str = "/news/bridge.txt") -> None:
    with collection.change() as change:
        change.put(article, location, "digest", [encoded(article.id), encoded(article.id, 38, 57)])


def named(article_id: str) -> Article:
    return Article(article_id, article_id, TEXT, f"{article_id}.txt")


def ids(collection: Collection) -> list[int]:
    with collection.snapshot() as now:
        return now.ids().tolist()


# --- Round trip ---------------------------------------------------------------------------------


def test_an_article_comes_back_in_every_field(collection: Collection) -> None:
    put(collection)
    assert collection.article("bridge") == ARTICLE
    assert Collection.open(collection.folder).article("bridge") == ARTICLE


def test_an_article_of_the_least_comes_back(collection: Collection) -> None:
    put(collection, named("a"), "/a")
    assert collection.article("a") == named("a")


@settings(max_examples=30, deadline=None)
@given(
    text=st.text(st.characters(exclude_categories=["Cs"])), topics=st.lists(st.text("añ,\"' ]"), max_size=3)
)
def test_any_text_comes_back(text: str, topics: list[str], tmp_path_factory: pytest.TempPathFactory) -> None:
    collection = Collection.create(tmp_path_factory.mktemp("any"))
    article = Article("a", text, text, text, text, None, text, tuple(topics))
    put(collection, article, "/a")
    assert collection.article("a") == article
    collection.close()


def test_passages_come_back_with_sentences_and_kinds(collection: Collection) -> None:
    put(collection)
    expected = [encoded().passage, encoded(start=38, end=57).passage]
    assert collection.passages("bridge") == expected
    located = collection.located(ids(collection))
    assert [located[id] for id in ids(collection)] == [
        (passage, ARTICLE.info, ARTICLE.text[passage.start : passage.end]) for passage in expected
    ]


def test_a_snapshot_holds_vectors_and_terms_in_order_of_id(collection: Collection) -> None:
    put(collection)
    with collection.snapshot() as now:
        rows = list(now.after(0))
        assert now.mark.revision == 1
        assert [row.id for row in rows] == now.ids().tolist() == sorted(now.ids())
        assert now.count() == 2
        assert list(now.after(rows[0].id)) == rows[1:]
    assert [row.terms for row in rows] == ["rust 30000 81%"] * 2
    assert [row.vector for row in rows] == [one.vector.tobytes() for one in (encoded(), encoded(start=38))]
    assert {(row.article_id, row.publisher, row.published) for row in rows} == {
        (ARTICLE.id, ARTICLE.publisher, ARTICLE.published)
    }


def test_the_parts_of_what_is_stored_are_weighed(collection: Collection) -> None:
    put(collection)
    sizes = collection.sizes()
    assert sizes["text"] == len(TEXT.encode()) and sizes["terms"] == 2 * len("rust 30000 81%")
    assert sizes["vectors"] == 2 * 4 * 4
    assert sizes["file"] > sum(size for part, size in sizes.items() if part != "file")


def test_nothing_weighs_nothing(collection: Collection) -> None:
    sizes = collection.sizes()
    assert sizes.pop("file") > 0
    assert set(sizes.values()) == {0}


def test_the_list_is_newest_first_and_undated_last(collection: Collection) -> None:
    dates = {"old": "1999-12-31", "none": None, "new": "2024-01-02", "also-none": None}
    with collection.change() as change:
        for id, date in dates.items():
            change.put(
                Article(id, id.title(), "x" * 7, f"{id}.txt", published=date), f"/{id}", "d", [encoded(id)]
            )
    listed = collection.articles()
    assert [summary.id for summary in listed] == ["new", "old", "also-none", "none"]
    assert (listed[0].title, listed[0].source, listed[0].location) == ("New", "new.txt", "/new")
    assert (listed[0].characters, listed[0].passages) == (7, 1)


def test_an_empty_collection(collection: Collection) -> None:
    with collection.snapshot() as now:
        assert (now.mark.revision, now.count(), list(now.ids()), list(now.after(0))) == (0, 0, [], [])
    assert collection.articles() == []
    assert collection.stored() == {}
    assert collection.located([]) == {}


def test_what_is_not_there(collection: Collection) -> None:
    assert collection.located([1, 2]) == {}
    assert collection.passages("ghost") == []
    assert collection.meta("ghost") is None
    with pytest.raises(CuttingsError, match=r"no article 'ghost' in .*`cuttings list`"):
        collection.article("ghost")


# --- Changes ------------------------------------------------------------------------------------


def test_an_error_inside_a_change_undoes_all_of_it(collection: Collection) -> None:
    put(collection)

    class Stop(Exception):
        pass

    with pytest.raises(Stop), collection.change() as change:
        change.put(named("other"), "/other", "d", [encoded("other")])
        change.remove("bridge")
        change.set("model", "another")
        raise Stop
    assert [summary.id for summary in collection.articles()] == ["bridge"]
    assert collection.meta("model") is None
    assert collection.revision == 1
    assert len(ids(collection)) == 2
    put(collection, named("later"), "/later")  # the collection can still be changed
    assert collection.revision == 2


def test_the_revision_rises_by_one_with_each_change_that_changes(collection: Collection) -> None:
    assert collection.revision == 0
    put(collection)
    assert collection.revision == 1
    with collection.change() as change:
        change.put(named("a"), "/a", "d", [encoded("a")])
        change.put(named("b"), "/b", "d", [encoded("b")])
    assert collection.revision == 2
    with collection.change() as change:
        change.set("model", "hash")
    with collection.change() as change:
        assert not change.remove("ghost")
    assert collection.revision == 2
    with collection.change() as change:
        change.move("a", "/elsewhere/a", "a")
    assert collection.revision == 3
    with collection.change() as change:
        assert change.remove("a")
    assert collection.revision == 4


def test_a_reader_sees_the_state_before_while_a_change_is_open(collection: Collection) -> None:
    put(collection)
    reader = Collection.open(collection.folder)
    with collection.change() as change:
        change.remove("bridge")
        change.put(named("other"), "/other", "d", [encoded("other")])
        assert [summary.id for summary in reader.articles()] == ["bridge"]
        assert reader.revision == 1
    assert [summary.id for summary in reader.articles()] == ["other"]
    assert reader.revision == 2


def test_a_snapshot_is_of_one_revision_though_another_process_writes(collection: Collection) -> None:
    put(collection)
    with collection.snapshot() as before:
        put(Collection.create(collection.folder), named("other"), "/other")
        with collection.snapshot() as after:
            assert (before.mark.revision, before.count(), len(list(before.after(0)))) == (1, 2, 2)
            assert (after.mark.revision, after.count(), len(list(after.after(0)))) == (2, 4, 4)
            assert after.descends(before.mark) and not before.descends(after.mark)


def test_a_state_that_came_after_a_restored_copy_is_no_descendant_of_what_came_after_it(
    collection: Collection, tmp_path: Path
) -> None:
    put(collection)
    collection.close()
    shutil.copytree(collection.folder, tmp_path / "copy")
    marks = []
    for folder in (collection.folder, tmp_path / "copy"):
        changed = Collection.create(folder)
        put(changed, named("other"), "/other")
        with changed.snapshot() as now:
            marks.append(now.mark)
            assert [now.descends(mark) for mark in marks] == [mark is now.mark for mark in marks]
    assert marks[0].revision == marks[1].revision


def test_what_filters_ask_of_the_articles(collection: Collection) -> None:
    facts = {
        "a": ("Post", "2024-01-01"),
        "b": ("Post", None),
        "c": ("Echo", "2024-12-31"),
        "d": (None, "2025-01-01"),
    }
    with collection.change() as change:
        for id, (publisher, published) in facts.items():
            article = Article(id, id, "x", id, publisher=publisher, published=published)
            change.put(article, f"/{id}", "d", [encoded(id)])
    assert collection.publishers() == {"Post", "Echo"}
    assert collection.undated() == 1
    for scope in (
        Scope(),
        Scope(without=frozenset({"a", "z"})),
        Scope(publishers=frozenset({"Post", "Nobody"})),
        Scope(start="2024-12-31"),
        Scope(end="2024-12-31"),
        Scope(frozenset({"a"}), frozenset({"Post", "Echo"}), "2024-01-01", "2024-12-31"),
        Scope(start="2025-02-01", end="2024-02-01"),
    ):
        assert collection.count(scope) == sum(scope.holds(id, *fact) for id, fact in facts.items())


def test_removing_an_article_removes_its_passages(collection: Collection) -> None:
    put(collection)
    put(collection, named("other"), "/other")
    gone = [id for id, one in collection.located(ids(collection)).items() if one.article.id == "bridge"]
    with collection.change() as change:
        change.remove("bridge")
    assert len(gone) == len(ids(collection)) == 2
    assert collection.located(gone) == {}


def test_the_id_of_a_passage_is_never_used_again(collection: Collection) -> None:
    put(collection)
    before = ids(collection)
    put(collection)  # in place of itself
    assert len(ids(collection)) == 2
    assert min(ids(collection)) > max(before)
    before = ids(collection)
    with collection.change() as change:
        change.remove("bridge")
    put(collection)
    assert min(ids(collection)) > max(before)


def test_a_moved_article_keeps_its_id_and_passages(collection: Collection) -> None:
    put(collection)
    before = ids(collection)
    with collection.change() as change:
        change.move("bridge", "/archive/b.txt", "b.txt")
    assert list(collection.stored()) == ["/archive/b.txt"]
    assert collection.article("bridge").source == "b.txt"
    assert ids(collection) == before


def test_what_was_stored_tells_whether_a_source_has_changed(collection: Collection) -> None:
    put(collection)
    stored = collection.stored()["/news/bridge.txt"]
    assert (stored.id, stored.digest, stored.removed) == ("bridge", "digest", ARTICLE.removed)


def test_creating_again_keeps_what_is_there(collection: Collection) -> None:
    put(collection)
    again = Collection.create(collection.folder)
    assert again.article("bridge") == ARTICLE
    assert again.revision == 1


# --- Errors -------------------------------------------------------------------------------------


def fails(folder: Path, *words: str) -> None:
    with pytest.raises(CuttingsError) as error:
        Collection.open(folder).articles()
    message = str(error.value)
    assert "\n" not in message
    for word in (str(folder), *words):
        assert word in message


def direct(collection: Collection, sql: str) -> None:
    collection.close()
    with sqlite3.connect(collection.folder / FILE) as connection:
        connection.execute(sql)
    connection.close()


def test_no_collection(tmp_path: Path) -> None:
    fails(tmp_path, "there is no collection", "`cuttings ingest PATH --collection")
    fails(tmp_path / "nowhere", "there is no collection")
    (tmp_path / FILE).touch()
    fails(tmp_path, "there is no collection")


def test_a_collection_of_another_format(collection: Collection) -> None:
    direct(collection, "UPDATE meta SET value = '99' WHERE key = 'format'")
    fails(collection.folder, "format 99", "format 5", "--collection DIR")
    with pytest.raises(CuttingsError, match="format 99"):
        Collection.create(collection.folder)


def test_a_collection_that_does_not_say_its_format(collection: Collection) -> None:
    direct(collection, "DELETE FROM meta")
    fails(collection.folder, "format unknown", "--collection DIR")


def test_another_model(collection: Collection) -> None:
    collection.require("model", "hash")  # nothing is stored yet
    with collection.change() as change:
        change.set("model", "hash")
    collection.require("model", "hash")
    with pytest.raises(CuttingsError) as error:
        collection.require("model", "other")
    message = str(error.value)
    assert "\n" not in message
    for word in ("model", "'hash'", "'other'", "--collection DIR", str(collection.folder)):
        assert word in message


@pytest.mark.skipif(os.name == "nt", reason="folders have no such rights")
def test_changes_that_cannot_be_read_without_the_right_to_write_are_not_passed_over(tmp_path: Path) -> None:
    with tempfile.TemporaryDirectory() as name:  # which another user can reach, unlike tmp_path
        os.chmod(name, 0o755)
        folder = Path(name) / "collection"
        collection = Collection.create(folder)
        put(collection)
        direct(collection, "PRAGMA wal_checkpoint(TRUNCATE)")
        collection = Collection.create(folder)
        put(collection, named("newest"), "/newest")
        waiting, merged = Path(name) / "waiting", Path(name) / "merged"
        shutil.copytree(folder, waiting)
        (waiting / f"{FILE}-shm").unlink()
        direct(collection, "PRAGMA wal_checkpoint(TRUNCATE)")
        merged.mkdir()
        shutil.copyfile(folder / FILE, merged / FILE)
        with only_reading(merged):
            assert {one.id for one in Collection.open(merged).articles()} == {"bridge", "newest"}
        with only_reading(waiting):
            fails(waiting, f"{FILE}-wal", "cuttings list")
        assert {one.id for one in Collection.open(waiting).articles()} == {"bridge", "newest"}


@contextmanager
def only_reading(folder: Path) -> Iterator[Path]:
    """The folder, while who runs this may read and not write there; root becomes another user for that."""
    for path in (*folder.iterdir(), folder):
        path.chmod(0o555)
    root = os.geteuid() == 0
    try:
        if root:
            os.seteuid(65534)
        yield folder
    finally:
        if root:
            os.seteuid(0)
        folder.chmod(0o755)


def test_who_reads_does_not_wait_for_another_who_reads(collection: Collection) -> None:
    put(collection)
    reader = Collection.open(collection.folder)
    reading, read = threading.Event(), threading.Event()

    def slowly() -> list[tuple]:
        with reader._reading() as connection:
            reading.set()
            assert read.wait(60)
            return connection.execute("SELECT id FROM articles").fetchall()

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(slowly)
        assert reading.wait(60)
        try:
            assert pool.submit(reader.article, "bridge").result(30) == ARTICLE
        finally:
            read.set()
        assert first.result(60) == [("bridge",)]


def test_threads_that_read_see_each_change(collection: Collection) -> None:
    put(collection)
    reader = Collection.open(collection.folder)
    with ThreadPoolExecutor(8) as pool:
        for number in range(20):
            put(collection, named(f"a{number}"), f"/{number}")
            for found in pool.map(lambda _: len(reader.articles()), range(16)):
                assert found == number + 2
    reader.close()
    with pytest.raises(CuttingsError, match="closed"):
        reader.articles()


def test_while_another_process_writes_that_is_said_in_a_line_of_its_own(collection: Collection) -> None:
    put(collection)
    other = Collection.create(collection.folder)
    other._connection.execute("PRAGMA busy_timeout = 0")
    with collection.change() as change:
        change.put(named("new"), "/new", "d", [encoded("new")])
        with pytest.raises(CuttingsError) as error, other.change() as second:
            second.remove("bridge")
        message = str(error.value)
        assert "\n" not in message and str(collection.folder) in message
        assert "another ingest is writing to it; wait until it has finished" in message
        assert [one.id for one in other.articles()] == ["bridge"]  # who reads does not wait
    assert [one.id for one in other.articles()] == ["bridge", "new"]


def test_a_file_that_is_no_collection(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"not a database, but long enough to look like a file" * 50)
    fails(tmp_path, "damaged", "ingest the articles again")
    with pytest.raises(CuttingsError, match="damaged"):
        Collection.create(tmp_path)


def test_a_file_that_was_cut_short(collection: Collection) -> None:
    for n in range(20):
        put(collection, Article(f"a{n}", "t", "x" * 4000, "s"), f"/{n}")
    direct(collection, "PRAGMA wal_checkpoint(TRUNCATE)")
    file = collection.folder / FILE
    data = file.read_bytes()
    file.write_bytes(data[: len(data) // 2])
    fails(collection.folder, "damaged", FILE)


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(CuttingsError, match=r"cannot make the folder .*--collection DIR"):
        Collection.create(tmp_path / "file" / "inside")


def test_opened_to_read_it_cannot_be_changed(collection: Collection) -> None:
    put(collection)
    reader = Collection.open(collection.folder)
    with pytest.raises(CuttingsError, match="no right to write") as error, reader.change() as change:
        change.remove("bridge")
    assert "\n" not in str(error.value)
    assert collection.article("bridge") == ARTICLE


def test_a_location_belongs_to_one_article(collection: Collection) -> None:
    put(collection)
    with pytest.raises(CuttingsError, match="what was stored before is kept"):
        put(collection, named("other"), "/news/bridge.txt")
    assert [summary.id for summary in collection.articles()] == ["bridge"]


def test_a_folder_with_a_strange_name(tmp_path: Path) -> None:
    collection = Collection.create(tmp_path / "a?b#c%20d é'\"")
    put(collection)
    assert (collection.folder / FILE).is_file()
    assert Collection.open(collection.folder).article("bridge") == ARTICLE


def test_the_file_can_be_read_without_this_program(collection: Collection) -> None:
    put(collection)
    with sqlite3.connect(collection.folder / FILE) as connection:
        ((text, topics),) = connection.execute("SELECT text, topics FROM articles").fetchall()
    assert (text, tuple(json.loads(topics))) == (TEXT, ARTICLE.topics)
    connection.close()


def test_a_collection_whose_file_was_emptied_is_not_silently_made_anew(tmp_path):
    folder = tmp_path / "collection"
    folder.mkdir()
    (folder / FILE).touch()  # as where a first ingest was killed before it wrote anything
    Collection.create(folder).close()
    (folder / "derived").mkdir()
    (folder / FILE).write_bytes(b"")
    with pytest.raises(CuttingsError, match="was emptied"):
        Collection.create(folder)
    assert (folder / FILE).stat().st_size == 0
