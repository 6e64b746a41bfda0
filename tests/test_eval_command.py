"""`cuttings eval` from end to end on a small question set: output, gates, exit codes, the kept collection."""

import json
import shutil
from pathlib import Path

import pytest

from chatbot.bot import Chatbot
from chatbot.server.evaluation import Share, newest, report_of
from chatbot.settings import Settings
from corpus.errors import CuttingsError
from corpus.read import read
from eval.asking import Opened, ask_all
from eval.command import evaluate
from eval.measures.gate import GATE_MISSED
from eval.prepare import prepare
from eval.questions.gold import load_gold
from eval.stored import read_run
from eval.systems import DEFAULT, PRODUCT, systems
from index.folder.collection import Collection
from index.ingest.ingest import ingest
from index.verify import verify
from tests.fakes import HashEncoder
from tests.records import timeless

ROOT = Path(__file__).parent.parent
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
def cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the evaluation keeps what it made: empty. What else is in the cache serves all tests here."""
    home = tmp_path_factory.getbasetemp() / "cache"
    monkeypatch.setenv("XDG_CACHE_HOME", str(home))
    shutil.rmtree(home / "cuttings" / "eval", ignore_errors=True)
    return home / "cuttings" / "eval"


def question_set(folder: Path, boats: str = BOATS) -> Path:
    folder.mkdir(exist_ok=True)
    articles = [{"id": "boats", "text": boats}, {"id": "bread", "text": BREAD}]
    (folder / "articles.jsonl").write_text("\n".join(map(json.dumps, articles)))
    (folder / "questions.jsonl").write_text("\n".join(map(json.dumps, QUESTIONS)))
    return folder


@pytest.mark.model
@pytest.mark.usefixtures("one_model")
def test_a_question_set_brings_its_articles(tmp_path, capsys):
    code = evaluate(
        question_set(tmp_path / "set"), tmp_path / "none", Settings(), tmp_path / "out", as_json=True
    )
    told = json.loads(capsys.readouterr().out)
    assert code == 0
    assert told["questions"] == told["measures"]["first_citation"]["n"] == 2
    # Two articles of one passage each, and every question shares its words with one of them.
    assert told["measures"]["hit@1"]["value"] == told["measures"]["first_citation"]["value"] == 1
    run = read_run(tmp_path / "out")
    assert run.manifest.systems == DEFAULT
    assert [(one.id, one.system) for one in run.records] == [
        (id, name) for id in ("q1", "q2") for name in DEFAULT
    ]
    assert {file.name for file in (tmp_path / "out").iterdir()} == {
        "run.json",
        "records.jsonl",
        "summary.json",
        "report.html",
        "report.md",
    }


@pytest.mark.model
@pytest.mark.usefixtures("one_model")
def test_a_missed_gate_is_three_and_one_line_for_each(tmp_path, capsys):
    gates = ["hit@1=1", "hit@1=1.5", "latency_p95_ms=0.001"]
    code = evaluate(question_set(tmp_path / "set"), tmp_path, Settings(), fail_under=gates)
    lines = [line for line in capsys.readouterr().err.splitlines() if "gate missed" in line]
    assert code == GATE_MISSED == 3
    assert len(lines) == 2
    assert lines[0] == "cuttings eval: gate missed: hit@1 is 1 (n=2), under 1.5"
    assert "latency_p95_ms" in lines[1] and "over 0.001" in lines[1]


@pytest.mark.model
@pytest.mark.usefixtures("one_model")
def test_the_collection_is_kept_until_the_articles_change(tmp_path, cache):
    folder = question_set(tmp_path / "set")
    evaluate(folder, tmp_path, Settings())
    (kept,) = cache.glob("set-*")
    made = (kept / "collection.sqlite").stat().st_mtime_ns
    evaluate(folder, tmp_path, Settings())
    assert list(cache.glob("set-*")) == [kept]
    assert (kept / "collection.sqlite").stat().st_mtime_ns == made
    evaluate(question_set(folder, BOATS + " It leaks."), tmp_path, Settings())
    (other,) = cache.glob("set-*")
    assert other != kept
    assert len(list((cache / "runs").iterdir())) == 3  # every run is kept


def gold_file(folder: Path, bot: Chatbot, number: int) -> Path:
    """A gold file with sentences of the bundled articles as questions: each is its own best answer."""
    rows = []
    for article in sorted(bot.collection.articles(), key=lambda one: one.id):
        for passage in bot.collection.passages(article.id):
            text = bot.collection.article(article.id).text
            quote = text[passage.sentences[-1].start : passage.sentences[-1].end]
            evidence = [{"article_id": article.id, "quote": quote}]
            rows.append(
                {"id": f"q{len(rows)}", "question": quote, "kind": "fact", "history": [], "answerable": True}
                | {"evidence": evidence}
            )
    (folder / "gold.jsonl").write_text("\n".join(map(json.dumps, rows[:number])))
    return folder / "gold.jsonl"


@pytest.mark.model
@pytest.mark.usefixtures("one_model")
def test_a_gold_file_is_about_the_collection_that_is_given(tmp_path, bundled_folder, bundled, capsys):
    gold = gold_file(tmp_path, bundled, 1)
    own = shutil.copytree(bundled_folder, tmp_path / "collection")
    assert evaluate(gold, own, Settings(), as_json=True) == 0
    told = capsys.readouterr()
    assert json.loads(told.out)["measures"]["first_citation"]["value"] == 1
    assert str(gold) in report_of(own).read_text()
    kept = newest(own)
    assert kept and kept.about == str(gold) and Share("first_citation", 1, 1) in kept.shares
    assert "the page will not" not in told.err
    (folder,) = (own / "evaluation" / "runs").iterdir()
    assert f"the run is in {folder}" in told.err
    manifest = read_run(folder).manifest
    assert manifest.questions == str(gold) and manifest.seconds > 0 and manifest.left_out == ()
    assert len(set(manifest.collections.values())) == 1 and manifest.collections[PRODUCT].articles == 15
    assert set(manifest.model) == {"all-MiniLM-L6-v2", "joint"}
    assert all(len(digest) == 64 for digest in manifest.model.values())
    assert int(manifest.machine["cores"]) >= 1 and manifest.versions["torch"]
    # A collection that cannot be written to can be evaluated all the same.
    shutil.rmtree(report_of(own).parent)
    report_of(own).parent.write_text("in the way")
    assert evaluate(gold, own, Settings(), as_json=True) == 0
    told = capsys.readouterr()
    assert "the page will not show this run" in told.err and "in the cache instead" in told.err


@pytest.mark.model
@pytest.mark.usefixtures("one_model")
def test_settings_that_shape_the_collection_are_swept_on_copies_of_it(tmp_path, encoder, cache, capsys):
    written, own = tmp_path / "articles", tmp_path / "own"
    written.mkdir()
    for name, text in (("boats", f"{BOATS} {BREAD}"), ("bread", f"{BREAD}\n\n{BOATS}")):
        (written / f"{name}.txt").write_text(f"{text}\n\nShare this article\n")
    collection = Collection.create(own)
    ingest(collection, encoder, read([written]), Settings().passage_tokens)
    quote = BREAD.split(". ")[0]
    row = {
        "id": "q",
        "question": "When does the bakery close?",
        "kind": "date",
        "history": [],
        "answerable": True,
    }
    row["evidence"] = [{"article_id": "bread", "quote": quote}]
    (tmp_path / "gold.jsonl").write_text(json.dumps(row))
    sweeps = ["passage_tokens=32", "reader=none"]
    names = [f"{PRODUCT} passage_tokens={size} reader={by}" for size in (200, 32) for by in ("joint", "none")]
    for made in ("own with all-MiniLM-L6-v2, 32 word pieces a passage: articles 2/2", ""):
        assert evaluate(tmp_path / "gold.jsonl", own, Settings(), tmp_path / "out", sweeps=sweeps) == 0
        told = capsys.readouterr().err
        assert made in told and ("articles" in told) == bool(made)
    run = read_run(tmp_path / "out")
    assert list(run.manifest.systems) == names
    indexed = [run.manifest.collections[name] for name in names]
    assert len({one.sha256 for one in indexed}) == 1  # the same articles
    assert indexed[0].passages == indexed[1].passages < indexed[2].passages == indexed[3].passages
    copies = list(cache.glob("own-*"))
    assert len(copies) == 1 and all(verify(Collection.open(copy)) == [] for copy in copies)
    assert collection.article("bread").removed == Collection.open(copies[0]).article("bread").removed != ()
    for record in run.records:
        assert [one.text for one in record.expected] == [quote]
        assert record.first_right and record.citations[0].quote == f"{quote}."
    assert collection.revision == 1  # the user's own was not touched


@pytest.mark.model
@pytest.mark.usefixtures("one_model")
def test_a_run_that_was_stopped_is_gone_on_with_and_says_the_same(tmp_path, bundled_folder, bundled, capsys):
    gold, own = gold_file(tmp_path, bundled, 6), shutil.copytree(bundled_folder, tmp_path / "collection")
    stopping = iter(range(3))
    with pytest.MonkeyPatch.context() as patch, pytest.raises(StopIteration):
        patch.setattr("eval.command.unchanged_check", lambda folders: lambda: next(stopping))
        evaluate(gold, own, Settings(), compare="hybrid+reader,bm25")
    (folder,) = (own / "evaluation" / "runs").iterdir()
    with (folder / "records.jsonl").open("a") as file:
        file.write('{"system": "hybrid')  # as where it was killed
    assert evaluate(gold, own, Settings(), compare="hybrid+reader,bm25", jobs=2) == 0
    err = capsys.readouterr().err
    assert "going on with a run that was stopped: 3 of 6 asked" in err
    assert list(folder.parent.iterdir()) == [folder]
    run = read_run(folder)
    compared = systems("hybrid+reader,bm25", [], Settings())
    whole = ask_all([Opened(one, bundled) for one in compared], load_gold(gold, bundled.collection).golds)
    assert [timeless(one) for one in run.records] == [timeless(one) for one in whole]
    assert run.manifest.jobs == 2


@pytest.mark.model
@pytest.mark.usefixtures("one_model")
def test_a_question_that_no_system_reads_is_left_out_and_told(tmp_path, capsys):
    folder = question_set(tmp_path / "set")
    limited = Settings(question_characters=30)
    assert evaluate(folder, tmp_path, limited, tmp_path / "out") == 0
    assert (
        "questions.jsonl:2: 'q2' is left out: it is longer than the 30 characters" in capsys.readouterr().err
    )
    run = read_run(tmp_path / "out")
    assert [one.id for one in run.manifest.left_out] == ["q2"] and {one.id for one in run.records} == {"q1"}
    with pytest.raises(CuttingsError, match="every question was left out"):
        evaluate(folder, tmp_path, Settings(question_characters=3))


def test_what_is_wrong_is_told_before_anything_is_asked(tmp_path):
    with pytest.raises(CuttingsError, match="no system 'bm52'"):
        evaluate(tmp_path / "nowhere", tmp_path, Settings(), compare="bm52")
    with pytest.raises(CuttingsError, match="no setting 'k'"):
        evaluate(tmp_path / "nowhere", tmp_path, Settings(), sweeps=["k=3"])
    with pytest.raises(CuttingsError, match="--topics belongs to TREC judgements"):
        evaluate(None, tmp_path, Settings(), topics=tmp_path / "topics.tsv")


@pytest.mark.model
@pytest.mark.usefixtures("one_model")
def test_absent_asks_each_answerable_question_once_more_without_its_article(tmp_path, capsys):
    folder, out = question_set(tmp_path / "set"), tmp_path / "out"
    assert evaluate(folder, tmp_path, Settings(), out, as_json=True, with_absent=True) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["questions"], told["answerable"]) == (4, 2)
    false = told["measures"]["false_answers"]
    assert (false["value"], false["n"]) == (0, 2)
    first = told["measures"]["first_citation"]
    assert (first["value"], first["n"]) == (1, 2)
    records = read_run(out).of(PRODUCT)
    assert [one.without for one in records] == [(), (), ("boats",), ("bread",)]
    assert [{cited.article_id for cited in one.citations} for one in records[2:]] == [{"bread"}, {"boats"}]
    assert "without the articles that answer it" in (out / "report.html").read_text()


@pytest.mark.model
@pytest.mark.usefixtures("one_model")
def test_cut_asks_each_answerable_question_once_more_without_its_sentence(tmp_path, capsys):
    folder, out = question_set(tmp_path / "set"), tmp_path / "out"
    assert evaluate(folder, tmp_path, Settings(), out, as_json=True, with_cut=True) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["questions"], told["answerable"]) == (4, 2)
    records = read_run(out).of(PRODUCT)
    assert [one.kind for one in records[2:]] == ["cut", "cut"]
    for asked, twin in zip(records[:2], records[2:], strict=True):
        (place,) = asked.expected
        assert twin.hidden == ((place.article_id, place.start, place.end),)
        # The article is found and read, but not what answers.
        assert place.article_id in {hit.article_id for hit in twin.hits}
        first, last = place.sentences
        cited = [one for one in twin.citations if one.article_id == place.article_id]
        assert not any(one.start < last and first < one.end for one in cited)
    assert told["measures"]["false_answers@0.85"]["n"] == 4
    assert "without the sentences that answer it" in (out / "report.html").read_text()


def test_what_is_wrong_in_a_gate_is_told_before_anything_is_asked(tmp_path, cache):
    wrong = {"fail_under": ["hits@2=0.5"]}, {"fail_under": ["MRR"]}, {"alpha": 1.5}, {"no_worse": tmp_path}
    for gate, why in zip(wrong, ["no measure", "is no number", "--alpha", "is no run"], strict=True):
        with pytest.raises(CuttingsError, match=why):
            evaluate(tmp_path / "nowhere", tmp_path, Settings(), **gate)
    assert not cache.exists()


@pytest.mark.model
@pytest.mark.usefixtures("one_model")
def test_a_run_is_judged_by_one_that_was_stored(tmp_path, capsys):
    folder, before = question_set(tmp_path / "set"), tmp_path / "before"
    assert evaluate(folder, tmp_path, Settings(), before, compare=PRODUCT) == 0
    assert evaluate(folder, tmp_path, Settings(), no_worse=before / "run.json", compare=PRODUCT) == 0
    with pytest.raises(CuttingsError, match="that is the run of --no-worse-than"):
        evaluate(folder, tmp_path, Settings(), before, no_worse=before / "run.json")
    with pytest.raises(CuttingsError, match="has no 'bm25'; name one of its own first, of hybrid"):
        evaluate(folder, tmp_path, Settings(), no_worse=before, compare="bm25")
    # Two questions prove nothing but at a level at which anything does.
    asked = {"no_worse": before, "compare": PRODUCT, "alpha": 0.9}
    assert evaluate(folder, tmp_path, Settings(threshold=1.0), **asked) == GATE_MISSED
    lines = [line for line in capsys.readouterr().err.splitlines() if "gate missed" in line]
    assert len(lines) == 1 and lines[0].startswith("cuttings eval: gate missed: served 1.000 -> 0.000")


@pytest.mark.model
def test_a_gate_that_is_passed_tells_by_how_many_questions(tmp_path, capsys):
    folder, before = question_set(tmp_path / "set"), tmp_path / "before"
    assert evaluate(folder, tmp_path, Settings(), before, compare=PRODUCT) == 0
    (folder / "questions.jsonl").write_text(json.dumps(QUESTIONS[0]))
    assert evaluate(folder, tmp_path, Settings(), no_worse=before, compare=PRODUCT) == 0
    lines = [line for line in capsys.readouterr().err.splitlines() if "gate passed" in line]
    assert len(lines) == 3 and all("n=1, 1 not in both" in line for line in lines)


@pytest.mark.model
@pytest.mark.usefixtures("one_model")
def test_the_bundled_questions_are_not_taken_for_questions_about_ones_own_articles(
    tmp_path, bundled_folder, capsys
):
    own = Collection.create(tmp_path / "own")
    (tmp_path / "boats.txt").write_text(BOATS, encoding="utf-8")
    ingest(own, HashEncoder(), read([tmp_path / "boats.txt"]), 50)
    own.close()

    def told(collection: Path) -> str:
        prepare(None, collection, Settings())
        return capsys.readouterr().err.splitlines()[0]

    assert "bundled questions" in told(tmp_path / "nowhere")
    assert f"nothing about {tmp_path / 'own'}" in told(tmp_path / "own")
    assert "nothing about" not in told(bundled_folder)
