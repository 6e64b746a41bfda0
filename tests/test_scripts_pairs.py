"""The pairs of sentences, and that what is told of them is seldom wrong."""

from __future__ import annotations

from collections import Counter

import pytest

from index.encoding.encoder import SentenceEncoder
from scripts.made_pairs import made
from scripts.pairs import Verdict, bundled, scored, verdicts


def test_the_hand_labelled_pairs_are_enough_and_halved() -> None:
    pairs, articles = bundled()
    counts = Counter((pair.label, pair.half) for pair in pairs)
    assert sum(counts.values()) >= 60
    assert abs(counts["same", "tune"] - counts["same", "check"]) <= 1
    texts = {article.id: article.text for article in articles}
    assert all(quoted.quote in texts[quoted.article_id] for p in pairs for quoted in (p.first, p.second))


def test_a_score_counts_what_was_told_and_what_was_labelled() -> None:
    pair = bundled()[0][0]  # labelled "same"
    score = scored([Verdict(pair, True, "same"), Verdict(pair, True, "other")], "same")
    assert (score.right, score.told, score.labelled) == (1, 1, 2)
    assert str(score) == "precision 1.000 (1/1)  recall 0.500 (1/2)"


def test_the_same_seed_makes_the_same_pairs() -> None:
    pairs, articles = bundled()
    sentences = {articles[0].id: [p.first.quote for p in pairs if p.first.article_id == articles[0].id]}
    assert made(pairs, sentences) == made(pairs, sentences)


@pytest.mark.model
def test_what_is_told_is_seldom_wrong(encoder: SentenceEncoder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scripts.made_pairs._EACH", 12)  # half of them, since each costs a passage to encode
    found = verdicts(*bundled(), encoder)
    for hand in (True, False):
        score = scored([verdict for verdict in found if verdict.by_hand == hand], "same")
        assert score.told and score.right >= 0.9 * score.told
    score = scored(found, "differ")
    assert score.told and score.right >= 0.9 * score.told
