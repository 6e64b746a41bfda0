"""Why a sentence was cited: the parts add up to its score, and the words are those of both."""

from __future__ import annotations

import pytest

from chatbot.bot import Chatbot
from chatbot.extract import fitted
from chatbot.features import NAMES
from chatbot.why import PARTS
from index.tokens import terms

pytestmark = pytest.mark.model

QUESTION = "What did the BMA survey of clinical directors find?"


def test_every_feature_belongs_to_one_part() -> None:
    assert sorted(name for names in PARTS.values() for name in names) == sorted(NAMES)


def test_ranks_and_words_are_those_of_the_sentence(bundled: Chatbot) -> None:
    answer = bundled.ask(QUESTION)
    _, candidates = bundled.candidates(QUESTION)
    for citation in answer.citations:
        why = citation.why
        assert why and why.read == len(candidates)
        candidate = candidates[why.rank - 1]
        assert (candidate.article.id, candidate.sentence.start) == (citation.article_id, citation.start)
        assert why.words and all(word in citation.quote for word in why.words)
        assert all(set(terms(word)) & set(terms(QUESTION)) for word in why.words)
        assert (why.bm25_rank, why.dense_rank) == (candidate.hit.bm25_rank, candidate.hit.dense_rank)


def test_the_parts_add_up_to_the_score(bundled: Chatbot) -> None:
    bias = fitted(bundled.settings.reader, "sentence").bias
    answer = bundled.ask(QUESTION)
    _, candidates = bundled.candidates(QUESTION)
    why = answer.citations[0].why
    assert why and why.rank == 1
    assert sum(why.parts.values()) + bias == pytest.approx(candidates[0].score)
    assert why.parts["context"] == pytest.approx(0.0, abs=1e-5)  # nothing was said before


def test_a_follow_up_says_what_the_conversation_gave(bundled: Chatbot) -> None:
    from chatbot.answer import Turn
    from chatbot.markup import plain

    first = bundled.ask(QUESTION)
    turns = [Turn("user", QUESTION), Turn("assistant", plain(first))]
    why = bundled.ask("Tell me more", turns).citations[0].why
    assert why and why.parts["context"] > 0.5
