"""Timelines and lists of articles, from what was found to the sections of an answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from chatbot.answer import Answer
from chatbot.bot import Chatbot
from chatbot.conversation.publisher import publishers_named
from chatbot.permalink import reopen
from chatbot.quoting.article_list import MOST_ARTICLES
from chatbot.quoting.sections import arranged
from chatbot.render.outline import status
from chatbot.settings import Settings
from corpus.read import read
from index.folder.collection import Collection
from index.ingest.ingest import ingest
from tests.fakes import HashEncoder

ARTICLES = {
    "bridge": ("Bridge over the harbour", "The Ferryman", "2020-02-05", """
The harbour bridge was planned in May 2018 by the town council.
Last month the engineers found rust in the harbour bridge.
The harbour bridge is due to open again later this week.
"""),
    "ferry": ("The ferry runs", "Harbour Post", "2020-01-20", """
The ferry carries 213 cars across the harbour every day.
In December the ferry lost its captain to a rival.
The harbour bridge was closed on 9 January 2020 by the police.
"""),
    "school": ("School dinners", "Harbour Post", None, """
School dinners are cooked in the town hall kitchen.
In 1994 the school burned down to the ground.
"""),
}  # fmt: skip


@pytest.fixture(scope="module")
def bot(tmp_path_factory: pytest.TempPathFactory) -> Chatbot:
    where = tmp_path_factory.mktemp("timeline")
    folder = where / "articles"
    folder.mkdir()
    for name, (title, publisher, published, text) in ARTICLES.items():
        day = f"published: {published}\n" if published else ""
        (folder / f"{name}.md").write_text(f"---\ntitle: {title}\npublisher: {publisher}\n{day}---\n{text}")
    return opened(where, folder)


def opened(where: Path, folder: Path) -> Chatbot:
    collection = Collection.create(where / "collection")
    ingest(collection, HashEncoder(), read([folder]), 200)
    return Chatbot(collection, HashEncoder(), Settings(reader="none"))


def headings(answer: Answer) -> list[tuple[str, str]]:
    return [(section.heading, section.note) for section in answer.sections]


def quotes(answer: Answer) -> list[str]:
    return [one.quote for section in answer.sections for one in section.citations]


def test_a_timeline_is_in_order_and_says_what_last_month_was(bot: Chatbot) -> None:
    answer = bot.ask("timeline of the harbour bridge")
    assert answer.kind == "timeline" and answer.state == "answer"
    assert headings(answer) == [
        ("May 2018", ""),
        ("January 2020", "last month: January 2020"),
        ("9 January 2020", ""),
        ("3 to 9 February 2020", "later this week: 3 to 9 February 2020"),
    ]
    assert all("bridge" in quote for quote in quotes(answer))


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("What happened in December 2019?", ["In December the ferry lost its captain to a rival."]),
        ("what happened in december", ["In December the ferry lost its captain to a rival."]),
        ("What happened in 1994?", ["In 1994 the school burned down to the ground."]),
        ("What happened before the police closed the bridge?", None),
        ("What is coming up next?", ["The harbour bridge is due to open again later this week."]),
    ],
)
def test_the_time_of_the_statement_decides_and_not_that_of_the_article(
    bot: Chatbot, question: str, expected: list[str] | None
) -> None:
    answer = bot.ask(question)
    if expected is None:
        assert "In December the ferry lost its captain to a rival." in quotes(answer)
        assert not any("9 January" in quote or "later this week" in quote for quote in quotes(answer))
    else:
        assert quotes(answer) == expected and answer.period is None


def test_a_time_of_which_nothing_is_told_has_no_answer(bot: Chatbot) -> None:
    answer = bot.ask("What happened in October 2019?")
    assert answer.state == "none" and answer.sections == () and answer.citations


def test_a_number_that_is_no_time_is_part_of_the_topic(bot: Chatbot) -> None:
    assert bot.ask("what happened with bus 77").kind == "fact"


def test_a_topic_that_no_dated_statement_is_about_has_no_timeline(bot: Chatbot) -> None:
    answer = bot.ask("timeline of the coronavirus outbreak")
    assert answer.kind == "fact" and answer.sections == ()


@pytest.mark.parametrize(
    ("question", "titles"),
    [
        ("Which articles mention rust?", ["Bridge over the harbour"]),
        ("latest news", ["Bridge over the harbour", "The ferry runs", "School dinners"]),
        ("oldest article you have", ["The ferry runs"]),
        ("articles by the Harbour Post", ["The ferry runs", "School dinners"]),
        ("latest on the harbour", ["Bridge over the harbour", "The ferry runs"]),
        ("what did The Ferryman publish", ["Bridge over the harbour"]),
        ("how many articles mention the ferry captain?", ["The ferry runs"]),
    ],
)
def test_articles_are_answered_with_articles(bot: Chatbot, question: str, titles: list[str]) -> None:
    answer = bot.ask(question)
    assert [section.heading for section in answer.sections] == titles
    count = "1 article" if len(titles) == 1 else f"{len(titles)} articles"
    assert status(answer) == count


def test_an_article_is_given_with_publisher_and_day(bot: Chatbot) -> None:
    assert headings(bot.ask("Which articles mention rust?")) == [
        ("Bridge over the harbour", "The Ferryman, 5 February 2020")
    ]
    assert headings(bot.ask("articles on school dinners")) == [("School dinners", "Harbour Post")]


def test_no_article_mentions_what_no_article_has(bot: Chatbot) -> None:
    assert bot.ask("which articles mention dentists").state == "none"


def test_where_the_list_is_full_there_may_be_more(bot: Chatbot) -> None:
    answer = bot.ask("Which articles mention rust?")
    full = replace(answer, sections=answer.sections * MOST_ARTICLES)
    assert status(full) == f"{MOST_ARTICLES} articles or more"


@pytest.mark.parametrize(
    "question", ["timeline of the harbour bridge", "latest news", "what happened in 1994"]
)
def test_a_kept_link_opens_with_kind_and_sections(bot: Chatbot, question: str) -> None:
    answer = bot.ask(question)
    again = reopen(answer.id, bot.collection).answer
    assert (
        again.kind == answer.kind and headings(again) == headings(answer) and quotes(again) == quotes(answer)
    )


def test_what_names_no_time_stands_last(bot: Chatbot) -> None:
    answer = bot.ask("timeline of the harbour bridge")
    undated = replace(answer.citations[0], quote="The bridge is long.")
    sections = arranged("timeline", "?", (undated, *answer.citations), ())
    assert [section.heading for section in sections] == [
        *(one for one, _ in headings(answer)),
        "Without a date",
    ]


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("articles by the harbour post", ["Harbour Post"]),
        ("what did The Ferryman publish", ["The Ferryman"]),
        ("which articles mention the Harbour Post", []),
        ("articles by the Harbour Postman", []),
    ],
)
def test_a_publisher_is_named_as_a_source(question: str, named: Sequence[str]) -> None:
    assert publishers_named(question, ["Harbour Post", "The Ferryman"]) == frozenset(named)
