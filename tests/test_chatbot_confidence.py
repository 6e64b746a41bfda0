"""How sure an answer is."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot.confidence import FEATURES, confidence, confidence_features
from chatbot.extract import Candidate, fitted
from chatbot.features import NAMES, Asked
from corpus.article import Article, Passage, Sentence
from index.hit import Hit
from index.search import Query
from index.tokens import terms
from tests.fakes import UNREAD, HashEncoder


def asked(question: str, rarity: float = 1.0) -> Asked:
    encoding = HashEncoder().encode_query(question)
    query = Query(question, question, tuple(terms(question)), (), 0.0, encoding.vector, encoding)
    return Asked.of(query, lambda term: rarity)


def candidate(
    score: float, bm25_rank: int | None = 1, dense_rank: int | None = 1, value: float = 0.5
) -> Candidate:
    article = Article("a", "Iron", "Rust.", "a.txt")
    sentence = Sentence("a", 0, 5)
    hit = Hit(1, 1.0, 1, "a", "Iron", "a.txt", 0, 5, "Rust.", bm25_rank, dense_rank)
    features = np.full(len(NAMES), value, np.float32)
    return Candidate(sentence, Passage("a", 0, 5, "", (sentence,)), article, hit, score, features, UNREAD)


def column(name: str, candidates: list[Candidate], question: str = "rust") -> list[float]:
    rows = confidence_features(asked(question), candidates)
    assert rows.shape == (len(candidates), len(FEATURES))
    return rows[:, FEATURES.index(name)].tolist()


def test_the_model_reads_features_that_there_are() -> None:
    assert fitted("none", "confidence").names == fitted("trained", "confidence").names == FEATURES
    assert len(set(FEATURES)) == len(FEATURES)


def test_no_candidates_no_numbers() -> None:
    assert confidence(asked("rust"), []).shape == (0,)


def test_the_margin_is_over_the_best_of_the_others() -> None:
    # 5 - 3, 3 - 5, 1 - 5
    assert column("margin", [candidate(5), candidate(3), candidate(1)]) == [2, -2, -4]
    assert column("margin", [candidate(5)]) == [0]  # nobody else


def test_agreement_counts_the_retrievers_that_put_the_passage_first() -> None:
    ranks = [candidate(1, 1, 1), candidate(1, 1, 2), candidate(1, None, 1), candidate(1, None, 7)]
    assert column("agreement", ranks) == [2, 1, 1, 0]


def test_missing_is_the_share_of_the_question_that_stands_in_nothing_that_was_read() -> None:
    one = [candidate(1)]  # "Rust.", in an article called "Iron"
    assert column("missing", one, "rust windmill ferry toll") == [0.75]
    assert column("missing", one, "rust and iron") == [0]
    assert column("missing", one, "windmill") == [1]


def test_a_sentences_own_features_stand_under_their_own_names() -> None:
    one = candidate(1)
    one.features[:] = np.arange(len(NAMES))
    (row,) = confidence_features(asked("rust"), [one])
    own = [name for name in FEATURES if name in NAMES]
    assert own
    assert [row[FEATURES.index(name)] for name in own] == [NAMES.index(name) for name in own]


NUMBER = st.floats(-1e6, 1e6, allow_nan=False)


@pytest.mark.filterwarnings("error")
@given(st.lists(st.tuples(NUMBER, st.floats(-5, 5)), min_size=1, max_size=6))
def test_confidence_is_a_probability_whatever_the_features(rows: list[tuple[float, float]]) -> None:
    candidates = [candidate(score, value=value) for score, value in rows]
    sure = confidence(asked("rust"), candidates)
    assert sure.shape == (len(rows),)
    assert ((sure >= 0) & (sure <= 1)).all()


def test_confidence_is_the_logistic_function_of_the_weighted_features() -> None:
    candidates = [candidate(1.5, value=0.75), candidate(-0.5, None, 3)]
    model = fitted("none", "confidence")
    rows = confidence_features(asked("rust"), candidates)
    chosen = rows[:, [FEATURES.index(name) for name in model.names]]
    logits = ((chosen - model.mean) / model.scale * model.weight).sum(axis=1) + model.bias
    sure = confidence(asked("rust"), candidates)
    np.testing.assert_allclose(np.log(sure / (1 - sure)), logits, atol=1e-4)
