"""What is stored of a run comes back as it was."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval import manifest, record
from eval.manifest import Indexed, LeftOut, Manifest
from eval.record import BestRight, Expected, Found, Quoted, Record

number = st.floats(allow_nan=False, allow_infinity=False)
text = st.text(st.characters(codec="utf-8"))
records = st.builds(
    Record,
    history=st.lists(st.tuples(st.sampled_from(["user", "assistant"]), text)).map(tuple),
    tags=st.lists(text).map(tuple),
    without=st.lists(text).map(tuple),
    hidden=st.lists(st.tuples(text, st.integers(0), st.integers(0))).map(tuple),
    expected=st.lists(st.builds(Expected)).map(tuple),
    relevant=st.dictionaries(text, st.integers(1, 3)),
    hits=st.lists(st.builds(Found, score=number, bm25=number, cosine=number)).map(tuple),
    citations=st.lists(st.builds(Quoted, score=number)).map(tuple),
    best_right=st.none() | st.builds(BestRight, score=number, best_score=number),
    confidence=number,
    milliseconds=number,
    stages=st.dictionaries(text, number),
)
manifests = st.builds(
    Manifest,
    systems=st.lists(text).map(tuple),
    settings=st.dictionaries(text, st.dictionaries(text, st.integers() | text)),
    collections=st.dictionaries(text, st.builds(Indexed)),
    model=st.dictionaries(text, text),
    versions=st.dictionaries(text, text),
    machine=st.dictionaries(text, text),
    seconds=st.none() | number,
    left_out=st.lists(st.builds(LeftOut)).map(tuple),
)


@pytest.mark.slow
@given(records)
def test_a_record_comes_back_from_json(one: Record) -> None:
    assert record.from_json(json.loads(json.dumps(record.as_json(one)))) == one


@pytest.mark.slow
@given(records)
def test_a_record_of_before_there_were_three_states_is_read(one: Record) -> None:
    stored = record.as_json(replace(one, hidden=()))
    stored["answered"] = stored.pop("state") != "none"
    del stored["hidden"]
    read = record.from_json(json.loads(json.dumps(stored)))
    assert read.answered == one.answered and read.state in ("answer", "none")
    assert replace(read, state=one.state, hidden=one.hidden) == one


@pytest.mark.slow
@given(manifests)
def test_a_manifest_comes_back_from_json(one: Manifest) -> None:
    assert manifest.from_json(json.loads(json.dumps(manifest.as_json(one)))) == one
