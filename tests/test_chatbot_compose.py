"""Which of the scored sentences are quoted, and which say the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot.answer import Citation
from chatbot.quoting.compose import closest, grouped, standing
from chatbot.quoting.statements import Nearness
from chatbot.reading.candidate import Candidate
from tests.fakes import HashEncoder
from tests.reading import article_of, no_reason
from tests.reading import neighbours as candidates

REPLIES = "The survey had 213 replies from clinical directors across England."


def compose(found: list[Candidate], confidences: list[float], limit: int) -> tuple[Citation, ...]:
    groups = grouped(found, confidences, article_of, Nearness(HashEncoder()))
    return tuple(group.citation(rank, article_of, no_reason) for rank, group in enumerate(groups[:limit], 1))


def quotes(citations: Sequence[Citation]) -> list[str]:
    return [citation.quote for citation in citations]


def also(citations: tuple[Citation, ...]) -> list[list[str]]:
    return [[other.article_id for other in citation.also] for citation in citations]


def two(first: str, second: str) -> tuple[Citation, ...]:
    """The citations of two sentences of two articles, equally sure."""
    return compose([*candidates("a", first), *candidates("b", second)], [0.8, 0.8], 5)


# --- One sentence -------------------------------------------------------------------------------


def test_nothing_to_quote() -> None:
    assert compose([], [], 5) == ()


def test_a_citation_says_all_that_is_known_of_its_sentence() -> None:
    (one,) = candidates("a", REPLIES)
    (citation,) = compose([one], [0.8], 5)
    assert citation == Citation(
        rank=1,
        quote=REPLIES,
        article_id="a",
        title="A",
        source="a.txt",
        start=0,
        end=len(REPLIES),
        score=0.8,
        publisher="The Ferryman",
        published="2024-03-05",
        url="u",
        why=no_reason(one),
    )


def test_the_best_sentence_alone_where_no_other_adds_anything() -> None:
    assert quotes(compose(candidates("a", "Rust was found.", "Cats sleep."), [0.8, 0.7], 5)) == [
        "Rust was found."
    ]


def test_another_article_adds_something_where_it_is_nearly_as_sure() -> None:
    both = [*candidates("a", "Rust was found."), *candidates("b", "Salt ate the steel.")]
    assert len(compose(both, [0.8, 0.6], 5)) == 2  # 0.6 >= 0.7 * 0.8
    assert len(compose(both, [0.8, 0.5], 5)) == 1


def test_an_article_adds_a_second_sentence_only_where_it_is_all_but_as_sure() -> None:
    many = [
        *candidates("a", "Rust was found."),
        *candidates("b", "Salt ate the steel.", "The ferry is free."),
    ]
    assert quotes(compose(many, [0.8, 0.8, 0.71], 5)) == ["Rust was found.", "Salt ate the steel."]
    assert len(compose(many, [0.8, 0.8, 0.73], 5)) == 3  # 0.73 >= 0.9 * 0.8


def test_where_nothing_answers_the_nearest_three_are_listed_as_they_are_ranked() -> None:
    many = candidates("a", "Rust was found.", "Rust was found again.", "It rained.", "The ferry is free.")
    assert quotes(closest(many, [0.2, 0.1, 0.1, 0.1], no_reason)) == [c.quote for c in many[:3]]
    assert closest([], [], no_reason) == []


def test_the_limit_is_kept_and_ranks_count_from_one() -> None:
    many = [c for n in range(8) for c in candidates(f"a{n}", f"Ferry{n} reached harbour{n} at dawn{n}.")]
    citations = compose(many, [0.9] * 8, 5)
    assert [citation.rank for citation in citations] == [1, 2, 3, 4, 5]
    assert quotes(citations) == [c.quote for c in many[:5]]
    assert len(compose(many, [0.9] * 8, 1)) == 1


# --- The same in other words --------------------------------------------------------------------


def test_what_two_articles_say_alike_is_one_citation() -> None:
    # 6 of 7 terms are shared: survey, 213, repli, clinic, director, england; "across" is the seventh.
    citations = two(REPLIES, "The survey had 213 replies from clinical directors in England.")
    assert quotes(citations) == [REPLIES]
    assert also(citations) == [["b"]]
    (other,) = citations[0].also
    assert other.quote == "The survey had 213 replies from clinical directors in England."
    assert (other.rank, other.also) == (1, ())


def test_the_limit_does_not_keep_a_twin_out() -> None:
    both = [*candidates("a", REPLIES), *candidates("b", REPLIES), *candidates("c", REPLIES)]
    citations = compose(both, [0.9, 0.8, 0.7], 1)
    assert also(citations) == [["b", "c"]]
    assert [other.score for other in citations[0].also] == [0.8, 0.7]


def test_a_twin_in_the_same_article_is_dropped() -> None:
    listed = candidates(
        "a", "Directors named these:", "- The survey had 213 replies", "- 213 replies had the survey"
    )
    citations = compose(listed, [0.9, 0.8, 0.7], 5)
    assert quotes(citations) == ["Directors named these:", "The survey had 213 replies"]
    assert also(citations) == [[], []]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (REPLIES, REPLIES.replace("213", "231")),
        (REPLIES, REPLIES.replace("213", "2,130")),
        (REPLIES, REPLIES.replace("213 ", "")),
        ("In small networks 63% cannot manage it.", "In small networks 63 cannot manage it."),
        (
            "Two in five directors of the small networks cannot manage.",
            "Three in five directors of the small networks cannot manage.",
        ),
        (
            "Half the directors of small networks plan to leave soon.",
            "A quarter of the directors of small networks plan to leave soon.",
        ),
        (
            "The harbour master will resign over the rusty bridge.",
            "The harbour master will not resign over the rusty bridge.",
        ),
        (
            "The harbour master did resign over the rusty bridge.",
            "The harbour master didn’t resign over the rusty bridge.",
        ),
        (
            "The harbour master has resigned over the rusty bridge.",
            "The harbour master has never resigned over the rusty bridge.",
        ),
    ],
)
def test_other_numbers_and_denials_are_never_the_same(first: str, second: str) -> None:
    assert quotes(two(first, second)) == [first, second]
    assert also(two(first, second)) == [[], []]


def test_other_words_are_not_the_same() -> None:
    # 2 of 6 terms are shared.
    assert len(two("Rust closed the old bridge.", "Rust closed a new pier.")) == 2


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("81% of directors plan to leave.", "Of the directors, 81 per cent plan to leave."),
        ("It was 30,000 people in all.", "It was 30000 people in all."),
        ("He cannot leave the harbour.", "He can't leave the harbour, they say."),
    ],
)
def test_the_same_number_or_denial_may_be_written_otherwise(first: str, second: str) -> None:
    assert also(two(first, second)) == [["b"]]


WORDS = st.lists(
    st.sampled_from("rust salt ferry harbour not 12 13 two three".split()), min_size=1, max_size=8
)


@given(st.lists(WORDS, min_size=1, max_size=6), st.integers(1, 4))
def test_no_sentence_is_quoted_twice_or_with_another_number(lines: list[list[str]], limit: int) -> None:
    many = [c for n, words in enumerate(lines) for c in candidates(f"a{n}", " ".join(words))]
    citations = compose(many, [0.5] * len(many), limit)
    assert 1 <= len(citations) <= limit
    assert [citation.rank for citation in citations] == list(range(1, len(citations) + 1))
    shown = [c for citation in citations for c in (citation, *citation.also)]
    assert len({citation.article_id for citation in shown}) == len(shown)
    telling = {"not", "12", "13", "two", "three"}
    for citation in citations:
        for other in citation.also:
            assert set(other.quote.split()) & telling == set(citation.quote.split()) & telling


# --- What belongs to a sentence -----------------------------------------------------------------


@pytest.mark.parametrize("opening", ["This", "That", "These", "It", "He", "She", "They", "Both", "Such"])
def test_a_sentence_that_points_back_brings_the_one_before(opening: str) -> None:
    before, best = candidates("a", "Inspectors found rust in March.", f"{opening} led to repairs.")
    citations = compose([best, before], [0.8, 0.1], 5)
    assert quotes(citations) == [f"{opening} led to repairs.", "Inspectors found rust in March."]
    assert [citation.score for citation in citations] == [0.8, 0.1]


def test_a_word_that_only_begins_alike_brings_nothing() -> None:
    before, best = candidates("a", "Inspectors found rust in March.", "Thistles grow on the bridge.")
    assert len(compose([best, before], [0.8, 0.1], 5)) == 1


def test_the_first_sentence_of_a_passage_has_none_before_it() -> None:
    first, second = candidates("a", "This led to repairs.", "Cats sleep.")
    assert quotes(compose([first, second], [0.8, 0.1], 5)) == ["This led to repairs."]


def test_a_colon_brings_the_items_that_follow() -> None:
    lines = candidates(
        "a", "They asked for:", "- more time", "- better pay", "The end of that.", "- a late item"
    )
    order = [lines[0], lines[4], lines[2], lines[1], lines[3]]
    found = quotes(compose(order, [0.9, 0.5, 0.4, 0.3, 0.2], 5))
    assert found[0] == "They asked for:"
    assert sorted(found[1:]) == ["better pay", "more time"]


def test_items_do_not_exceed_the_limit() -> None:
    lines = candidates("a", "They asked for:", *(f"- pier{n} and boat{n}" for n in range(9)))
    assert len(compose(lines, [0.9] * 10, 5)) == 5


# --- Fragments and marks ------------------------------------------------------------------------


def test_a_fragment_stands_with_the_sentence_before_it() -> None:
    asked, no = candidates("a", "Will the ferry sail again?", "No.")
    found, sure = standing([no, asked], [0.9, 0.3])
    assert [one.quote for one in found] == ["Will the ferry sail again?\nNo.", asked.quote]
    assert sure == [0.9, 0.3]


def test_a_fragment_whose_neighbour_was_not_read_is_left_out() -> None:
    _, no, later = candidates("a", "Will the ferry sail again?", "No.", "It was sold to the port.")
    assert standing([no, later], [0.9, 0.3]) == ([later], [0.3])
    assert standing([no], [0.9]) == ([no], [0.9])


def test_a_fragment_is_not_taken_together_with_what_stands_above_another_heading() -> None:
    sold, _, no = candidates("a", "The ferry was sold.", "## Were fares raised?", "Not yet.")
    passage = replace(sold.passage, sentences=(sold.sentence, no.sentence))
    sold, no = (replace(one, hit=replace(one.hit, passage=passage)) for one in (sold, no))
    assert standing([sold, no], [0.9, 0.3]) == ([sold], [0.9])


def test_a_figure_or_an_item_is_no_fragment() -> None:
    pair = candidates("a", "Forty ferries.", "- Deckhands")
    assert standing(pair, [0.9, 0.3])[0] == pair


def test_a_mark_within_a_figure_holds_all_of_it() -> None:
    (one,) = candidates("a", "The bridge costs £18m.")
    (citation,) = compose([replace(one, highlight=(17, 20))], [0.8], 5)
    assert citation.highlight and citation.quote[slice(*citation.highlight)] == "£18m"


def test_equal_sentences_are_one_quotation_whatever_figures_they_hold() -> None:
    (citation,) = two(*["The first 213 replied, then 157 replied and 40 did not."] * 2)
    assert [other.article_id for other in citation.also] == ["b"]
