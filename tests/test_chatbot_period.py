"""What the time in a question does to the answer, from the search to the JSON."""

from __future__ import annotations

from pathlib import Path

import pytest

from chatbot.bot import Chatbot
from chatbot.present import answer_json
from chatbot.settings import Settings
from chatbot.terminal import answer as told
from corpus.metadata import Metadata
from corpus.read import Raw
from index.collection import Collection
from index.ingest import ingest
from tests.fakes import HashEncoder

DATED = {
    "old": ("2019-05-02", "The harbour bridge closed because of rust."),
    "new": ("2021-03-09", "The harbour bridge opened again for lorries."),
    "undated": (None, "The harbour bridge is made of iron."),
}


@pytest.fixture
def bot(tmp_path: Path) -> Chatbot:
    collection = Collection.create(tmp_path)
    raws = [
        Raw(f"/{id}", f"{id}.txt", text, "txt", Metadata(id=id, published=published), (), id)
        for id, (published, text) in DATED.items()
    ]
    ingest(collection, HashEncoder(), raws, 40)
    return Chatbot(collection, HashEncoder(), Settings(reader="none", threshold=0.0))


def cited(bot: Chatbot, question: str, **how: bool) -> set[str]:
    return {hit.article_id for hit in bot.ask(question, **how).hits}  # type: ignore[arg-type]


def test_a_filter_reads_only_what_was_published_then_until_it_is_taken_off(bot: Chatbot) -> None:
    question = "What do articles from 2021 say about the harbour bridge?"
    assert cited(bot, question) == {"new"}
    assert cited(bot, question, any_time=True) == set(DATED)
    answer = bot.ask(question)
    assert answer_json(answer)["period"] == {
        "from": "2021-01-01",
        "to": "2021-12-31",
        "words": "from 2021",
        "kind": "filter",
        "articles": 1,
        "undated": 1,
    }
    assert "Only articles published in 2021; 1 without a date left out" in told(answer, 200)
    assert answer_json(bot.ask(question, any_time=True))["period"] is None


def test_a_filter_that_leaves_nothing_says_so_and_shows_what_there_is(bot: Chatbot) -> None:
    answer = bot.ask("What do articles from 1987 say about the harbour bridge?")
    assert answer.abstained and answer.confidence == 0.0
    assert answer.citations
    assert "No article was published in 1987" in told(answer, 200)


def test_a_preference_leaves_nothing_out_and_lifts_a_little(bot: Chatbot) -> None:
    scores = {
        when: {hit.article_id: hit.score for hit in bot.ask(f"What of the harbour bridge{when}?").hits}
        for when in (" in 2019", " in 2021")
    }
    assert {frozenset(found) for found in scores.values()} == {frozenset(DATED)}
    lead = scores[" in 2019"]["old"] - scores[" in 2021"]["old"]
    behind = scores[" in 2019"]["new"] - scores[" in 2021"]["new"]
    assert lead > behind


def test_the_newest_comes_before_its_equal(bot: Chatbot) -> None:
    answer = bot.ask("What is the latest on the harbour bridge?")
    assert answer.period is not None and answer.period.kind == "newest"
    plain = {hit.article_id: hit.score for hit in bot.ask("What is on the harbour bridge?").hits}
    newest = {hit.article_id: hit.score for hit in answer.hits}
    assert newest["new"] - newest["old"] > plain["new"] - plain["old"]


def test_no_date_no_filter(tmp_path: Path) -> None:
    collection = Collection.create(tmp_path)
    raw = Raw("/a", "a.txt", DATED["old"][1], "txt", Metadata(id="a"), (), "a")
    ingest(collection, HashEncoder(), [raw], 40)
    answer = Chatbot(collection, HashEncoder(), Settings(reader="none")).ask(
        "What do articles from 2021 say of rust?"
    )
    assert answer.period is None
    assert {hit.article_id for hit in answer.hits} == {"a"}
