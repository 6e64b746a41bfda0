"""An answer as the message that is shown of it."""

from __future__ import annotations

import re
import string
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from chatbot.answer import Answer, Citation, Difference, Section, Why
from chatbot.filters import Filters
from chatbot.render import message as markup


@given(st.text(st.characters(exclude_characters="\0", codec="utf-8")))
@example(
    "<b>&amp;</b> **b** _u_ [x](y) `c` | $$m$$ www.evil.test a@b.test :smile:\r\n\n    c\x85\x96 \U0001f4f0"
)
def test_escaped_text_has_no_markup_and_reads_the_same(text):
    escaped = markup.escape(text)
    assert re.sub(r"&#(\d+);", lambda match: chr(int(match[1])), escaped) == text
    assert not set(re.sub(r"&#\d+;", "", escaped)) & set(string.punctuation + "\r\n\t")


NUMBERED = "<i>&#91;{}&#93;</i> "


def cited(rank: int, article_id: str, **known: str) -> Citation:
    return Citation(rank, "A & B.", article_id, "The <title>", "a.md", 3, 9, 0.5, **known)


def answered(*citations: Citation, **how: Any) -> Answer:
    known = {"rewrite_reason": "", "state": "answer", "confidence": 0.5, "hits": (), **how}
    return Answer(question="Why?", standalone_question="Why?", citations=citations, **known)


def test_a_title_is_given_once_for_the_sentences_of_one_article_in_a_row():
    known = {"publisher": "The Post", "published": "2024-05-03"}
    shown = markup.message(answered(*(cited(i, name, **known) for i, name in enumerate("aab", 1))))
    assert [chip.count("title") for chip in shown.split('<a class="chip"')[1:]] == [1, 0, 1]
    assert shown.count('<b>The Post&#44; <time datetime="2024&#45;05&#45;03">3 May 2024</time></b>') == 3


@pytest.mark.parametrize(
    ("known", "label"),
    [
        ({}, "<span>The &#60;title&#62;</span>"),
        (
            {"published": "2024-05-03"},
            '<b><time datetime="2024&#45;05&#45;03">3 May 2024</time></b> <span>The &#60;title&#62;</span>',
        ),
        ({"published": "May"}, '<b><time datetime="May">May</time></b> <span>The &#60;title&#62;</span>'),
    ],
)
def test_a_citation_is_labelled_with_what_is_known(known, label):
    shown = markup.message(answered(cited(1, "sub/a b.md", **known)))
    assert f'<a class="chip" href="#cite/sub%2Fa%20b.md/3/9">{NUMBERED.format(1)}{label}</a>' in shown


def test_a_notice_is_shown_in_place_of_an_answer():
    shown = markup.message(answered(cited(1, "a"), notice="Ask away."))
    assert shown.startswith('<p class="notice">Ask away&#46;</p>') and "blockquote" not in shown


def test_where_the_articles_do_not_answer_the_closest_passages_are_marked_as_no_answer():
    shown = markup.message(answered(*(cited(i, name) for i, name in enumerate("abcd", 1)), state="none"))
    said, marked, link = shown.split("\n\n")
    assert said == '<p class="none">The articles do not answer that.</p>'
    assert marked.startswith(
        '<details class="closest"><summary>Closest passages (not an answer)</summary><blockquote'
    )
    assert marked.count("<blockquote") == 3 and marked.endswith("</details>")
    assert markup.message(answered(state="none")).split("\n\n")[:-1] == [said]  # nothing comes near
    assert 'class="permalink"' in link


def test_what_is_possibly_the_answer_is_open_and_says_so():
    differ = (Difference((cited(3, "c"), cited(2, "b"))),)
    possibly = answered(cited(1, "a"), cited(2, "b"), state="possibly", differ=differ)
    word, *quotes, _ = markup.paragraphs(possibly)
    assert word == '<p class="possibly">Possibly:</p>'
    assert len(quotes) == 2 and "".join(quotes).count('<blockquote class="cutting unsure">') == 3
    stated = markup.message(replace(possibly, state="answer"))
    assert "Possibly" not in stated and "unsure" not in stated and stated.count("<blockquote") == 3
    assert possibly.turns[1].content == "A & B. A & B."


