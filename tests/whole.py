"""Made passages, and a check of what segments give for them: against BM25Okapi and a scan of all."""

from __future__ import annotations

import zlib

import numpy as np
import pytest
from rank_bm25 import BM25Okapi

from corpus.article import Article, Passage, Sentence
from index.bm25 import FLOOR, K1, B, best
from index.folder.collection import Collection
from index.folder.snapshot import Snapshot
from index.folder.state import State
from index.scope import EVERYWHERE, Scope
from index.store import Encoded

WORDS = "rust salt bridge harbour ferry toll iron".split()

SCOPES = [
    EVERYWHERE,
    Scope(without=frozenset({"a", "c"})),
    Scope(publishers=frozenset({"Post"})),
    Scope(start="2024-02-03"),
    Scope(frozenset({"b"}), frozenset({"Post", "Echo"}), "2024-01-01", "2024-12-31"),
]


def put(
    collection: Collection, id: str, texts: list[list[str]], day: str | None = None, by: str | None = None
) -> None:
    """An article with these passages, in place of the one that has its id."""
    article = Article(id, id, "x" * 99, id, published=day, publisher=by)
    encoded = [
        Encoded(
            Passage(id, place, place + 1, "", (Sentence(id, place, place + 1),)),
            terms,
            vector(id, place, terms),
        )
        for place, terms in enumerate(texts)
    ]
    with collection.change() as change:
        change.put(article, f"/{id}", "digest", encoded)


def remove(collection: Collection, id: str) -> None:
    with collection.change() as change:
        change.remove(id)


def vector(*of: object) -> np.ndarray:
    chance = np.random.default_rng(zlib.crc32(str(of).encode()))
    made = chance.normal(size=4).astype(np.float32)
    return made / np.linalg.norm(made)


def check(collection: Collection, state: State) -> None:
    """The state finds and scores what it has to, by the rows of the collection."""
    with collection.snapshot() as now:
        check_at(now, state)


def check_at(now: Snapshot, state: State) -> None:
    """The same at a moment, for collections that others change."""
    rows = list(now.after(0))
    assert state.mark == now.mark
    found = state.ids(range(sum(map(len, state.segments))))
    assert sorted(set(found) - set(state.dead.tolist())) == [row.id for row in rows]
    documents = [row.terms.split() for row in rows]
    at = {id: place for place, id in enumerate(found)}
    alive = [at[row.id] for row in rows]
    for query in (["rust"], ["salt", "salt", "ferry"], WORDS, ["unknown"]):
        scores = state.lexical.scores(query)
        assert not scores[sorted(set(range(len(found))) - set(alive))].any()
        if not any(documents):
            assert not scores.any()
            continue
        okapi = BM25Okapi(documents, k1=K1, b=B)
        # Of a term that is in more than half of them the mean idf counts, whose sum has another order.
        common = any(2 * sum(term in document for document in documents) > len(rows) for term in query)
        okapi.idf = {term: idf if idf > 0 else FLOOR for term, idf in okapi.idf.items()}
        if common:
            np.testing.assert_allclose(scores[alive], okapi.get_scores(query), rtol=1e-12)
        else:
            assert scores[alive].tolist() == okapi.get_scores(query).tolist()
        unseen = np.log(len(rows) + 0.5) - np.log(0.5)
        for term in query:
            expected = min(max(okapi.idf.get(term, unseen) / unseen, 0), 1)
            assert state.lexical.rarity(term) == pytest.approx(expected, rel=1e-12)
    vectors = np.array([np.frombuffer(row.vector, np.float32) for row in rows]).reshape(len(rows), 4)
    facts = {row.id: (row.article_id, row.publisher, row.published) for row in rows}
    for scope in SCOPES:
        allowed = state.allowed(scope)
        fits = [scope.holds(*facts[row.id]) for row in rows]
        assert np.ones(len(found), bool)[allowed if allowed is not None else slice(None)].sum() == sum(fits)
        query = vector("query")
        cosines = np.where(fits, vectors @ query, -2)
        wanted = [rows[place].id for place in np.argsort(-cosines, kind="stable")[:7] if fits[place]]
        places = state.nearest(query, 7, allowed)
        assert state.ids(places) == wanted
        np.testing.assert_allclose(state.cosines(places, query), -np.sort(-cosines)[: len(places)], atol=1e-6)
        scores = state.lexical.scores(["rust", "toll"])
        masked = np.where(fits, scores[alive], 0)
        order = [rows[place].id for place in np.argsort(-masked, kind="stable") if masked[place]]
        assert state.ids(best(scores, 10**6, allowed)[0]) == order
