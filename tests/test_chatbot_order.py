"""What the conversation leaves out, and what a time puts first."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from chatbot.conversation.followup import Standalone
from chatbot.conversation.period import Period
from chatbot.reading.candidate import Candidate
from chatbot.reading.order import adding, by_time, captions_behind, continuation
from tests.reading import neighbours

BRIDGE = neighbours(
    "bridge", "Ann Leeds looked at it.", "It was closed.", "Rust is everywhere.", "Repairs take a year."
)
FERRY = neighbours("ferry", "A free ferry carries commuters.", "It runs until midnight.")
MORE = Standalone(
    "tell me more",
    context="bridge",
    weight=0.5,
    reason="because",
    last_answer="Rust is everywhere.",
    said="Rust is everywhere.",
    asks_for_more=True,
)


def quotes(candidates: list[Candidate]) -> list[str]:
    return [candidate.quote for candidate in candidates]


def test_who_asks_for_more_is_told_what_follows_in_the_same_article() -> None:
    assert quotes(continuation([*FERRY, *BRIDGE], MORE)) == ["Repairs take a year."]


def test_where_nothing_follows_all_else_is_left_but_what_was_said() -> None:
    told = "They say: Rust is everywhere. Repairs take a year."
    said = replace(MORE, last_answer=told, said=told)
    left = quotes(continuation([*BRIDGE, *FERRY], said))
    assert left == [*quotes(BRIDGE[:2]), *quotes(FERRY)]


def test_what_an_earlier_answer_quoted_is_not_quoted_again() -> None:
    said = replace(MORE, last_answer="It was closed.", said="Rust is everywhere.\nIt was closed.")
    assert quotes(continuation(BRIDGE, said)) == ["Repairs take a year."]


def test_any_other_question_may_be_answered_by_what_was_said() -> None:
    assert continuation(BRIDGE, replace(MORE, asks_for_more=False)) == BRIDGE


def dated(*days: str | None) -> list[Candidate]:
    """One sentence of an article of each day, best first."""
    made = []
    for n, day in enumerate(days):
        (one,) = neighbours(f"a{n}", f"Rust {n}.", published=day)
        made.append(replace(one, score=-float(n)))
    return made


def test_a_caption_is_behind_prose_that_is_nearly_as_sure() -> None:
    one, *prose = BRIDGE
    caption = replace(one, sentence=replace(one.sentence, kind="caption"))
    before = [caption, *prose]
    assert captions_behind(before, [0.9, 0.85, 0.4, 0.1], 0.5) == (
        [prose[0], caption, *prose[1:]],
        [0.85, 0.9, 0.4, 0.1],
    )
    # Not behind what is below the threshold, nor behind what is less sure.
    assert captions_behind(before, [0.52, 0.48, 0.4, 0.1], 0.5)[0] == before
    assert captions_behind(BRIDGE, [0.9, 0.85, 0.4, 0.1], 0.5)[0] == BRIDGE


NEWEST = Period("newest", None, None, "the latest")
IN_2021 = Period("prefer", date(2021, 1, 1), date(2021, 12, 31), "in 2021")


def ordered(period: Period | None, sure: list[float], threshold: float, *days: str | None) -> list[int]:
    """The order in which the candidates come, by their places before."""
    before = dated(*days)
    after, values = by_time(before, sure, period, threshold)
    places = [before.index(one) for one in after]
    assert values == [sure[place] for place in places]
    return places


def test_of_those_that_are_nearly_as_sure_the_newest_comes_first() -> None:
    days = ("2020-01-01", None, "2021-05-01", "2023-01-01")
    # 0.9 * 0.8 = 0.72
    assert ordered(NEWEST, [0.8, 0.79, 0.73, 0.7], 0.3, *days) == [2, 0, 1, 3]


def test_of_those_that_are_nearly_as_sure_one_of_the_period_comes_first() -> None:
    assert ordered(IN_2021, [0.8, 0.79, 0.75], 0.3, "2020-01-01", "2022-01-01", "2021-05-01") == [2, 0, 1]


def test_no_answer_gives_way_to_what_is_below_the_threshold() -> None:
    assert ordered(NEWEST, [0.5, 0.47], 0.48, "2020-01-01", "2021-01-01") == [0, 1]
    assert ordered(NEWEST, [0.4, 0.39], 0.48, "2020-01-01", "2021-01-01") == [0, 1]


def test_a_filter_or_no_time_changes_nothing() -> None:
    for period in (None, replace(IN_2021, kind="filter")):
        assert ordered(period, [0.8, 0.79], 0.3, "2020-01-01", "2021-05-01") == [0, 1]
    assert by_time([], [], NEWEST, 0.3) == ([], [])


def test_a_sentence_that_says_the_question_again_and_adds_nothing_is_no_answer() -> None:
    asked = "How many clinical directors plan to quit?"
    again = ("How many clinical directors plan to quit?", "It is well known how many directors plan to quit.")
    answering = (
        "213 clinical directors plan to quit.",
        "None of the clinical directors plan to quit.",
        "Clinical directors plan to quit within the year.",
        "Many directors quit.",
        "Everybody knows.",
    )
    assert quotes(adding(neighbours("quit", *again, *answering), asked)) == list(answering)
    assert quotes(adding(neighbours("quit", *again), again[1])) == list(again)  # words to be found


def test_a_yes_or_no_is_said_again_word_for_word_and_decided_in_another_order() -> None:
    asked = "And are the drafts being changed?"
    again = (
        "And are the drafts being changed?",
        "We know, and are the drafts being changed?",
    )
    deciding = (
        "The drafts are being changed.",
        "Are the drafts being changed by ministers?",
        "Nobody knows and are the drafts being changed.",
    )
    assert quotes(adding(neighbours("drafts", *again, *deciding), asked)) == list(deciding)
    assert quotes(adding(neighbours("drafts", *again), "the drafts being changed")) == list(again)
    # A follow-up is said again as it was typed, or as it is completed.
    completed = "Who is changing the drafts?"
    follow_up = ("And who is?", "Everybody asks who is changing the drafts.")
    assert quotes(adding(neighbours("drafts", *follow_up), "And who is?", completed)) == []