def test_the_conversation_holds_the_quotes_and_no_markup():
    assert answered(cited(1, "a"), cited(2, "b")).turns[1].content == "A & B. A & B."
    assert answered(cited(1, "a"), state="none").turns[1].content == ""


def test_an_answer_is_shown_piece_by_piece_and_ends_with_its_link():
    answer = answered(cited(1, "a"), cited(2, "b"))
    shown = markup.paragraphs(answer)
    assert [piece.count("<blockquote") for piece in shown] == [1, 1, 0]
    assert f'href="#answer/{answer.id}"' in shown[-1]
    assert markup.message(answer) == "\n\n".join(shown)


@pytest.mark.parametrize(
    ("filters", "words"),
    [
        (Filters(("The Post", "B & Co")), "Only The Post or B & Co."),
        (Filters(start=date(2024, 5, 3)), "Only since 3 May 2024."),
        (
            Filters(("The Post",), date(2024, 5, 3), date(2024, 6, 4)),
            "Only The Post, 3 May 2024 to 4 June 2024.",
        ),
        (Filters(end=date(2024, 6, 4)), "Only until 4 June 2024."),
    ],
)
def test_filters_are_said(filters, words):
    assert markup.escape(words) in markup.message(answered(cited(1, "a"), filters=filters))


@pytest.mark.parametrize(("lost", "words"), [(1, "One sentence cited"), (2, "2 sentences cited")])
def test_what_an_opened_answer_has_lost_is_said(lost, words):
    assert words in markup.message(answered(cited(1, "a")), lost)
    assert "cited here" not in markup.message(answered(cited(1, "a")))


def test_why_a_sentence_was_chosen_is_told_and_its_words_are_text():
    why = Why(2, 144, ("<b>BMA",), -0.5, 3, 3.14, 4, 0.6, None, 20)
    shown = markup.message(answered(replace(cited(1, "a"), why=why)))
    assert f"<span>Matched:</span> <i>{markup.escape('<b>BMA')}</i>; <span>third</span> " in shown
    assert "<span>of 20 passages</span>" in shown and "close in meaning" not in shown
    for told in ("2 / 144", "3 / 20", "4 (BM25 3.1)", "> 100 (cosine 0.60)", "−0.5"):
        assert f"<dd>{markup.escape(told)}</dd>" in shown
    assert "<b>BMA" not in shown
    near = replace(why, dense_rank=4, passage_rank=12, words=())
    shown = markup.message(answered(replace(cited(1, "a"), why=near)))
    assert "<span>No word in common</span>; <span>close in meaning</span>; <span>number 12</span> " in shown


def test_the_places_of_an_answer_are_numbered_once_each():
    first, second = replace(cited(1, "a"), also=(cited(1, "c"),)), cited(2, "b")
    differ, sections = (Difference((second, first)),), (Section("Pay", (first, second)),)
    shown = markup.message(answered(first, second, kind="summary", sections=sections, differ=differ))
    numbers = re.findall(r"#cite/(\w)/3/9\"><i>&#91;(\d)&#93;</i>", shown)
    assert numbers == [("a", "1"), ("c", "2"), ("b", "3"), ("b", "3"), ("a", "1"), ("c", "2")]


def test_nothing_can_be_done_with_small_talk_and_what_was_understood_is_one_line():
    assert 'class="foot silent"' in markup.message(answered(notice="Hello!"))
    filters, off = Filters(("The Post",)), frozenset({"as_typed", "any_time"})
    shown = markup.paragraphs(answered(cited(1, "a"), filters=filters, taken_off=off))
    assert shown[0].count("<p") == 1 and shown[0].count("<span>") == 3 and "silent" not in shown[-1]
