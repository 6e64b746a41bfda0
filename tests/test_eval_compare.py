"""Systems and runs against each other: what is paired, counted and left out, with the arithmetic."""

from dataclasses import replace

import pytest

from corpus.errors import CuttingsError
from eval.measures.compare import HEADLINE, compare, match
from eval.measures.metrics import MEASURES, measure
from tests.records import each, evidence, record


def run(right: str, **changes) -> list:
    """A question for each letter: `y` has a right first citation, `n` none; `-` is not asked."""
    return [
        record(str(number), right=(letter == "y",), **changes)
        for number, letter in enumerate(right)
        if letter != "-"
    ]


def test_arithmetic():
    """Won 0 and 1, lost 2; the other seven tie. Each choice of three signs adds up to 1 or 3, up or down."""
    (row,) = compare({"a": run("nnyyyyynnn"), "b": run("yynyyyynnn")}, "a", ["first_citation"])
    assert (row.measure, row.system, row.baseline, row.n) == ("first_citation", "b", "a", 10)
    assert (row.baseline_mean, row.mean, row.difference) == (0.5, 0.6, pytest.approx(0.1))
    assert (row.won, row.lost, row.tied, row.left_out) == (2, 1, 7, 0)
    assert row.p == row.p_holm == 1.0
    assert row.effect == pytest.approx(0.1 / (2.9 / 9) ** 0.5)
    assert -0.3 < row.low < 0 < row.high < 0.5


def test_a_clear_win_is_found_and_corrected_for_the_systems_that_are_compared():
    """Six of six won: p = 2/64; of two systems the smaller p counts twice."""
    systems = {"a": run("n" * 6), "b": run("y" * 6), "c": run("n" * 5 + "y")}
    b, c = compare(systems, "a", ["first_citation"])
    assert (b.p, b.p_holm) == (2 / 64, 4 / 64)
    assert (c.p, c.p_holm) == (1.0, 1.0)
    assert [row.system for row in compare(systems, "b", ["first_citation"])] == ["a", "c"]


def test_where_lower_is_better_less_is_won():
    unanswerable = [record(str(n), answerable=False, answered=n > 1, right=()) for n in range(5)]
    better = [replace(one, state="none") for one in unanswerable]
    (row,) = compare({"a": unanswerable, "b": better}, "a", ["false_answers"])
    assert (row.difference, row.won, row.lost, row.tied) == (pytest.approx(-0.6), 3, 0, 2)


def test_questions_that_only_one_has_are_counted():
    """Of ten questions asked of either, six were asked of both."""
    (row,) = compare({"a": run("yyyyyyyy--"), "b": run("--nnyyyyyy")}, "a", ["served"])
    assert (row.n, row.left_out, row.lost, row.tied) == (6, 4, 2, 4)
    assert row.baseline_mean == 1.0


def test_what_is_measured_of_one_only_is_counted():
    """wrong_answers is over what was answered: 0 was by the first only."""
    second = run("nyy")
    second[0] = replace(second[0], state="none")
    (row,) = compare({"a": run("nyn"), "b": second}, "a", ["wrong_answers"])
    assert (row.n, row.left_out, row.baseline_mean, row.mean) == (2, 1, 0.5, 0.0)


def test_a_system_that_does_not_answer_is_compared_by_what_it_finds():
    reads = run("yyn", found=["x", "a:0-10"])
    ranks = run("yyn", found=["a:0-10"], reads=False, system="hybrid")
    rows = compare({"hybrid+reader": reads, "hybrid": ranks}, "hybrid+reader")
    assert {row.measure for row in rows} == {"nDCG@10", "recall@5", "MRR"}
    assert all(row.won == 3 for row in rows if row.measure == "MRR")
    assert set(HEADLINE) <= set(MEASURES)


def test_measures_that_are_no_means_are_compared_by_exchanging_questions():
    """Twelve questions at about 10 ms and at 30 ms: few of the 4,096 exchanges leave medians so far apart."""
    slow = [record(str(n), milliseconds=30.0 + n / 100) for n in range(12)]
    fast = [record(str(n), milliseconds=10.0 + n / 50) for n in range(12)]
    (row,) = compare({"slow": slow, "fast": fast}, "slow", ["latency_p50_ms"])
    assert row.difference == pytest.approx(-20 + 5.5 / 100)
    assert row.p < 0.01
    assert (row.won, row.lost, row.tied, row.effect) == (None, None, None, None)
    assert -20 <= row.low < row.difference < row.high <= -20 + 11 / 100
    (row,) = compare({"slow": slow, "again": slow}, "slow", ["latency_p50_ms"])
    assert (row.difference, row.p) == (0, 1)


@pytest.mark.parametrize("name", MEASURES)
def test_a_run_does_not_differ_from_itself(name):
    mixed = [
        *(record(str(n), right=(n % 3 > 0,), confidence=n / 40, found=["x", "a:0-10"]) for n in range(20)),
        *(record(f"{n} alone", right=(n % 2 > 0,), of=str(n), found=["a:0-10"]) for n in range(10)),
        *(record(f"u{n}", answerable=False, answered=n > 2, confidence=n / 30) for n in range(10)),
    ]
    (row,) = compare({"a": mixed, "b": mixed[::-1]}, "a", [name])
    assert row.difference == pytest.approx(0)
    assert row.p == 1 and row.left_out == 0
    assert row.n == measure(name).score(mixed).n
    assert row.mean == pytest.approx(measure(name).whole(mixed))
    assert row.low is None or row.low <= 0 <= row.high


def test_follow_ups_are_compared_with_their_stand_alone_forms_at_hand():
    def asked(right: bool):
        own = [record(str(n), right=(right,)) for n in range(4)]
        return own + [record(f"{n} alone", of=str(n)) for n in range(4)]

    (row,) = compare({"a": asked(False), "b": asked(True)}, "a", ["follow_up_gap"])
    assert (row.baseline_mean, row.mean, row.won, row.n) == (1, 0, 4, 4)


def test_questions_of_a_conversation_change_together():
    """Six follow-ups of one conversation are one chance to be lucky, not six."""
    history = (("user", "Where?"), ("assistant", "There."))
    systems = {"a": run("nnnnnn", history=history), "b": run("yyyyyy", history=history)}
    (row,) = compare(systems, "a", ["first_citation"])
    assert row.p == 1.0 and row.n == 6


def test_an_unknown_measure_is_told():
    with pytest.raises(CuttingsError, match="no measure 'accuracy'"):
        compare({"a": run("y")}, "a", ["accuracy"])


def test_an_id_that_stands_for_another_question_is_compared_with_none():
    was = record("1")
    for now in (
        replace(was, question="What else?"),
        replace(was, history=(("user", "And?"),)),
        replace(was, expected=(evidence("a", 50, 55),)),
        replace(was, without=("b",)),
        replace(was, hidden=(("b", 0, 9),)),
    ):
        assert match([was], [now]).other == ("1",)
        assert compare({"a": [was], "b": [now]}, "a") == []
    (row,) = compare({"a": [was, record("2")], "b": [now, record("2")]}, "a", ["served"])
    assert (row.n, row.left_out) == (1, 1)


def test_evidence_that_moved_within_its_article_is_the_same_question():
    was, now = record("1"), record("1", expected=[evidence("a", 70, 80)])
    assert [pair[1] for pair in match([was], [now]).pairs] == [now]


def test_stand_alone_forms_are_passed_over():
    assert match(each([record("1")], of="0"), [record("2")]).only_before == ()
