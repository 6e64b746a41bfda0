"""The measures, with their arithmetic, and against formulas and libraries that are not ours."""

import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import mannwhitneyu

from chatbot.answer import Citation
from corpus.article import Article, Passage
from eval import metrics
from eval.gold import Evidence, Gold
from eval.metrics import Judged, Score
from index.collection import Collection, Encoded
from index.hit import Hit


def gold(*evidence: Evidence, unit="passage") -> Gold:
    return Gold("q", "?", "fact", (), bool(evidence), evidence, unit)


def hit(rank: int, article_id: str, start: int, end: int) -> Hit:
    return Hit(rank, 1 / rank, rank, article_id, "", "", start, end, "", None, None)


def cite(article_id: str, start: int, end: int, also: tuple[Citation, ...] = ()) -> Citation:
    return Citation(1, "", article_id, "", "", start, end, 0.5, also=also)


def judged(answerable=True, answered=True, confidence=0.5, right=(True,), latency_ms=1.0) -> Judged:
    return Judged(answerable, answered, confidence, tuple(right), latency_ms)


# --- Retrieval ----------------------------------------------------------------------------------


@pytest.fixture
def collection(tmp_path: Path) -> Collection:
    """Article `a` in passages 0-10, 11-20 and 21-30; `b` in 0-10."""
    made = Collection.create(tmp_path)
    vector = np.ones(1, np.float32)
    with made.change() as change:
        for id, spans in {"a": [(0, 10), (11, 20), (21, 30)], "b": [(0, 10)]}.items():
            encoded = [
                Encoded(Passage(id, start, end, "", ()), [], vector, vector[None], np.array([[start, end]]))
                for start, end in spans
            ]
            change.put(Article(id, id, "x" * 40, id), id, id, encoded)
    return made


def test_relevant_are_the_passages_that_share_a_character_with_evidence(collection):
    assert metrics.relevant(gold(Evidence("a", 3, 5)), collection) == {"a:0-10"}
    assert metrics.relevant(gold(Evidence("a", 9, 12)), collection) == {"a:0-10", "a:11-20"}
    assert metrics.relevant(gold(Evidence("a", 0, 2), Evidence("a", 4, 6)), collection) == {"a:0-10"}
    both = gold(Evidence("a", 0, 2), Evidence("b", 0, 2))
    assert metrics.relevant(both, collection) == {"a:0-10", "b:0-10"}


def test_spans_that_only_touch_do_not_overlap(collection):
    assert metrics.relevant(gold(Evidence("a", 10, 12)), collection) == {"a:11-20"}


def test_evidence_that_no_passage_holds_counts_as_not_found(collection):
    wanted = metrics.relevant(gold(Evidence("a", 0, 2), Evidence("a", 33, 36)), collection)
    scores = metrics.retrieval({"q": ("a:0-10", "a:11-20", "a:21-30")}, {"q": wanted})
    assert scores["q"]["recall@5"] == 0.5


def test_whole_articles_are_found_by_their_best_hit(collection):
    marked = gold(Evidence("b", 0, 40), unit="article")
    hits = [hit(1, "a", 0, 10), hit(2, "a", 11, 20), hit(3, "b", 0, 10), hit(4, "a", 21, 30)]
    assert metrics.relevant(marked, collection) == {"b"}
    assert metrics.retrieved(hits, marked) == ("a", "b")
    assert metrics.retrieved(hits, gold()) == ("a:0-10", "a:11-20", "b:0-10", "a:21-30")


def test_retrieval_arithmetic():
    """Relevant at ranks 2 and 6 of ten, of three relevant in all."""
    names = ("0", "x", "2", "3", "4", "y", "6", "7", "8", "9")
    (scores,) = metrics.retrieval({"q": names}, {"q": frozenset("xyz")}).values()
    ideal = 1 / math.log2(2) + 1 / math.log2(3) + 1 / math.log2(4)
    assert scores == pytest.approx(
        {
            "hit@1": 0,
            "recall@5": 1 / 3,
            "MRR": 1 / 2,
            "nDCG@5": (1 / math.log2(3)) / ideal,
            "nDCG@10": (1 / math.log2(3) + 1 / math.log2(7)) / ideal,
        }
    )


def test_a_question_without_hits_counts_zero_beside_others_and_alone():
    zero = dict.fromkeys(metrics.RETRIEVAL, 0.0)
    both = metrics.retrieval({"p": ("x",), "q": ()}, {"p": frozenset("x"), "q": frozenset("y")})
    assert both == {"p": dict.fromkeys(metrics.RETRIEVAL, 1.0), "q": zero}
    assert metrics.retrieval({"q": ()}, {"q": frozenset("y")}) == {"q": zero}
    assert metrics.retrieval({}, {"q": frozenset("y")}) == {"q": zero}


