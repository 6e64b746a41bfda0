"""The words of a quotation that answer."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot.answer import Citation
from chatbot.bot import Chatbot
from chatbot.extract import Candidate
from chatbot.features import Asked
from chatbot.highlight import highlight
from chatbot.markup import message
from corpus.article import Article, Passage, Sentence
from index.collection import Reading
from index.hit import Hit
from index.search import Query
from index.tokens import terms
from tests.fakes import UNREAD, HashEncoder

BEFORE = "Nothing of it. "


def asked(question: str) -> Asked:
    encoding = HashEncoder().encode_query(question)
    query = Query(question, question, tuple(terms(question)), (), 0.0, encoding.vector, encoding)
    return Asked.of(query, lambda _: 1.0)


def candidate(quote: str) -> Candidate:
    """The sentence, second in its article, with a token for each word."""
    text = BEFORE + quote
    article = Article("a", "a", text, "a.txt")
    sentence = Sentence("a", len(BEFORE), len(text))
    hit = Hit(1, 1.0, 1, "a", "", "", 0, len(text), text, 1, 1)
    encoding = HashEncoder().encode_query(text)
    reading = Reading(encoding.tokens, encoding.offsets)
    return Candidate(
        sentence, Passage("a", 0, len(text), "", (sentence,)), article, hit, 0.0, np.empty(0), reading
    )


def words(question: str, quote: str) -> str | None:
    found = highlight(asked(question), candidate(quote))
    return None if found is None else (BEFORE + quote)[found[0] : found[1]]


@pytest.mark.parametrize(
    ("question", "quote", "expected"),
    [
        ("How many directors replied?", "The survey had 1,259 replies.", "1,259"),
        ("How many people moved?", "About two million people moved.", "two million"),
        ("How long do repairs take?", "Repairs take 14 months.", "14 months"),
        ("How much does the bridge cost?", "It will cost £3.5 million.", "£3.5 million"),
        ("What percentage of directors will leave?", "Of them 81 per cent will leave.", "81 per cent"),
        ("When did the bridge close?", "It closed on 12 March 2019.", "12 March 2019"),
        ("In which year did it open?", "The bridge opened in 1931.", "1931"),
        ("Who closed the bridge?", "It was closed by Ann Leeds of York.", "Ann Leeds of York"),
        ("Who closed the bridge?", "It was closed by Ann Leeds herself.", "Ann Leeds"),
        ("Where is the harbour?", "The harbour is in Hull.", "Hull"),
        ("What happened to the bridge?", "It was closed in 2019 by Ann Leeds.", None),
        ("Why did it close?", "It closed in 2019.", None),
    ],
)
def test_what_is_asked_for_is_marked(question: str, quote: str, expected: str | None) -> None:
    assert words(question, quote) == expected


def test_of_several_the_one_beside_the_words_of_the_question() -> None:
    quote = "In all 308 points were given away and then as many as 24 interceptions made by the team."
    assert words("How many interceptions were made?", quote) == "24"
    assert words("How many points were given away?", quote) == "308"


def test_what_the_question_says_itself_is_no_answer() -> None:
    assert words("Who met Ann Leeds?", "Then Ann Leeds met Bob York.") == "Bob York"
    assert words("How many of the 213 left?", "Of the 213 some left.") is None


def test_a_capital_at_the_beginning_makes_no_name() -> None:
    assert words("Who closed it?", "Inspectors closed it.") is None


def test_a_sentence_that_was_not_read_is_marked_only_where_there_is_no_choice() -> None:
    two, one = candidate("It had 12 or 13 replies."), candidate("It had 12 replies.")
    question = asked("How many replies?")
    assert highlight(question, replace(two, reading=UNREAD)) is None
    assert highlight(question, replace(one, reading=UNREAD)) is not None


@given(st.text(min_size=1, max_size=80), st.sampled_from(["How many?", "Who was it?", "When was it?"]))
def test_a_highlight_lies_within_its_sentence(quote: str, question: str) -> None:
    found = highlight(asked(question), candidate(quote))
    assert found is None or len(BEFORE) <= found[0] < found[1] <= len(BEFORE + quote)


@pytest.mark.model
def test_an_answer_marks_the_number_on_its_way_to_the_page(bundled: Chatbot) -> None:
    answer = bundled.ask("How many clinical directors replied to the survey?")
    first: Citation = answer.citations[0]
    assert first.highlight is not None
    start, end = first.highlight
    said = bundled.collection.article(first.article_id).text[start:end]
    assert said in first.quote and any(letter.isdigit() for letter in said)
    assert f"<mark>{said}</mark>" in message(answer)
