"""Hits to candidates: what the reader is given, and where what it says of it stands in the articles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot.reading.baseline import Baseline
from chatbot.reading.candidate import Candidate
from chatbot.reading.judge import judged, ranked
from chatbot.reading.judge import read as read_hits
from chatbot.reading.reader import History, Reader
from chatbot.request import Place
from corpus.article import Article, Passage
from corpus.metadata import Metadata
from corpus.passages import passages
from corpus.read import Raw
from corpus.sentences import sentences
from index.folder.collection import Collection
from index.folder.searcher import LocalSearcher
from index.hit import Hit
from index.ingest.ingest import ingest
from tests.fakes import HashEncoder
from tests.reading import Told

LONG = " ".join(f"Sentence number{n} of this paragraph tells of harbour{n} and ferry{n}." for n in range(9))
ARTICLES = {
    "bridge": "Inspectors found rust in the harbour bridge. It closed in March. Repairs take 14 months.",
    "ferry": "A free ferry carries commuters over the harbour. It runs until midnight.",
    "long": LONG,
}


@pytest.fixture
def collection(tmp_path: Path) -> Collection:
    collection = Collection.create(tmp_path)
    raws = [Raw(f"/{id}", f"{id}.txt", text, "txt", Metadata(), (), id) for id, text in ARTICLES.items()]
    ingest(collection, HashEncoder(), raws, 40)
    return collection


def found(collection: Collection, question: str) -> list[Hit]:
    searcher = LocalSearcher(collection, HashEncoder())
    return searcher.search(searcher.query(question), 10)


def read(
    collection: Collection, question: str, reader: Told | Baseline | None = None, hidden: Sequence[Place] = ()
) -> list[Candidate]:
    hits = found(collection, question)
    return judge(reader or Baseline(HashEncoder()), question, None, {}, hits, hidden)


def judge(
    reader: Reader,
    question: str,
    history: History | None,
    rarity: Mapping[str, float],
    hits: Sequence[Hit],
    hidden: Sequence[Place] = (),
) -> list[Candidate]:
    return judged(read_hits(reader, question, history, hits, hidden), rarity, reader.name)


def test_every_sentence_of_the_hits_comes_once_best_first(collection: Collection) -> None:
    candidates = read(collection, "rust in the harbour bridge")
    expected = [
        (sentence.article_id, sentence.start)
        for summary in collection.articles()
        for sentence in sentences(collection.article(summary.id))
    ]
    assert sorted((c.article.id, c.sentence.start) for c in candidates) == sorted(expected)
    scores = [candidate.score for candidate in candidates]
    assert scores == sorted(scores, reverse=True)


def test_a_sentence_in_two_overlapping_passages_has_its_higher_margin(collection: Collection) -> None:
    article = collection.article("long")
    cut = passages(article, sentences(article), HashEncoder().count, 40)
    starts = [sentence.start for passage in cut for sentence in passage.sentences]
    twice = {start for start in starts if starts.count(start) == 2}
    assert twice  # the paragraph is cut in the middle, so passages overlap
    question = "sentence number3 tells of harbour5"
    together = read(collection, question)
    apart = [  # with the best hit, whose BM25 the others are a share of
        candidate
        for hit in found(collection, question)
        for best in [max(found(collection, question), key=lambda one: one.bm25)]
        for candidate in judge(Baseline(HashEncoder()), question, None, {}, [hit, best])
        if candidate.hit.passage_id == hit.passage_id
    ]
    for start in twice:
        (one,) = [c for c in together if c.article.id == "long" and c.sentence.start == start]
        margins = [c.score for c in apart if c.article.id == "long" and c.sentence.start == start]
        assert one.score == pytest.approx(max(margins))


def test_a_candidate_knows_its_place_and_its_signals(collection: Collection) -> None:
    hits = {hit.passage_id: hit for hit in found(collection, "free rust")}
    rarity = {"free": 0.75, "rust": 0.25}
    for one in judge(Told("rust"), "free rust", None, rarity, list(hits.values())):
        assert one.quote == ARTICLES[one.article.id][one.sentence.start : one.sentence.end]
        assert one.sentence in one.passage.sentences
        assert one.hit is hits[one.hit.passage_id]
        assert (one.hit.start, one.hit.end) == (one.passage.start, one.passage.end)
        assert one.score == (5.0 if "rust" in one.quote else -5.0)
        assert (one.signals.found, one.signals.recent) == (one.hit.score, one.hit.recent)
        assert one.signals.missing == pytest.approx({"bridge": 0.75, "ferry": 0.25}.get(one.article.id, 1.0))


def test_a_mark_becomes_a_highlight_in_the_article(collection: Collection) -> None:
    (one,) = [c for c in read(collection, "harbour", Told("until midnight")) if c.score > 0]
    assert one.highlight and ARTICLES[one.article.id][slice(*one.highlight)] == "until midnight"


def test_a_mark_of_the_whole_sentence_marks_nothing(collection: Collection) -> None:
    (one,) = [c for c in read(collection, "harbour", Told("It runs until midnight.")) if c.score > 0]
    assert one.highlight is None


def test_the_reader_is_given_question_conversation_and_headings(collection: Collection) -> None:
    reader = Told()
    hits = found(collection, "harbour")
    judge(reader, "and why?", ("What closed?", "The bridge."), {}, hits)
    ((question, history, given),) = reader.asked
    assert (question, history) == ("and why?", ("What closed?", "The bridge."))
    assert [one.bm25 for one in given] == [hit.bm25 for hit in hits]
    for hit, one in zip(hits, given, strict=True):
        assert one.quotes == [
            hit.text[s.start - hit.start : s.end - hit.start]
            for s in sentences(collection.article(hit.article_id))
            if hit.start <= s.start < hit.end
        ]


def test_hidden_sentences_are_neither_read_nor_found(collection: Collection) -> None:
    closed = "It closed in March."
    start = ARTICLES["bridge"].index(closed)
    reader = Told("closed")
    candidates = read(collection, "bridge closed", reader, [("bridge", start + 3, start + 4)])
    assert closed not in [candidate.quote for candidate in candidates]
    texts = [one.text for one in reader.asked[0][2]]
    assert "Inspectors found rust in the harbour bridge. Repairs take 14 months." in texts
    assert len(candidates) == len(read(collection, "bridge closed")) - 1


def test_a_passage_without_a_sentence_left_is_not_read(collection: Collection) -> None:
    reader = Told()
    candidates = read(collection, "rust ferry", reader, [("bridge", 0, 1000), ("ferry", 0, 1000)])
    assert {candidate.article.id for candidate in candidates} == {"long"}
    assert all("harbour0" in one.text or "Sentence" in one.text for one in reader.asked[0][2])


def test_no_hits_no_sentences(collection: Collection) -> None:
    assert judge(Baseline(HashEncoder()), "rust", None, {}, []) == []


def test_hits_go_by_their_best_sentence_then_as_they_were_found_the_unread_last(
    collection: Collection,
) -> None:
    hits = found(collection, "ferry harbour number7")
    order = ranked(hits, judge(Told("rust"), "rust", None, {}, hits[:-1]))
    assert [hit.rank for hit in order] == list(range(1, len(hits) + 1))
    assert order[0].article_id == "bridge"
    others = [hit.passage_id for hit in hits if hit.article_id != "bridge"]
    assert [hit.passage_id for hit in order[1:]] == others
    scores = [hit.score for hit in order]
    assert scores == sorted(scores, reverse=True)
    assert order[-1].passage_id == hits[-1].passage_id and scores[-1] == scores[-2] - 1


PIECES = st.sampled_from(
    ["Rust was found. ", "Is it? \U0001f4f0 ", "£3.5m\r\n", "No\xa0one\u202ffled.  ", "é\n\n"]
)


@given(st.lists(PIECES, min_size=1, max_size=12), st.sets(st.integers(0, 11)))
def test_quotes_and_highlights_are_slices_and_what_is_hidden_never_appears(
    pieces: list[str], gone: set[int]
) -> None:
    article = Article("a", "Title", "".join(pieces), "a.txt")
    spans = tuple(sentence for sentence in sentences(article) if sentence.kind != "heading")
    if not spans:
        return
    passage = Passage("a", spans[0].start, spans[-1].end, "", spans)
    text = article.text[passage.start : passage.end]
    hit = Hit(1, 1.0, 1, passage, article.info, text, 1, 1)
    hidden = [("a", one.start, one.end) for i, one in enumerate(spans) if i in gone]
    reader = Told("found")
    candidates = judge(reader, "?", None, {}, [hit], hidden)
    kept = [one for i, one in enumerate(spans) if i not in gone]
    assert sorted(one.sentence.start for one in candidates) == [one.start for one in kept]
    for given_text in (one for _, _, given_ in reader.asked for one in given_):
        assert given_text.quotes == [article.text[one.start : one.end] for one in kept]
        assert given_text.text == " ".join(given_text.quotes)
    for one in candidates:
        assert one.quote == article.text[one.sentence.start : one.sentence.end]
        if one.highlight:
            start, end = one.highlight
            assert one.sentence.start <= start < end <= one.sentence.end
            assert article.text[start:end] == "found"
