"""Gold files: quotes become offsets, and whatever does not fit is refused with its place and its value."""

import json
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.article import Article
from corpus.errors import CuttingsError
from eval.gold import Evidence, load_gold
from index.collection import Collection

TEXT = "Rain fell. The bridge closed at noon. 🌧️ Rain fell.\r\nIt reopened on Monday."
ROW = {
    "id": "q1",
    "question": "When did the bridge close?",
    "kind": "date",
    "history": [],
    "answerable": True,
    "evidence": [{"article_id": "bridge", "quote": "The bridge closed at noon."}],
}


def made(folder: Path, text: str = TEXT) -> Collection:
    collection = Collection.create(folder)
    with collection.change() as change:
        change.put(Article("bridge", "Bridge", text, "bridge.txt"), "bridge.txt", "0", [])
    return collection


@pytest.fixture
def collection(tmp_path: Path) -> Collection:
    return made(tmp_path / "collection")


def written(folder: Path, *rows: object) -> Path:
    path = folder / "gold.jsonl"
    path.write_text(
        "\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows), encoding="utf-8"
    )
    return path


def test_a_quote_becomes_the_span_it_has_in_the_article(tmp_path, collection):
    (gold,) = load_gold(written(tmp_path, ROW), collection)
    assert gold.evidence == (Evidence("bridge", 11, 37),)
    assert TEXT[11:37] == "The bridge closed at noon."


def test_every_occurrence_is_evidence_and_the_same_quote_twice_is_no_more(tmp_path, collection):
    quoted = {"article_id": "bridge", "quote": "Rain fell."}
    (gold,) = load_gold(written(tmp_path, ROW | {"evidence": [quoted, quoted]}), collection)
    assert [TEXT[e.start : e.end] for e in gold.evidence] == ["Rain fell.", "Rain fell."]
    assert [e.start for e in gold.evidence] == [0, TEXT.rindex("Rain")]


@given(st.text("ab \r\n\u00a0🌧", min_size=1), st.data())
def test_spans_are_exactly_the_places_where_the_quote_stands(tmp_path_factory, text, data):
    start = data.draw(st.integers(0, len(text) - 1))
    quote = text[start : data.draw(st.integers(start + 1, len(text)))]
    if not quote.strip():
        return
    folder = tmp_path_factory.mktemp("spans")
    (gold,) = load_gold(
        written(folder, ROW | {"evidence": [{"article_id": "bridge", "quote": quote}]}), made(folder, text)
    )
    spans = [(e.start, e.end) for e in gold.evidence]
    assert all(text[first:end] == quote for first, end in spans)
    assert spans == sorted(spans) and all(a[1] <= b[0] for a, b in pairwise(spans))
    assert len(spans) == text.count(quote)


def test_history_and_unanswerable_questions(tmp_path, collection):
    turns = [{"role": "user", "content": "Which bridge?"}, {"role": "assistant", "content": "The old one."}]
    (gold,) = load_gold(
        written(tmp_path, ROW | {"answerable": False, "evidence": [], "history": turns}), collection
    )
    assert not gold.answerable and gold.evidence == ()
    assert [(turn.role, turn.content) for turn in gold.history] == [
        ("user", "Which bridge?"),
        ("assistant", "The old one."),
    ]


WRONG = {
    "not JSON": ("{", "not JSON"),
    "a list": ("[1]", "expected an object"),
    "a missing field": ({k: v for k, v in ROW.items() if k != "kind"}, "'kind' is missing"),
    "an unknown field": (ROW | {"answers": 1}, "unknown field 'answers'"),
    "another type": (ROW | {"answerable": "yes"}, "answerable is 'yes'"),
    "an empty question": (ROW | {"question": " "}, "question is empty"),
    "an unknown article": (
        ROW | {"evidence": [{"article_id": "tunnel", "quote": "x"}]},
        "no article 'tunnel'",
    ),
    "a quote that is not there": (
        ROW | {"evidence": [{"article_id": "bridge", "quote": "The bridge closed at one."}]},
        "'The bridge closed at one.' is not in article 'bridge'",
    ),
    "an empty quote": (ROW | {"evidence": [{"article_id": "bridge", "quote": ""}]}, "quote is empty"),
    "evidence without a quote": (ROW | {"evidence": [{"article_id": "bridge"}]}, "'quote' is missing"),
    "a role that does not exist": (
        ROW | {"history": [{"role": "bot", "content": "hello"}]},
        "role is 'bot'",
    ),
    "answerable without evidence": (ROW | {"evidence": []}, "has no evidence"),
    "evidence though unanswerable": (ROW | {"answerable": False}, "has evidence"),
}


@pytest.mark.parametrize(("row", "complaint"), WRONG.values(), ids=WRONG.keys())
def test_what_does_not_fit_is_refused_with_file_and_line(tmp_path, collection, row, complaint):
    path = written(tmp_path, ROW | {"id": "fine"}, "", row)
    with pytest.raises(CuttingsError) as error:
        load_gold(path, collection)
    assert str(error.value).startswith(f"{path}:3: ")
    assert complaint in str(error.value)
    assert "\n" not in str(error.value)


def test_two_questions_of_one_id_are_refused(tmp_path, collection):
    with pytest.raises(CuttingsError, match="two questions have the id 'q1'"):
        load_gold(written(tmp_path, ROW, ROW), collection)


def test_a_file_without_questions_is_refused(tmp_path, collection):
    with pytest.raises(CuttingsError, match="no questions"):
        load_gold(written(tmp_path, ""), collection)


def test_a_file_that_is_not_there_is_named(tmp_path, collection):
    with pytest.raises(CuttingsError, match=r"nowhere\.jsonl"):
        load_gold(tmp_path / "nowhere.jsonl", collection)
