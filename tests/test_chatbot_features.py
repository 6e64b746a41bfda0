"""What is known about a sentence, in numbers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot.extract import fitted
from chatbot.features import NAMES, Asked, Read, covered, features, kind_of
from corpus.article import Article, Passage, Sentence
from index.collection import Reading
from index.hit import Hit
from index.search import Query
from index.tokens import terms
from tests.fakes import HashEncoder

TEXT = "Inspectors found rust. It closed in March 2024. A ferry by Anna Berg carries 2,400 people."
ARTICLE = Article("bridge", "The harbour bridge", TEXT, "bridge.txt")
SPANS = ((0, 22), (23, 47), (48, 90))
PASSAGE = Passage("bridge", 0, len(TEXT), "", tuple(Sentence("bridge", *span) for span in SPANS))


def reading() -> Reading:
    encoding = HashEncoder().encode_query(TEXT)
    return Reading(encoding.tokens, encoding.offsets)


def hit(cosine: float = 0.5, bm25: float = 2.0) -> Hit:
    return Hit(1, 1.0, 1, "bridge", "", "", 0, len(TEXT), TEXT, 1, 1, bm25, cosine)


def asked(
    question: str, context: str = "", weight: float = 0.0, rarity: Callable[[str], float] = lambda term: 1.0
) -> Asked:
    encoding = HashEncoder().encode_query(f"{question} {context}" if context else question)
    own = tuple(terms(question))
    added = tuple(terms(context))
    text = f"{question} {context}" if context else question
    return Asked.of(Query(question, text, own, added, weight, encoding.vector, encoding), rarity)


def rows(
    prepared: Asked, read: Reading | None = None, passage: Passage = PASSAGE, bm25: float = 2.0
) -> np.ndarray:
    return features(prepared, [Read(hit(bm25=bm25), passage, ARTICLE, read or reading())])


def column(name: str, question: str, read: Reading | None = None) -> list[float]:
    return rows(asked(question), read)[:, NAMES.index(name)].tolist()


# --- The matrix ---------------------------------------------------------------------------------


def test_the_sentences_are_as_the_test_means_them() -> None:
    assert [TEXT[start:end] for start, end in SPANS] == [
        "Inspectors found rust.",
        "It closed in March 2024.",
        "A ferry by Anna Berg carries 2,400 people.",
    ]


def test_one_finite_row_for_each_sentence() -> None:
    found = rows(asked("When did it close?"))
    assert found.shape == (3, len(NAMES))
    assert found.dtype == np.float32
    assert np.isfinite(found).all()


def test_the_columns_are_those_of_the_weights_in_their_order() -> None:
    assert fitted("none", "sentence").names == fitted("trained", "sentence").names == NAMES
    assert len(set(NAMES)) == len(NAMES)


def test_the_sentence_that_holds_the_words_is_matched_best() -> None:
    # Each word has its own direction, so the same word has cosine one.
    late = column("late", "ferry carries people.")
    assert late[2] == pytest.approx(1, abs=1e-5)
    assert max(late[:2]) < 0.9


def test_a_neighbour_lends_its_words_to_the_window() -> None:
    window = column("late_window", "found rust.")
    assert window[0] == window[1] == pytest.approx(1, abs=1e-5)
    assert window[2] < 0.9


def test_the_sentence_before_and_the_passage() -> None:
    late, before = column("late", "found rust."), column("late_before", "found rust.")
    assert before == [late[0], late[0], late[1]]
    assert column("late_passage", "found carries") == pytest.approx([1, 1, 1], abs=1e-5)


def test_the_weakest_word_is_the_least_of_the_content_words() -> None:
    # "the" only asks; "found" is in the first sentence, "ferry" is not.
    weakest, content = column("late_weakest", "the found ferry"), column("late_content", "the found ferry")
    assert content[0] == pytest.approx((1 + weakest[0]) / 2, abs=1e-5)
    assert weakest[0] < 0.9


def test_the_passage_is_weighed_against_the_best_one() -> None:
    best, half = (
        Read(hit(0.5, 4.0), PASSAGE, ARTICLE, reading()),
        Read(hit(0.2, 2.0), PASSAGE, ARTICLE, reading()),
    )
    found = features(asked("ferry"), [half, best])
    assert found[:, NAMES.index("passage_bm25")].tolist() == [0.5] * 3 + [1] * 3
    assert found[:, NAMES.index("passage_cosine")].tolist() == pytest.approx([0.2] * 3 + [0.5] * 3)


def test_where_nothing_shares_a_term_no_passage_has_a_share() -> None:
    assert rows(asked("zebra"), bm25=0.0)[:, NAMES.index("passage_bm25")].tolist() == [0, 0, 0]


def test_passages_that_are_read_together_have_the_rows_that_they_have_alone() -> None:
    whole = reading()
    first, last = whole.offsets[:, 0] < 22, whole.offsets[:, 0] >= 48
    parts = [
        Read(hit(), PASSAGE, ARTICLE, whole),
        Read(hit(), PASSAGE, ARTICLE, Reading(whole.tokens[first], whole.offsets[first])),
        Read(hit(), PASSAGE, ARTICLE, Reading(whole.tokens[:0], whole.offsets[:0])),
        Read(hit(), PASSAGE, ARTICLE, Reading(whole.tokens[last], whole.offsets[last])),
        Read(hit(), PASSAGE, ARTICLE, whole),
    ]
    prepared = asked("How many people does the ferry of 2024 carry?")
    alone = np.vstack([features(prepared, [part]) for part in parts])
    together = features(prepared, parts)
    for name, one, other in zip(NAMES, alone.T, together.T, strict=True):
        np.testing.assert_allclose(other, one, atol=1e-5, err_msg=name)


def test_the_matches_by_hand() -> None:
    # For each sentence and each word of the question, the largest cosine with a word of the sentence.
    prepared, read = asked("Which ferry found rust?"), reading()
    for start, end in SPANS:
        inside = (read.offsets[:, 0] >= start) & (read.offsets[:, 0] < end)
        best = (prepared.tokens @ read.tokens[inside].T).max(axis=1)
        mean = read.tokens[inside].sum(axis=0)
        row = rows(prepared)[SPANS.index((start, end))]
        assert row[NAMES.index("late")] == pytest.approx(best.mean(), abs=1e-5)
        assert row[NAMES.index("late_content")] == pytest.approx(best[1:].mean(), abs=1e-5)
        assert row[NAMES.index("late_asking")] == pytest.approx(best[0], abs=1e-5)
        assert row[NAMES.index("cosine")] == pytest.approx(
            mean @ prepared.vector / np.linalg.norm(mean), abs=1e-5
        )


def test_terms_may_stand_in_the_sentence_the_one_before_or_the_title() -> None:
    # rust: sentence 1 and, as the one before, 2; harbour: the title; windmill: nowhere.
    assert column("covered", "rust harbour windmill") == pytest.approx([2 / 3, 2 / 3, 1 / 3])


def test_names_and_figures_are_looked_for_in_the_passage() -> None:
    # Anna, Berg and 2024 are there, Zoe is not; the first word of a question is no name.
    assert column("names_covered", "Did Anna Berg or Zoe act in 2024?")[0] == pytest.approx(3 / 4)
    assert column("names_covered", "Who acted?")[0] == 0.5


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("When did it close?", [0, 1, 0]),
        ("How many people use the ferry?", [0, 1, 1]),
        ("Who runs it?", [0, 1, 1]),  # March is a name to the reader, too
        ("Why is that so?", [0, 0, 0]),
        ("Does it run?", [0.5, 0.5, 0.5]),
    ],
)
def test_what_is_asked_for_is_in_the_sentence_or_not(question: str, expected: list[float]) -> None:
    assert column("type", question) == expected


def test_a_figure_or_name_of_the_question_is_no_answer_to_it() -> None:
    assert column("new_number", "How many people in 2024?") == [0, 0, 1]
    assert column("new_number", "When was that?") == [0, 1, 1]
    assert column("new_number", "Does it run?") == [0, 0, 0]
    assert column("new_name", "Who is Anna of the Berg in March?") == [0, 0, 0]
    assert column("new_name", "Who is Anna?") == [0, 1, 1]


def test_shape_of_the_sentence() -> None:
    assert column("anaphor", "rust") == [0, 1, 0]
    assert column("opening", "rust") == [1, 0, 0]
    assert column("length", "rust") == pytest.approx([np.log(22) - 4.5, np.log(24) - 4.5, np.log(42) - 4.5])
    before = column("late_before", "rust")
    assert column("anaphor_before", "rust") == [0, before[1], 0]


def test_a_sentence_past_what_the_model_read_has_no_match_but_a_row() -> None:
    whole = reading()
    first = whole.offsets[:, 0] < 22
    short = Reading(whole.tokens[first], whole.offsets[first])
    late = column("late", "ferry", read=short)
    assert late[1:] == [0, 0]
    assert column("cosine", "ferry", read=short)[1:] == [0, 0]


def test_a_passage_of_which_the_model_read_nothing_has_rows() -> None:
    none = Reading(np.empty((0, 32), np.float32), np.empty((0, 2), np.int32))
    found = rows(asked("ferry"), none)
    assert np.isfinite(found).all()
    assert found[:, NAMES.index("late")].tolist() == [0, 0, 0]


def test_a_heading_covers_terms_like_the_title() -> None:
    headed = replace(PASSAGE, heading="Windmills")
    assert rows(asked("windmill"), passage=headed)[:, NAMES.index("covered")].tolist() == [1, 1, 1]


# --- The question -------------------------------------------------------------------------------


def test_weights_of_a_question_sum_to_one_and_the_context_counts_less() -> None:
    prepared = asked("ferry times", "harbour", weight=0.4)
    # Two tokens of weight 1 and one of 0.4.
    np.testing.assert_allclose(prepared.weight, [1 / 2.4, 1 / 2.4, 0.4 / 2.4], rtol=1e-6)
    assert prepared.rare.sum() == pytest.approx(1)
    assert prepared.rarity == {"ferri": 1.0, "time": 1.0, "harbour": 0.4}
    assert prepared.content.tolist() == [True, True, False]


def test_words_that_ask_are_told_from_content() -> None:
    prepared = asked("who is the ferryman")
    assert prepared.content.tolist() == [False, False, False, True]
    assert prepared.asking.tolist() == [True, True, True, False]


def test_a_question_without_content_is_all_content() -> None:
    prepared = asked("who is it", "ferry", weight=0.4)
    assert prepared.content.all()
    assert not prepared.asking.any()


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("How many people came?", "number"),
        ("how much did it cost", "money"),
        ("How much water is there?", "number"),
        ("HOW OLD is he?", "number"),
        ("What percentage of directors left?", "share"),
        ("which per cent of them", "share"),
        ("When did the bridge close?", "date"),
        ("In what year was that?", "year"),
        ("Which month is it?", "date"),
        ("Who is Ruth Rankine?", "person"),
        ("Whose bridge is it?", "person"),
        ("To whom was it sold?", "person"),
        ("Where is the ferry?", "place"),
        ("In which city do they meet?", "place"),
        ("Why did it close?", "reason"),
        ("What caused the rust?", "reason"),
        ("how come it closed", "reason"),
        ("How does it work?", "other"),
        ("What is rust?", "other"),
        ("The whole bridge", "other"),
        ("", "other"),
    ],
)
def test_kind_of_question(question: str, kind: str) -> None:
    assert kind_of(question) == kind


# --- Coverage -----------------------------------------------------------------------------------


def test_coverage_by_hand() -> None:
    assert covered({"rust": 0.9, "bridge": 0.1}, {"rust"}) == pytest.approx(0.9)
    assert covered({"rust": 0.9, "bridge": 0.1}, {"bridge", "other"}) == pytest.approx(0.1)
    assert covered({"rust": 0.9}, set()) == 0
    assert covered({}, {"rust"}) == 0
    assert covered({"rust": 0.0}, {"rust"}) == 0


TERM = st.sampled_from("abcdef")


@given(st.dictionaries(TERM, st.floats(0, 1)), st.sets(TERM), st.sets(TERM))
def test_coverage_is_a_share_and_never_falls_with_more_words(
    rarity: dict[str, float], words: set[str], more: set[str]
) -> None:
    share = covered(rarity, words)
    assert 0 <= share <= 1 + 1e-9
    assert covered(rarity, words | more) >= share - 1e-9
    if sum(rarity.values()):
        assert covered(rarity, set(rarity)) == pytest.approx(1)
