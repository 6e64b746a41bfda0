"""Gates: what is reached, and whether a run is worse than a stored one; how often they are wrong."""

from dataclasses import replace

import numpy as np
import pytest

from corpus.errors import CuttingsError
from eval.measures.gate import NO_WORSE, check_alpha, missed, no_worse_than, parse_gate
from eval.measures.metrics import MEASURES
from tests.records import cited, record

# --- --fail-under --------------------------------------------------------------------------------


@pytest.mark.parametrize("gate", ["MRR", "MRR=", "MRR=high", "MRR=nan", "MRR=inf"])
def test_a_gate_needs_a_number(gate):
    with pytest.raises(CuttingsError, match="is no number"):
        parse_gate(gate)


def test_a_gate_needs_a_measure():
    with pytest.raises(CuttingsError, match=r"--fail-under hit@99=0\.5: no measure 'hit@99'") as error:
        parse_gate("hit@99=0.5")
    assert all(name in str(error.value) for name in MEASURES)


def test_a_gate_is_a_floor_or_a_ceiling_and_its_own_value_passes():
    assert parse_gate("hit@1=0.5") == ("hit@1", 0.5)
    assert parse_gate("recall@7=1") == ("recall@7", 1)
    asked = [record("1", found=["a:0-10"]), record("2", right=(False,))]
    asked += [record(f"u{n}", answerable=False, answered=n > 0, right=(False,)) for n in range(2)]
    assert missed(asked, "first_citation", 0.5) == missed(asked, "false_answers", 0.5) == ""
    assert missed(asked, "first_citation", 0.51) == "first_citation is 0.5 (n=2), under 0.51"
    assert missed(asked, "false_answers", 0.49) == "false_answers is 0.5 (n=2), over 0.49"
    assert missed(asked, "recall@7", 0.6) == "recall@7 is 0.5 (n=2), under 0.6"


def test_a_gate_on_what_was_not_measured_is_refused():
    with pytest.raises(CuttingsError, match="no question here is measured by it"):
        missed([record("1")], "AUROC", 0.5)


# --- --no-worse-than -----------------------------------------------------------------------------

N = 160
"""As many questions as the bundled gold set has, one in eight of them unanswerable."""
CITED = {right: (cited(1, right),) for right in (True, False)}
FOUND = {right: record(found=["a:0-10"] if right else ["x", "a:0-10"]).hits for right in (True, False)}
ASKED = [record(str(number), answerable=number % 8 > 0) for number in range(N)]


def stored(right: np.ndarray, found: np.ndarray | None = None) -> list:
    """The run in which these questions get a right first citation; unanswerable ones are rightly refused."""
    found = np.full(N, True) if found is None else found
    return [
        replace(
            one,
            citations=CITED[bool(is_right)],
            state="answer" if one.answerable else "none",
            hits=FOUND[bool(is_found)],
        )
        for one, is_right, is_found in zip(ASKED, right, found, strict=True)
    ]


def worsened(right: np.ndarray, by: int) -> np.ndarray:
    """`by` of the right answerable ones are so no longer."""
    lost = np.flatnonzero(right & [one.answerable for one in ASKED])[:by]
    return right & ~np.isin(np.arange(N), lost)


def changed(right: np.ndarray, random: np.random.Generator, share: float) -> np.ndarray:
    """As a run without any change on the whole: this share is decided anew, by the same chance."""
    return np.where(random.random(N) < share, random.random(N) < 0.8, right)


def is_missed(before: list, after: list) -> bool:
    return any(verdict.missed for verdict in no_worse_than(before, after, 0.05, "before"))


RIGHT = np.random.default_rng(1).random(N) < 0.8


def test_a_run_that_is_the_same_passes():
    verdicts = no_worse_than(stored(RIGHT), stored(RIGHT)[::-1], 0.05, "before")
    assert [verdict.measure for verdict in verdicts] == list(NO_WORSE)
    assert all(verdict.p == 1 and not verdict.missed for verdict in verdicts)
    assert [verdict.n for verdict in verdicts] == [N, N - N // 8, N - N // 8]


@pytest.mark.parametrize("by", [6, 10, 20, 40])
def test_a_planted_regression_is_missed_from_six_questions_on(by):
    """Where nothing else changes: 3 * 1/64 < 0.05, while five lost have 3 * 1/32."""
    assert is_missed(stored(RIGHT), stored(worsened(RIGHT, by)))
    assert not is_missed(stored(RIGHT), stored(worsened(RIGHT, 5)))


def test_a_regression_of_retrieval_alone_is_missed():
    found = np.full(N, True)
    verdicts = no_worse_than(stored(RIGHT, found), stored(RIGHT, worsened(found, 6)), 0.05, "before")
    assert [verdict.missed for verdict in verdicts] == [False, False, True]


def test_an_improvement_passes():
    assert not is_missed(stored(worsened(RIGHT, 40)), stored(RIGHT))


@pytest.mark.slow
@pytest.mark.parametrize(("by", "least", "most"), [(10, 0.3, 0.8), (20, 0.9, 1.0)])
def test_amid_other_changes_a_regression_of_one_in_eight_is_all_but_always_missed(by, least, most):
    """One question in ten changes by chance as well; 10 lost of 160 are noticed about half the time."""
    random = np.random.default_rng(2)
    caught = sum(
        is_missed(stored(RIGHT), stored(worsened(changed(RIGHT, random, 0.1), by))) for _ in range(40)
    )
    assert least <= caught / 40 <= most


@pytest.mark.slow
def test_runs_that_are_as_good_are_missed_no_more_often_than_alpha_says():
    """Of 200, with a chance of 0.05 at most: fewer than 0.05 + 2 * 0.0154."""
    random = np.random.default_rng(3)
    caught = 0
    for _ in range(200):
        # Both differ from one run by chance, as it is good, and they are, on the whole.
        runs = [stored(changed(RIGHT, random, 0.2), changed(RIGHT, random, 0.2)) for _ in range(2)]
        caught += is_missed(*runs)
    assert caught <= 16


def test_a_line_tells_everything():
    before, after = stored(RIGHT), stored(worsened(RIGHT, 20))
    served, *_ = no_worse_than(before, after, 0.05, "before")
    was, now = (sum(one.served for one in run) / N for run in (before, after))
    assert served.line == (f"served {was:.3f} -> {now:.3f} (-0.125, n=160), p=0.0003: worse at alpha=0.05")
    served, *_ = no_worse_than(before[:150], before[10:], 0.05, "before")
    assert "n=140, 20 not in both), p=1: no worse" in served.line


def test_only_what_both_systems_have_is_judged():
    ranks = [replace(one, reads=False, citations=(), state="none") for one in stored(RIGHT)]
    assert [verdict.measure for verdict in no_worse_than(stored(RIGHT), ranks, 0.05, "b")] == ["nDCG@10"]


def test_runs_that_cannot_be_compared_are_told():
    with pytest.raises(CuttingsError, match="--no-worse-than old: it has no question in common"):
        no_worse_than([record("1")], [record("2")], 0.05, "old")
    alike = [record("1", answerable=False, reads=False)]
    with pytest.raises(CuttingsError, match="no question is measured by served, first_citation, nDCG@10"):
        no_worse_than(alike, alike, 0.05, "old")


@pytest.mark.parametrize("alpha", [0, 1, -0.1, 5, float("nan")])
def test_alpha_is_a_chance(alpha):
    with pytest.raises(CuttingsError, match=r"--alpha .*: give a number between 0 and 1"):
        check_alpha(alpha)
    with pytest.raises(CuttingsError, match="--alpha"):
        no_worse_than([record("1")], [record("1")], alpha, "old")
