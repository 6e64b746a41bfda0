"""What the time in a question does to the answer, from the search to the JSON."""

from __future__ import annotations

from pathlib import Path

import pytest

from chatbot.bot import Chatbot
from chatbot.render.schema import answer_json
from chatbot.render.terminal import answer as told
from chatbot.settings import Settings
from corpus.metadata import Metadata
from corpus.read import Raw
from index.folder.collection import Collection
from index.ingest.ingest import ingest
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


def test_a_preference_leaves_nothing_out_and_decides_between_equals(tmp_path: Path) -> None:
    collection = Collection.create(tmp_path)
    raws = [
        Raw(f"/{day}", f"{day}.txt", DATED["old"][1], "txt", Metadata(id=day, published=day), (), day)
        for day in ("2019-05-02", "2021-03-09", "2020-07-01")
    ]
    ingest(collection, HashEncoder(), raws, 40)
    bot = Chatbot(collection, HashEncoder(), Settings(reader="none", threshold=0.0))
    firsts = {
        "Why was the harbour bridge closed in 2019?": "2019-05-02",
        "Why was the harbour bridge closed in 2020?": "2020-07-01",
        "What is the latest on the harbour bridge?": "2021-03-09",
    }
    for question, day in firsts.items():
        first, *others = bot.ask(question).citations  # they all say the same; each article is listed
        assert first.article_id == day and len(first.also or others) == 2
    first, *others = bot.ask("What is the latest on the harbour bridge?", any_time=True).citations
    assert first.article_id == "2019-05-02"  # as they were found


def test_no_date_no_filter(tmp_path: Path) -> None:
    collection = Collection.create(tmp_path)
    raw = Raw("/a", "a.txt", DATED["old"][1], "txt", Metadata(id="a"), (), "a")
    ingest(collection, HashEncoder(), [raw], 40)
    answer = Chatbot(collection, HashEncoder(), Settings(reader="none")).ask(
        "What do articles from 2021 say of rust?"
    )
    assert answer.period is None
    assert {hit.article_id for hit in answer.hits} == {"a"}
