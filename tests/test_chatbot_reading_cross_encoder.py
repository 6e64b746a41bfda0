"""A cross-encoder as the reader: loaded from a folder, it judges each sentence by itself."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from chatbot.reading.cross_encoder import CrossEncoderReader
from chatbot.reading.reader import PassageText
from chatbot.request import Request
from corpus.errors import CuttingsError
from index.encoding.encoder import PACKAGED, weights_of
from tests.small import small_bot

PASSAGES = [
    PassageText("The council closed it. Ferries run.", "Title\n", ((0, 22), (23, 35))),
    PassageText("It rains.", "", ((0, 9),)),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cross-encoder that has learnt nothing, in its own folder."""
    from transformers import AutoTokenizer, BertConfig, BertForSequenceClassification

    tokenizer = AutoTokenizer.from_pretrained(weights_of(PACKAGED))
    size = {"hidden_size": 32, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 32}
    config = BertConfig(vocab_size=len(tokenizer), num_labels=1, **size)
    folder = tmp_path_factory.mktemp("cross")
    BertForSequenceClassification(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


@pytest.mark.model
def test_every_sentence_gets_its_own_logit_and_the_null_is_0(folder: Path) -> None:
    from sentence_transformers import CrossEncoder

    reader = CrossEncoderReader(str(folder))
    first, second = reader.read("Who closed it?", None, PASSAGES)
    quotes = ["The council closed it.", "Ferries run.", "It rains."]
    chances = CrossEncoder(str(folder), device="cpu").predict([("Who closed it?", quote) for quote in quotes])
    logits = np.log(chances / (1 - chances))  # it comes with a sigmoid
    np.testing.assert_allclose([*first.logits, *second.logits], logits, atol=1e-3)
    assert (first.null, second.null) == (0.0, 0.0)
    assert first.marks == (None, None) and second.marks == (None,)
    assert reader.read("Who?", None, []) == []


@pytest.mark.model
def test_a_follow_up_is_read_with_the_question_before_it(folder: Path) -> None:
    reader = CrossEncoderReader(str(folder))
    (following,) = reader.read("And who?", ("What closed?", "It did."), PASSAGES[:1])
    (whole,) = reader.read("What closed? And who?", None, PASSAGES[:1])
    assert following.logits.tolist() == whole.logits.tolist()


@pytest.mark.model
def test_a_chatbot_answers_with_it(folder: Path, tmp_path: Path) -> None:
    bot = small_bot(tmp_path)
    crossed = bot.having(replace(bot.settings, reader=str(folder)))
    run = crossed.run(Request("Who opened the bridge?"))
    answer = run.answer
    assert answer and answer.citations[0].quote == run.candidates[0].quote
    assert answer.citations[0].highlight is None


@pytest.mark.model
def test_a_reader_that_is_not_there_is_told_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(CuttingsError, match=r"cannot load the reader .*set `reader` to"):
        CrossEncoderReader(str(tmp_path)).load()
