"""A cross-encoder as the reader: loaded from a folder, and what it changes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from transformers import AutoTokenizer, BertConfig, BertForSequenceClassification

from chatbot.bot import Chatbot
from chatbot.settings import Settings
from corpus.errors import CuttingsError
from index.collection import Collection
from index.cross import CrossReader
from index.embed import PACKAGED, SentenceEncoder, weights_of


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cross-encoder that has learnt nothing, in its own folder."""
    tokenizer = AutoTokenizer.from_pretrained(weights_of(PACKAGED))
    size = {"hidden_size": 32, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 32}
    config = BertConfig(vocab_size=len(tokenizer), num_labels=1, **size)
    folder = tmp_path_factory.mktemp("cross")
    BertForSequenceClassification(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


@pytest.mark.model
def test_a_folder_is_read_with_and_gives_a_score_each(folder: Path) -> None:
    reader = CrossReader(str(folder))
    scores = reader.scores("Who closed the bridge?", ["The council closed it.", "Ferries run.", "It rains."])
    assert scores.shape == (3,) and np.isfinite(scores).all()
    assert len(set(scores.tolist())) == 3
    assert reader.scores("Who?", []).shape == (0,)


@pytest.mark.model
def test_its_order_of_the_best_sentences_is_taken_and_their_scores_stay(
    folder: Path, bundled: Chatbot, bundled_folder: Path, encoder: SentenceEncoder
) -> None:
    question = "How many clinical directors answered the survey?"
    with_it = Chatbot(Collection.open(bundled_folder), encoder, Settings(reader=str(folder)))
    mine = bundled.candidates(question)[1]
    theirs = with_it.candidates(question)[1]
    assert [c.score for c in theirs] == [c.score for c in mine]
    assert {c.quote for c in theirs[:10]} == {c.quote for c in mine[:10]}
    assert [c.quote for c in theirs[10:]] == [c.quote for c in mine[10:]]
    scores = CrossReader(str(folder)).scores(question, [c.quote for c in theirs[:10]])
    assert scores.tolist() == sorted(scores.tolist(), reverse=True)


@pytest.mark.model
def test_a_reader_that_is_not_there_is_told_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(CuttingsError, match=r"cannot load the reader .*set `reader` to 'trained'"):
        CrossReader(str(tmp_path)).scores("Who?", ["Ann did."])
