"""Stubs of questions: what sentences can be asked, and that none is better than a silly one."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.write.stubs import SHOWN, stubs

TABLE = [
    ("Dr Ann Bell, who chairs the board, said that trains were full.", "What did Dr Ann Bell say about ...?"),
    ("The chair of the board, Dr Ann Bell, warned of a strike.", "What did Dr Ann Bell warn of?"),
    ("On Monday Ms Bell argued against it.", "What did Ms Bell argue?"),
    ("But the British Rail Board (BRB) has suggested a toll.", "What did the British Rail Board suggest?"),
    ("On Tuesday, Mary Shaw urged them to wait.", "What did Mary Shaw call for?"),
    ("March 2020: The mayor's office is shut, the RCGP wants it open.", "What does the RCGP want?"),
    ("Mary Shaw, director of the museum, opened the show.", "Who is Mary Shaw?"),
    ("Dr Bell is the town's first mayor.", "Who is Dr Bell?"),
    ("A weir, or low dam, is a wall across a river.", "What is a weir?"),
    ("The Harbour Fund (founded by merchants) is the oldest charity here.", "What is the Harbour Fund?"),
    ("The bridges were first opened by the king in May 1911.", "When were the bridges first opened?"),
    ("They had 213 replies in all.", "How many replies ...?"),
    ("It promised 6,000 additional GPs.", "How many additional GPs ...?"),
    ("Some 2.4 million people live there.", "How many people ...?"),
    ("As many as 11% of clinical directors plan to go.", "What share of clinical directors ...?"),
    ("One in five of the shops has closed.", "What share of the shops ...?"),
    ("Nearly half (49%) said no.", "What share ...?"),
    ("The consultation ran for three weeks.", "How long ...?"),
    ("It sold for £3 million.", "How much ...?"),
    ("They left because the roof leaked.", "Why ...?"),
    ("It has stood there since 1911.", "When ...?"),
]

NONE = [
    "Respondents said that it was late.",  # nobody's name
    "He said that it was late.",
    "One director who replied to the BMA said it was late.",  # it was not the BMA
    "The two bodies draw a similar moral.",
    "The aim is to change the care that people get.",
    "The outcome is a draw.",  # of what?
    "Use hydrogen peroxide 1% cream.",
    "Profits were 12 mln dlrs vs 11.",
    "That is all there was to it.",
    "",
]


@pytest.mark.parametrize(("sentence", "stub"), TABLE)
def test_what_a_sentence_says_can_be_asked(sentence, stub):
    assert stub in stubs([sentence], sentence)


@pytest.mark.parametrize("sentence", NONE)
def test_none_is_better_than_a_silly_one(sentence):
    assert stubs([sentence], sentence) == ()


def test_a_word_that_opens_a_sentence_is_a_name_where_the_article_has_it_as_one():
    sentence = "Pulse found that few would leave."
    assert stubs([sentence], sentence) == ()
    assert stubs([sentence], f"{sentence} So says Pulse.") == ("What did Pulse find out about ...?",)


def test_each_kind_comes_first_and_what_says_nothing_last():
    sentences = [
        "They left because 213 replies had come by May 2019 and 40 letters.",
        "Dr Bell said so. ",
        "Dr Moss said so.",
    ]
    assert stubs(sentences, " ".join(sentences)) == (
        "What did Dr Bell say about ...?",
        "How many replies ...?",
        "What did Dr Moss say about ...?",
    )


def test_markup_and_line_breaks_are_left_out():
    assert stubs(["**Dr Ann\r\nBell** said no."], "") == ("What did Dr Ann Bell say about ...?",)


words = st.sampled_from(
    "The Dr Bell said that 40% of 12 trains were opened in May 2019 because 📰 £3 , . a In ( ) [x]".split()
)


@given(st.lists(st.one_of(st.lists(words).map(" ".join), st.text(max_size=40)), max_size=5))
def test_a_stub_is_one_line_that_ends_as_a_question_whatever_the_passage(sentences):
    found = stubs(sentences, " ".join(sentences))
    assert len(found) <= SHOWN and len(set(found)) == len(found)
    for stub in found:
        assert re.fullmatch(r"(?:Who|What|When|Why|How) [^\r\n]*\S.*\?", stub)
        assert stub.count("...") == stub.endswith(" ...?")
