"""Texts are stored in parts, of which only those are read that are needed: in a folder and on Milvus."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import corpus.article
from corpus.article import Article, Passage, Removed, Sentence, info_of
from corpus.read import read
from index.address import address
from index.folder import texts as folder_texts
from index.folder.collection import Collection
from index.ingest.ingest import ingest
from index.milvus import texts as milvus_texts
from index.milvus.engine import Engine
from index.milvus.store import MilvusStore
from index.milvus.tables import Version
from index.store import Encoded, Store
from index.stores import create_store, open_store
from index.verify import verify
from tests.fakes import DIMENSION, HashEncoder
from tests.stores import KINDS, needs_milvus, place, written

LONG = "".join(
    f"Line {number} of the log says that ship {number % 977} is late. " for number in range(400_000)
)
"""More than 20 MB."""


def passage(article: Article, start: int, end: int) -> Encoded:
    vector = np.zeros(DIMENSION, np.float32)
    vector[start % DIMENSION] = 1
    return Encoded(Passage(article.id, start, end, "", (Sentence(article.id, start, end),)), ["late"], vector)


def among_small_ones(store: Store, folder: Path, article: Article, spans: list[tuple[int, int]]) -> None:
    small = {
        f"small-{number}": f"The ferry {number} sails at nine. It is never late.\n" for number in range(5)
    }
    ingest(store, HashEncoder(), read([written(folder, **small)]), 40)
    with store.change() as change:
        change.put(article, "/log", "digest", [passage(article, *span) for span in spans])


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_an_article_of_20_mb_is_not_read_whole_for_one_passage(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))
    where = place(kind, tmp_path)
    article = Article("log", "The log", LONG, "log.txt", topics=("ships",), removed=(Removed(0, 5, "x"),))
    spans = [(6, 60), (12_345_678, 12_345_999), (len(LONG) - 50, len(LONG))]
    store = create_store(where)
    among_small_ones(store, tmp_path / "small", article, spans)
    store.close()

    store = open_store(where)
    ids = store.passage_ids("log")
    characters = counted(store, monkeypatch)
    for id, (start, end) in zip(ids, spans, strict=True):
        characters.clear()
        tracemalloc.start()
        found = store.located([id, *store.passage_ids("small-1")])
        opening = store.opening("log", 5000)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert (found[id].text, found[id].article) == (LONG[start:end], article.info)
        assert opening == article.opening(5000)
        assert sum(characters) < 200_000
        assert peak < 3_000_000
    assert store.article("log") == article
    (summary,) = (one for one in store.articles() if one.id == "log")
    assert (summary.characters, summary.passages) == (len(LONG), len(spans))
    assert verify(store) == []
    searches = store.searcher(HashEncoder())
    for hit in searches.search(searches.query("late"), 20):
        assert hit.text == store.article(hit.article_id).text[hit.start : hit.end]
    store.close()


def counted(store: Store, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Characters of each text that is read from where the store keeps them."""
    characters: list[int] = []
    get = Engine.get

    def one(*args, **kwargs):
        rows = get(*args, **kwargs)
        characters.extend(len(row["body"]) for row in rows if "body" in row)
        return rows

    monkeypatch.setattr(Engine, "get", one)
    if connection := getattr(store, "_connection", None):

        def decoded(text: bytes) -> str:
            characters.append(len(text))
            return text.decode()

        connection.text_factory = decoded
    return characters


TEXTS = st.text(st.sampled_from('ab "\\\n.…é🌉\x01') | st.characters(exclude_categories=["Cs"]), max_size=40)


@st.composite
def articles(draw: st.DrawFn) -> Article:
    text = draw(TEXTS)
    bounds = sorted(draw(st.sets(st.integers(0, len(text)), max_size=6)))
    removed = tuple(Removed(*span, "x") for span in zip(bounds[::2], bounds[1::2], strict=False))
    title = draw(TEXTS | st.just(text[:5].strip()) | st.just(text[:9] + "…"))
    topics = tuple(draw(st.lists(TEXTS, max_size=2)))
    pages = tuple(sorted(draw(st.lists(st.integers(0, len(text)), max_size=3))))
    more = {"author": draw(st.none() | TEXTS.filter(bool)), "language": draw(st.none() | st.just("cy"))}
    return Article("a", title, text, "s", None, None, draw(TEXTS), topics, removed, pages=pages, **more)


