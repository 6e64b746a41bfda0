"""The lines of a gold file: the reader and the published schema refuse and accept the same."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from corpus.errors import CuttingsError
from eval.questions.rows import read_row

SCHEMA = json.loads((files("eval") / "gold.schema.json").read_text(encoding="utf-8"))
VALIDATOR = Draft202012Validator(SCHEMA)

QUOTED = {"article_id": "bridge", "quote": "It closed."}
TURN = {"role": "user", "content": "Which bridge?"}
BARE = {"id": "q1", "question": "When?", "answerable": True, "evidence": [QUOTED]}
NONE = BARE | {"answerable": False, "evidence": []}
FULL = BARE | {
    "kind": "date",
    "history": [TURN, {"role": "assistant", "content": "The old one."}],
    "standalone": "When did the old bridge close?",
    "alternatives": [[QUOTED, QUOTED | {"grade": 2, "point": 1}], [QUOTED | {"grade": 1}]],
    "tags": ["date", "bridge"],
    "feedback": [{"verdict": "up"}],
}


def accepted(row: Any) -> bool:
    try:
        read_row(json.dumps(row), "gold.jsonl:1")
    except CuttingsError:
        return False
    return True


RIGHT = {
    "only what is required": BARE,
    "everything": FULL,
    "unanswerable": NONE,
    "unanswerable, with empty lists": NONE | {"alternatives": [], "history": [], "tags": []},
}


@pytest.mark.parametrize("row", RIGHT.values(), ids=RIGHT.keys())
def test_what_fits_is_accepted_by_both(row):
    VALIDATOR.validate(row)
    assert accepted(row)


def without(name: str) -> dict[str, Any]:
    return {key: value for key, value in BARE.items() if key != name}


BROKEN: dict[str, Any] = {
    **{f"no {name}": without(name) for name in BARE},
    "a list": [BARE],
    "a number": 7,
    "an unknown field": BARE | {"answers": []},
    "a blank id": BARE | {"id": " \n"},
    "a question that is a number": BARE | {"question": 7},
    "a question that is null": BARE | {"question": None},
    "answerable as a number": BARE | {"answerable": 1},
    "evidence that is text": BARE | {"evidence": "It closed."},
    "evidence that is a text in a list": BARE | {"evidence": ["It closed."]},
    "evidence without an article": BARE | {"evidence": [{"quote": "It closed."}]},
    "evidence with offsets": BARE | {"evidence": [QUOTED | {"start": 3}]},
    "a grade of nothing": BARE | {"evidence": [QUOTED | {"grade": 0}]},
    "a grade above essential": BARE | {"evidence": [QUOTED | {"grade": 3}]},
    "a grade in words": BARE | {"evidence": [QUOTED | {"grade": "essential"}]},
    "a grade that is true": BARE | {"evidence": [QUOTED | {"grade": True}]},
    "a point of 0": BARE | {"evidence": [QUOTED | {"point": 0}]},
    "a point in words": BARE | {"alternatives": [[QUOTED | {"point": "money"}]]},
    "a blank quote": BARE | {"evidence": [QUOTED | {"quote": "\u00a0"}]},
    "answerable without evidence": BARE | {"evidence": []},
    "answerable with alternatives only": BARE | {"evidence": [], "alternatives": [[QUOTED]]},
    "unanswerable with evidence": BARE | {"answerable": False},
    "unanswerable with alternatives": NONE | {"alternatives": [[QUOTED]]},
    "alternatives not in lists": BARE | {"alternatives": [QUOTED]},
    "an empty alternative": BARE | {"alternatives": [[]]},
    "a blank kind": BARE | {"kind": ""},
    "a tag alone": BARE | {"tags": "date"},
    "a tag that is null": BARE | {"tags": [None]},
    "a blank tag": BARE | {"tags": [" "]},
    "history of texts": BARE | {"history": ["Which bridge?"]},
    "a role that does not exist": BARE | {"history": [TURN | {"role": "system"}]},
    "a turn without words": BARE | {"history": [TURN | {"content": ""}]},
    "a stand-alone form without history": BARE | {"standalone": "When?"},
    "a stand-alone form with an empty history": BARE | {"standalone": "When?", "history": []},
    "a blank stand-alone form": FULL | {"standalone": " "},
    "feedback that is an object": BARE | {"feedback": {}},
}


@pytest.mark.parametrize("row", BROKEN.values(), ids=BROKEN.keys())
def test_what_does_not_fit_is_refused_by_both(row):
    assert not VALIDATOR.is_valid(row)
    assert not accepted(row)


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=4,
)
text = st.text(min_size=1, max_size=4)
quotation = st.fixed_dictionaries(
    {"article_id": text, "quote": text}, optional={"grade": st.integers(0, 3), "point": st.integers(0, 3)}
)
turn = st.fixed_dictionaries({"role": st.sampled_from(["user", "assistant"]), "content": text})
LIKELY: dict[str, st.SearchStrategy[Any]] = {
    "id": text,
    "question": text,
    "answerable": st.booleans(),
    "evidence": st.lists(quotation, max_size=2),
    "kind": text,
    "history": st.lists(turn, max_size=2),
    "alternatives": st.lists(st.lists(quotation, max_size=2), max_size=2),
    "tags": st.lists(text, max_size=2),
    "standalone": text,
    "feedback": st.lists(anything, max_size=2),
}
REQUIRED = ("id", "question", "answerable", "evidence")
valid = st.fixed_dictionaries(
    {name: LIKELY[name] for name in REQUIRED},
    optional={name: one for name, one in LIKELY.items() if name not in REQUIRED},
)


@given(valid, st.none() | st.sampled_from([*LIKELY, "other"]), anything)
def test_reader_and_schema_agree_whatever_the_row_is(row, spoilt, value):
    if spoilt:
        row[spoilt] = value
    assert accepted(row) == VALIDATOR.is_valid(row)


@given(valid)
def test_what_is_read_is_what_was_written(row):
    if not VALIDATOR.is_valid(row):
        return
    read = read_row(json.dumps(row), "gold.jsonl:1")
    assert (read.id, read.question, read.answerable) == (row["id"], row["question"], row["answerable"])
    written = [row["evidence"], *row.get("alternatives", [])] if row["evidence"] else []
    assert [
        [(one.article_id, one.quote, one.grade, one.point) for one in choice] for choice in read.choices
    ] == [
        [(one["article_id"], one["quote"], one.get("grade", 1), one.get("point", 0)) for one in choice]
        for choice in written
    ]
    assert [(turn.role, turn.content) for turn in read.history] == [
        (turn["role"], turn["content"]) for turn in row.get("history", [])
    ]
    assert read.kind == row.get("kind", "follow-up" if row.get("history") else "single")
    assert set(read.tags) == set(row.get("tags", [])) and read.standalone == row.get("standalone", "")


def test_the_schema_is_one_and_every_field_of_it_is_explained():
    Draft202012Validator.check_schema(SCHEMA)
    assert all(field.get("description") for field in SCHEMA["properties"].values())
    assert set(SCHEMA["properties"]) == set(LIKELY)


@pytest.mark.parametrize("name", ["bundled.jsonl", "people.jsonl"])
def test_the_files_of_the_package_are_valid(name):
    bundled = Path(str(files("eval") / "gold" / name))
    rows = [json.loads(line) for line in bundled.read_text(encoding="utf-8").splitlines()]
    assert rows
    for row in rows:
        VALIDATOR.validate(row)
