"""Collections of older versions: read as they are, and made ones of this version by the next change.

`older/format-1.sqlite` was written by commit e3b12ad, with the vectors of all tokens beside each passage,
`older/format-2.sqlite` by commit 6afa696, from the same articles; in both each text is in one piece.
`older/format-3.sqlite` was copied from that by commit accd834; it has no place for authors and pages.
`older/format-4.sqlite` was made of that by commit 21a7b0d, with an author, pages, a file and digests;
whatever comes later has to open it and to find its digests right.
`older/format-5.sqlite` was made of that by commit 5c136db, with an article that has an older version, one
that is longer than a part, what tells copies, and a source that is remembered.
"""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from corpus.formats.document import Page
from corpus.passages import dress
from corpus.read import read
from index.copy import copy
from index.encoding.encoder import PACKAGED, SentenceEncoder
from index.folder.collection import Collection
from index.folder.database import FILE
from index.folder.texts import PART
from index.folder.upgrade import give_space_back
from index.ingest.ingest import ingest
from index.original import Original
from index.stores import create_store, open_store
from index.sync.sources import remembered
from index.verify import verify
from tests.fakes import DIMENSION, HashEncoder
from tests.stores import KINDS, filled, place, written

OLDER = Path(__file__).parent / "older" / "format-1.sqlite"
FORMATS = ["format-1", "format-2", "format-3"]

LONG = "Zürich 🌉 " * 10_000

posix = pytest.mark.skipif(os.name != "posix", reason="signals and users of POSIX")


