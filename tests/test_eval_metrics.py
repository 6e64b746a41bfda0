"""The measures of a system's records, with their arithmetic: over which questions each is taken, and n."""

from dataclasses import replace

import pytest

from eval.measures.metrics import MEASURES, Score, measure, summary
from eval.measures.values import confidences
from tests.records import record


def score(name, records) -> tuple[float | None, int]:
    found = measure(name).score(records)
    return found.value, found.n


ANSWERED = [
    record("1", right=(True, False, False)),
    record("2", right=(False, False, True, True)),
    record("3", right=(False, False, False, True)),
    record("4", answered=False, right=(True,)),
    record("5", answered=False, right=()),
    record("6", answerable=False, right=(False,)),
    record("7", answerable=False, answered=False, right=(False,)),
    record("8", answerable=False, answered=False, right=()),
]
"""Five answerable questions, two of them abstained on; three unanswerable, one of them answered."""


def test_answer_arithmetic():
    assert score("served", ANSWERED) == (3 / 8, 8)  # 1; 7 and 8, rightly told that there is none
    assert score("first_citation", ANSWERED) == (2 / 5, 5)  # 1 and 4
    assert score("any_of_3", ANSWERED) == (3 / 5, 5)  # and 2
    assert score("answered_right", ANSWERED) == (1 / 5, 5)  # 4 was not shown
    assert score("coverage", ANSWERED) == (4 / 8, 8)
    assert score("wrong_answers", ANSWERED) == (3 / 4, 4)  # 2 and 3; 6, since nothing answers it
    assert score("false_refusals", ANSWERED) == (2 / 5, 5)
    assert score("false_answers", ANSWERED) == (1 / 3, 3)


def test_without_unanswerable_questions_nothing_is_said_about_them():
    only = [record("1"), record("2", answered=False)]
    assert score("false_answers", only) == (None, 0)
    assert score("AUROC", only) == (None, 2)
    assert score("false_answers@0.85", only) == (None, 2)
    assert score("citation_precision", only[1:]) == (None, 0)


CONFIDENT = [
    record("1", confidence=0.8, right=(True, False)),
    record("2", confidence=0.3, answered=False, right=(True,)),
    record("3", confidence=0.6, right=(False, True)),
    record("4", confidence=0.5, answerable=False, right=(False,)),
    record("5", confidence=0.0, answerable=False, answered=False, right=()),
]


def test_what_a_confidence_foretells_is_that_the_first_citation_is_right():
    """Not of an unanswerable question, one that is right only further down, or one without citations."""
    assert confidences(CONFIDENT) == ([0.8, 0.3, 0.6, 0.5, 0.0], [True, True, False, False, False])
    # 0.8 before all three, 0.3 before 0.0 alone.
    assert score("AUROC_right", CONFIDENT) == (pytest.approx((3 + 1) / 6), 5)
    # 0.8 and 0.6 before both, 0.3 before 0.0 alone.
    assert score("AUROC", CONFIDENT) == (pytest.approx(5 / 6), 5)
    # 85 % of three is all three, from 0.3 on: of 0.5 and 0.0 the first is there as well.
    assert score("false_answers@0.85", CONFIDENT) == (1 / 2, 5)
    # Five bins of one each.
    assert score("ECE", CONFIDENT) == (pytest.approx((0.2 + 0.7 + 0.6 + 0.5 + 0) / 5), 5)
    # In the order 0.8 right, 0.6 wrong, 0.5 wrong, 0.3 right, 0.0 wrong.
    assert score("AURC", CONFIDENT) == (pytest.approx((0 + 1 / 2 + 2 / 3 + 2 / 4 + 3 / 5) / 5), 5)


def test_speed_arithmetic():
    """1, 2, ..., 21 ms: the 95th percentile lies at 0.95 * 20 = 19 steps above the first; 231 ms in all."""
    times = [record(str(ms), milliseconds=float(ms)) for ms in range(21, 0, -1)]
    assert score("latency_p50_ms", times) == (11.0, 21)
    assert score("latency_p95_ms", times) == (20.0, 21)
    assert score("latency_p99_ms", times) == (pytest.approx(20.8), 21)
    assert score("questions_per_second", times) == (pytest.approx(1000 * 21 / 231), 21)
    assert score("latency_p50_ms", []) == (None, 0)


def follow_up(id: str, right: bool, alone: bool, found: str = "", alone_found: str = ""):
    """A follow-up, and its stand-alone form; the relevant passage is `a:0-10`."""
    history = (("user", f"What is {id}?"), ("assistant", "This."))
    asked = record(id, right=(right,), history=history, found=found.split())
    return asked, record(f"{id} (stand-alone)", of=id, right=(alone,), found=alone_found.split())


