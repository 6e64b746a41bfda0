"""Hybrid search over a small collection."""

from __future__ import annotations

import math
import re
from pathlib import Path

import numpy as np
import pytest

from corpus.errors import CuttingsError
from corpus.metadata import Metadata
from corpus.read import Raw
from index.bm25 import K1
from index.folder.collection import Collection
from index.folder.searcher import LocalSearcher
from index.fusion import STANDARD, Fusion
from index.hit import Hit
from index.ingest.ingest import ingest
from index.scope import Scope
from index.search import TYPED_SHARE, Mode, read
from tests.fakes import HashEncoder

ARTICLES = {
    "bridge": "The harbour bridge closed in March after inspectors found rust.",
    "ferry": "A free ferry carries commuters over the harbour each day.",
    "toll": "Drivers will pay a toll of two pounds from spring onwards.",
    "school": "Pupils at the village school planted forty apple trees.",
    "library": "The library lends telescopes to anyone with a card.",
}


def add(collection: Collection, articles: dict[str, str]) -> None:
    raws = [Raw(f"/{id}", f"{id}.txt", text, "txt", Metadata(), (), text) for id, text in articles.items()]
    ingest(collection, HashEncoder(), raws, 60)


@pytest.fixture
def collection(tmp_path: Path) -> Collection:
    collection = Collection.create(tmp_path)
    add(collection, ARTICLES)
    return collection


@pytest.fixture
def searcher(collection: Collection) -> LocalSearcher:
    return LocalSearcher(collection, HashEncoder())


def found(searcher: LocalSearcher, question: str, k: int = 10, mode: Mode = "hybrid") -> list[Hit]:
    return searcher.search(searcher.query(question), k, mode)


def test_a_hit_says_where_it_is_and_why(searcher: LocalSearcher) -> None:
    first = found(searcher, "toll pounds")[0]
    text = ARTICLES["toll"]
    assert (first.rank, first.article_id, first.source) == (1, "toll", "toll.txt")
    assert (first.start, first.end, first.text) == (0, len(text), text)
    assert first.bm25_rank == 1
    assert first.bm25 > 0


def test_ranks_count_from_one_and_scores_fall(searcher: LocalSearcher) -> None:
    modes: list[Mode] = ["hybrid", "bm25", "dense"]
    for mode in modes:
        hits = found(searcher, "harbour ferry rust", mode=mode)
        assert [hit.rank for hit in hits] == list(range(1, len(hits) + 1))
        scores = [hit.score for hit in hits]
        assert scores == sorted(scores, reverse=True)


def test_the_score_is_the_fusion_of_cosine_and_bm25(searcher: LocalSearcher) -> None:
    # Of five passages two have "harbour", one "ferry", none "zeppelin"; no passage can get more than this.
    idfs = [math.log(3.5 / 2.5), math.log(4.5 / 1.5), math.log(5.5 / 0.5)]
    most = (K1 + 1) * sum(idfs)
    for dense in (0.4, 0.9):
        hits = searcher.search(searcher.query("harbour ferry zeppelin"), 10, fusion=Fusion(dense=dense))
        assert len(hits) == len(ARTICLES)
        for hit in hits:
            assert hit.score == pytest.approx(dense * hit.cosine + (1 - dense) * hit.bm25 / most, abs=1e-6)


def test_the_score_of_a_single_retriever_is_its_own(searcher: LocalSearcher) -> None:
    most = searcher.segments.state().lexical.highest(["harbour", "ferri"])
    assert [hit.score for hit in found(searcher, "harbour ferry", mode="bm25")] == pytest.approx(
        [hit.bm25 / most for hit in found(searcher, "harbour ferry", mode="bm25")], abs=1e-6
    )
    for hit in found(searcher, "harbour ferry", mode="dense"):
        assert hit.score == pytest.approx(hit.cosine, abs=1e-6)


def test_each_mode_asks_its_own_retriever(searcher: LocalSearcher) -> None:
    lexical = found(searcher, "harbour", mode="bm25")
    assert {hit.article_id for hit in lexical} == {"bridge", "ferry"}
    assert [hit.bm25_rank for hit in lexical] == [1, 2]
    dense = found(searcher, "harbour", mode="dense")
    assert [hit.dense_rank for hit in dense] == [1, 2, 3, 4, 5]
    assert {hit.article_id for hit in dense} == set(ARTICLES)
    assert [hit.cosine for hit in dense] == sorted((hit.cosine for hit in dense), reverse=True)


def test_a_passage_that_shares_no_term_has_no_lexical_rank(searcher: LocalSearcher) -> None:
    hits = {hit.article_id: hit for hit in found(searcher, "harbour")}
    assert hits["school"].bm25_rank is None
    assert hits["school"].bm25 == 0
    assert hits["school"].dense_rank is not None


