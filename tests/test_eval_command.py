"""`cuttings eval` from end to end on a small question set: output, gates, exit codes, the kept collection."""

import json
import shutil
from pathlib import Path

import pytest

from chatbot.server.shell import report_of
from chatbot.settings import Settings
from corpus.errors import CuttingsError
from eval.command import GATE_MISSED, evaluate, missed, parse_gate
from eval.judged import ANSWERS, RETRIEVAL, Score
from eval.run import PRODUCT, Summary

BOATS = "Ann Marlow rowed across the bay on Sunday. She had bought the boat in May for 400 pounds."
BREAD = "The bakery in Mill Lane closes in June. Its owner, Ben Tully, blames the price of flour."


def span(id: str, question: str, article_id: str, text: str, answer: str) -> dict:
    start = text.index(answer)
    return {
        "id": id,
        "question": question,
        "article_id": article_id,
        "start": start,
        "end": start + len(answer),
        "answer": answer,
    }


QUESTIONS = [
    span("q1", "Who rowed across the bay?", "boats", BOATS, "Ann Marlow"),
    span("q2", "When does the bakery in Mill Lane close?", "bread", BREAD, "June"),
]


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "cuttings" / "eval"


def question_set(folder: Path, boats: str = BOATS) -> Path:
    folder.mkdir(exist_ok=True)
    articles = [{"id": "boats", "text": boats}, {"id": "bread", "text": BREAD}]
    (folder / "articles.jsonl").write_text("\n".join(map(json.dumps, articles)))
    (folder / "questions.jsonl").write_text("\n".join(map(json.dumps, QUESTIONS)))
    return folder


@pytest.mark.model
def test_a_question_set_brings_its_articles(tmp_path, capsys):
    code = evaluate(
        question_set(tmp_path / "set"), tmp_path / "none", Settings(), tmp_path / "out", as_json=True
    )
    told = json.loads(capsys.readouterr().out)
    assert code == 0
    assert told["questions"] == told["measures"]["first_citation"]["n"] == 2
    # Two articles of one passage each, and every question shares its words with one of them.
    assert told["measures"]["hit@1"]["value"] == told["measures"]["first_citation"]["value"] == 1
    assert {file.name for file in (tmp_path / "out").iterdir()} == {
        "records.jsonl",
        "summary.json",
        "report.html",
    }


@pytest.mark.model
def test_a_missed_gate_is_three_and_one_line_for_each(tmp_path, capsys):
    gates = ["hit@1=1", "hit@1=1.5", "latency_p95_ms=0.001"]
    code = evaluate(question_set(tmp_path / "set"), tmp_path, Settings(), fail_under=gates)
    lines = [line for line in capsys.readouterr().err.splitlines() if "gate" in line]
    assert code == GATE_MISSED == 3
    assert len(lines) == 2
    assert lines[0] == "cuttings eval: gate missed: hit@1 is 1 (n=2), under 1.5"
    assert "latency_p95_ms" in lines[1] and "over 0.001" in lines[1]


@pytest.mark.model
def test_the_collection_is_kept_until_the_articles_change(tmp_path, cache):
    folder = question_set(tmp_path / "set")
    evaluate(folder, tmp_path, Settings())
    (kept,) = cache.iterdir()
    made = (kept / "collection.sqlite").stat().st_mtime_ns
    evaluate(folder, tmp_path, Settings())
    assert list(cache.iterdir()) == [kept]
    assert (kept / "collection.sqlite").stat().st_mtime_ns == made
    evaluate(question_set(folder, BOATS + " It leaks."), tmp_path, Settings())
    (other,) = cache.iterdir()
    assert other != kept


@pytest.mark.model
def test_a_gold_file_is_about_the_collection_that_is_given(tmp_path, bundled_folder, bundled, capsys):
    article = bundled.collection.articles()[0]
    quote = bundled.collection.passages(article.id)[0].sentences[-1]
    text = bundled.collection.article(article.id).text[quote.start : quote.end]
    row = {
        "id": "q1",
        "question": text,
        "kind": "fact",
        "history": [],
        "answerable": True,
        "evidence": [{"article_id": article.id, "quote": text}],
    }
    (tmp_path / "gold.jsonl").write_text(json.dumps(row))
    own = shutil.copytree(bundled_folder, tmp_path / "collection")
    assert evaluate(tmp_path / "gold.jsonl", own, Settings(), as_json=True) == 0
    told = capsys.readouterr()
    # A sentence of an article is its own best answer.
    assert json.loads(told.out)["measures"]["first_citation"] == {"value": 1.0, "n": 1}
    assert str(tmp_path / "gold.jsonl") in report_of(own).read_text()
    assert "the page will not" not in told.err
    # A collection that cannot be written to can be evaluated all the same.
    shutil.rmtree(report_of(own).parent)
    report_of(own).parent.write_text("in the way")
    assert evaluate(tmp_path / "gold.jsonl", own, Settings(), as_json=True) == 0
    assert "the page will not show this run" in capsys.readouterr().err


@pytest.mark.model
def test_absent_asks_each_answerable_question_once_more_without_its_article(tmp_path, capsys):
    folder, out = question_set(tmp_path / "set"), tmp_path / "out"
    assert evaluate(folder, tmp_path, Settings(), out, as_json=True, with_absent=True) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["questions"], told["answerable"]) == (4, 2)
    assert told["kinds"]["absent"]["measures"]["false_answers"] == {"value": 0.0, "n": 2}
    assert told["measures"]["first_citation"] == {"value": 1.0, "n": 2}
    rows = [json.loads(line) for line in (out / "records.jsonl").read_text().splitlines()]
    assert [row["without"] for row in rows] == [[], [], ["boats"], ["bread"]]
    cited = [{citation["article_id"] for citation in row["citations"]} for row in rows[2:]]
    assert cited == [{"bread"}, {"boats"}]
    assert "without the articles that answer it" in (out / "report.html").read_text()


def test_a_wrong_gate_is_refused_before_anything_is_done(tmp_path, cache):
    with pytest.raises(CuttingsError, match="no measure 'hit@2'") as error:
        evaluate(tmp_path / "nowhere", tmp_path, Settings(), fail_under=["hit@2=0.5"])
    assert all(name in str(error.value) for name in (*RETRIEVAL, *ANSWERS))
    assert not cache.exists()


@pytest.mark.parametrize("gate", ["MRR", "MRR=", "MRR=high", "MRR=nan", "MRR=inf"])
def test_a_gate_needs_a_number(gate):
    with pytest.raises(CuttingsError, match="is no number"):
        parse_gate(gate)


def summary(**scores: Score) -> Summary:
    return Summary(5, 5, {PRODUCT: {}}, scores)


def test_a_gate_is_a_floor_or_a_ceiling_and_its_own_value_passes():
    assert parse_gate("hit@1=0.5") == ("hit@1", 0.5)
    reached = summary(first_citation=Score(0.5, 5), false_answers=Score(0.5, 5))
    assert missed(reached, "first_citation", 0.5) == missed(reached, "false_answers", 0.5) == ""
    assert missed(reached, "first_citation", 0.51) == "first_citation is 0.5 (n=5), under 0.51"
    assert missed(reached, "false_answers", 0.49) == "false_answers is 0.5 (n=5), over 0.49"


def test_a_gate_on_what_was_not_measured_is_refused():
    with pytest.raises(CuttingsError, match="no question here is measured by it"):
        missed(summary(AUROC=Score(None, 5)), "AUROC", 0.5)
