"""Sentences that are cut out are found with their passage, and neither read nor quoted."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot.bot import Chatbot
from chatbot.cut import without_spans
from chatbot.settings import Settings
from corpus.article import Article, Passage, Sentence
from index.collection import Collection
from index.ingest import ingest_articles
from tests.fakes import HashEncoder

LONG = " ".join(f"Sentence number{n} of this paragraph tells of harbour{n} and ferry{n}." for n in range(9))
QUESTION = "What does sentence number5 tell of harbour5?"


@pytest.fixture
def bot(tmp_path: Path) -> Chatbot:
    collection = Collection.create(tmp_path)
    articles = [
        (Article("long", "Long", LONG, "long.txt"), "/long", "long"),
        (Article("other", "Other", "The tunnel opens in May. Its toll is low.", "o.txt"), "/other", "other"),
    ]
    ingest_articles(collection, HashEncoder(), articles, 45)
    return Chatbot(collection, HashEncoder(), Settings(reader="none", threshold=0.0))


def test_it_is_quoted_from_no_passage_though_all_are_found(bot: Chatbot) -> None:
    before, whole = bot.traced(QUESTION)
    first = before.citations[0]
    assert "number5" in first.quote
    holding = [hit for hit in whole.hits if "number5" in hit.text]
    assert len(holding) == 2  # passages overlap
    after, trace = bot.traced(QUESTION, hidden=[("long", first.start + 5, first.start + 6)])
    assert {hit.passage_id for hit in trace.hits} == {hit.passage_id for hit in whole.hits}
    read = {candidate.quote for candidate in trace.candidates}
    assert read == {candidate.quote for candidate in whole.candidates} - {first.quote}
    assert not any("number5" in citation.quote for citation in after.citations)


def test_its_words_count_for_no_other_sentence(bot: Chatbot) -> None:
    start = LONG.index("Sentence number5")
    end = LONG.index(" Sentence number6")
    _, whole = bot.traced(QUESTION)
    _, cut = bot.traced(QUESTION, hidden=[("long", start, end)])
    before, after = ({one.quote: one.score for one in trace.candidates} for trace in (whole, cut))
    beside = next(quote for quote in after if "number6" in quote)
    assert after[beside] < before[beside]


def test_where_all_of_it_is_cut_out_there_is_no_answer(bot: Chatbot) -> None:
    everything = [(one.id, 0, 10_000) for one in bot.collection.articles()]
    answer, trace = bot.traced(QUESTION, hidden=everything)
    assert (answer.state, answer.confidence, answer.citations) == ("none", 0.0, ())
    assert trace.candidates == ()


@given(
    st.lists(st.integers(1, 9), min_size=1, max_size=6),
    st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 40), st.integers(1, 20)), max_size=3),
)
def test_what_remains_shares_no_character_with_what_is_cut(lengths, places):
    starts = [sum(lengths[:n]) + n for n in range(len(lengths))]
    sentences = tuple(
        Sentence("a", start, start + length) for start, length in zip(starts, lengths, strict=True)
    )
    passage = Passage("a", 0, sentences[-1].end, "", sentences)
    spans = [(article, start, start + length) for article, start, length in places]
    gone = {at for article, start, end in spans if article == "a" for at in range(start, end)}
    kept = without_spans(passage, spans)
    assert kept.sentences == tuple(one for one in sentences if not gone & set(range(one.start, one.end)))
    assert (kept.start, kept.end, kept.heading) == (passage.start, passage.end, passage.heading)
