"""Bytes that the disk changes behind a collection's back: found by a check, not quoted, and made anew."""

from __future__ import annotations

import random
import shutil
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from corpus.errors import CuttingsError
from corpus.formats.document import Page
from corpus.read import read
from index.folder.collection import Collection
from index.folder.database import FILE
from index.folder.texts import PART
from index.ingest.ingest import ingest
from index.original import Original
from index.repair import Repaired, repair
from index.verify import verify
from tests.fakes import HashEncoder
from tests.stores import needs_milvus, place, written

TOKENS = 60
BRIDGE = "The bridge at Alford will open in May. It cost three million pounds. Nobody was hurt in 2019.\n"
LONG = " ".join(f"Ferry number {n} carried {n} people over the sound." for n in range(700)) + "\n"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two articles, one of several parts, and their files beside the collection."""
    top = tmp_path_factory.mktemp("made")
    sources = written(top / "articles", bridge=BRIDGE, ferry=LONG)
    collection = Collection.create(top / "collection")
    ingest(collection, HashEncoder(), read([sources]), TOKENS)
    collection.close()
    return top


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    shutil.copytree(made / "collection", tmp_path / "collection")
    return tmp_path / "collection"


def problems(folder: Path) -> list[str]:
    """What a check says, also where it cannot read on."""
    collection = Collection.open(folder)
    try:
        return [f"{one.article_id}: {one.what}" for one in verify(collection)]
    except CuttingsError as error:
        return [str(error)]
    finally:
        collection.close()


def contents(folder: Path) -> dict[str, object]:
    collection = Collection.open(folder)
    try:
        return {
            one.id: (
                collection.article(one.id),
                [(e.passage, tuple(e.terms), e.vector.tobytes()) for e in collection.encoded(one.id)],
            )
            for one in collection.articles()
        }
    finally:
        collection.close()


def flip(folder: Path, needle: bytes, at: int = 0, bit: int = 1) -> None:
    """One bit of the file, within the first place where these bytes stand."""
    data = bytearray((folder / FILE).read_bytes())
    data[data.index(needle) + at] ^= bit
    (folder / FILE).write_bytes(data)


def column(folder: Path, sql: str) -> bytes:
    with sqlite3.connect(folder / FILE) as connection:
        (value,) = connection.execute(sql).fetchone()
    connection.close()
    return value if isinstance(value, bytes) else str(value).encode()


PLACES: dict[str, Callable[[Path], None]] = {
    "a letter of the text": lambda f: flip(f, b"open in May. It cost"),
    "the text, no UTF-8 any more": lambda f: flip(f, b"open in May. It cost", 3, 0x80),
    "a figure of the text": lambda f: flip(f, b"hurt in 2019", 8),
    "a later part of the text": lambda f: flip(f, b"Ferry number 690 ", 13),
    "the title": lambda f: flip(f, column(f, "SELECT title || source FROM articles WHERE id = 'bridge'")[:6]),
    "the file's name": lambda f: flip(f, b"bridge.txt"),
    "the digest of the source": lambda f: flip(
        f, column(f, "SELECT digest FROM articles WHERE id = 'bridge'")
    ),
    "the vector": lambda f: flip(f, column(f, "SELECT vector FROM passages WHERE article_id = 'bridge'"), 2),
    "the sentences": lambda f: flip(
        f, column(f, "SELECT sentences FROM passages WHERE article_id = 'bridge'"), 2
    ),
    "the words": lambda f: flip(f, column(f, "SELECT terms FROM passages WHERE article_id = 'bridge'"), 1),
    "the kind of a sentence": lambda f: flip(f, b'"prose"', 2),
    "a digest": lambda f: flip(f, column(f, "SELECT about FROM digests WHERE article_id = 'bridge'"), 5),
}


@pytest.mark.parametrize("where", PLACES)
def test_a_bit_that_the_disk_changed_is_found_and_what_the_file_still_has_made_anew(
    where: str, folder: Path
) -> None:
    before = contents(folder)
    assert problems(folder) == []
    PLACES[where](folder)
    assert problems(folder)
    left = repaired(folder).left
    if where in ("the file's name", "the digest of the source"):
        assert not left or "bridge" in left[0].article_id
    else:
        assert left == [] and contents(folder) == before


def repaired(folder: Path) -> Repaired:
    collection = Collection.create(folder)
    try:
        return repair(collection, HashEncoder, TOKENS)
    finally:
        collection.close()


def test_whatever_bit_is_changed_it_is_found_or_nothing_reads_otherwise(folder: Path, made: Path) -> None:
    chance, before = random.Random(16), contents(folder)
    whole = (made / "collection" / FILE).read_bytes()
    found = 0
    for _ in range(40):
        data = bytearray(whole)
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        (folder / FILE).write_bytes(data)
        try:
            wrong = problems(folder)
        except CuttingsError:  # it cannot even be opened
            wrong = ["damaged"]
        found += bool(wrong)
        assert wrong or contents(folder) == before
    assert found > 12


def test_what_is_damaged_is_not_quoted_and_the_rest_is(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    flip(folder, b"open in May. It cost")
    collection = Collection.open(folder)
    searches = collection.searcher(HashEncoder())
    for _ in range(2):
        hits = searches.search(searches.query("bridge at Alford open in May; ferry number 7"), 10)
        assert hits and {hit.article_id for hit in hits} == {"ferry"}
    with pytest.raises(
        CuttingsError, match="bridge was damaged on the disk and is not quoted; `cuttings verify"
    ):
        collection.article("bridge")
    assert len(caplog.records) == 1 and "bridge" in caplog.text  # told once
    collection.close()


def test_a_later_part_that_is_damaged_or_lost_is_not_quoted(folder: Path) -> None:
    ids = Collection.open(folder).passage_ids("ferry")
    flip(folder, b"Ferry number 690 ", 13)
    collection = Collection.open(folder)
    whole = collection.located(ids)
    lost = [id for id in ids if id not in whole]
    assert lost and len(lost) < len(ids)
    assert all("Ferry number 690" not in located.text for located in whole.values())
    collection.close()
    with sqlite3.connect(folder / FILE) as connection:
        connection.execute("DELETE FROM parts WHERE start_offset = ?", [PART])
    connection.close()
    collection = Collection.open(folder)
    assert len(collection.located(ids)) < len(ids)
    with pytest.raises(CuttingsError, match="damaged"):
        collection.article("ferry")
    collection.close()


def test_what_cannot_be_made_anew_is_named(folder: Path, made: Path) -> None:
    flip(folder, b"open in May. It cost")
    with sqlite3.connect(folder / FILE) as connection:
        connection.execute("UPDATE articles SET location = '/gone/bridge.txt' WHERE id = 'bridge'")
        connection.execute("DELETE FROM passages WHERE article_id = 'ferry' AND start_offset = 0")
    connection.close()
    report = repaired(folder)
    assert report.done == [
        "what searching derives from the articles is made anew",
        "ferry: its passages were made anew from its text",
    ]
    assert {one.article_id for one in report.left} == {"bridge"}
    assert all("its file /gone/bridge.txt is gone; restore a backup" in one.what for one in report.left)
    assert problems(folder)


def test_a_vector_without_unit_length_is_found_where_there_are_no_digests(folder: Path) -> None:
    with sqlite3.connect(folder / FILE) as connection:
        connection.execute("DROP TABLE digests")
        connection.execute(
            "UPDATE passages SET vector = ? WHERE article_id = 'bridge' AND start_offset = 0",
            [np.full(32, 0.5, np.float32).tobytes()],
        )
    connection.close()
    (wrong,) = problems(folder)
    assert wrong.startswith("bridge: the vector of passage 0-") and "has the length 2.828, not 1" in wrong
    assert repaired(folder).left == []


def test_what_is_derived_has_to_be_of_the_passages_and_as_it_was_written(folder: Path) -> None:
    (segment,) = (folder / "derived").glob("segment-*/segment.bin")
    data = bytearray(segment.read_bytes())
    data[len(data) // 2] ^= 4
    segment.write_bytes(data)
    assert problems(folder) == [f": derived/{segment.parent.name}/segment.bin is not as it was written"]
    assert repaired(folder).done == ["what searching derives from the articles is made anew"]
    assert problems(folder) == []
    with sqlite3.connect(folder / FILE) as connection:
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("DELETE FROM articles WHERE id = 'bridge'")  # and no new state
    connection.close()
    assert problems(folder) == [": what searching derives from the articles is not of these passages"]


def test_an_article_that_moves_keeps_its_digest_and_a_damaged_one_stays_known(folder: Path) -> None:
    collection = Collection.create(folder)
    with collection.change() as change:
        change.move("bridge", "/elsewhere/bridge.txt", "elsewhere/bridge.txt")
    assert verify(collection) == []
    collection._connection.execute("UPDATE articles SET title = 'The tunnel' WHERE id = 'bridge'")
    with collection.change() as change:
        change.move("bridge", "/back/bridge.txt", "bridge.txt")
    assert [one.article_id for one in verify(collection)] == ["bridge"]
    collection.close()


def test_a_file_of_format_4_without_digests_gets_them_with_its_next_change(folder: Path) -> None:
    with sqlite3.connect(folder / FILE) as connection:
        connection.execute("DROP TABLE digests")
    connection.close()
    before = contents(folder)
    collection = Collection.create(folder)
    with collection.change() as change:
        change.set("note", "any")
    collection.close()
    assert contents(folder) == before and problems(folder) == []
    flip(folder, b"open in May. It cost")
    assert problems(folder)


def test_the_file_of_an_article_has_a_digest_too(folder: Path) -> None:
    collection = Collection.create(folder)
    article = replace(collection.article("bridge"), pages=(0, 20))
    original = Original(
        "application/pdf", b"%PDF the very bytes", (Page(0, 20, 1.0, 1.0), Page(20, 94, 1.0, 1.0))
    )
    with collection.change() as change:
        change.put(article, "/x.pdf", "d", collection.encoded("bridge"), original)
    collection.close()
    assert problems(folder) == []
    flip(folder, b"the very bytes")
    assert problems(folder) == ["bridge: its file is not as it was stored"]


@needs_milvus
@pytest.mark.slow
def test_a_text_that_was_changed_on_milvus_is_found(tmp_path: Path) -> None:
    from index.milvus.tables import article_fields, article_key
    from index.stores import create_store

    fields = [field["name"] for field in article_fields()]
    store = create_store(place("milvus", tmp_path))
    ingest(store, HashEncoder(), read([written(tmp_path / "articles", bridge=BRIDGE)]), TOKENS)
    assert verify(store) == []
    row = store.engine.get(store.articles_table, [article_key("bridge")], fields)  # type: ignore[attr-defined]
    store.engine.put(store.articles_table, [{**row[0], "body": row[0]["body"].replace("May", "Mai")}])  # type: ignore[attr-defined]
    store.close()
    store = create_store(place("milvus", tmp_path))
    assert [one.article_id for one in verify(store)] == ["bridge"]
    store.close()
