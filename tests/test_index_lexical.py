"""BM25 over postings against rank-bm25 itself, and the choice of the best."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rank_bm25 import BM25Okapi

from index.bm25 import FLOOR, K1, B, best
from index.folder.lexical import Lexical
from index.folder.postings import counted

WORD = st.sampled_from("rust salt bridge harbour ferry toll iron".split())


def lexical_of(documents: list[list[str]]) -> Lexical:
    """The index of passages that are given as their terms."""
    return Lexical([counted(documents, [len(document) for document in documents])], [None])


CORPUS = st.lists(st.lists(WORD, max_size=8), min_size=1, max_size=12)


@given(CORPUS, st.lists(WORD | st.just("unknown"), max_size=6))
def test_scores_are_those_of_rank_bm25_to_the_last_bit(corpus: list[list[str]], query: list[str]) -> None:
    if not any(corpus):
        assert lexical_of(corpus).scores(query).tolist() == [0.0] * len(corpus)
        return
    okapi = BM25Okapi(corpus, k1=K1, b=B)
    okapi.idf = {term: idf if idf > 0 else FLOOR for term, idf in okapi.idf.items()}
    scores = lexical_of(corpus).scores(query)
    if any(2 * sum(term in document for document in corpus) > len(corpus) for term in query):
        # The mean idf counts, and its sum has another order.
        np.testing.assert_allclose(scores, okapi.get_scores(query), rtol=1e-12)
    else:
        assert scores.tolist() == okapi.get_scores(query).tolist()


def test_where_every_idf_is_positive_nothing_is_changed_about_rank_bm25() -> None:
    corpus = [["rust", "salt"], ["bridge", "rust"], [], ["ferry"], ["toll", "toll", "iron"], ["iron"]]
    okapi = BM25Okapi(corpus, k1=K1, b=B)
    assert min(okapi.idf.values()) > 0
    for query in (["rust"], ["iron", "iron", "toll"], ["ferry", "unknown"], []):
        assert lexical_of(corpus).scores(query).tolist() == okapi.get_scores(query).tolist()


def test_a_score_by_hand() -> None:
    # Four passages of 2, 2, 1 and 1 terms, 1.5 on average; "rust" is in one of them, twice.
    # idf = ln((4 - 1 + 0.5) / (1 + 0.5)); norm = 0.9 * (1 - 0.4 + 0.4 * 2 / 1.5) = 1.02
    lexical = lexical_of([["rust", "rust"], ["salt", "toll"], ["ferry"], ["iron"]])
    expected = math.log(3.5 / 1.5) * 2 * 1.9 / (2 + 1.02)
    assert lexical.scores(["rust"]) == pytest.approx([expected, 0, 0, 0])
    assert lexical.scores(["rust", "rust"]) == pytest.approx([2 * expected, 0, 0, 0])


def test_the_most_that_a_question_can_get_by_hand() -> None:
    lexical = lexical_of([["rust", "rust"], ["salt", "toll"], ["ferry"], ["iron"]])
    rust, unknown = math.log(3.5 / 1.5), math.log(4.5 / 0.5)
    assert lexical.highest(["rust", "rust", "unknown"]) == pytest.approx(1.9 * (2 * rust + unknown))
    assert lexical.highest([]) == 0


@given(CORPUS.filter(any), st.lists(WORD | st.just("unknown"), max_size=6))
def test_no_passage_gets_more_than_the_most(corpus: list[list[str]], query: list[str]) -> None:
    lexical = lexical_of(corpus)
    assert lexical.scores(query).max() <= lexical.highest(query) + 1e-9


@pytest.mark.parametrize("corpus", [[["rust", "bridge"]], [["rust"], ["salt"]], [["rust"], ["rust", "salt"]]])
def test_sharing_a_term_counts_for_a_passage_in_the_smallest_collections(corpus: list[list[str]]) -> None:
    # rank-bm25's own idf is negative or zero for every term here.
    scores = lexical_of(corpus).scores(["rust"])
    assert [score > 0 for score in scores] == ["rust" in document for document in corpus]


@pytest.mark.parametrize("corpus", [[], [[]], [[], []]])
def test_without_any_term(corpus: list[list[str]]) -> None:
    lexical = lexical_of(corpus)
    assert lexical.scores(["rust"]).tolist() == [0.0] * len(corpus)
    assert lexical.rarity("rust") == 1.0


@given(CORPUS)
def test_rarity_is_a_share(corpus: list[list[str]]) -> None:
    lexical = lexical_of(corpus)
    assert lexical.rarity("unknown") == 1.0
    for term in {term for document in corpus for term in document}:
        assert 0 < lexical.rarity(term) <= 1


def test_a_rarer_term_tells_more() -> None:
    lexical = lexical_of([["rust", "salt"], ["rust"], ["ferry"], ["toll"], ["iron"], ["iron"]])
    assert lexical.rarity("unknown") > lexical.rarity("salt") > lexical.rarity("rust")
    # ln(5.5 / 1.5) against ln(6.5 / 0.5)
    assert lexical.rarity("salt") == pytest.approx(math.log(5.5 / 1.5) / math.log(13))


def test_best_is_ordered_and_ties_are_by_position() -> None:
    positions, scores = best(np.array([1.0, 3.0, 0.0, 3.0, 2.0]), 4)
    assert positions.tolist() == [1, 3, 4, 0]
    assert scores.tolist() == [3, 3, 2, 1]


def test_best_is_chosen_of_what_is_allowed() -> None:
    scores, allowed = np.array([1.0, 3.0, 0.0, 3.0, 2.0]), np.array([True, False, True, True, False])
    assert best(scores, 1, allowed)[0].tolist() == [3]
    assert best(scores, 9, allowed)[0].tolist() == [3, 0]


def test_best_leaves_out_what_shares_no_term() -> None:
    assert best(np.array([0.0, 2.0, 0.0]), 3)[0].tolist() == [1]
    assert best(np.zeros(4), 2)[0].tolist() == []
    assert best(np.empty(0), 2)[0].tolist() == []


@given(st.lists(st.integers(0, 5).map(float), max_size=30), st.integers(1, 10))
def test_best_is_a_stable_sort_of_the_positive(scores: list[float], k: int) -> None:
    expected = sorted((i for i, s in enumerate(scores) if s > 0), key=lambda i: -scores[i])[:k]
    assert best(np.array(scores), k)[0].tolist() == expected
