"""The pairs of statements that differ in a figure."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from chatbot.quoting.statements import Nearness
from index.encoding.encoder import SentenceEncoder
from scripts.differing import scored, written

SCRIPTS = Path(__file__).parents[1] / "scripts"


@pytest.mark.parametrize(("name", "least"), [("written_pairs", 60), ("newswire_pairs", 30)])
def test_there_are_enough_pairs_of_either_label(name: str, least: int) -> None:
    lines = (SCRIPTS / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    counts = Counter(json.loads(line)["label"] for line in lines)
    assert min(counts["differ"], counts["other"]) >= least


@pytest.mark.model
def test_what_is_written_to_differ_is_told(encoder: SentenceEncoder) -> None:
    score = scored(written(Nearness(encoder)))
    assert score.right >= 0.95 * score.told
    assert score.right >= 0.70 * score.labelled