def test_k_bounds_the_hits_and_may_exceed_the_collection(searcher: LocalSearcher) -> None:
    assert len(found(searcher, "harbour", k=2)) == 2
    assert len(found(searcher, "harbour", k=1000)) == len(ARTICLES)
    assert found(searcher, "harbour", k=0) == []


def test_the_depth_of_the_retrievers_bounds_the_hits(tmp_path: Path) -> None:
    collection = Collection.create(tmp_path)
    add(collection, {f"a{n}": f"Ferry number{n} sails at dawn each day." for n in range(STANDARD.depth + 20)})
    searcher = LocalSearcher(collection, HashEncoder())
    query = searcher.query("ferry")
    for fusion in (STANDARD, Fusion(depth=7)):
        depth = fusion.depth
        assert len(searcher.search(query, 1000, "bm25", fusion=fusion)) == depth
        assert len(searcher.search(query, 1000, "dense", fusion=fusion)) == depth
        assert depth <= len(searcher.search(query, 1000, fusion=fusion)) <= 2 * depth


def test_an_article_that_is_passed_over_leaves_its_ranks_to_the_others(searcher: LocalSearcher) -> None:
    first, *others = found(searcher, "harbour ferry")
    left = searcher.search(searcher.query("harbour ferry"), 10, scope=Scope(frozenset({first.article_id})))
    assert first.article_id == "ferry" and first.bm25_rank == 1
    assert {hit.article_id for hit in left} == {hit.article_id for hit in others} == set(ARTICLES) - {"ferry"}
    # As in a collection that never had it: someone else is first, with both retrievers.
    assert min(hit.bm25_rank for hit in left if hit.bm25_rank) == 1
    assert sorted(hit.dense_rank or 0 for hit in left) == [1, 2, 3, 4]


def test_an_empty_collection_finds_nothing(tmp_path: Path) -> None:
    searcher = LocalSearcher(Collection.create(tmp_path), HashEncoder())
    modes: list[Mode] = ["hybrid", "bm25", "dense"]
    for mode in modes:
        assert found(searcher, "harbour", mode=mode) == []


def test_a_question_without_terms_still_has_neighbours(searcher: LocalSearcher) -> None:
    assert found(searcher, "who is it", mode="bm25") == []
    assert len(found(searcher, "who is it")) == len(ARTICLES)


# --- Context ------------------------------------------------------------------------------------


def test_a_term_of_the_context_counts_less_than_one_of_the_question(searcher: LocalSearcher) -> None:
    # "toll" and "telescopes" are each in one passage of like length.
    query = searcher.query("toll", "telescopes", 0.3)
    assert query.terms == ("toll",)
    assert query.context_terms == ("telescop",)
    first, second = searcher.search(query, 2, "bm25")
    assert (first.article_id, second.article_id) == ("toll", "library")
    alone = found(searcher, "telescopes", mode="bm25")[0]
    assert second.bm25 == pytest.approx(0.3 * alone.bm25)


def test_a_term_in_both_counts_as_the_questions_own_and_repeats_once(searcher: LocalSearcher) -> None:
    query = searcher.query("toll pounds", "Toll, toll: pupils and pupils")
    assert query.terms == ("toll", "pound")
    assert query.context_terms == ("pupil",)
    assert query.text == "toll pounds Toll, toll: pupils and pupils"


def test_context_of_no_weight_adds_nothing_to_bm25(searcher: LocalSearcher) -> None:
    hits = searcher.search(searcher.query("toll", "telescopes"), 5, "bm25")
    assert [hit.article_id for hit in hits] == ["toll"]


def test_the_vector_with_context_is_a_mixture_that_leans_to_the_question(searcher: LocalSearcher) -> None:
    encoder = HashEncoder()
    query = searcher.query("toll", "telescopes and trees", 0.3)
    whole, own = encoder.encode_query(query.text), encoder.encode_query("toll")
    mixture = TYPED_SHARE * own + (1 - TYPED_SHARE) * whole
    np.testing.assert_allclose(query.vector, mixture / np.linalg.norm(mixture), atol=1e-6)
    assert query.vector @ own > query.vector @ whole


def test_without_context_the_vector_is_the_questions(searcher: LocalSearcher) -> None:
    query = searcher.query("toll")
    np.testing.assert_array_equal(query.vector, HashEncoder().encode_query("toll"))
    assert (query.text, query.context_terms) == ("toll", ())


def test_what_was_said_last_finds_its_passage_though_the_question_does_not(searcher: LocalSearcher) -> None:
    recent = "Pupils planted apple trees at the village school."
    hits = searcher.search(searcher.query("why", "reason", 0.5, recent), 5)
    school = next(hit for hit in hits if hit.article_id == "school")
    assert school.recent == 1.0
    assert all(0 <= hit.recent < 1 for hit in hits if hit is not school)
    without = searcher.search(searcher.query("why", "reason", 0.5), 5)
    before = next(hit for hit in without if hit.article_id == "school")
    assert school.rank <= before.rank and school.score > before.score
    assert {hit.recent for hit in without} == {0.0}


