"""Gold files: quotations become offsets, what does not fit is refused, what is gone is told."""

import json
from pathlib import Path

import pytest

from corpus.article import Article
from corpus.errors import CuttingsError
from eval.manifest import LeftOut
from eval.questions.gold import Evidence, Gold, load_gold
from index.folder.collection import Collection

TEXT = "Rain fell. The bridge closed at noon. 🌧️ Rain fell.\r\nIt reopened on Monday."
ROW = {
    "id": "q1",
    "question": "When did the bridge close?",
    "kind": "date",
    "history": [],
    "answerable": True,
    "evidence": [{"article_id": "bridge", "quote": "The bridge closed at noon."}],
}


TURNS = [{"role": "user", "content": "Which bridge?"}, {"role": "assistant", "content": "The old one."}]


def quoted(quote: str) -> dict[str, str]:
    return {"article_id": "bridge", "quote": quote}


def made(folder: Path, text: str = TEXT) -> Collection:
    collection = Collection.create(folder)
    with collection.change() as change:
        change.put(Article("bridge", "Bridge", text, "bridge.txt"), "bridge.txt", "0", [])
    return collection


def golds(path: Path, collection: Collection) -> tuple[Gold, ...]:
    """The questions of a file in which nothing is left out."""
    loaded = load_gold(path, collection)
    assert loaded.left_out == loaded.notes == loaded.unresolved == ()
    return loaded.golds


@pytest.fixture
def collection(tmp_path: Path) -> Collection:
    return made(tmp_path / "collection")


def written(folder: Path, *rows: object) -> Path:
    path = folder / "gold.jsonl"
    lines = [
        row if isinstance(row, bytes) else (row if isinstance(row, str) else json.dumps(row)).encode()
        for row in rows
    ]
    path.write_bytes(b"\n".join(lines))
    return path


def test_a_quote_becomes_the_span_it_has_in_the_article(tmp_path, collection):
    (gold,) = golds(written(tmp_path, ROW), collection)
    assert gold.evidence == (Evidence("bridge", 11, 37),)
    assert TEXT[11:37] == "The bridge closed at noon."


def test_every_occurrence_is_evidence_and_the_same_quote_twice_is_no_more(tmp_path, collection):
    twice = [quoted("Rain fell."), quoted("Rain fell.")]
    (gold,) = golds(written(tmp_path, ROW | {"evidence": twice}), collection)
    assert [TEXT[e.start : e.end] for e in gold.evidence] == ["Rain fell.", "Rain fell."]
    assert [e.start for e in gold.evidence] == [0, TEXT.rindex("Rain")]


def test_a_place_has_the_highest_grade_that_it_was_given(tmp_path, collection):
    graded = [quoted("It reopened on Monday."), quoted("Rain fell.") | {"grade": 2}, quoted("Rain fell.")]
    (gold,) = golds(written(tmp_path, ROW | {"evidence": graded}), collection)
    assert [(TEXT[e.start : e.end], e.grade) for e in gold.evidence] == [
        ("It reopened on Monday.", 1),
        ("Rain fell.", 2),
        ("Rain fell.", 2),
    ]


def test_what_is_optional_has_a_default(tmp_path, collection):
    bare = {name: ROW[name] for name in ("id", "question", "answerable", "evidence")}
    (gold,) = golds(written(tmp_path, bare), collection)
    assert (gold.kind, gold.history, gold.tags, gold.standalone) == ("single", (), (), "")
    more = {"history": TURNS, "tags": ["date", "bridge", "date"], "standalone": "When did the bridge close?"}
    (gold,) = golds(written(tmp_path, bare | more), collection)
    assert (gold.kind, gold.tags) == ("follow-up", ("date", "bridge"))
    assert gold.standalone == "When did the bridge close?"


def test_each_alternative_is_a_choice_of_its_own(tmp_path, collection):
    alternatives = [[quoted("Rain fell."), quoted("It reopened on Monday.")], [quoted("at noon")]]
    (gold,) = golds(written(tmp_path, ROW | {"alternatives": alternatives}), collection)
    found = [(place.choice, TEXT[place.start : place.end]) for place in gold.evidence]
    assert found == [
        (0, "The bridge closed at noon."),
        (1, "Rain fell."),
        (1, "Rain fell."),
        (1, "It reopened on Monday."),
        (2, "at noon"),
    ]


def test_an_article_that_was_set_anew_still_has_its_quotations(tmp_path):
    text = "\u201cRain\u201d fell\n  on the brid\u00adge\u00a0\u2014 at\r\nnoon."
    row = ROW | {"evidence": [quoted('"Rain" fell on the bridge - at noon.')]}
    (gold,) = golds(written(tmp_path, row), made(tmp_path / "anew", text))
    assert gold.evidence == (Evidence("bridge", 0, len(text)),)


