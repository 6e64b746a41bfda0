"""Training the reader: what its rows become, and a run from rows to weights that answer with."""

from __future__ import annotations

import gzip
import json
import random
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scripts.reader import bundle, near_misses, train
from scripts.reader.followups import follow_up
from scripts.reader.groups import Maker, speech
from scripts.reader.rows import Corpus, Passage, Row, title_of
from scripts.reader.statements import restated
from scripts.reader.wordings import keywords, misspelt, reworded, yes_or_no

TEXTS = [
    ("The harbour bridge at Alford was closed in March 2019.", "Inspectors had found rust in its cables.",
     "Repairs cost 12 million pounds.", "A ferry carries commuters meanwhile."),
    ("Ruth Hale runs the ferry company.", "She began as a deckhand in 1987.", "The company has nine boats."),
    ("The village school planted apple trees.", "“The pupils wanted shade in summer,” Jane Moss said.",
     "Parents paid for the saplings.", "The oldest tree is a pear."),
]  # fmt: skip
QUESTIONS = [
    (0, "When was the harbour bridge at Alford closed?", 0),
    (0, "What had inspectors found in the cables of the harbour bridge?", 1),
    (0, "How much did the repairs of the bridge at Alford cost?", 2),
    (1, "Who runs the ferry company?", 0),
    (1, "How many boats does the company of Ruth Hale have?", 2),
    (2, "What did the village school plant?", 0),
]


def corpus() -> Corpus:
    passages = [near_misses.joined(sentences) for sentences in TEXTS]
    rows = [Row(question, number, (answer,), None, "squad1", (1,)) for number, question, answer in QUESTIONS]
    return Corpus(passages, rows, [title_of(passage.text) for passage in passages])


def whole(passage: Passage) -> bool:
    """Whether its sentences are slices of it, ordered and disjoint, and none is blank."""
    ends = [0, *(end for _, end in passage.sentences)]
    return all(
        end <= start < stop <= len(passage.text) and passage.text[start:stop].strip()
        for end, (start, stop) in zip(ends, passage.sentences, strict=False)
    )


@given(st.integers(0, 10_000))
def test_a_group_keeps_its_places_whatever_is_done_to_its_passage(seed: int) -> None:
    maker = Maker(corpus(), seed)
    maker.rows = maker.corpus.rows
    row = maker.random.choice(maker.rows)
    told = maker.corpus.passages[row.passage]
    answer = told.text[slice(*told.sentences[row.answers[0]])]
    for group in maker.groups(row):
        assert group.question and group.puts
        for put in group.puts:
            assert whole(put.passage)
            assert all(0 <= i < len(put.passage.sentences) for i in put.answers)
            if put.span:
                start, end = put.span
                assert any(a <= start < end <= b for a, b in (put.passage.sentences[i] for i in put.answers))
        first = group.puts[0]
        quoted = [first.passage.text[slice(*first.passage.sentences[i])] for i in first.answers]
        if group.kind == "answered":
            assert quoted == [answer]
        elif group.kind == "cut":
            assert quoted == [] and answer not in first.passage.text
        elif group.kind != "continued":
            assert quoted == []


def test_an_attribute_is_taken_out_and_the_rest_stands() -> None:
    made = corpus()
    row = made.rows[0]
    less = near_misses.without_attribute(made.passages[0], row, random.Random(1))
    assert less is not None and whole(less)
    assert less.text.startswith("The harbour bridge at Alford was closed. Inspectors")


@pytest.mark.parametrize("seed", range(20))
def test_an_exchanged_name_is_in_no_sentence_that_answers(seed: int) -> None:
    made = corpus()
    row = made.rows[2]
    other = near_misses.exchanged(
        row.question, made.passages[0], row.answers, near_misses.Names.of(made.rows), random.Random(seed)
    )
    assert other != row.question and (not other or "Alford" not in other)


def test_wordings() -> None:
    question = "When was the harbour bridge at Alford closed?"
    assert set(keywords(question, random.Random(4)).split()) <= set(question.rstrip("?").split())
    slipped = misspelt(question, random.Random(1))
    assert slipped != question and abs(len(slipped) - len(question)) <= 3
    asked = {yes_or_no("When did the bridge close?", "March 2019", random.Random(seed)) for seed in range(9)}
    assert asked == {"Did the bridge close?", "Did the bridge close in March 2019?"}
    assert all(reworded(question, "", random.Random(seed)) for seed in range(200))


def test_a_restated_question_ends_and_does_not_answer() -> None:
    for seed in range(50):
        sentence = restated("When was the harbour bridge closed?", random.Random(seed))
        assert sentence and "2019" not in sentence and "bridge" in sentence


def test_a_follow_up_leaves_out_what_was_said() -> None:
    before, answer = "Where is Alford?", "Alford lies on the coast."
    made = {
        follow_up("When did Alford get a ferry?", before, answer, random.Random(seed)) for seed in range(40)
    }
    assert made and all("Alford" not in one for one in made if one and one[0] != "A")
    assert any("it" in one.split() for one in made)
    assert follow_up("When did Alford get a ferry?", "Who runs Oban?", "", random.Random(1)) == ""


def test_speech_is_asked_for_by_its_speaker() -> None:
    rows = speech(corpus(), random.Random(1))
    assert {row.passage for row in rows} == {2} and {row.answers for row in rows} == {(1,)}
    assert all("Jane Moss" in row.question or row.question.startswith("Who said") for row in rows)


@pytest.mark.model
def test_from_rows_to_weights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from chatbot.reading.joint_network import FROZEN

    folder = tmp_path / "train"
    (folder / "more").mkdir(parents=True)
    rows = [
        {
            "question": question,
            "passage": passage.text,
            "sentences": passage.sentences,
            "answers": [answer],
            "source": "squad1",
        }
        for number, question, answer in QUESTIONS
        for passage in [near_misses.joined(TEXTS[number])]
    ]
    (folder / "passages.jsonl.gz").write_bytes(gzip.compress("\n".join(map(json.dumps, rows)).encode()))
    monkeypatch.setattr(sys, "argv", ["bundle", str(folder), str(tmp_path / "bundle")])
    bundle.main()
    out = tmp_path / "one.safetensors"
    few = ["--groups", "6", "--layers", "1", "--pieces", "400", "--workers", "0", "--held", "4"]
    monkeypatch.setattr("scripts.reader.groups.held_out", lambda passage: False)
    monkeypatch.setattr(train, "figures", lambda network, args, device: {})  # none is held out of so few
    monkeypatch.setattr(sys, "argv", ["train", str(tmp_path / "bundle"), str(out), *few])
    train.main()
    taught = tmp_path / "two.safetensors"
    monkeypatch.setattr(
        sys, "argv", ["train", str(tmp_path / "bundle"), str(taught), *few, "--teachers", str(out)]
    )
    train.main()
    first, second = (train.restored(tmp_path / "bundle", file).state_dict() for file in (out, taught))
    assert first.keys() == second.keys() and FROZEN in first
    assert (first[FROZEN] == second[FROZEN]).all()
    assert not (first["sentence.0.weight"] == second["sentence.0.weight"]).all()
    assert json.loads(taught.with_suffix(".json").read_text())["teachers"] == ["one.safetensors"]
