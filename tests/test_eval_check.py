"""`cuttings gold check`: every error at once, what is no longer found, and what a person should judge."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot.cli.main import main
from corpus.errors import CuttingsError
from corpus.read import read
from eval.questions.check import check, gold_check
from eval.questions.findings import SAME, Finding
from eval.questions.gold import Loaded, load_gold
from eval.questions.sources import load
from index.folder.collection import Collection
from index.ingest.ingest import ingest
from index.tokens import terms
from tests.fakes import HashEncoder
from tests.test_eval_beir import JUDGED, beir
from tests.test_eval_folder import SPAN, folder_of
from tests.test_eval_gold import ROW, made, quoted, written
from tests.test_eval_squad import asked, data, file


@pytest.fixture
def collection(tmp_path: Path) -> Collection:
    return made(tmp_path / "collection")


def checked(path: Path, collection: Collection) -> tuple[Loaded, list[Finding]]:
    return check(path, None, collection.folder)


def kinds(path: Path, collection: Collection) -> list[tuple[str, int]]:
    """(kind, line) of each finding."""
    return [(found.kind, int(found.where.split(":")[-1])) for found in checked(path, collection)[1]]


def printed(
    capsys: pytest.CaptureFixture[str], path: Path, folder: Path, code: int, *more: object
) -> tuple[str, str]:
    """What the command writes to standard output and standard error."""
    capsys.readouterr()
    given = ["gold", "check", str(path), "--collection", str(folder), *map(str, more)]
    assert main(given) == code
    out, err = capsys.readouterr()
    return out, err


def test_a_good_file_has_no_findings(tmp_path, collection, capsys):
    path = written(tmp_path, ROW)
    out, err = printed(capsys, path, collection.folder, 0)
    assert (out, err) == ("1 question can be asked; nothing found\n", "")


def test_every_error_is_told_and_not_only_the_first(tmp_path, collection, capsys):
    path = written(
        tmp_path,
        "{",
        ROW | {"evidence": []},
        ROW,
        *[ROW | {"id": f"n{n}", "question": f"Number {n}?", "answerable": n} for n in range(5, 10)],
        ROW | {"question": "Who closed it, and why on that day?"},
    )
    loaded, found = checked(path, collection)
    assert [gold.id for gold in loaded.golds] == ["q1"]
    lines = [1, 2, *range(4, 10)]
    assert [(one.kind, one.where) for one in found] == [("error", f"{path}:{n}") for n in lines]
    says = [one.what for one in found]
    assert "not JSON" in says[0] and "has no evidence" in says[1]
    assert "answerable is 5" in says[2] and f"stands at {path}:3 already" in says[-1]
    out, err = printed(capsys, path, collection.folder, 1, "--json")
    assert len(json.loads(out)["findings"]) == 8
    assert err == "cuttings: `cuttings eval` refuses these questions; correct the errors\n"


def test_the_evaluation_refuses_what_has_errors_and_reads_what_has_none(tmp_path, collection):
    fine = written(tmp_path, ROW, ROW | {"id": "q2", "question": "Who closed it, and why?"})
    assert checked(fine, collection) == (load_gold(fine, collection), [])
    with pytest.raises(CuttingsError):
        load_gold(written(tmp_path, ROW, ROW), collection)


# What is no longer found


@pytest.fixture
def changed(tmp_path: Path) -> Collection:
    """Articles as they are now."""
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "bridge.md").write_text("The old bridge over the river closed at noon. Nobody was hurt.")
    (folder / "ferry.md").write_text("The ferry to Alford runs “every” Sunday. It is full.")
    collection = Collection.create(tmp_path / "changed")
    ingest(collection, HashEncoder(), read([folder]), 40)
    return collection


def test_what_the_evaluation_leaves_out_for_its_length_is_told(tmp_path, collection, capsys):
    path = written(tmp_path, ROW, ROW | {"id": "long", "question": "Why? " * 500})
    out, err = printed(capsys, path, collection.folder, 1)
    assert f"{path}:2: unresolved: 'long': it is longer than the 2,000 characters" in out
    assert "1 question can be asked" in out and "leaves 1 question out" in err


def test_what_is_gone_is_told_with_the_nearest_as_it_can_be_copied(tmp_path, changed, capsys):
    gone = quoted("The old bridge over the river closed at one.")
    ferry = {"article_id": "boat", "quote": "The ferry to Alford runs 'every' Monday."}
    nothing = quoted("Of this nothing is left, in whatever words.")
    there = quoted("Nobody was hurt.")
    path = written(
        tmp_path,
        ROW | {"evidence": [gone, ferry]},
        ROW | {"id": "q2", "question": "Was anyone hurt?", "evidence": [nothing], "alternatives": [[there]]},
    )
    out, err = printed(capsys, path, changed.folder, 1)
    lines = out.splitlines()
    assert [line.partition(": ")[0] for line in lines[:3]] == [f"{path}:1", f"{path}:1", f"{path}:2"]
    assert lines[0].startswith(f"{path}:1: unresolved: 'q1': evidence: the quote 'The old bridge")
    assert json.loads(lines[0].rpartition(" alike): ")[2]) == quoted(
        "The old bridge over the river closed at noon."
    )
    assert "no article 'boat' in the collection; the nearest that is there (9" in lines[1]
    copied = json.loads(lines[1].rpartition(" alike): ")[2])
    assert copied == {"article_id": "ferry", "quote": "The ferry to Alford runs “every” Sunday."}
    assert lines[2].endswith("is not in article 'bridge'; it is asked all the same")
    assert lines[3] == "1 question can be asked; unresolved 3"
    assert err == "cuttings: `cuttings eval` leaves 1 question out; correct what is unresolved\n"
    copied_in = ROW | {"evidence": [quoted("The old bridge over the river closed at noon."), copied]}
    assert checked(written(tmp_path, copied_in), changed)[1] == []


def test_where_only_a_choice_is_gone_the_question_is_asked_and_the_exit_code_is_1(
    tmp_path, collection, capsys
):
    path = written(tmp_path, ROW | {"alternatives": [[quoted("It closed at one.")]]})
    out, err = printed(capsys, path, collection.folder, 1, "--json")
    told = json.loads(out)
    assert (told["questions"], told["left_out"], err) == (1, [], "")
    assert [one["kind"] for one in told["findings"]] == ["unresolved"]


def test_a_file_of_which_nothing_resolves_is_told_line_by_line(tmp_path, collection, capsys):
    path = written(tmp_path, ROW | {"evidence": [quoted("It closed at one.")]})
    out, _ = printed(capsys, path, collection.folder, 1)
    assert out.splitlines()[-1] == "0 questions can be asked; unresolved 1"


def test_a_file_without_questions_is_refused(tmp_path, collection, capsys):
    out, err = printed(capsys, written(tmp_path, ""), collection.folder, 1)
    assert out == "" and "no questions" in err


# What a person should judge


def test_questions_that_are_nearly_the_same_are_told_unless_the_conversation_differs(tmp_path, collection):
    asked = "When did the old bridge over the wide river close?"
    other = [{"role": "user", "content": "What happened on Monday?"}]
    path = written(
        tmp_path,
        ROW | {"question": asked},
        ROW | {"id": "q2", "question": "When was the old bridge over the wide river closed"},
        ROW | {"id": "q3", "question": asked, "history": other},
        ROW | {"id": "q4", "question": "When did the old tunnel under the narrow river close?"},
    )
    assert kinds(path, collection) == [("duplicate", 2)]


words = st.lists(st.sampled_from("ash beech cedar elm fir larch oak pine rowan yew".split()), min_size=1)


@pytest.mark.slow
@given(first=words, second=words)
def test_likeness_is_found_wherever_the_shared_terms_stand(tmp_path_factory, first, second):
    folder = tmp_path_factory.mktemp("likeness")
    collection = made(folder / "collection")
    rows = [ROW | {"id": str(i), "question": " ".join(one)} for i, one in enumerate((first, second))]
    a, b = set(terms(" ".join(first))), set(terms(" ".join(second)))
    like = len(a & b) / len(a | b) >= SAME
    found = [kind for kind, _ in kinds(written(folder, *rows), collection) if kind == "duplicate"]
    assert found == ["duplicate"] * like


def test_the_same_question_answerable_and_not_is_told_unless_the_conversation_differs(tmp_path, collection):
    none = {"answerable": False, "evidence": []}
    before = [{"role": "user", "content": "And the ferry?"}]
    path = written(
        tmp_path,
        ROW,
        ROW | none | {"id": "q2", "question": "  when did\u00a0the bridge CLOSE"},
        ROW | none | {"id": "q3", "history": before},
        ROW | none | {"id": "q4", "question": "When did the bridge not close?"},
    )
    found = checked(path, collection)[1]
    assert [(one.kind, one.where) for one in found if one.kind != "duplicate"] == [
        ("contradiction", f"{path}:2")
    ]
    assert found[0].what.endswith(f" is unanswerable, and answerable at {path}:1")


def test_a_question_that_gives_its_answer_away_is_told(tmp_path, collection):
    text = "The harbour ferry to Alford carries two hundred lorries every summer morning."
    made(tmp_path / "other", text)
    ferry = Collection.open(tmp_path / "other")
    quoted = [{"article_id": "bridge", "quote": text}]
    said = [{"role": "assistant", "content": f"They say: {text}"}]
    path = written(
        tmp_path,
        ROW | {"evidence": quoted, "history": said},
        ROW | {"id": "q2", "evidence": quoted, "question": "How many lorries does the Alford harbour ferry"
               " carry every summer morning, two hundred?"},
        ROW | {"id": "q3", "evidence": quoted, "question": "How much fits on the boat?"},
    )  # fmt: skip
    assert kinds(path, ferry) == [("leak", 1), ("copied", 2)]


def test_evidence_that_no_sentence_holds_is_told_with_the_reason(tmp_path):
    folder = tmp_path / "articles"
    folder.mkdir()
    story = "The old bridge over the river closed at noon. Nobody was hurt by it, they say."
    (folder / "bridge.md").write_text(
        f"# Bridge\n\n{story}\n\n## Closed for good\n\nThe mayor was there.\n\nSubscribe to our newsletter\n"
    )
    collection = Collection.create(tmp_path / "collection")
    ingest(collection, HashEncoder(), read([folder]), 40)
    assert collection.article("bridge").removed
    path = written(
        tmp_path,
        ROW | {"evidence": [quoted("Nobody was hurt")]},
        ROW | {"id": "q2", "question": "How long?", "evidence": [quoted("Closed for good")]},
        ROW | {"id": "q3", "question": "What to do?", "evidence": [quoted("Subscribe to our newsletter")]},
        # Once in the headline, once in the story.
        ROW | {"id": "q4", "question": "Which?", "evidence": [{"article_id": "bridge", "quote": "ridge"}]},
    )
    (heading, removed) = checked(path, collection)[1]
    assert (heading.kind, heading.where) == (removed.kind, f"{path}:2") == ("cleaned away", f"{path}:2")
    assert heading.what == (
        "'Closed for good' in article 'bridge' cannot be cited: "
        "it stands in no sentence, but in a heading or in code"
    )
    assert removed.where == f"{path}:3" and "cannot be cited: it was removed (" in removed.what
    assert "`cuttings show bridge --removed`" in removed.what


def test_choices_that_overlap_are_told(tmp_path, collection):
    def row(id: str, evidence: str, *alternatives: str) -> dict[str, Any]:
        choices = [[quoted(one)] for one in alternatives]
        return ROW | {"id": id, "question": id, "evidence": [quoted(evidence)], "alternatives": choices}

    path = written(
        tmp_path,
        row("one", "The bridge closed", "closed at noon."),
        row("two", "The bridge", "closed at noon.", "It reopened"),
        row("three", "It reopened on Monday.", "Rain fell.", "fell."),
    )
    found = checked(path, collection)[1]
    assert [(one.where, one.what) for one in found] == [
        (f"{path}:1", "the evidence and alternative 1 overlap: 'closed at noon.'"),
        (f"{path}:3", "alternative 1 and alternative 2 overlap: 'fell.'"),
    ]


def test_a_tag_that_may_be_misspelt_is_told(tmp_path, collection):
    tags = [["figure"], ["figure", "date"], ["figures"], ["dates", "person"], ["date"]]
    rows = [ROW | {"id": f"q{i}", "question": f"Number {i}?", "tags": of} for i, of in enumerate(tags)]
    path = written(tmp_path, *rows)
    found = checked(path, collection)[1]
    assert [(one.kind, one.where) for one in found] == [("tag", f"{path}:3"), ("tag", f"{path}:4")]
    assert found[0].what == "the tag 'figures' stands here only; is it 'figure', which 2 questions have?"


# Other formats


def test_sets_with_their_own_articles_need_no_collection(tmp_path, capsys):
    for name in ("beir", "set", "squad"):
        (tmp_path / name).mkdir()
    nowhere = tmp_path / "nowhere"
    out, _ = printed(capsys, folder_of(tmp_path / "set", "articles.jsonl", SPAN), nowhere, 0)
    assert out == "1 question can be asked; nothing found\n"
    twice = asked("cost", "nine million", "It cost nine million.")  # two people, who marked more or less
    out, _ = printed(capsys, file(tmp_path / "squad", data(twice)), nowhere, 0)
    assert out == "2 questions can be asked; nothing found\n"
    out, _ = printed(capsys, beir(tmp_path / "beir", *JUDGED, "q3\tMED-8\t1", "q4\tMED-1"), nowhere, 1)
    assert [line.partition(".tsv")[2] for line in out.splitlines()[:3]] == [
        ":5: unresolved: 'q2': relevant: no article 'MED-9'; it is asked all the same",
        ":7: unresolved: 'q3': relevant: no article 'MED-8'",
        ":8: error: 2 columns ('q4 MED-1'). Write question, document and grade between tabs.",
    ]
    assert "note: questions that are not judged, and not asked: 3" in out
    assert not nowhere.exists()


def test_every_wrong_answer_of_squad_is_told_at_its_place(tmp_path, capsys):
    questions = [asked(f"q{n}") | {"answers": [{"text": "June", "answer_start": n}]} for n in range(12)]
    path = file(tmp_path, data(*questions))
    out, _ = printed(capsys, path, tmp_path, 1)
    places = [line.removeprefix(f"{path}:").partition(": ")[0] for line in out.splitlines()[:-1]]
    assert places == [f"data[0].paragraphs[0].qas[{n}].answers[0]" for n in range(12)]


def test_judgements_are_checked_against_the_collection(tmp_path, collection, capsys):
    (tmp_path / "qrels").write_text("1 0 bridge 1\n2 0 tunnel 1\n3 0 bridge 1\n")
    (tmp_path / "topics").write_text("1\tWhen?\n2\tWho?\n")
    out, _ = printed(capsys, tmp_path / "qrels", collection.folder, 1, "--topics", tmp_path / "topics")
    assert out.splitlines() == [
        f"{tmp_path / 'qrels'}:2: unresolved: '2': relevant: no article 'tunnel'",
        f"{tmp_path / 'qrels'}:3: unresolved: '3': no question '3' in {tmp_path / 'topics'}",
        "1 question can be asked; unresolved 2",
    ]


def test_nothing_is_found_wrong_that_the_evaluation_would_read_otherwise(tmp_path, collection):
    path = written(tmp_path, ROW)
    assert gold_check(path, None, collection.folder, as_json=True) == 0
    assert load(path).questions(collection) == checked(path, collection)[0]
