"""What every store does alike, in a folder and on Milvus; and that the two find and answer the same."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest

from corpus.errors import CuttingsError
from corpus.read import read
from index.encoding.encoder import SentenceEncoder
from index.hit import Hit
from index.ingest.ingest import ingest
from index.milvus import searcher as milvus_search
from index.scope import EVERYWHERE, Scope
from index.search import Mode, Searcher
from index.store import Store
from index.stores import create_store, open_store
from index.verify import changed, verify
from tests.fakes import HashEncoder
from tests.stores import KINDS, TOKENS, filled, milvus_server, needs_milvus, place, written

pytestmark = pytest.mark.slow  # a Milvus server

ARTICLES = Path(__file__).parent.parent / "corpus" / "articles"

HARBOUR = "The harbour reopened on Monday after repairs. The ferry sails twice a day.\n"
TOLL = "The council dropped the toll on the old bridge. Lorries still pay 6.5 pounds, or 81% of it.\n"
SCHOOL = "The school by the harbour has a new roof. Its pupils take the ferry.\n"

Opens = Callable[..., Store]


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What lies beside a collection on Milvus."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Opens]:
    """Makes stores, and closes them in the end."""
    stores: list[Store] = []

    def make(kind: str, name: str = "news") -> Store:
        stores.append(create_store(place(kind, tmp_path, name)))
        return stores[-1]

    yield make
    for store in stores:
        store.close()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with milvus_server(tmp_path_factory.mktemp("milvus") / "data") as url:
        yield url


@pytest.fixture(params=[*KINDS, pytest.param("milvus server", marks=needs_milvus)])
def where(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where a collection can be made."""
    if request.param == "milvus server":
        return f"{request.getfixturevalue('server')}/t{abs(hash(request.node.nodeid))}"
    return place(request.param, tmp_path)


@pytest.fixture
def store(where: str) -> Iterator[Store]:
    store = create_store(where)
    yield store
    store.close()


@pytest.fixture
def small(tmp_path: Path) -> Path:
    return written(tmp_path / "small", harbour=HARBOUR, toll=TOLL, school=SCHOOL)


def ids_of(store: Store) -> set[str]:
    return {article.id for article in store.articles()}


def found(searches: Searcher, question: str, mode: Mode = "hybrid", scope: Scope = EVERYWHERE, k: int = 10):
    """What can be compared between stores: where the passages are, and their ranks."""
    hits = searches.search(searches.query(question), k, mode, scope)
    return [(hit.rank, hit.article_id, hit.start, hit.end, hit.bm25_rank, hit.dense_rank) for hit in hits]


# One store


def test_an_empty_store_has_nothing_and_finds_nothing(store: Store) -> None:
    assert (store.revision, store.articles(), store.stored(), store.meta("model")) == (0, [], {}, None)
    searches = store.searcher(HashEncoder())
    assert found(searches, "the ferry") == []
    assert (searches.count(EVERYWHERE), searches.undated(), searches.publishers()) == (0, 0, set())
    assert searches.rarity("ferry") == 1.0
    assert verify(store) == []


def test_what_is_stored_comes_back_as_it_was(store: Store, small: Path) -> None:
    report = filled(store, HashEncoder(), small)
    assert sorted(report.added) == ["harbour", "school", "toll"] == sorted(ids_of(store))
    article = store.article("toll")
    assert article.text == TOLL
    passages = store.passages("toll")
    quotes = [article.text[s.start : s.end] for passage in passages for s in passage.sentences]
    assert quotes == [sentence.strip() + "." for sentence in TOLL.strip()[:-1].split(". ")]
    ids = store.passage_ids("toll")
    assert {id: place[0] for id, place in store.located(ids).items()} == dict(zip(ids, passages, strict=True))
    assert store.located([1 << 62]) == {}
    assert verify(store) == [] == changed(store)