class Wide(HashEncoder):
    """Vectors of the size and name of the packaged model's."""

    name = PACKAGED

    def encode_query(self, text: str) -> np.ndarray:
        return np.pad(super().encode_query(text), (0, 384 - DIMENSION))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A collection of three articles as an older version left it."""
    (tmp_path / "older").mkdir()
    shutil.copyfile(OLDER, tmp_path / "older" / FILE)
    with sqlite3.connect(tmp_path / "older" / FILE) as connection:
        # As much as a passage of full length has, so that leaving it out is most of the file.
        connection.execute("UPDATE passages SET tokens = tokens || zeroblob(40000)")
    connection.close()
    return tmp_path / "older"


@pytest.fixture(params=FORMATS[:2])
def any_older(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """The same of each format with whole texts, with an article that is longer than a part now."""
    folder = tmp_path / request.param
    folder.mkdir()
    shutil.copyfile(OLDER.with_name(f"{request.param}.sqlite"), folder / FILE)
    with sqlite3.connect(folder / FILE) as connection:
        connection.execute("UPDATE articles SET text = text || ? WHERE id = 'ferry'", [LONG])
        connection.execute(
            "UPDATE passages SET end_offset = end_offset + ? WHERE article_id = 'ferry'", [70_000]
        )
    connection.close()
    return folder


@pytest.fixture
def fresh(tmp_path: Path) -> Path:
    return written(tmp_path / "articles", toll="The council dropped the toll. Lorries still pay.\n")


def columns(folder: Path) -> set[str]:
    with sqlite3.connect(folder / FILE) as connection:
        found = {row[1] for row in connection.execute("PRAGMA table_info(passages)")}
    connection.close()
    return found


def add(folder: Path, *sources: Path) -> None:
    collection = Collection.create(folder)
    try:
        ingest(collection, Wide(), read(sources), 200)
    finally:
        collection.close()


def contents(folder: Path) -> dict[int, tuple[str, str, bytes]]:
    """Of every passage the article, its text and its vector, by id, in a collection that is sound."""
    collection = Collection.open(folder)
    try:
        assert verify(collection) == []
        with collection.snapshot() as now:
            rows = {row.id: row for row in now.after(0)}
        located = collection.located(rows)
        return {id: (one.article.id, one.text, rows[id].vector) for id, one in located.items()}
    finally:
        collection.close()


@pytest.mark.model
def test_it_is_searched_as_it_is_with_the_vectors_that_the_model_gives_today(
    folder: Path, encoder: SentenceEncoder
) -> None:
    assert "tokens" in columns(folder)
    before = (folder / FILE).read_bytes()
    collection = Collection.open(folder)
    searches = collection.searcher(encoder)
    for question, wanted in (
        ("What did inspectors find in the cables?", "bridge"),
        ("boats at night", "ferry"),
    ):
        for mode in ("dense", "hybrid"):
            assert searches.search(searches.query(question), 3, mode)[0].article_id == wanted
    with collection.snapshot() as now:
        rows = list(now.after(0))
    for row in rows:
        passage, article, text = collection.located([row.id])[row.id]
        text = dress(article, passage) + text
        (vector,) = encoder.encode_passages([text])
        np.testing.assert_allclose(np.frombuffer(row.vector, np.float32), vector, atol=1e-5)
    assert len(rows) == 3 and verify(collection) == []
    collection.close()
    assert (folder / FILE).read_bytes() == before


def test_the_next_change_leaves_the_token_vectors_out_and_gives_their_space_back(
    folder: Path, fresh: Path
) -> None:
    before, size = contents(folder), (folder / FILE).stat().st_size
    add(folder, fresh)
    after = contents(folder)
    assert {id: after[id] for id in before} == before
    assert [article for article, _, _ in after.values()] == [*(one[0] for one in before.values()), "toll"]
    assert not columns(folder) & {"tokens", "scales", "offsets"}
    assert not (folder / f"{FILE}-wal").exists()
    assert (folder / FILE).stat().st_size <= size - 3 * 384 * 10  # each passage had more than ten tokens
    collection = Collection.create(folder)
    assert (collection.meta("model"), collection.meta("format")) == (PACKAGED, "5")
    searches = collection.searcher(Wide())
    assert searches.search(searches.query("lorries pay the toll"), 3)[0].article_id == "toll"
    assert searches.search(searches.query("rust in the cables"), 3)[0].article_id == "bridge"
    collection.close()


def test_a_long_text_is_read_in_one_piece_and_by_the_next_change_cut_into_parts(
    any_older: Path, fresh: Path
) -> None:
    reader = Collection.open(any_older)
    whole, listed = reader.article("ferry"), reader.articles()
    before = contents(any_older)
    assert whole.text.endswith(LONG) and len(whole.text) == listed[0].characters > 2 * PART
    assert reader.opening("ferry", 50_000) == whole.opening(50_000)
    add(any_older, fresh)
    assert {id: one for id, one in contents(any_older).items() if id in before} == before
    with sqlite3.connect(any_older / FILE) as connection:
        lengths = connection.execute("SELECT max(length(text)) FROM articles").fetchall()
        parts = connection.execute("SELECT article_id, start_offset, length(text) FROM parts").fetchall()
    connection.close()
    assert lengths == [(PART,)]
    assert parts == [
        ("ferry", start, min(PART, len(whole.text) - start)) for start in range(PART, len(whole.text), PART)
    ]
    for collection in (reader, Collection.open(any_older)):  # who had it open goes on with the new tables
        assert collection.article("ferry") == whole
        assert collection.opening("ferry", 50_000) == whole.opening(50_000)
        assert listed == [one for one in collection.articles() if one.id != "toll"]
        assert collection.meta("format") == "5"
        collection.close()
    collection = Collection.create(any_older)
    with collection.change() as change:
        assert change.remove("ferry")
    assert collection._rows("SELECT count(*) FROM parts") == [(0,)]
    collection.close()


@pytest.mark.parametrize("format", FORMATS)
def test_the_next_change_makes_room_for_authors_and_pages(format: str, tmp_path: Path) -> None:
    shutil.copyfile(OLDER.with_name(f"{format}.sqlite"), tmp_path / FILE)
    reader = Collection.open(tmp_path)
    before, ferry = contents(tmp_path), reader.article("ferry")
    assert (ferry.author, ferry.pages, reader.original("ferry")) == (None, (), None)
    bridge = replace(reader.article("bridge"), author="A. Reporter", pages=(0, 100))
    original = Original("application/pdf", b"%PDF", (Page(0, 90, 1.0, 1.0), Page(100, 261, 1.0, 1.0)))
    writer = Collection.create(tmp_path)
    with writer.change() as change:
        change.put(bridge, "/bridge.pdf", "d", writer.encoded("bridge"), original)
    for collection in (writer, reader):
        assert (collection.article("bridge"), collection.original("bridge")) == (bridge, original)
        assert (collection.article("ferry"), collection.original("ferry")) == (ferry, None)
        collection.close()
    assert sorted(contents(tmp_path).values()) == sorted(before.values())


def test_a_collection_of_format_4_is_opened_with_all_that_it_has(tmp_path: Path, fresh: Path) -> None:
    shutil.copyfile(OLDER.with_name("format-4.sqlite"), tmp_path / FILE)
    before = contents(tmp_path)  # which is sound, so the digests that were written then are right
    collection = Collection.open(tmp_path)
    bridge, original = collection.article("bridge"), collection.original("bridge")
    assert (bridge.author, bridge.updated, bridge.language) == ("A. Reporter", "2024-05-04", "en")
    assert bridge.pages == (0, 100) and original and original.content == b"%PDF-1.4 a page"
    assert [len(collection.damage(one.id)) for one in collection.articles()] == [0, 0, 0]
    collection.close()
    add(tmp_path, fresh)
    after = contents(tmp_path)
    assert {id: after[id] for id in before} == before and len(after) == len(before) + 1
    data = (tmp_path / FILE).read_bytes()
    (tmp_path / FILE).write_bytes(data.replace(b"A. Reporter", b"A. Repartee"))
    collection = Collection.open(tmp_path)
    assert [one.article_id for one in verify(collection)] == ["bridge"]
    collection.close()


def test_a_collection_of_format_5_is_opened_with_all_that_it_has(tmp_path: Path, fresh: Path) -> None:
    shutil.copyfile(OLDER.with_name("format-5.sqlite"), tmp_path / FILE)
    before = contents(tmp_path)

    def check() -> None:
        with closing(Collection.open(tmp_path)) as collection:
            assert remembered(collection) == ["/older/articles"]
            long, toll = collection.article("long"), collection.article("toll")
            assert len(long.text) == 37_589 > PART and "Zürich 🌉 has a bridge" in long.text[PART:]
            assert "drops the toll. Lorries still" in toll.text
            (earlier,) = collection.history("toll").earlier
            assert (earlier.number, earlier.article.id) == (
                1,
                "toll",
            ) and "keeps the toll" in earlier.article.text
            assert collection.article("bridge").author == "A. Reporter" and collection.original("bridge")
            assert collection.copies() == [] and len(collection.articles()) == len({*before.values()}) == 5
            searches = collection.searcher(Wide())
            assert searches.search(searches.query("lorries still pay the toll"), 3)[0].article_id == "toll"
            assert verify(collection) == []

    check()
    with closing(Collection.create(tmp_path)) as collection, collection.change() as change:
        change.set("note", "whatever a later version makes of it")
    check()
    assert contents(tmp_path) == before


def test_an_id_that_an_older_version_gave_is_not_given_again(folder: Path, fresh: Path) -> None:
    with sqlite3.connect(folder / FILE) as connection:
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("DELETE FROM articles WHERE id = 'note'")
    connection.close()
    assert sorted(contents(folder)) == [1, 2]
    add(folder, fresh)
    assert sorted(contents(folder)) == [1, 2, 4]


@pytest.mark.slow
def test_whoever_reads_meanwhile_goes_on_with_the_state_before(folder: Path, fresh: Path) -> None:
    reader = Collection.open(folder)
    with reader.snapshot() as before:
        rows = list(before.after(0))
        add(folder, fresh)
        assert (before.count(), list(before.after(0))) == (3, rows)
        with reader.snapshot() as after:
            assert after.count() == 4
            assert after.descends(before.mark)
    assert len(reader.articles()) == 4
    reader.close()
    assert verify(Collection.open(folder)) == []


@contextmanager
def unwritable(folder: Path) -> Iterator[None]:
    """Nobody may write there, this process neither, whoever runs it."""
    (folder / FILE).chmod(0o444)
    folder.chmod(0o555)
    user = os.geteuid()
    if user == 0:
        os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(user)
        folder.chmod(0o755)


@posix
@pytest.mark.parametrize("format", FORMATS)
def test_it_is_read_where_nothing_can_be_written(format: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with tempfile.TemporaryDirectory() as place:  # where any user may look
        folder = Path(place)
        monkeypatch.setenv("XDG_CACHE_HOME", str(folder / "none"))
        shutil.copyfile(OLDER.with_name(f"{format}.sqlite"), folder / FILE)
        with unwritable(folder):
            collection = Collection.open(folder)
            searches = collection.searcher(Wide())
            assert searches.search(searches.query("rust in the cables"), 3)[0].article_id == "bridge"
            assert verify(collection) == []
            collection.close()
            assert os.listdir(folder) == [FILE]


KILLED = """
import os, signal, sys
from pathlib import Path
import index.folder.collection
from index.folder.collection import Collection