def test_what_was_said_is_not_encoded(searcher: LocalSearcher) -> None:
    short, long = (searcher.query("why", "reason", 0.5, "Pupils. " * n) for n in (1, 1000))
    assert (short.text, short.recent_terms) == (long.text, long.recent_terms)


# --- Change -------------------------------------------------------------------------------------


class Short(HashEncoder):
    """Reads five words and no more; `read` are those that it has read."""

    longest = 5

    def __init__(self) -> None:
        super().__init__()
        self.read: list[str] = []

    def encode_query(self, text: str) -> np.ndarray:
        words = list(re.finditer(r"\S+", text))[: self.longest]
        self.read += [word.group() for word in words]
        return super().encode_query(text[: words[-1].end() if words else 0])


@pytest.mark.parametrize(
    "question",
    [
        "Who said that the bridge would close before the ferry could sail again?",
        "  Why   was it shut?  And  by whom, on what  day, for how long?  ",
        "unreadable" * 9,
    ],
)
def test_a_question_longer_than_the_model_reads_is_read_to_its_end(question: str) -> None:
    encoder = Short()
    query = read(encoder, question)
    assert encoder.read == question.split()
    np.testing.assert_allclose(np.linalg.norm(query.vector), 1, atol=1e-6)
    if len(question.split()) > 5:
        changed = read(Short(), question + " Perhaps.")
        assert not np.allclose(changed.vector, query.vector)


def test_its_context_is_read_to_the_end_too() -> None:
    encoder = Short()
    query = read(encoder, "Who closed it?", "the harbour bridge at Alford in March", 0.5)
    assert encoder.read == [*query.text.split(), *query.question.split()]


def test_a_passage_larger_than_the_model_reads_is_refused(tmp_path: Path) -> None:
    collection = Collection.create(tmp_path / "small")
    raw = Raw("/a.txt", "a.txt", "The bridge closed. It was old.", "txt", Metadata(), (), "d")
    with pytest.raises(CuttingsError, match=r"passage_tokens = 6, but hash reads 5 word pieces"):
        ingest(collection, Short(), [raw], 6)
    assert collection.articles() == []
    ingest(collection, Short(), [raw], 5)
    assert len(collection.articles()) == 1


def test_what_another_process_adds_is_found(collection: Collection) -> None:
    searcher = LocalSearcher(Collection.open(collection.folder), HashEncoder())
    assert found(searcher, "windmill", mode="bm25") == []
    add(Collection.create(collection.folder), {"mill": "The old windmill turns again."})
    assert [hit.article_id for hit in found(searcher, "windmill", mode="bm25")] == ["mill"]


def test_what_another_process_removes_is_gone(collection: Collection) -> None:
    searcher = LocalSearcher(Collection.open(collection.folder), HashEncoder())
    assert found(searcher, "toll", mode="bm25")
    with Collection.create(collection.folder).change() as change:
        change.remove("toll")
    assert found(searcher, "toll", mode="bm25") == []
    assert "toll" not in {hit.article_id for hit in found(searcher, "toll")}


class Overtaken(Collection):
    """A collection that another process changes right after the indexes were derived from it."""

    def located(self, ids):  # type: ignore[no-untyped-def]
        with Collection.create(self.folder).change() as change:
            change.remove("bridge")
        return super().located(ids)


def test_a_passage_that_was_removed_meanwhile_is_left_out(collection: Collection) -> None:
    searcher = LocalSearcher(Overtaken.open(collection.folder), HashEncoder())
    hits = found(searcher, "harbour bridge rust")
    assert {hit.article_id for hit in hits} == set(ARTICLES) - {"bridge"}
    assert [hit.rank for hit in hits] == [1, 2, 3, 4]


def test_another_model_is_refused(collection: Collection) -> None:
    other = HashEncoder()
    other.name = "other"
    with pytest.raises(CuttingsError, match=r"model 'hash'.*'other'"):
        LocalSearcher(collection, other)


def test_a_search_within_some_articles_fills_k_from_them_alone(searcher: LocalSearcher) -> None:
    query = searcher.query("harbour ferry rust")
    modes: list[Mode] = ["hybrid", "bm25", "dense"]
    for mode in modes:
        best = searcher.search(query, 1, mode)[0].article_id
        found = searcher.search(query, 1, mode, Scope(frozenset({best})))
        assert [hit.article_id != best for hit in found] == [True]
    assert searcher.search(query, 5, scope=Scope(frozenset(ARTICLES))) == []
    some = Scope(frozenset(ARTICLES) - {"toll", "school"})
    assert {hit.article_id for hit in searcher.search(query, 5, scope=some)} == {"toll", "school"}
