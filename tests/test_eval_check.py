"""`cuttings gold check`: every error at once, and what makes a question easier than it looks."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.check import SAME, check, gold_check
from index.collection import Collection
from index.tokens import terms
from tests.test_eval_gold import ROW, made, written


@pytest.fixture
def collection(tmp_path: Path) -> Collection:
    return made(tmp_path / "collection")


def kinds(path: Path, collection: Collection) -> list[tuple[str, int]]:
    """(kind, line) of each finding."""
    return [(found.kind, int(found.where.split(":")[-1])) for found in check(path, collection)[1]]


def test_a_good_file_has_no_findings(tmp_path, collection, capsys):
    path = written(tmp_path, ROW)
    assert gold_check(path, collection.folder, as_json=False) == 0
    assert capsys.readouterr().out == "1 question can be used; error 0, duplicate 0, leak 0, copied 0\n"


def test_every_error_is_told_and_not_only_the_first(tmp_path, collection, capsys):
    moved = {"article_id": "bridge", "quote": "The bridge closed at one."}
    path = written(
        tmp_path,
        "{",
        ROW | {"evidence": [moved]},
        ROW,
        ROW | {"id": "q2", "evidence": [{"article_id": "gone", "quote": "a"}], "question": "Who left?"},
        ROW | {"question": "Who closed it, and why on that day?"},
    )
    golds, found = check(path, collection)
    assert [gold.id for gold in golds] == ["q1"]
    assert [(one.kind, one.where) for one in found] == [("error", f"{path}:{n}") for n in (1, 2, 4, 5)]
    says = [one.what for one in found]
    assert "not JSON" in says[0] and "is not in article 'bridge'" in says[1]
    assert "no article 'gone'" in says[2] and f"stands at {path}:3 already" in says[3]
    assert gold_check(path, collection.folder, as_json=True) == 1
    assert len(json.loads(capsys.readouterr().out)["findings"]) == 4


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


@given(first=words, second=words)
def test_likeness_is_found_wherever_the_shared_terms_stand(tmp_path_factory, first, second):
    folder = tmp_path_factory.mktemp("likeness")
    collection = made(folder / "collection")
    rows = [ROW | {"id": str(i), "question": " ".join(one)} for i, one in enumerate((first, second))]
    a, b = set(terms(" ".join(first))), set(terms(" ".join(second)))
    like = len(a & b) / len(a | b) >= SAME
    found = [kind for kind, _ in kinds(written(folder, *rows), collection) if kind == "duplicate"]
    assert found == ["duplicate"] * like


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