def die(connection):
    os.kill(os.getpid(), signal.SIGKILL)

folder, moment = sys.argv[1:]
if moment == "after":
    index.folder.collection.give_space_back = die
collection = Collection.create(Path(folder))
with collection.change() as change:
    change.remove("note")
    if moment == "within":
        die(None)
"""


@pytest.mark.slow
@posix
@pytest.mark.parametrize("moment", ["within", "after"])
def test_killed_it_is_as_it_was_or_done_and_the_next_change_gives_the_space_back(
    folder: Path, fresh: Path, moment: str
) -> None:
    before, size = contents(folder), (folder / FILE).stat().st_size
    ended = subprocess.run(
        [sys.executable, "-c", KILLED, str(folder), moment], cwd=Path(__file__).parent.parent
    )
    assert ended.returncode == -signal.SIGKILL
    left = contents(folder)
    if moment == "within":
        assert left == before and "tokens" in columns(folder)
    else:
        assert left == {id: one for id, one in before.items() if one[0] != "note"}
        assert "tokens" not in columns(folder)
        assert (folder / FILE).stat().st_size >= size
    add(folder, fresh)
    assert {id: contents(folder)[id] for id in left} == left
    assert "tokens" not in columns(folder)
    assert (folder / FILE).stat().st_size <= size - 3 * 384 * 10


def test_while_another_process_writes_the_space_is_not_given_back_and_nothing_fails(folder: Path) -> None:
    with sqlite3.connect(folder / FILE) as connection:
        connection.execute("UPDATE passages SET tokens = '', scales = '', offsets = ''")
    size = (folder / FILE).stat().st_size
    other = sqlite3.connect(folder / FILE, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    connection.execute("PRAGMA busy_timeout = 0")
    give_space_back(connection)
    assert (folder / FILE).stat().st_size == size
    other.execute("COMMIT")
    give_space_back(connection)
    assert (folder / FILE).stat().st_size < size
    other.close()
    connection.close()


@pytest.mark.parametrize("kind", KINDS)
def test_the_name_of_a_reader_behind_that_of_the_model_is_passed_over(
    kind: str, tmp_path: Path, fresh: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))
    store = create_store(place(kind, tmp_path))
    encoder = HashEncoder()
    encoder.name = "hash with reader-1"
    filled(store, encoder, fresh)
    with store.change() as change:
        change.set("model", encoder.name)
    store.close()

    again = create_store(place(kind, tmp_path))
    assert len(filled(again, HashEncoder(), fresh).unchanged) == 1
    again.close()
    source, target = open_store(place(kind, tmp_path)), create_store(tmp_path / "copy")
    searches = source.searcher(HashEncoder())
    assert [hit.article_id for hit in searches.search(searches.query("lorries"), 3)] == ["toll"]
    assert copy(source, target).problems == []
    assert target.meta("model") == "hash"
    source.close()