def test_the_same_file_again_costs_nothing_and_a_changed_one_takes_its_place(
    store: Store, small: Path
) -> None:
    encoder = HashEncoder()
    filled(store, encoder, small)
    revision, encoded = store.revision, len(encoder.encoded)
    assert len(filled(store, encoder, small).unchanged) == 3
    assert (store.revision, len(encoder.encoded)) == (revision, encoded)

    old = store.passage_ids("toll")
    written(small, toll="The toll is back. Every car pays it at the new bridge.\n")
    assert filled(store, encoder, small).updated == ["toll"]
    assert store.revision != revision
    assert store.article("toll").text.startswith("The toll is back.")
    assert store.located(old) == {}
    searches = store.searcher(encoder)
    assert found(searches, "lorries pounds", "bm25") == []
    assert [hit[1] for hit in found(searches, "every car pays", "bm25")] == ["toll"]
    assert verify(store) == []


def test_what_is_removed_is_found_no_more(store: Store, small: Path) -> None:
    filled(store, HashEncoder(), small)
    searches = store.searcher(HashEncoder())
    assert "school" in {hit[1] for hit in found(searches, "the roof of the school")}
    revision, gone = store.revision, store.passage_ids("school")
    with store.change() as change:
        assert change.remove("school")
        assert not change.remove("nothing")
    assert store.revision != revision
    assert ids_of(store) == {"harbour", "toll"}
    assert (store.located(gone), store.passage_ids("school"), store.passages("school")) == ({}, [], [])
    assert "school" not in {hit[1] for hit in found(searches, "the roof of the school")}
    assert searches.count(EVERYWHERE) == 2
    with pytest.raises(CuttingsError, match=r"there is no article 'school'.*cuttings list"):
        store.article("school")


def test_a_file_that_was_moved_is_the_same_article(store: Store, small: Path, tmp_path: Path) -> None:
    encoder = HashEncoder()
    filled(store, encoder, small)
    encoded = len(encoder.encoded)
    moved = tmp_path / "elsewhere"
    moved.mkdir()
    (small / "toll.txt").rename(moved / "fee.txt")
    assert filled(store, encoder, moved).moved == ["toll"]
    assert (store.article("toll").source, len(encoder.encoded)) == ("fee.txt", encoded)
    assert str(moved / "fee.txt") in store.stored()


def test_it_is_the_same_when_it_is_opened_again(
    store: Store, where: str, small: Path, tmp_path: Path
) -> None:
    filled(store, HashEncoder(), small)
    before = found(store.searcher(HashEncoder()), "the ferry in the harbour")
    articles = store.articles()
    store.close()
    again = open_store(where)
    assert again.articles() == articles
    assert found(again.searcher(HashEncoder()), "the ferry in the harbour") == before
    again.close()


def test_a_second_handle_sees_what_the_first_changes(
    store: Store, where: str, small: Path, tmp_path: Path
) -> None:
    filled(store, HashEncoder(), small / "harbour.txt")
    reader = open_store(where)
    searches = reader.searcher(HashEncoder())
    assert [hit[1] for hit in found(searches, "lorries", "bm25")] == []
    filled(store, HashEncoder(), small)
    assert [hit[1] for hit in found(searches, "lorries", "bm25")] == ["toll"]
    assert reader.revision == store.revision == searches.revision
    reader.close()


def test_a_new_passage_has_the_rank_among_the_old_ones_that_it_deserves(
    store: Store, where: str, tmp_path: Path
) -> None:
    """Stored after the others were written to disk; milvus-lite scores it with statistics of its own."""
    many = {f"story-{i}": f"The council met about the budget, item {i}. Nobody spoke.\n" for i in range(150)}
    encoder = HashEncoder()
    filled(store, encoder, written(tmp_path / "many", **many))
    store.close()
    again = create_store(where)
    new = "The council met about the budget of the lighthouse, item 7. Nobody spoke.\n"
    filled(again, encoder, written(tmp_path / "many", **{"story-7": new}))
    hits = found(again.searcher(encoder), "the budget of the lighthouse, item 7", "bm25")
    assert hits[0][1] == "story-7"
    again.close()