@given(
    st.dictionaries(
        st.sampled_from("pqr"),
        st.tuples(
            st.lists(st.integers(0, 15).map(str), unique=True, max_size=10),
            st.frozensets(st.integers(0, 15).map(str), min_size=1),
        ),
        min_size=1,
    )
)
def test_retrieval_equals_the_formulas(questions):
    scores = metrics.retrieval(
        {id: names for id, (names, _) in questions.items()},
        {id: wanted for id, (_, wanted) in questions.items()},
    )
    for id, (names, wanted) in questions.items():
        gains = [name in wanted for name in names]

        def ndcg(k: int, gains=gains, wanted=wanted) -> float:
            ideal = sum(1 / math.log2(r + 1) for r in range(1, min(k, len(wanted)) + 1))
            return sum(g / math.log2(r + 1) for r, g in enumerate(gains[:k], start=1)) / ideal

        assert scores[id] == pytest.approx(
            {
                "hit@1": sum(gains[:1]),
                "recall@5": sum(gains[:5]) / len(wanted),
                "MRR": next((1 / r for r, g in enumerate(gains, start=1) if g), 0),
                "nDCG@5": ndcg(5),
                "nDCG@10": ndcg(10),
            }
        )


def test_a_mean_over_nothing_is_not_zero():
    assert metrics.mean([]) == Score(None, 0)
    assert metrics.mean([0.0, 1.0, 1.0, 0.0]) == Score(0.5, 4)


# --- Answers ------------------------------------------------------------------------------------


def test_a_citation_is_right_where_it_or_its_twin_overlaps_evidence_of_that_article():
    asked = gold(Evidence("a", 10, 20), Evidence("b", 0, 5))
    citations = [cite("a", 0, 11), cite("a", 0, 10), cite("a", 20, 30), cite("b", 4, 9), cite("c", 10, 20)]
    assert metrics.judge(citations, asked) == (True, False, False, True, False)
    assert metrics.judge([cite("c", 0, 9, also=(cite("d", 0, 9), cite("a", 12, 13)))], asked) == (True,)
    assert metrics.judge(citations, gold()) == (False,) * 5


ANSWERED = [
    judged(right=(True, False, False)),
    judged(right=(False, False, True, True)),
    judged(right=(False, False, False, True)),
    judged(answered=False, right=(True,)),
    judged(answered=False, right=()),
    judged(answerable=False, right=(False,)),
    judged(answerable=False, answered=False, right=(False,)),
    judged(answerable=False, answered=False, right=()),
]
"""Five answerable questions, two of them abstained on; three unanswerable, one of them answered."""


def test_answer_arithmetic():
    assert metrics.first_citation(ANSWERED) == Score(2 / 5, 5)  # the first and the fourth
    assert metrics.any_of_3(ANSWERED) == Score(3 / 5, 5)  # and the second
    assert metrics.answered_right(ANSWERED) == Score(1 / 5, 5)  # the fourth was not shown
    precision = metrics.citation_precision(ANSWERED)
    assert precision.n == 3
    assert precision.value == pytest.approx((1 / 3 + 2 / 4 + 1 / 4) / 3)
    assert metrics.false_refusals(ANSWERED) == Score(2 / 5, 5)
    assert metrics.false_answers(ANSWERED) == Score(1 / 3, 3)


def test_without_unanswerable_questions_nothing_is_said_about_them():
    only = [judged(), judged(answered=False)]
    assert metrics.false_answers(only) == Score(None, 0)
    assert metrics.auroc(only) == Score(None, 2)
    assert metrics.citation_precision([judged(answered=False)]) == Score(None, 0)


# --- Abstaining ---------------------------------------------------------------------------------


def test_auroc_arithmetic():
    """Pairs of 0.9, 0.5 against 0.5, 0.1: won, won, tied, won = 3.5 of 4."""
    four = [
        judged(True, confidence=0.9),
        judged(True, confidence=0.5),
        judged(False, confidence=0.5),
        judged(False, confidence=0.1),
    ]
    assert metrics.auroc(four) == Score(3.5 / 4, 4)


@given(
    st.lists(st.sampled_from([0.0, 0.2, 0.5, 0.7, 1.0]), min_size=1),
    st.lists(st.sampled_from([0.0, 0.2, 0.5, 0.7, 1.0]), min_size=1),
)
def test_auroc_is_the_u_statistic_over_the_number_of_pairs(yes, no):
    both = [judged(True, confidence=c) for c in yes] + [judged(False, confidence=c) for c in no]
    score = metrics.auroc(both)
    u = mannwhitneyu(yes, no, method="asymptotic").statistic
    assert score.value == pytest.approx(u / (len(yes) * len(no)))
    assert score.n == len(yes) + len(no)


# --- Speed --------------------------------------------------------------------------------------


def test_percentile_arithmetic():
    """1, 2, ..., 21: the 95th percentile lies at 0.95 * 20 = 19 steps above the first."""
    times = [judged(latency_ms=float(ms)) for ms in range(21, 0, -1)]
    assert metrics.latency_p50_ms(times) == Score(11.0, 21)
    assert metrics.latency_p95_ms(times) == Score(20.0, 21)
    assert metrics.latency_p50_ms([]) == Score(None, 0)


def test_every_measure_has_a_direction_and_a_docstring():
    assert set(metrics.ANSWERS) >= metrics.LOWER_IS_BETTER
    assert all(measure.__doc__ for measure in metrics.ANSWERS.values())
