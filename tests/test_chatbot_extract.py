"""Hits to scored sentences."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from chatbot.extract import Candidate, Linear, extract, fitted, ranked
from chatbot.features import NAMES, Asked
from corpus.article import Article, Passage, Sentence
from corpus.metadata import Metadata
from corpus.passages import passages
from corpus.read import Raw
from corpus.sentences import sentences
from index.collection import Collection, Encoded
from index.embed import READERS
from index.hit import Hit
from index.ingest import ingest
from index.local import LocalSearcher
from index.tokens import terms
from tests.fakes import HashEncoder

ARTICLES = {
    "bridge": "Inspectors found rust in the harbour bridge. It closed in March. Repairs take 14 months.",
    "ferry": "A free ferry carries commuters over the harbour. It runs until midnight.",
}
LONG = " ".join(f"Sentence number{n} of this paragraph tells of harbour{n} and ferry{n}." for n in range(9))


@pytest.fixture
def collection(tmp_path: Path) -> Collection:
    collection = Collection.create(tmp_path)
    texts = {**ARTICLES, "long": LONG}
    raws = [Raw(f"/{id}", f"{id}.txt", text, "txt", Metadata(), (), id) for id, text in texts.items()]
    ingest(collection, HashEncoder(), raws, 40)
    return collection


def read(collection: Collection, question: str) -> tuple[list[Hit], list[Candidate]]:
    searcher = LocalSearcher(collection, HashEncoder())
    query = searcher.query(question)
    hits = searcher.search(query, 10)
    asked = Asked.of(query, searcher.rarity)
    return hits, extract(asked, hits, collection)


def test_every_sentence_of_the_hits_comes_once_best_first(collection: Collection) -> None:
    hits, candidates = read(collection, "rust in the harbour bridge")
    expected = {
        (sentence.article_id, sentence.start)
        for summary in collection.articles()
        for sentence in sentences(collection.article(summary.id))
    }
    assert len(hits) == sum(summary.passages for summary in collection.articles())
    assert {(c.article.id, c.sentence.start) for c in candidates} == expected
    assert len(candidates) == len(expected)
    scores = [candidate.score for candidate in candidates]
    assert scores == sorted(scores, reverse=True)


def test_a_sentence_in_two_overlapping_passages_comes_with_its_better_score(collection: Collection) -> None:
    cut = passages(collection.article("long"), sentences(collection.article("long")), HashEncoder().count, 40)
    starts = [sentence.start for passage in cut for sentence in passage.sentences]
    twice = {start for start in starts if starts.count(start) == 2}
    assert twice  # the paragraph is cut in the middle, so passages overlap
    hits, together = read(collection, "sentence number3 tells of harbour5")
    searcher = LocalSearcher(collection, HashEncoder())
    query = searcher.query("sentence number3 tells of harbour5")
    asked = Asked.of(query, searcher.rarity)
    for start in twice:
        # Read passage by passage, with the weights for the best hit of all.
        best = max(hits, key=lambda hit: hit.bm25)
        apart = [
            c for hit in hits for c in extract(asked, [hit, best], collection) if c.sentence.start == start
        ]
        (found,) = [c for c in together if c.article.id == "long" and c.sentence.start == start]
        assert found.score == pytest.approx(max(c.score for c in apart if c.article.id == "long"))


def test_a_candidate_knows_its_place(collection: Collection) -> None:
    for candidate in read(collection, "harbour ferry")[1]:
        sentence, passage = candidate.sentence, candidate.passage
        assert candidate.quote == candidate.article.text[sentence.start : sentence.end]
        assert sentence in passage.sentences
        assert candidate.hit.article_id == candidate.article.id == passage.article_id
        assert (candidate.hit.start, candidate.hit.end) == (passage.start, passage.end)
        assert candidate.features.shape == (len(NAMES),)
        assert candidate.score == pytest.approx(
            float(fitted("none", "sentence")(candidate.features[None])[0]), abs=1e-4
        )


def test_no_hits_no_sentences(collection: Collection) -> None:
    searcher = LocalSearcher(collection, HashEncoder())
    asked = Asked.of(searcher.query("rust"), searcher.rarity)
    assert extract(asked, [], collection) == []


def test_a_passage_that_was_removed_meanwhile_is_left_out(collection: Collection) -> None:
    searcher = LocalSearcher(collection, HashEncoder())
    query = searcher.query("harbour")
    hits = searcher.search(query, 10)
    asked = Asked.of(query, searcher.rarity)
    with Collection.create(collection.folder).change() as change:
        change.remove("bridge")
    candidates = extract(asked, hits, collection)
    assert {candidate.article.id for candidate in candidates} == {"ferry", "long"}
    order = ranked(hits, candidates)
    assert {hit.article_id for hit in order} == {"ferry", "long"}
    assert [hit.rank for hit in order] == list(range(1, len(order) + 1))


def test_a_passage_without_tokens_is_read(tmp_path: Path) -> None:
    # Its title is longer than the model reads.
    collection = Collection.create(tmp_path)
    encoding = HashEncoder().encode_query("Inspectors found rust.")
    passage = Passage("a", 0, 22, "", (Sentence("a", 0, 22),))
    encoded = Encoded(
        passage, terms("Inspectors found rust."), encoding.vector, encoding.tokens[:0], encoding.offsets[:0]
    )
    with collection.change() as change:
        change.set("model", "hash")
        change.put(Article("a", "t", "Inspectors found rust.", "a.txt"), "/a", "d", [encoded])
    (candidate,) = read(collection, "rust")[1]
    assert candidate.quote == "Inspectors found rust."
    assert np.isfinite(candidate.score)


def test_hits_are_ranked_by_their_best_sentence_and_their_cosine(collection: Collection) -> None:
    hits, candidates = read(collection, "ferry runs until midnight")
    order = ranked(hits, candidates)
    assert {hit.passage_id for hit in order} == {hit.passage_id for hit in hits}
    assert [hit.rank for hit in order] == list(range(1, len(hits) + 1))
    for hit in order:
        own = max(c.score for c in candidates if c.hit.passage_id == hit.passage_id)
        assert hit.score == pytest.approx(own + 10 * hit.cosine)
    scores = [hit.score for hit in order]
    assert scores == sorted(scores, reverse=True)


def test_linear_by_hand() -> None:
    # (3 - 1) / 2 * 4 + (5 - 5) / 1 * 7 + 0.5
    model = Linear(("a", "b"), np.array([1.0, 5.0]), np.array([2.0, 1.0]), np.array([4.0, 7.0]), 0.5)
    assert model(np.array([[3.0, 5.0]])).tolist() == [4.5]


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("part", ["sentence", "confidence"])
def test_stored_weights_can_be_used(reader: str, part: str) -> None:
    model = fitted(reader, part)
    for numbers in (model.mean, model.scale, model.weight):
        assert numbers.shape == (len(model.names),)
        assert np.isfinite(numbers).all()
    assert (model.scale > 0).all()
