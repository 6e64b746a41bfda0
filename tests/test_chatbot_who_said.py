"""Questions about speech: whose words are wanted, and which sentences are theirs."""

from __future__ import annotations

import pytest

from chatbot.answer import Turn
from chatbot.bot import Chatbot
from chatbot.conversation.kind import kind_of
from chatbot.conversation.who_said import WhoSaid, who_said
from chatbot.quoting.speech import Spoken, about, by_speaker, quoted_last, spoken_first
from scripts.speech import bundled as bundled_articles
from scripts.speech import load_labels, scored
from tests.reading import neighbours

SPOKEN = Spoken(
    {
        ("a", 0): ("Ann Leeds",),
        ("a", 20): ("Harbour Board",),
        ("b", 0): ("HB",),
        ("b", 30): ("Tom Reyes", "One director"),
    },
    {"HB": "Harbour Board"},
    {"Tom Reyes": "chair of the HB"},
)


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("What did Ann Leeds say about the bridge?", WhoSaid("of one", "Ann Leeds", "the bridge")),
        ("what does the harbour board think of tolls", WhoSaid("of one", "harbour board", "tolls")),
        ("Quote Ann Leeds", WhoSaid("of one", "Ann Leeds")),
        ("quotes from Dr Leeds on tolls please", WhoSaid("of one", "Dr Leeds", "tolls please")),
        ("What was the board's own view?", WhoSaid("of one", "board")),
        ("What did she say about it?", WhoSaid("of one", "she", "it")),
        ("Who said that?", WhoSaid("that")),
        ("whose words are these?", WhoSaid("that")),
        ("Who said pipedream?", WhoSaid("who", about="pipedream")),
        ("who used the word smothered", WhoSaid("who", about="smothered")),
        ("What do people say about the bridge?", WhoSaid("who", about="the bridge")),
    ],
)
def test_what_is_asked_about_speech(question: str, asked: WhoSaid) -> None:
    assert kind_of(question) == "who said"
    assert who_said(question) == asked


@pytest.mark.parametrize(
    ("asked", "places"),
    [
        ("Ann Leeds", {("a", 0)}),
        ("dr leeds", {("a", 0)}),
        ("Kate Leeds", set()),
        ("HB", {("a", 20), ("b", 0), ("b", 30)}),
        ("the Harbour Board", {("a", 20), ("b", 0), ("b", 30)}),
        ("chair of the HB", {("b", 30)}),
        ("directors", {("b", 30)}),
        ("Ann Leeds and the director", {("a", 0), ("b", 30)}),
        ("Matt Hancock", set()),
    ],
)
def test_the_sentences_of_one_are_found_by_any_of_the_names(asked: str, places: set[tuple[str, int]]) -> None:
    assert SPOKEN.by(asked) == places


def test_what_is_somebodys_and_has_the_words_comes_first() -> None:
    told, said = neighbours("a", "The ferry is late.", "Rust is a danger, she said.")
    spoken = Spoken({("a", said.sentence.start): ("Ann Leeds",)})
    assert spoken_first([told, said], spoken, {"rust": 0.8}) == [(said, True), (told, False)]
    assert spoken_first([told, said], spoken, {"money": 0.8})[0] == (said, False)


def test_a_topic_must_stand_in_the_passage_or_its_headings() -> None:
    candidates = neighbours("bridge", "It is late.")
    assert about(candidates, {"bridg": 0.5}) == candidates
    assert about(candidates, {"money": 0.5}) == []
    assert about(candidates, {}) == candidates


def test_what_was_quoted_last_is_found_again_in_its_order() -> None:
    first, second, other = neighbours("a", "It is late.", "She is sorry.", "It rains.")
    assert quoted_last([other, first, second], "She is sorry. It is late.") == [second, first]


def test_citations_stand_under_the_names_of_their_speakers(bundled: Chatbot) -> None:
    answer = bundled.ask("Who said pipedream?")
    assert answer.state == "answer"
    assert answer.sections[0].heading in ("Said by NHS Confederation", "Said by Ruth Rankine")
    assert by_speaker(answer.citations, Spoken()) == ()


def test_the_words_of_one_are_that_ones_alone(bundled: Chatbot) -> None:
    answer = bundled.ask("What did Ruth Rankine say?")
    assert answer.state == "answer"
    assert len(answer.citations) > 5
    assert all("works for the NHS Confederation" not in one.quote for one in answer.citations)
    assert len({section.heading for section in answer.sections}) == len(answer.sections) > 2


@pytest.mark.parametrize(
    "question", ["What did Matt Hancock say about networks?", "What did Ruth Rankine say about coronavirus?"]
)
def test_who_said_nothing_of_it_is_not_quoted(bundled: Chatbot, question: str) -> None:
    assert bundled.ask(question).state == "none"


def test_who_said_that_names_the_speaker_of_what_was_quoted(bundled: Chatbot) -> None:
    quoted = (
        "She said the networks were the building block on which everything else depended, and that too little"
    )
    quoted += " time and investment had gone into them."
    turns = [Turn("user", "What are networks?"), Turn("assistant", quoted)]
    answer = bundled.ask("Who said that?", turns)
    assert [section.heading for section in answer.sections] == ["Said by Ruth Rankine"]
    assert [one.quote for one in answer.citations] == [quoted]


def test_speakers_of_the_labelled_sentences_are_told() -> None:
    articles = bundled_articles()
    labels = load_labels(articles)
    score = scored(labels, articles)
    assert len(labels) == 125
    assert score.precision >= 0.95
    assert score.recall >= 0.8