def test_follow_ups_against_their_stand_alone_form():
    """Right in the stand-alone form 3 of 3 times, as follow-ups once; the others are not asked twice."""
    pairs = [follow_up("1", False, True), follow_up("2", True, True), follow_up("3", False, True)]
    records = [record("0", right=(False,)), *(one for pair in pairs for one in pair)]
    records.append(record("4", right=(False,), history=(("user", "?"),)))
    assert score("follow_up_first_citation", records) == (pytest.approx(1 / 3), 3)
    assert score("stand_alone_first_citation", records) == (1.0, 3)
    assert score("follow_up_gap", records) == (pytest.approx(2 / 3), 3)
    assert score("follow_up_gap", records[:1]) == (None, 0)
    # Whichever comes first.
    assert score("follow_up_gap", records[::-1]) == (pytest.approx(2 / 3), 3)


def test_a_follow_up_that_finds_more_than_its_stand_alone_form_has_a_gap_below_zero():
    pairs = follow_up("1", True, False, found="a:0-10", alone_found="x"), follow_up("2", True, True)
    records = [one for pair in pairs for one in pair]
    assert score("follow_up_gap", records) == (-1 / 2, 2)
    assert score("follow_up_nDCG@10", records) == (1 / 2, 2)
    assert score("stand_alone_nDCG@10", records) == (0, 2)
    assert score("follow_up_gap_nDCG@10", records) == (-1 / 2, 2)


def test_a_stand_alone_form_counts_in_no_other_measure():
    pairs = [follow_up(str(number), number % 2 == 0, True, "x a:0-10", "a:0-10") for number in range(6)]
    own = [pair[0] for pair in pairs] + ANSWERED[5:]
    both = [one for pair in pairs for one in pair] + ANSWERED[5:]
    of_follow_ups = [name for name in MEASURES if "follow_up" in name or "stand_alone" in name]
    assert len(of_follow_ups) == 6
    for name in MEASURES:
        if name in of_follow_ups:
            assert measure(name).score(both).n == 6
        else:
            assert measure(name).score(both) == measure(name).score(own), name


def test_a_system_that_only_ranks_passages_has_no_measures_of_answers():
    ranked = [replace(one, reads=False, citations=(), state="none") for one in ANSWERED]
    for name, found in summary(ranked).items():
        assert (found.n == 0) == (MEASURES[name].reads or "follow_up" in name or "stand_alone" in name), name
    assert score("coverage", ranked) == (None, 0)
    assert score("hit@1", ranked) == (0.0, 5)
    assert score("latency_p50_ms", ranked) == (1.0, 8)


def test_a_summary_has_every_measure_and_says_nothing_of_no_questions():
    assert list(summary(ANSWERED)) == list(MEASURES)
    assert set(summary([]).values()) == {Score(None, 0)}
    assert list(summary(ANSWERED, names=["recall@7", "served"])) == ["recall@7", "served"]


@pytest.mark.slow
def test_a_summary_does_not_depend_on_the_order_of_the_questions_but_for_its_resamples():
    for name, found in summary(ANSWERED[::-1]).items():
        assert found.value == pytest.approx(measure(name).score(ANSWERED).value), name
    assert summary(ANSWERED) == summary(ANSWERED)


def test_a_value_lies_in_its_interval_and_the_interval_within_what_is_possible():
    records = [*ANSWERED, *CONFIDENT, *(one for n in range(5) for one in follow_up(f"f{n}", n > 2, n > 0))]
    records = [
        replace(one, id=str(place), of=one.of and str(place - 1), milliseconds=place + 1.0)
        for place, one in enumerate(records)
    ]
    found = summary(records)
    assert all(one.n for one in found.values())
    for name, one in found.items():
        assert one.low <= one.value <= one.high, name
        low, high = MEASURES[name].bounds or (0, float("inf"))
        assert low <= one.low and one.high <= high, name


def test_every_record_has_a_value_or_none():
    """The mean of what `each` gives is the measure, so that a question can be looked at by itself."""
    for name, one in MEASURES.items():
        column = one.column(ANSWERED)
        assert len(column) == len(ANSWERED)
        given = [value for value in column if value is not None]
        assert len(given) == one.score(ANSWERED).n
        if one.each and given:
            assert one.whole(ANSWERED) == pytest.approx(sum(given) / len(given)), name