def test_another_model_is_refused(store: Store, small: Path) -> None:
    filled(store, HashEncoder(), small)
    other = HashEncoder()
    other.name = "another"
    with pytest.raises(CuttingsError, match="made with model 'hash'"):
        filled(store, other, small)
    with pytest.raises(CuttingsError, match="made with model 'hash'"):
        store.searcher(other)


def test_where_there_is_no_collection_that_is_said(where: str, tmp_path: Path) -> None:
    with pytest.raises(CuttingsError, match=r"there is no collection .*`cuttings ingest PATH --collection"):
        open_store(where)
    assert not (tmp_path / "home").exists()


@pytest.mark.parametrize(
    "text",
    [
        f"A sentence of the great report on {'Llanfair' * 100}. " * 200,  # 172 kB: three rows on Milvus
        f"Die Brücke heißt “Grüne{'é🌉' * 300}”. " * 60,  # which no part may cut
        "A line\r\nwith\u00a0odd spaces, \\ and \"quotes\" and 'others'. \U0001f4f0\r\n\r\nSo be it.\r\n",
    ],
)
def test_texts_of_any_size_and_kind_travel_unharmed(store: Store, tmp_path: Path, text: str) -> None:
    (tmp_path / "long.txt").write_bytes(text.encode())
    filled(store, HashEncoder(), tmp_path / "long.txt")
    assert store.article("long").text == text
    assert verify(store) == []
    written(tmp_path, long="Now it is short. It says little.\n")
    filled(store, HashEncoder(), tmp_path / "long.txt")
    assert store.article("long").text == "Now it is short. It says little.\n"


NAMES = ['The "Post"', "The Post's \\ Echo", "L’Été; or 1 == 1", "x'] or kind != ['", "Post\tand Line"]


def test_filters_leave_only_what_fits(store: Store, tmp_path: Path) -> None:
    folder = tmp_path / "dated"
    folder.mkdir()
    for i, name in enumerate(NAMES):
        head = {"title": f"Story {i}", "publisher": name, "published": f"2024-0{i + 1}-15"}
        lines = "".join(f"{key}: {json.dumps(value)}\n" for key, value in head.items())
        (folder / f"story-{i}.md").write_text(f"---\n{lines}---\n\nThe mayor spoke of the bridge again.\n")
    (folder / "undated.md").write_text("---\ntitle: None\n---\n\nThe mayor spoke of the bridge once.\n")
    filled(store, HashEncoder(), folder)
    searches = store.searcher(HashEncoder())

    def left(scope: Scope) -> set[str]:
        ids = {hit[1] for mode in ("bm25", "dense") for hit in found(searches, "mayor bridge", mode, scope)}
        assert searches.count(scope) == len(ids)
        return ids

    every = {f"story-{i}" for i in range(len(NAMES))}
    publishers = searches.publishers()
    assert len(publishers) == len(NAMES)
    for i in range(len(NAMES)):
        told = next(summary.publisher for summary in store.articles() if summary.id == f"story-{i}")
        assert told in publishers
        assert left(Scope(publishers=frozenset({told or ""}))) == {f"story-{i}"}
    assert left(EVERYWHERE) == every | {"undated"}
    assert left(Scope(start="2024-02-15", end="2024-04-14")) == {"story-1", "story-2"}
    assert left(Scope(start="2024-04-16")) == {"story-4"}
    assert left(Scope(end="2024-01-15")) == {"story-0"}
    assert left(Scope(start="0001-01-01", end="9999-12-31")) == every
    assert left(Scope(without=frozenset({"story-1", "undated"}))) == every - {"story-1"}
    assert left(Scope(publishers=frozenset({"nobody"}))) == set()
    assert searches.undated() == 1


# Two stores


