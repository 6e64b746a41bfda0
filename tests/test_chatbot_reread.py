"""A cross-encoder as the reader: what it changes."""

from __future__ import annotations

from pathlib import Path

import pytest

from chatbot.bot import Chatbot
from chatbot.settings import Settings
from index.collection import Collection
from index.cross import CrossReader
from index.embed import SentenceEncoder
from tests.cross_encoders import untrained


@pytest.mark.model
def test_its_order_of_the_best_sentences_is_taken_and_their_scores_stay(
    tmp_path: Path, bundled: Chatbot, bundled_folder: Path, encoder: SentenceEncoder
) -> None:
    folder = untrained(tmp_path)
    question = "How many clinical directors answered the survey?"
    with_it = Chatbot(Collection.open(bundled_folder), encoder, Settings(reader=str(folder)))
    mine = bundled.candidates(question)[1]
    theirs = with_it.candidates(question)[1]
    assert [c.score for c in theirs] == [c.score for c in mine]
    assert {c.quote for c in theirs[:10]} == {c.quote for c in mine[:10]}
    assert [c.quote for c in theirs[10:]] == [c.quote for c in mine[10:]]
    scores = CrossReader(str(folder)).scores(question, [c.quote for c in theirs[:10]])
    assert scores.tolist() == sorted(scores.tolist(), reverse=True)
