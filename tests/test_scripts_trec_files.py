"""The files for trec_eval, read by pytrec_eval: the same nDCG as ir_measures computes of the records."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

import ir_measures
import pytest
import pytrec_eval
from hypothesis import given
from hypothesis import strategies as st

from eval.record import Record
from scripts.trec_files import escaped, file_names, write_rankings
from tests.records import record

NAMES = st.text("ab %\t\n\u00a0é:-", min_size=1, max_size=6)


def asked(id: str, system: str, relevant: dict[str, int], found: list[str]) -> Record:
    return record(id, system=system, relevant=relevant, found=found)


@st.composite
def runs(draw: st.DrawFn) -> list[Record]:
    """Two systems; hits in any order, with and without the relevant ones, and an article found twice."""
    records = []
    for id in draw(st.lists(NAMES, unique=True, min_size=1, max_size=4)):
        relevant = draw(st.dictionaries(NAMES, st.integers(1, 3), min_size=1, max_size=4))
        known = st.one_of(st.sampled_from(sorted(relevant)), NAMES)
        records += [
            asked(id, system, relevant, draw(st.lists(known, max_size=8))) for system in ("bm25", "dense")
        ]
    return records


@pytest.mark.slow
@given(runs())
def test_trec_eval_reads_what_the_records_say(records: list[Record]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        write_rankings(["bm25", "dense"], records, Path(folder))
        for system in ("bm25", "dense"):
            own = [one for one in records if one.system == system]
            with open(Path(folder, "qrels.trec")) as file:
                qrels = pytrec_eval.parse_qrel(file)
            with open(Path(folder, f"{system}.trec")) as file:
                found = pytrec_eval.parse_run(file)
            theirs = pytrec_eval.RelevanceEvaluator(qrels, {"ndcg_cut"}).evaluate(found)
            ours = {
                metric.query_id: metric.value
                for metric in ir_measures.iter_calc(
                    [ir_measures.nDCG @ 10],
                    [
                        ir_measures.Qrel(one.id, name, grade)
                        for one in own
                        for name, grade in one.relevant.items()
                    ],
                    [
                        ir_measures.ScoredDoc(one.id, name, -rank)
                        for one in own
                        for rank, name in enumerate(one.ranking)
                    ],
                )
            }
            assert set(found) == {escaped(one.id) for one in own if one.hits}
            for one in own:
                if one.hits:  # trec_eval knows nothing of a question without
                    assert theirs[escaped(one.id)]["ndcg_cut_10"] == pytest.approx(ours[one.id])
                assert qrels[escaped(one.id)] == {
                    escaped(name): grade for name, grade in one.relevant.items()
                }


@given(st.lists(NAMES, unique=True))
def test_two_ids_stay_two_and_have_no_white_space(ids: list[str]) -> None:
    written = [escaped(id) for id in ids]
    assert len(set(written)) == len(ids)
    assert not any(letter.isspace() for id in written for letter in id)


def test_scores_fall_and_lines_have_the_six_fields(tmp_path: Path) -> None:
    write_rankings(["bm25"], [asked("q 1", "bm25", {"a": 2}, ["b", "a", "b", "c"])], tmp_path)
    assert (tmp_path / "qrels.trec").read_text() == "q%201 0 a 2\n"
    assert (tmp_path / "bm25.trec").read_text().splitlines() == [
        "q%201 Q0 b 1 3 bm25",
        "q%201 Q0 a 2 2 bm25",
        "q%201 Q0 c 3 1 bm25",
    ]


def test_only_questions_of_the_set_that_want_something_are_written(tmp_path: Path) -> None:
    one = asked("q1", "bm25", {"a": 1}, ["a"])
    nothing = replace(one, id="q2", relevant={}, answerable=False)
    write_rankings(["bm25"], [one, replace(one, id="q1 (stand-alone)", of="q1"), nothing], tmp_path)
    assert [line.split()[0] for line in (tmp_path / "bm25.trec").read_text().splitlines()] == ["q1"]
    assert [line.split()[0] for line in (tmp_path / "qrels.trec").read_text().splitlines()] == ["q1"]


def test_a_system_with_other_passages_has_judgements_of_its_own(tmp_path: Path) -> None:
    systems = ["hybrid passage_tokens=200", "hybrid passage_tokens=100"]
    records = [
        asked("q", systems[0], {"a:0-9": 1}, ["a:0-9"]),
        asked("q", systems[1], {"a:0-4": 1}, ["a:0-4"]),
    ]
    write_rankings(systems, records, tmp_path)
    assert (tmp_path / "qrels.trec").read_text() == "q 0 a:0-9 1\n"
    assert (tmp_path / "hybrid_passage_tokens=100.qrels.trec").read_text() == "q 0 a:0-4 1\n"
    written = {file.name for file in tmp_path.iterdir()}
    assert len(written) == 4


def test_file_names_are_safe_and_none_is_used_twice() -> None:
    systems = [
        "dense model=a/b",
        "dense model=a_b",
        "dense model=A/B",
        "../../etc",
        "x" * 300,
        "hybrid+reader",
    ]
    names = file_names(systems).values()
    assert len({name.lower() for name in names}) == len(systems)
    assert not any("/" in name or " " in name or len(name) > 120 for name in names)
    assert "hybrid+reader" in names and "dense_model=a_b-2" in names