@pytest.fixture
def pair(made: Opens) -> tuple[Store, Store]:
    """The bundled articles in a folder and on Milvus."""
    stores = made("folder"), made("milvus")
    for store in stores:
        ingest(store, HashEncoder(), read([ARTICLES]), 200)
    return stores


def places(hits: Sequence[Hit]) -> list[tuple[str, int]]:
    return [(hit.article_id, hit.start) for hit in hits]


def questions() -> list[dict]:
    lines = (files("eval") / "gold" / "bundled.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


@needs_milvus
def test_both_hold_the_same(pair: tuple[Store, Store]) -> None:
    local, remote = pair
    assert remote.articles() == local.articles()
    assert remote.stored() == local.stored()
    for summary in local.articles():
        assert remote.article(summary.id) == local.article(summary.id)
        assert remote.passages(summary.id) == local.passages(summary.id)
        for ours, theirs in zip(local.encoded(summary.id), remote.encoded(summary.id), strict=True):
            assert (ours.passage, list(ours.terms)) == (theirs.passage, list(theirs.terms))
            np.testing.assert_array_equal(ours.vector, theirs.vector)


@needs_milvus
def test_both_find_the_same_in_the_same_order(pair: tuple[Store, Store]) -> None:
    ours, theirs = (store.searcher(HashEncoder()) for store in pair)
    for one in questions()[::3]:
        for mode in ("bm25", "dense", "hybrid"):
            query = ours.query(one["question"], "the clinic", 0.5, "waiting times")
            local, remote = (s.search(query, 10, mode) for s in (ours, theirs))
            assert [(hit.article_id, hit.start) for hit in remote] == [
                (hit.article_id, hit.start) for hit in local
            ]
            for hit, other in zip(local, remote, strict=True):
                assert other.score == pytest.approx(hit.score, abs=1e-5)
                assert other.cosine == pytest.approx(hit.cosine, abs=1e-5)
                assert (other.bm25_rank, other.dense_rank) == (hit.bm25_rank, hit.dense_rank)
                assert other.bm25 == pytest.approx(hit.bm25)
                assert other.recent == pytest.approx(hit.recent)
        for term in ours.query(one["question"]).terms:
            assert theirs.rarity(term) == pytest.approx(ours.rarity(term))


@needs_milvus
def test_a_collection_too_large_to_be_counted_is_asked_for_each_term(
    pair: tuple[Store, Store], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The difference that is stated: the weight of a term that most passages have is then reckoned."""
    monkeypatch.setattr(milvus_search, "COUNT_LIMIT", 0)
    ours, theirs = (store.searcher(HashEncoder()) for store in pair)
    rare = ["pharmaci", "2019", "nowhere"]
    assert [theirs.rarity(term) for term in rare] == pytest.approx([ours.rarity(term) for term in rare])
    assert theirs.rarity("network") == pytest.approx(ours.rarity("network"), abs=0.01)
    best = [one["question"] for one in questions()[::6]]
    agree = [found(theirs, one, "bm25", k=1) == found(ours, one, "bm25", k=1) for one in best]
    assert sum(agree) >= 0.9 * len(agree)


@needs_milvus
@needs_milvus
@pytest.mark.model
def test_both_find_the_same_with_the_real_model(
    bundled_folder: Path, encoder: SentenceEncoder, made: Opens
) -> None:
    remote = made("milvus")
    ingest(remote, encoder, read([ARTICLES]), 200)
    ours, theirs = (store.searcher(encoder) for store in (open_store(bundled_folder), remote))
    for one in questions()[::4]:
        query = ours.query(one["question"])
        assert places(theirs.search(query, 10)) == places(ours.search(query, 10)), one["question"]


def test_the_passages_are_small_enough_for_the_tests(store: Store, tmp_path: Path) -> None:
    filled(store, HashEncoder(), written(tmp_path, long="One short sentence stands here. " * TOKENS))
    assert len(store.passage_ids("long")) > 3
