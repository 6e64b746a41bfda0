"""Made articles and the collection of them: always the same, like real ones, with questions that hold."""

from __future__ import annotations

import json
import math
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from chatbot.bot import Chatbot
from corpus.errors import CuttingsError
from eval.questions.gold import load_gold
from index.encoding.encoder import SentenceEncoder
from index.folder.collection import Collection
from index.tokens import terms
from index.verify import verify
from scripts.bench.made_articles import made_articles, made_name
from scripts.bench.made_collection import GOLD, MadeEncoder, fill, known_items, main, make
from tests.fakes import HashEncoder


@pytest.fixture(scope="module")
def articles():
    return list(made_articles(150))


@pytest.fixture(scope="module")
def collection(tmp_path_factory, articles):
    folder = tmp_path_factory.mktemp("made")
    fill(folder, articles[:20], HashEncoder())
    collection = Collection.open(folder)
    yield collection
    collection.close()


def test_the_same_articles_are_made_again_and_more_begin_with_the_same(articles):
    assert list(made_articles(30)) == articles[:30]
    assert list(made_articles(3, seed=8)) != articles[:3]


def test_articles_differ_in_title_id_and_nearly_every_paragraph(articles):
    paragraphs = [paragraph for raw in articles for paragraph in raw.text.strip().split("\n\n")]
    assert len({raw.metadata.id for raw in articles}) == len({raw.text for raw in articles}) == 150
    assert len({raw.metadata.title for raw in articles}) > 145
    assert len(set(paragraphs)) > 0.98 * len(paragraphs)


def test_names_are_all_different():
    assert len({made_name(rank) for rank in range(20_000)}) > 19_000  # two may be put together alike


def test_terms_are_as_common_as_zipfs_law_has_it(articles):
    counts = [count for _, count in Counter(t for raw in articles for t in terms(raw.text)).most_common(2000)]
    ranks = np.log(np.arange(1, len(counts) + 1))
    slope, _ = np.polyfit(ranks, np.log(counts), 1)
    assert -1.6 < slope < -0.7
    once = sum(count == 1 for count in counts)
    assert once > 0.2 * len(counts)  # a long tail
    assert counts[0] > 10 * counts[100]


@pytest.mark.slow
def test_a_made_collection_is_a_sound_one(collection):
    assert verify(collection) == []
    assert len(collection.articles()) == 20
    assert all(summary.passages for summary in collection.articles())


def test_known_items_are_gold_questions_of_sentences(tmp_path, collection):
    rows = list(known_items(collection, 30))  # more than there are articles
    assert rows == list(known_items(collection, 30))
    gold = tmp_path / "gold.jsonl"
    gold.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    golds = load_gold(gold, collection).golds
    assert len(golds) == 30
    assert len({gold.evidence[0].article_id for gold in golds}) == 20
    for one, row in zip(golds, rows, strict=True):
        quote = row["evidence"][0]["quote"]
        place = one.evidence[0]
        sentences = {
            (sentence.start, sentence.end)
            for passage in collection.passages(place.article_id)
            for sentence in passage.sentences
        }
        assert (place.start, place.end) in sentences
        assert set(terms(one.question)) <= set(terms(quote))
        assert 1 < len(one.question.split()) < len(quote.split())


def test_few_questions_are_spread_over_the_articles(collection):
    ids = [row["evidence"][0]["article_id"] for row in known_items(collection, 4)]
    assert len(set(ids)) == 4 and ids == sorted(ids)
    assert ids[-1] > "made-000010"


def test_there_are_no_more_questions_than_sentences(collection):
    rows = list(known_items(collection, 10_000))
    assert 20 < len(rows) < 10_000
    assert len({row["id"] for row in rows}) == len(rows)


def test_no_collection_is_made_over_another(collection, articles):
    with pytest.raises(CuttingsError, match="already; name a new folder"):
        fill(collection.folder, articles[:1], HashEncoder())


@pytest.mark.parametrize("option", ["--passages", "--questions"])
def test_nothing_cannot_be_made(tmp_path, capsys, option):
    assert main([str(tmp_path / "none"), option, "0"]) == 1
    assert "at least 1" in capsys.readouterr().err
    assert not (tmp_path / "none").exists()


@pytest.mark.model
def test_made_vectors_have_the_form_of_the_models(encoder: SentenceEncoder, articles):
    text = articles[0].text[:600]
    made = MadeEncoder(encoder)
    list(made.encode_passages([text[:300], articles[1].text]))  # the model, which pads, has been at work
    one, _ = made.encode_passages([text, text[:50]])
    (real,) = encoder.encode_passages([text])
    assert one.shape == real.shape
    assert math.isclose(np.linalg.norm(one), 1, abs_tol=1e-5)
    assert made.count(text) == encoder.count(text) and made.name == encoder.name
    (again,) = MadeEncoder(encoder).encode_passages([text])
    assert np.allclose(again, one, atol=1e-5)


@pytest.mark.model
@pytest.mark.usefixtures("one_model")
def test_a_made_collection_can_be_asked(tmp_path: Path):
    passages, questions = make(tmp_path / "made", 90, 20)
    assert 60 <= passages <= 120 and questions == 20
    bot = Chatbot.open(tmp_path / "made")
    assert verify(bot.collection) == []
    golds = load_gold(tmp_path / "made" / GOLD, bot.collection).golds
    assert len(golds) == 20
    found = [
        gold.evidence[0].article_id in [hit.article_id for hit in bot.search(gold.question)] for gold in golds
    ]
    assert sum(found) > 15