def test_what_no_longer_resolves_is_told_and_the_others_are_asked(tmp_path, collection):
    gone, moved = quoted("The bridge closed at one."), {"article_id": "tunnel", "quote": "So."}
    path = written(
        tmp_path,
        ROW,
        ROW | {"id": "q2", "evidence": [quoted("Rain fell."), gone]},
        ROW | {"id": "q3", "evidence": [moved], "alternatives": [[gone], ROW["evidence"]]},
        ROW | {"id": "q4", "evidence": [moved], "alternatives": [[gone]]},
    )
    loaded = load_gold(path, collection)
    assert [gold.id for gold in loaded.golds] == ["q1", "q3"]
    assert loaded.golds[1].evidence == (Evidence("bridge", 11, 37, choice=2),)
    not_there = "the quote 'The bridge closed at one.' is not in article 'bridge'"
    no_article = "no article 'tunnel' in the collection"
    both = f"evidence: {no_article}; alternative 1: {not_there}"
    assert loaded.left_out == (
        LeftOut("q2", f"{path}:2", f"evidence: {not_there}"),
        LeftOut("q4", f"{path}:4", both),
    )
    assert loaded.notes == (LeftOut("q3", f"{path}:3", f"asked without {both}"),)
    assert [one.id for one in loaded.unresolved] == ["q2", "q3", "q3", "q4", "q4"]
    assert loaded.where == {f"q{n}": f"{path}:{n}" for n in range(1, 5)}


def test_where_no_question_is_left_that_is_an_error_which_says_why(tmp_path, collection):
    row = ROW | {"evidence": [{"article_id": "tunnel", "quote": "So."}]}
    path = written(tmp_path, row, row | {"id": "q2"})
    with pytest.raises(CuttingsError) as error:
        load_gold(path, collection)
    assert str(error.value) == (
        f"{path}:1: 'q1' cannot be asked: evidence: no article 'tunnel' in the collection; "
        f"1 more cannot either. See `cuttings gold check {path}`."
    )


def test_history_and_unanswerable_questions(tmp_path, collection):
    (gold,) = golds(
        written(tmp_path, ROW | {"answerable": False, "evidence": [], "history": TURNS}), collection
    )
    assert not gold.answerable and gold.evidence == ()
    assert [(turn.role, turn.content) for turn in gold.history] == [
        ("user", "Which bridge?"),
        ("assistant", "The old one."),
    ]


WRONG = {
    "not JSON": ("{", "not JSON"),
    "a list": ("[1]", "expected an object"),
    "a missing field": ({k: v for k, v in ROW.items() if k != "question"}, "'question' is missing"),
    "an unknown field": (ROW | {"answers": 1}, "unknown field 'answers'"),
    "another type": (ROW | {"answerable": "yes"}, "answerable is 'yes'"),
    "an empty question": (ROW | {"question": " "}, "question is empty"),
    "a line that is not UTF-8": (b"\xff", "not UTF-8"),
    "an empty quote": (ROW | {"evidence": [{"article_id": "bridge", "quote": ""}]}, "quote is empty"),
    "evidence without a quote": (ROW | {"evidence": [{"article_id": "bridge"}]}, "'quote' is missing"),
    "a role that does not exist": (
        ROW | {"history": [{"role": "bot", "content": "hello"}]},
        "role is 'bot'",
    ),
    "answerable without evidence": (ROW | {"evidence": []}, "has no evidence"),
    "evidence though unanswerable": (ROW | {"answerable": False}, "has evidence"),
    "alternatives though unanswerable": (
        ROW | {"answerable": False, "evidence": [], "alternatives": [ROW["evidence"]]},
        "has evidence",
    ),
    "an alternative without quotations": (
        ROW | {"alternatives": [ROW["evidence"], []]},
        "alternative 2: expected a list of quotations",
    ),
    "a tag that is no text": (ROW | {"tags": ["date", 7]}, "the tag 7 is no text"),
    "a stand-alone form without history": (ROW | {"standalone": "When?"}, "has a stand-alone form but no"),
    "half a character": (ROW | {"question": "Who \ud83d?"}, r"question has half a character, '\ud83d'"),
    "half a character in a quote": (
        ROW | {"evidence": [{"article_id": "bridge", "quote": "the \udc1d"}]},
        "evidence: quote has half a character",
    ),
    "half a character in a tag": (ROW | {"tags": ["\ud83d"]}, "a tag has half a character"),
    "an id that was there": (ROW | {"id": "fine"}, "the id 'fine' stands at"),
}


@pytest.mark.parametrize(("row", "complaint"), WRONG.values(), ids=WRONG.keys())
def test_what_does_not_fit_is_refused_with_file_and_line(tmp_path, collection, row, complaint):
    path = written(tmp_path, ROW | {"id": "fine"}, "", row)
    with pytest.raises(CuttingsError) as error:
        load_gold(path, collection)
    assert str(error.value).startswith(f"{path}:3: ")
    assert complaint in str(error.value)
    assert "\n" not in str(error.value)


def test_no_question_has_the_id_of_the_stand_alone_form_of_another(tmp_path, collection):
    follow_up = ROW | {"history": TURNS, "standalone": "When did the old bridge close?"}
    named = ROW | {"id": "q1 (stand-alone)"}
    for rows in ((follow_up, named), (named, follow_up)):
        with pytest.raises(CuttingsError, match=r"gold.jsonl:2: the id 'q1 \(stand-alone\)' stands at .*:1"):
            load_gold(written(tmp_path, *rows), collection)


def test_a_file_without_questions_is_refused(tmp_path, collection):
    with pytest.raises(CuttingsError, match="no questions"):
        load_gold(written(tmp_path, ""), collection)


def test_a_file_that_is_not_there_is_named(tmp_path, collection):
    with pytest.raises(CuttingsError, match=r"nowhere\.jsonl"):
        load_gold(tmp_path / "nowhere.jsonl", collection)


def test_a_file_from_windows_is_read(tmp_path, collection):
    path = tmp_path / "gold.jsonl"
    path.write_bytes(b"\xef\xbb\xbf" + json.dumps(ROW).encode() + b"\r\n\r\n")
    (gold,) = golds(path, collection)
    assert gold.id == "q1"
