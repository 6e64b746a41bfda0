"""Training the reader again, on a handful of rows."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
import torch
from index.reader import Reader

from eval.train import Row, held_out, read_rows, train
from index.embed import PACKAGED, weights_of
from index.torch_model import TorchModel

PLACES = [
    "Leeds",
    "York",
    "Hull",
    "Bath",
    "Wells",
    "Ripon",
    "Derby",
    "Truro",
    "Ely",
    "Exeter",
    "Oxford",
    "Stroud",
]


def rows() -> list[Row]:
    made = []
    for place in PLACES:
        parts = [f"The tower of {place} is old.", f"The mayor of {place} is Ann {place}son.", "It rains."]
        ends = [sum(len(part) + 1 for part in parts[: i + 1]) - 1 for i in range(3)]
        spans = [(end - len(part), end) for part, end in zip(parts, ends, strict=True)]
        made.append(Row(f"Who is the mayor of {place}?", " ".join(parts), spans, [1]))
    return made


def test_rows_are_read_with_their_spans(tmp_path: Path) -> None:
    file = tmp_path / "rows.jsonl.gz"
    row = rows()[0]
    stored = {"question": row.question, "passage": row.passage, "sentences": row.sentences, "answers": [1]}
    file.write_bytes(gzip.compress(json.dumps(stored).encode() + b"\n"))
    assert read_rows(file) == [row]
    assert row.passage[slice(*row.sentences[1])] == "The mayor of Leeds is Ann Leedsson."


def test_a_twelfth_of_the_passages_is_held_out_always_the_same() -> None:
    assert len(held_out(rows())) == 1
    assert held_out(rows()) == held_out(rows())
    assert held_out(rows()) <= {row.passage for row in rows()}


@pytest.mark.model
def test_a_few_steps_train_the_layers_and_the_weights(capsys: pytest.CaptureFixture[str]) -> None:
    before = Reader(
        TorchModel(str(weights_of(PACKAGED)), PACKAGED, "none").model[0].auto_model
    ).modules.state_dict()
    after = train(rows(), steps=3).modules.state_dict()
    assert after.keys() == before.keys()
    assert not torch.equal(after["weight.weight"], before["weight.weight"])
    assert not torch.equal(
        after["layers.0.attention.self.query.weight"], before["layers.0.attention.self.query.weight"]
    )
    assert all(torch.isfinite(value).all() for value in after.values())
    assert "step 3/3, loss" in capsys.readouterr().out
