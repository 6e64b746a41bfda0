"""The measures of rankings against trec_eval on what it reads, and against their arithmetic."""

import math

import pytest
import pytrec_eval
from hypothesis import given
from hypothesis import strategies as st

from corpus.errors import CuttingsError
from eval.measures.metrics import MEASURES, measure
from eval.measures.retrieval import is_retrieval, rankings
from eval.record import DEPTH
from tests.records import record

RANKED = [name for name in MEASURES if is_retrieval(name)]
THEIRS = {"hit": "success", "recall": "recall", "nDCG": "ndcg_cut", "MRR": "recip_rank", "MAP": "map"}
NAMES = st.integers(0, 25).map(lambda number: f"a:{number}-{number + 1}")
QUESTIONS = st.lists(
    st.tuples(
        st.lists(NAMES, unique=True, max_size=DEPTH),
        st.dictionaries(NAMES, st.integers(1, 3), min_size=1, max_size=6),
    ),
    min_size=1,
    max_size=5,
)


def records(questions):
    return [
        record(f"q{place}", found=found, relevant=relevant)
        for place, (found, relevant) in enumerate(questions)
    ]


def trec_eval(asked, names) -> dict[str, list[float]]:
    """What trec_eval's code gives for qrels and a run as text; 0 for what is not in the run."""
    qrels = [f"{one.id} 0 {found} {grade}\n" for one in asked for found, grade in one.relevant.items()]
    run = [
        f"{one.id} Q0 {found} {rank} {100 - rank} cuttings\n"
        for one in asked
        for rank, found in enumerate(one.ranking, start=1)
    ]
    theirs = {name: "_".join([THEIRS[name.split("@")[0]], *name.split("@")[1:]]) for name in names}
    evaluator = pytrec_eval.RelevanceEvaluator(pytrec_eval.parse_qrel(qrels), set(theirs.values()))
    scores = evaluator.evaluate(pytrec_eval.parse_run(run))
    return {
        name: [scores[one.id][their] if one.id in scores else 0.0 for one in asked]
        for name, their in theirs.items()
    }


@pytest.mark.slow
@given(QUESTIONS)
def test_every_measure_is_trec_evals(questions):
    asked = records(questions)
    for name, values in trec_eval(asked, [*RANKED, "hit@2", "recall@7", "nDCG@13"]).items():
        assert rankings(asked, name) == pytest.approx(values, abs=1e-9), name
        assert measure(name).whole(asked) == pytest.approx(sum(values) / len(values), abs=1e-9), name


def one(name: str, found: str, **relevant: int) -> float:
    (value,) = rankings([record(found=list(found), relevant=relevant)], name)
    return value


def test_arithmetic_of_what_is_relevant_or_not():
    """Relevant at ranks 2 and 6 of ten, of three relevant in all."""
    ranked, wanted = "0x234y6789", {"x": 1, "y": 1, "z": 1}
    ideal = 1 / math.log2(2) + 1 / math.log2(3) + 1 / math.log2(4)
    expected = {
        "hit@1": 0,
        "hit@3": 1,
        "recall@1": 0,
        "recall@5": 1 / 3,
        "recall@6": 2 / 3,
        "recall@20": 2 / 3,
        "MRR": 1 / 2,
        "MAP": (1 / 2 + 2 / 6) / 3,
        "nDCG@5": (1 / math.log2(3)) / ideal,
        "nDCG@10": (1 / math.log2(3) + 1 / math.log2(7)) / ideal,
    }
    assert {name: one(name, ranked, **wanted) for name in expected} == pytest.approx(expected)


def test_arithmetic_of_grades():
    """The grade is the gain: 1 at rank 1 and 3 at rank 2, where 3 before 1 would be best."""
    assert one("nDCG@5", "ab", a=1, b=3) == pytest.approx((1 + 3 / math.log2(3)) / (3 + 1 / math.log2(3)))
    assert one("nDCG@5", "ba", a=1, b=3) == 1
    assert one("MRR", "xb", a=1, b=3) == 1 / 2  # whatever the grade
    assert one("recall@5", "xb", a=1, b=3) == 1 / 2


def test_what_is_found_twice_counts_where_it_stands_first():
    assert one("MRR", "aab", b=1) == 1 / 2
    assert one("MAP", "bba", a=1, b=1) == 1


def test_a_question_without_hits_counts_zero_beside_others_and_alone():
    none, found = record("p", found=(), relevant={"x": 1}), record("q", found="x", relevant={"x": 1})
    for name in RANKED:
        assert rankings([none, found], name) == [0.0, 1.0]
        assert rankings([none], name) == [0.0]


def test_where_nothing_can_be_found_nothing_is_measured():
    asked = [record("p", answerable=False, found="x"), record("q", found="x", relevant={"x": 1})]
    assert rankings(asked, "MRR") == [None, 1.0]
    assert rankings([], "MRR") == []
    assert measure("MRR").score(asked).n == 1


@pytest.mark.parametrize(
    "name", ["hit", "hit@", "hit@0", "hit@-1", "hit@1.5", "hit@21", "hit@٣", "MRR@3", "P@5", ""]
)
def test_other_names_are_none_of_these(name):
    assert not is_retrieval(name)
    with pytest.raises(CuttingsError, match="no measure") as error:
        measure(name)
    assert all(known in str(error.value) for known in MEASURES)
    assert "recall@K" in str(error.value)


def test_any_k_is_a_measure():
    assert measure("recall@7").about == measure("recall@5").about.replace("5", "7")
    assert measure(f"hit@{DEPTH}").name == "hit@20"
