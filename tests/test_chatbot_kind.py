"""What kind of answer a question asks for, and the kinds whose answer is a selection of sentences."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from chatbot.answer import COLLECTING, Kind
from chatbot.conversation.kind import kind_of
from chatbot.quoting.collect import worthy
from chatbot.quoting.compose import folded
from chatbot.quoting.sections import arranged
from chatbot.quoting.statements import Nearness
from tests.fakes import HashEncoder
from tests.reading import article_of, neighbours, no_reason
from tests.small import small_bot


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("Summarise the harbour report", "summary"),
        ("what are the main findings of the inquiry?", "summary"),
        ("Could you give me a short overview of the strike?", "summary"),
        ("What did the harbour survey find?", "summary"),
        ("timeline of the strike", "timeline"),
        ("What happened in May 2021?", "timeline"),
        ("What happened after the vote?", "timeline"),
        ("Compare the mayor and the council", "comparison"),
        ("ferry vs bridge", "comparison"),
        ("What is the difference between a quay and a pier?", "comparison"),
        ("Which articles mention the ferry?", "articles"),
        ("latest news", "articles"),
        ("anything about the lighthouse", "articles"),
        ("How many articles mention the ferry?", "counting"),
        ("What did the mayor say about the toll?", "who said"),
        ("Who warned of delays?", "who said"),
        ("quote Ann Leeds", "who said"),
        ("Why did the ferry stop?", "reason"),
        ("What is wrong with the bridge?", "reason"),
        ("What is a quay?", "definition"),
        ("Who is Ann Leeds?", "definition"),
        ("what does RNLI stand for", "definition"),
        ("List the harbours", "list"),
        ("Which organisations opposed the toll?", "list"),
        ("Is the bridge open?", "yes or no"),
        ("How many people use the ferry?", "fact"),
        ("When did the bridge open?", "fact"),
        ("Who opened the bridge?", "fact"),
        ("What does the mayor say is the cost of the bridge?", "fact"),
        ("", "fact"),
    ],
)
def test_a_question_asks_for_a_kind_of_answer(question: str, kind: Kind) -> None:
    assert kind_of(question) == kind
    assert kind_of(f"please, {question}") == kind or not question


@pytest.mark.parametrize(
    "piece", ["what ", "who is ", "more than ", "a-b: ", "is or ", "the the ", "what's "]
)
def test_the_kind_of_the_longest_question_is_told_at_once(piece: str) -> None:
    question = (piece * 2000)[:2000]
    begun = time.perf_counter()
    kind_of(question)
    assert time.perf_counter() - begun < 5  # seconds; a pattern that backtracks takes hours


def test_what_is_collected_is_the_best_then_the_worthiest_each_once() -> None:
    said = "The survey had 213 replies from clinical directors across England."
    found = [
        *neighbours("a", said, margin=3.0),
        *neighbours("b", said.replace("across", "in"), margin=2.5),
        *neighbours("c", "Cats sleep.", *(f"Dog number{n} barks." for n in range(12)), margin=-3.0),
    ]
    groups = folded(worthy(found, [0.9] * len(found)), article_of, Nearness(HashEncoder()), 10)
    cited = [group.citation(rank, article_of, no_reason) for rank, group in enumerate(groups, 1)]
    assert cited[0].quote == said and [other.article_id for other in cited[0].also] == ["b"]
    assert "Cats sleep." not in {one.quote for one in cited}
    assert len(folded(worthy(found, [0.9] * len(found)), article_of, Nearness(HashEncoder()), 1)) == 1
    assert folded(worthy([], []), article_of, Nearness(HashEncoder()), 10) == []


@pytest.mark.parametrize("kind", sorted(COLLECTING - {"timeline", "articles", "comparison"}))
def test_sections_hold_every_citation_once(kind: Kind, tmp_path: Path) -> None:
    found = [
        *neighbours("late", "The tunnel opens.", "It is long.", published="2024-06-10"),
        *neighbours("early", "The bridge opened.", published="2024-05-03"),
    ]
    groups = folded(worthy(found, [0.9] * 3, least=-9.0), article_of, Nearness(HashEncoder()), 10)
    citations = [group.citation(rank, article_of, no_reason) for rank, group in enumerate(groups, 1)]
    sections = arranged(kind, "?", citations, ())
    inside = [citation for section in sections for citation in section.citations]
    assert sorted(one.rank for one in inside) == [one.rank for one in citations]
    dates = [section.citations[0].published for section in sections]
    assert dates == sorted(dates)
    assert [one.start for one in inside if one.article_id == "late"] == sorted(
        one.start for one in inside if one.article_id == "late"
    )


def test_a_summary_is_told_under_the_titles_of_its_articles(tmp_path: Path) -> None:
    answer = small_bot(tmp_path).ask("Summarise the bridge")
    assert answer.kind == "summary" and answer.sections
    assert "The mayor opens the bridge" in [section.heading for section in answer.sections]
    cited = [citation for section in answer.sections for citation in section.citations]
    assert sorted(cited, key=lambda one: one.rank) == list(answer.citations)
