"""What is relevant to a question in a collection: names, grades, fates, whole sentences."""

from __future__ import annotations

from dataclasses import replace

import pytest

from eval.questions.gold import Evidence
from eval.relevance import named, relevance
from index.folder.collection import Collection
from tests.small_runs import BOATS, ROWED, SHARE, TEXTS, gold, place, small_collection


@pytest.fixture(scope="module")
def collection(tmp_path_factory: pytest.TempPathFactory) -> Collection:
    return Collection.open(small_collection(tmp_path_factory.mktemp("judging")))


def test_a_place_is_widened_to_the_sentences_that_hold_it(collection: Collection) -> None:
    (one,) = relevance(ROWED, collection).expected
    assert one.text == BOATS[one.start : one.end] == "Ann Marlow rowed"
    assert one.sentences and BOATS[slice(*one.sentences)] == "Ann Marlow rowed across the bay on Sunday."
    assert (one.fate, one.choice, one.grade) == ("passage", 0, 1)
    both = relevance(gold("q", "?", place("boats", "on Sunday. She had")), collection).expected[0].sentences
    assert both and BOATS[slice(*both)] == BOATS[: BOATS.index("\n")]


def test_what_was_set_aside_or_is_in_no_passage_stands_for_itself(collection: Collection) -> None:
    asked = gold("q", "?", place("boats", SHARE), Evidence("nowhere", 3, 9), place("boats", "\n\n"))
    found = relevance(asked, collection)
    assert [one.fate for one in found.expected] == ["removed", "no article", "no passage"]
    assert [one.text for one in found.expected] == [SHARE, "", "\n\n"]
    assert all(one.sentences is None for one in found.expected)
    assert set(found.relevant) == {named(one) for one in asked.evidence}


def test_a_place_that_reaches_into_a_passage_can_be_found(collection: Collection) -> None:
    reaching = gold("q", "?", place("boats", f"400 pounds.\n\n{SHARE}"))
    found = relevance(reaching, collection)
    assert found.expected[0].fate == "passage"
    passages = {named(passage) for passage in collection.passages("boats")}
    assert set(found.relevant) <= passages


def test_every_choice_is_relevant_and_the_higher_grade_counts(collection: Collection) -> None:
    asked = gold(
        "q",
        "?",
        place("bread", "closes in June", 0, 1),
        place("bread", "in June", 1, 3),
        place("trees", "May", 2, 2),
    )
    found = relevance(asked, collection)
    assert sorted(found.relevant.values()) == [2, 3]
    assert [one.choice for one in found.expected] == [0, 1, 2]


def test_of_whole_articles_nothing_finer_is_known(collection: Collection) -> None:
    whole = replace(gold("q", "?", Evidence("bread", 0, len(TEXTS["bread"]), 0, 2)), unit="article")
    found = relevance(whole, collection)
    assert found.relevant == {"bread": 2}
    assert [(one.fate, one.sentences, one.text) for one in found.expected] == [("whole article", None, "")]
    gone = replace(gold("q", "?", Evidence("nowhere", 0, 9)), unit="article")
    assert relevance(gone, collection).relevant == {"nowhere": 1}
    assert relevance(gone, collection).expected[0].fate == "no article"


def test_an_unanswerable_question_wants_nothing(collection: Collection) -> None:
    found = relevance(gold("q", "?"), collection)
    assert (found.expected, found.relevant) == ((), {})
