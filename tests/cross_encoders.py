"""A cross-encoder that has learnt nothing, for tests of what is done with one."""

from __future__ import annotations

from pathlib import Path

from transformers import AutoTokenizer, BertConfig, BertForSequenceClassification

from index.embed import PACKAGED, weights_of


def untrained(folder: Path) -> Path:
    """The folder, with a cross-encoder in it."""
    tokenizer = AutoTokenizer.from_pretrained(weights_of(PACKAGED))
    size = {"hidden_size": 32, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 32}
    config = BertConfig(vocab_size=len(tokenizer), num_labels=1, **size)
    BertForSequenceClassification(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder
