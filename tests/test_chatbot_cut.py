"""Sentences that are cut out are found with their passage, and neither read nor quoted."""

from pathlib import Path

import pytest

from chatbot.bot import Chatbot
from chatbot.request import Request
from chatbot.settings import Settings
from corpus.article import Article
from index.folder.collection import Collection
from index.ingest.ingest import ingest_articles
from tests.fakes import HashEncoder

LONG = " ".join(f"Sentence number{n} of this paragraph tells of harbour{n} and ferry{n}." for n in range(9))
QUESTION = "What does sentence number5 tell of harbour5?"


@pytest.fixture
def bot(tmp_path: Path) -> Chatbot:
    collection = Collection.create(tmp_path)
    articles = [
        (Article("long", "Long", LONG, "long.txt"), "/long", "long"),
        (Article("other", "Other", "The tunnel opens in May. Its toll is low.", "o.txt"), "/other", "other"),
    ]
    ingest_articles(collection, HashEncoder(), articles, 45)
    return Chatbot(collection, HashEncoder(), Settings(reader="none", threshold=0.0))


def test_it_is_quoted_from_no_passage_though_all_are_found(bot: Chatbot) -> None:
    whole = bot.run(Request(QUESTION))
    assert whole.answer
    first = whole.answer.citations[0]
    assert "number5" in first.quote
    holding = [hit for hit in whole.hits if "number5" in hit.text]
    assert len(holding) == 2  # passages overlap
    run = bot.run(Request(QUESTION, hidden=[("long", first.start + 5, first.start + 6)]))
    assert {hit.passage_id for hit in run.hits} == {hit.passage_id for hit in whole.hits}
    read = {candidate.quote for candidate in run.candidates}
    assert read == {candidate.quote for candidate in whole.candidates} - {first.quote}
    assert run.answer and not any("number5" in citation.quote for citation in run.answer.citations)


def test_where_all_of_it_is_cut_out_there_is_no_answer(bot: Chatbot) -> None:
    everything = [(one.id, 0, 10_000) for one in bot.collection.articles()]
    run = bot.run(Request(QUESTION, hidden=everything))
    answer = run.answer
    assert answer and (answer.state, answer.confidence, answer.citations) == ("none", 0.0, ())
    assert run.candidates == ()
