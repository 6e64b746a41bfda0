"""SQuAD's JSON: paragraphs become articles, offsets move with them, annotators become alternatives."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.errors import CuttingsError
from eval.questions.jsonl import Wrong, stop
from eval.questions.squad import load_squad

FIRST = "The bridge opened in May. 🌉 It cost nine million."
SECOND = "The ferry runs on Sundays."


def asked(id: str, *answers: str, of: str = FIRST, **more: Any) -> dict[str, Any]:
    marked = [{"text": answer, "answer_start": of.index(answer)} for answer in answers]
    return {"id": id, "question": f"What is {id}?", "answers": marked} | more


def data(*questions: dict[str, Any], title: str = "The_bridge") -> dict[str, Any]:
    second = [asked("ferry", "Sundays", of=SECOND)]
    return {
        "title": title,
        "paragraphs": [{"context": FIRST, "qas": [*questions]}, {"context": SECOND, "qas": second}],
    }


def file(folder: Path, *articles: object, **more: Any) -> Path:
    path = folder / "squad.json"
    path.write_text(json.dumps({"data": articles} | more), encoding="utf-8")
    return path


def test_an_article_is_all_paragraphs_of_a_title_and_offsets_move_along(tmp_path):
    found = load_squad(file(tmp_path, data(asked("cost", "nine million")), version="1.1"), stop)
    (raw,) = found.raws
    assert raw.text == f"{FIRST}\n\n{SECOND}"
    assert (raw.metadata.id, raw.metadata.title) == ("the_bridge", "The bridge")
    assert [
        (gold.id, gold.kind, gold.answerable, [raw.text[p.start : p.end] for p in gold.evidence])
        for gold in found.loaded.golds
    ] == [("cost", "single", True, ["nine million"]), ("ferry", "single", True, ["Sundays"])]
    assert found.loaded.where["ferry"] == f"{tmp_path / 'squad.json'}:data[0].paragraphs[1].qas[0]"


def test_what_several_people_marked_are_alternatives_each_once(tmp_path):
    question = asked("cost", "nine million", "nine million", "It cost nine million.")
    gold = load_squad(file(tmp_path, data(question)), stop).loaded.golds[0]
    assert [(place.choice, FIRST[place.start : place.end]) for place in gold.evidence] == [
        (0, "nine million"),
        (1, "It cost nine million."),
    ]


def test_an_impossible_question_is_unanswerable_and_its_plausible_answers_are_passed_over(tmp_path):
    plausible = [{"text": "May", "answer_start": FIRST.index("May")}]
    question = asked("closing", is_impossible=True, plausible_answers=plausible)
    gold = load_squad(file(tmp_path, data(question), version="v2.0"), stop).loaded.golds[0]
    assert (gold.answerable, gold.kind, gold.evidence) == (False, "unanswerable", ())


def test_two_articles_of_one_title_and_one_without_are_kept_apart(tmp_path):
    articles = [data(), data() | {"paragraphs": data()["paragraphs"][:1]}, {"paragraphs": []}]
    raws = load_squad(file(tmp_path, *articles), stop).raws
    assert [raw.metadata.id for raw in raws] == ["the_bridge", "the_bridge-data-1", "data-2"]


filled = st.text("ab \n🌉", min_size=1, max_size=9).filter(str.strip)


@given(st.lists(filled, min_size=1, max_size=4), st.data())
def test_every_answer_is_where_it_was_in_its_paragraph(tmp_path_factory, contexts, draw):
    paragraphs, answers = [], {}
    for i, context in enumerate(contexts):
        at = draw.draw(st.integers(0, len(context) - 1))
        answer = context[at : draw.draw(st.integers(at + 1, len(context)))]
        if answer.strip():
            answers[f"q{i}"] = answer
            marked = [{"text": answer, "answer_start": at}]
            qas = [{"id": f"q{i}", "question": "What?", "answers": marked}]
            paragraphs.append({"context": context, "qas": qas})
    article = {"title": "One", "paragraphs": paragraphs}
    found = load_squad(file(tmp_path_factory.mktemp("squad"), article), stop)
    text = found.raws[0].text
    assert {
        gold.id: text[place.start : place.end] for gold in found.loaded.golds for place in gold.evidence
    } == answers


WRONG = {
    "an answer that is elsewhere": (
        data(asked("cost") | {"answers": [{"text": "May", "answer_start": 3}]}),
        "data[0].paragraphs[0].qas[0].answers[0]: question 'cost': the paragraph has ' br' at 3, not 'May'",
    ),
    "an answer before the text": (
        data(asked("cost") | {"answers": [{"text": "T", "answer_start": -1}]}),
        "data[0].paragraphs[0].qas[0].answers[0]: question 'cost': the paragraph has '' at -1, not 'T'",
    ),
    "no answer": (data(asked("cost")), "data[0].paragraphs[0].qas[0]: question 'cost' has no answer"),
    "an answer though impossible": (
        data(asked("cost", "May", is_impossible=True)),
        "data[0].paragraphs[0].qas[0]: question 'cost' has answers but is said to be impossible",
    ),
    "no question": (data({"id": "cost"}), "data[0].paragraphs[0].qas[0]: 'question' is missing"),
    "an id twice": (
        data(asked("ferry", "May")),
        "data[0].paragraphs[1].qas[0]: the id 'ferry' stands at ",
    ),
    "no text": (
        {"paragraphs": [{"qas": []}]},
        "data[0].paragraphs[0]: 'context' is missing",
    ),
    "no paragraphs": ({"title": "One"}, "data[0]: 'paragraphs' is missing"),
}


@pytest.mark.parametrize(("article", "complaint"), WRONG.values(), ids=WRONG.keys())
def test_what_does_not_fit_is_refused_with_its_place(tmp_path, article, complaint):
    path = file(tmp_path, article)
    with pytest.raises(Wrong) as error:
        load_squad(path, stop)
    assert str(error.value).startswith(f"{path}:{complaint}")
    assert "\n" not in str(error.value)


def test_all_that_is_wrong_is_told_and_the_rest_read(tmp_path):
    told: list[Wrong] = []
    article = data(asked("cost"), asked("opening", "May"), asked("closing", is_impossible="no"))
    found = load_squad(file(tmp_path, "no article", article), told.append)
    assert [gold.id for gold in found.loaded.golds] == ["opening", "ferry"]
    assert [wrong.where.partition(":")[2] for wrong in told] == [
        "data[0]",
        "data[1].paragraphs[0].qas[0]",
        "data[1].paragraphs[0].qas[2]",
    ]


@pytest.mark.parametrize("content", ['{"version": "2.0"}', '{"data": {}}', '{"data": [', '["data"]'])
def test_another_file_is_refused(tmp_path, content):
    path = tmp_path / "squad.json"
    path.write_text(content)
    with pytest.raises(CuttingsError, match=r"squad\.json: "):
        load_squad(path, stop)
