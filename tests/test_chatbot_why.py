"""Why a sentence was cited: its standing among all that were read, and the words of the question in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from chatbot.bot import Chatbot
from chatbot.request import Request
from index.tokens import terms
from tests.small import small_bot

QUESTION = "Who opened the new bridge on Friday?"


@pytest.fixture
def bot(tmp_path: Path) -> Chatbot:
    return small_bot(tmp_path)


def test_ranks_words_and_margin_are_those_of_the_sentence(bot: Chatbot) -> None:
    run = bot.run(Request(QUESTION))
    answer = run.answer
    assert answer and answer.citations
    for citation in answer.citations:
        why = citation.why
        assert why and why.read == len(run.candidates)
        candidate = run.candidates[why.rank - 1]
        assert (candidate.article.id, candidate.sentence.start) == (citation.article_id, citation.start)
        assert all(word in citation.quote for word in why.words)
        assert all(set(terms(word)) & set(terms(QUESTION)) for word in why.words)
        assert why.margin == candidate.score
        assert (why.bm25_rank, why.dense_rank) == (candidate.hit.bm25_rank, candidate.hit.dense_rank)
    assert answer.citations[0].why and "opened" in answer.citations[0].why.words
