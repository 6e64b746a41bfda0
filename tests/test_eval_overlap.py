"""Citation precision, recall and F1 by characters: arithmetic, and against sets of characters."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.measures.metrics import measure
from eval.measures.overlap import SHOWN, Overlap, overlap
from eval.record import Quoted
from tests.records import each, evidence, record


def cite(article_id: str, start: int, end: int, *also: tuple[str, int, int]) -> Quoted:
    return Quoted(1, "", article_id, start, end, 0.5, False, also)


def shared(citations, *expected) -> Overlap | None:
    return overlap(record(citations=citations, expected=expected))


def test_arithmetic():
    """30 characters cited, 10 of them among the 20 of the evidence: 10/30, 10/20, 2 * 10 / (30 + 20)."""
    cited = [cite("a", 10, 30), cite("b", 0, 10)]
    assert shared(cited, evidence("a", 0, 20)) == Overlap(1 / 3, 1 / 2, pytest.approx(0.4))
    assert shared([cite("a", 0, 20)], evidence("a", 0, 20)) == Overlap(1, 1, 1)
    assert shared([cite("b", 0, 20)], evidence("a", 0, 20)) == Overlap(0, 0, 0)
    assert shared([cite("a", 20, 30)], evidence("a", 0, 20)) == Overlap(0, 0, 0)  # they only touch


def test_evidence_counts_as_the_sentences_that_hold_it():
    """Of a sentence of 40 characters 5 are marked: to quote the sentence is all that can be done."""
    marked = replace(evidence("a", 10, 15), sentences=(0, 40))
    assert shared([cite("a", 0, 40)], marked) == Overlap(1, 1, 1)


def test_places_that_answer_together_are_one_evidence_and_overlaps_count_once():
    both = [evidence("a", 0, 20), evidence("a", 10, 30), evidence("b", 0, 10)]
    assert shared([cite("a", 0, 30)], *both) == Overlap(1, 3 / 4, pytest.approx(60 / 70))
    assert shared([cite("a", 0, 20), cite("a", 0, 20)], *both) == Overlap(1, 1 / 2, pytest.approx(40 / 60))


def test_the_choice_of_evidence_that_fits_best_counts():
    """Choice 0 is half found, choice 1 wholly: each answers by itself."""
    choices = [evidence("a", 0, 10), evidence("a", 50, 60), evidence("b", 0, 10, choice=1)]
    assert shared([cite("a", 0, 10)], *choices) == Overlap(1, 1 / 2, pytest.approx(2 / 3))
    assert shared([cite("b", 0, 10)], *choices) == Overlap(1, 1, 1)
    # F1 decides: 2 * 10 / (20 + 20) for choice 0 against 2 * 10 / (20 + 10) for choice 1.
    assert shared([cite("a", 0, 10), cite("b", 0, 10)], *choices) == Overlap(1 / 2, 1, pytest.approx(2 / 3))


def test_a_citation_and_what_says_the_same_are_one():
    twins = cite("c", 0, 50, ("d", 0, 30), ("a", 0, 10))
    assert shared([twins], evidence("a", 0, 10)) == Overlap(1, 1, 1)
    assert shared([twins], evidence("b", 0, 10)) == Overlap(0, 0, 0)


def test_only_what_is_shown_counts():
    cited = [cite("b", 100 * rank, 100 * rank + 10) for rank in range(SHOWN)] + [cite("a", 0, 10)]
    assert shared(cited, evidence("a", 0, 10)) == Overlap(0, 0, 0)
    assert shared(cited[1:], evidence("a", 0, 10)) == Overlap(1 / 5, 1, pytest.approx(2 / 6))


def test_of_whole_articles_there_is_a_precision_only():
    marked = replace(
        record(citations=[cite("a", 0, 30), cite("b", 0, 10), cite("c", 0, 5, ("a", 90, 95))]), unit="article"
    )
    assert overlap(marked) == Overlap(35 / 45, None, None)
    assert [measure(name).whole([marked]) for name in NAMES] == [35 / 45, None, None]
    refused = replace(marked, state="none")
    assert [measure(name).whole([refused]) for name in NAMES] == [None, None, None]


NAMES = ["citation_precision", "citation_recall", "citation_F1"]


def test_without_an_answer_nothing_of_the_evidence_is_cited():
    """A refusal counts 0 for recall and F1 and cites nothing that could be imprecise."""
    asked = [
        record("p", citations=[cite("a", 0, 10), cite("b", 0, 10)]),
        record("q", answered=False, citations=[cite("a", 0, 10)]),
        record("r", answerable=False, citations=[cite("a", 0, 10)]),
    ]
    scores = [measure(name).score(asked) for name in NAMES]
    assert [score.value for score in scores] == pytest.approx([1 / 2, 1 / 2, (2 * 10 / 30) / 2])
    assert [score.n for score in scores] == [1, 2, 2]
    assert [measure(name).score(each(asked, of="q0")).n for name in NAMES] == [0, 0, 0]


PLACES = st.tuples(st.sampled_from("ab"), st.integers(0, 40), st.integers(1, 20)).map(
    lambda place: (place[0], place[1], place[1] + place[2])
)


def characters(places):
    return {(article_id, at) for article_id, start, end in places for at in range(start, end)}


@given(st.lists(PLACES, min_size=1, max_size=SHOWN), st.lists(PLACES, min_size=1, max_size=3))
def test_it_is_what_sets_of_characters_give(places, marked):
    found = shared([cite(*place) for place in places], *(evidence(*place) for place in marked))
    cited, wanted = characters(places), characters(marked)
    assert found.precision == pytest.approx(len(cited & wanted) / len(cited))
    assert found.recall == pytest.approx(len(cited & wanted) / len(wanted))
    if cited & wanted:
        assert found.f1 == pytest.approx(2 / (1 / found.precision + 1 / found.recall))
    else:
        assert found.f1 == 0