@pytest.mark.slow
@given(articles(), st.integers(1, 5))
def test_what_is_shown_of_an_article_needs_only_its_beginning(article: Article, characters: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(corpus.article, "INFO_CHARACTERS", characters)
        assert info_of(article.opening) == article.info


@pytest.mark.slow
@settings(deadline=None, max_examples=50)
@given(articles(), st.data(), st.integers(1, 9))
def test_any_slice_of_any_text_comes_from_the_parts_of_a_folder(
    tmp_path_factory: pytest.TempPathFactory, article: Article, data: st.DataObject, size: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(folder_texts, "PART", size)
        collection = Collection.create(tmp_path_factory.mktemp("any"))
        spans = data.draw(st.lists(slices(article.text), max_size=4))
        with collection.change() as change:
            change.put(article, "/a", "d", [passage(article, *span) for span in spans])
        check(collection, article, spans)
        collection.close()


def slices(text: str) -> st.SearchStrategy[tuple[int, int]]:
    ends = st.integers(0, len(text))
    return st.tuples(ends, ends).map(lambda pair: (min(pair), max(pair)))


def check(store: Store, article: Article, spans: list[tuple[int, int]]) -> None:
    assert store.article("a") == article
    located = store.located(store.passage_ids("a"))
    assert [(one.text, one.article) for one in located.values()] == [
        (article.text[start:end], article.info) for start, end in spans
    ]
    for characters in (0, 1, 7, 1000):
        assert store.opening("a", characters) == article.opening(characters)


class Rows:
    """An engine that has the rows of one article."""

    def __init__(self, ids: list[int], parts: list[str]) -> None:
        self.rows = dict(zip(ids, parts, strict=True))

    def get(self, table: str, ids: list[int], fields: list[str]) -> list[dict[str, object]]:
        return [{"id": id, "version": 1, "body": self.rows[id]} for id in ids]


@pytest.mark.slow
@pytest.mark.parametrize("cut", ["format 1", "format 2"])
@given(articles(), st.data(), st.integers(1, 9), st.integers(60, 90))
def test_any_slice_of_any_text_comes_from_the_parts_on_milvus(
    cut: str, article: Article, data: st.DataObject, size: int, row_bytes: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(milvus_texts, "PART", size)
        patch.setattr(milvus_texts, "_ROW", row_bytes)
        texts: Callable[..., milvus_texts.Texts] = milvus_texts.Texts
        engine = Rows([], [])
        reader = texts(engine, "t")
        if cut == "format 1":
            reader.not_cut()
        parts = milvus_texts.split(article, reader.size)
        assert all(len(part.encode()) <= row_bytes + 2 for part in parts)
        version = Version("a", 1, 0, len(parts))
        engine.rows = dict(zip([5, *version.part_ids], parts, strict=True))
        row = {"id": 5, "name": "a", "version": 1, "passages": 0, "parts": len(parts)}
        row |= {"source": "s", "characters": len(article.text)}
        start, end = data.draw(slices(article.text))
        (text,) = reader.read([row], {5: [(start, end)]}).values()
        assert text.between(start, end) == article.text[start:end]
        characters = data.draw(st.integers(0, 50))
        (text,) = reader.read([row], {5: [(0, characters)]}).values()
        assert text.opening(characters) == article.opening(characters)


def test_a_part_of_any_characters_fits_into_a_row_on_milvus() -> None:
    article = Article("a", "t", "\x01" * 25_000 + "🌉" * 25_000 + '"' * 25_000, "s")
    parts = milvus_texts.split(article, milvus_texts.PART)
    assert max(len(part.encode()) for part in parts) <= 65_535
    assert len(parts) == 8


@needs_milvus
@pytest.mark.slow
def test_a_collection_on_milvus_of_format_1_is_read_and_changed_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))
    where = place("milvus", tmp_path)
    store = create_store(where)
    with store.change() as change:
        change.set("format", "1")
    store.close()
    article = Article("log", "The log", LONG[:200_000], "log.txt", topics=("ships",))
    spans = [(100, 160), (123_456, 123_999)]
    store = MilvusStore.create(address(where))
    among_small_ones(store, tmp_path / "small", article, spans)
    bodies = [row["body"] for row in store.engine.each(store.articles_table, 'kind == "part"', ["body"])]
    assert [len(body.encode()) for body in bodies].count(60_000) >= 2  # as older versions cut them
    store.close()

    store = open_store(where)
    assert store.article("log") == article
    located = store.located(store.passage_ids("log"))
    assert [(one.text, one.article) for one in located.values()] == [
        (article.text[start:end], article.info) for start, end in spans
    ]
    assert verify(store) == []
    store.close()
