"""The whole chain, on the bundled articles with the real model."""

from __future__ import annotations

import math
import shutil
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from chatbot.answer import Answer, Citation, Turn
from chatbot.bot import Chatbot
from chatbot.conversation.understand import NOTHING_TO_SEARCH
from chatbot.pipeline import FOUND, STAGES
from chatbot.request import Request
from chatbot.settings import Settings
from corpus.errors import CuttingsError
from corpus.read import read
from index.encoding.encoder import SentenceEncoder
from index.folder.collection import Collection
from index.ingest.ingest import ingest
from index.search import Mode
from tests.fakes import HashEncoder

pytestmark = pytest.mark.model

QUESTIONS = [
    "What is a primary care network?",
    "How many clinical directors filled in the NHS Confederation survey?",
    "How many replies did the BMA get?",
    "share of directors of networks under 40,000 patients with unmanageable workload",
    "Who is Ruth Rankine?",
    "Who said primary care had reached a crossroads?",
    "When were primary care networks set up?",
    "In what month did GP leaders throw out the contract changes?",
    "Why were people unhappy with the draft specifications?",
    "What are the Confederation's demands?",
    "What does Richard Vautrey make of the draft specifications?",
    "What did the Conservatives offer on health in the election campaign?",
    "impetigo cream recommended by NICE",
    "Where should the coronavirus posters be put up?",
    "How do I make pancake batter without eggs?",
    "What is the capital of Mongolia?",
]
OFF_TOPIC = [
    "What is the capital of Mongolia?",
    "How do I make pancake batter without eggs?",
    "Why is the sky blue?",
]
TURNS = (
    Turn("user", "How many people answered the Confederation survey?"),
    Turn("assistant", "The NHS Confederation heard from clinical directors."),
)


def every(answer: Answer) -> list[Citation]:
    return [c for citation in answer.citations for c in (citation, *citation.also)]


def same(one: Answer, other: Answer) -> bool:
    """But for the last digits of scores, which depend on how many processors summed them."""

    def plain(answer: Answer) -> tuple[object, ...]:
        places = [(c.article_id, c.start, c.end) for c in every(answer)]
        return answer.standalone_question, answer.abstained, places, [hit.passage_id for hit in answer.hits]

    return plain(one) == plain(other) and math.isclose(one.confidence, other.confidence, abs_tol=1e-5)


# --- What an answer is made of ------------------------------------------------------------------


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_quote_is_a_slice_outside_of_what_was_removed(bundled: Chatbot, question: str) -> None:
    answer = bundled.ask(question)
    assert answer.citations
    for citation in every(answer):
        article = bundled.collection.article(citation.article_id)
        assert citation.quote == article.text[citation.start : citation.end]
        assert citation.quote == citation.quote.strip() != ""
        assert not any(gone.start < citation.end and citation.start < gone.end for gone in article.removed)
        sentences = [s for passage in bundled.collection.passages(article.id) for s in passage.sentences]
        assert (citation.start, citation.end) in {(s.start, s.end) for s in sentences}
        assert (citation.title, citation.source, citation.publisher) == (
            article.title,
            article.source,
            article.publisher,
        )


@pytest.mark.parametrize("question", QUESTIONS)
def test_ranks_scores_and_bounds(bundled: Chatbot, question: str) -> None:
    answer = bundled.ask(question)
    assert [citation.rank for citation in answer.citations] == list(range(1, len(answer.citations) + 1))
    assert len(answer.citations) <= bundled.settings.citations
    assert all(0 <= citation.score <= 1 for citation in every(answer))
    assert answer.confidence == answer.citations[0].score
    assert answer.abstained == (answer.confidence < bundled.settings.threshold)
    assert (answer.state == "answer") == (answer.confidence >= bundled.settings.sure_threshold)
    assert [hit.rank for hit in answer.hits] == list(range(1, len(answer.hits) + 1))
    assert len(answer.hits) == 10
    assert len({hit.passage_id for hit in answer.hits}) == len(answer.hits)
    for hit in answer.hits:
        assert hit.text == bundled.collection.article(hit.article_id).text[hit.start : hit.end]
    assert answer.notice == ""


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Who is Ruth Rankine?", "Ms Rankine works for the NHS Confederation"),
        ("How many clinical directors filled in the NHS Confederation survey?", "157"),
        ("Who chairs the BMA's GP committee?", "Vautrey"),
    ],
)
def test_a_plain_question_is_answered_with_the_sentence_that_says_so(
    bundled: Chatbot, question: str, expected: str
) -> None:
    answer = bundled.ask(question)
    assert not answer.abstained
    assert expected in answer.citations[0].quote


@pytest.mark.parametrize("question", OFF_TOPIC)
def test_a_question_that_no_article_answers_is_abstained_on(bundled: Chatbot, question: str) -> None:
    answer = bundled.ask(question)
    assert answer.abstained
    assert answer.citations  # the closest, to be studied
    assert answer.notice == ""


def test_the_same_question_has_the_same_answer(bundled: Chatbot) -> None:
    assert same(bundled.ask(QUESTIONS[0]), bundled.ask(f"  {QUESTIONS[0]}\n"))


# --- What cannot be asked -----------------------------------------------------------------------


@pytest.mark.parametrize("question", ["", "   ", "\n\t", "\u00a0"])
def test_an_empty_question_is_an_error(bundled: Chatbot, question: str) -> None:
    with pytest.raises(CuttingsError, match="the question is empty"):
        bundled.ask(question)
    with pytest.raises(CuttingsError, match="the question is empty"):
        bundled.search(question)


def test_too_long_a_question_is_an_error(bundled: Chatbot) -> None:
    limit = bundled.settings.question_characters
    with pytest.raises(
        CuttingsError, match=r"the question has 2,001 characters, at most 2,000 .*; shorten it"
    ):
        bundled.ask("x" * (limit + 1))
    assert bundled.ask("bridge " * (limit // 7)).hits


@pytest.mark.parametrize("question", ["🎉🎉", "who is it", "?", "…", "and the?", "\ud800", "\0"])
def test_a_question_without_a_term_gets_a_notice(bundled: Chatbot, question: str) -> None:
    answer = bundled.ask(question)
    assert answer.notice == NOTHING_TO_SEARCH
    assert answer.abstained
    assert (answer.confidence, answer.citations, answer.hits) == (0.0, (), ())


@pytest.mark.parametrize("question", ["hello", "Thanks!", "bye", "What can you do?"])
def test_small_talk_gets_a_reply(bundled: Chatbot, question: str) -> None:
    answer = bundled.ask(question, TURNS)
    assert answer.notice
    assert answer.notice != NOTHING_TO_SEARCH
    assert answer.abstained
    assert (answer.citations, answer.hits) == ((), ())
    assert (answer.question, answer.standalone_question) == (question, question)


@pytest.mark.parametrize("mark", ["\ud800", "\0", "\x1b[31m", "\u202e", "🎉"])
def test_odd_characters_do_no_harm(bundled: Chatbot, mark: str) -> None:
    answer = bundled.ask(f"Who is Ruth{mark} Rankine?{mark}")
    assert answer.hits
    answer.question.encode()
    answer.standalone_question.encode()


# --- Conversation -------------------------------------------------------------------------------


def test_a_follow_up_is_completed(bundled: Chatbot) -> None:
    answer = bundled.ask("what about the BMA one?", TURNS)
    assert answer.question == "what about the BMA one?"
    assert answer.standalone_question != answer.question
    assert "survey" in answer.standalone_question
    assert answer.rewrite_reason
    typed = bundled.ask("what about the BMA one?", TURNS, as_typed=True)
    assert typed.standalone_question == "what about the BMA one?"
    assert typed.rewrite_reason == ""


def test_without_turns_nothing_is_added(bundled: Chatbot) -> None:
    answer = bundled.ask("what about the BMA one?")
    assert (answer.standalone_question, answer.rewrite_reason) == ("what about the BMA one?", "")


def test_a_question_without_a_term_can_be_asked_after_another(bundled: Chatbot) -> None:
    answer = bundled.ask("why?", (Turn("user", "Do directors plan to leave their networks?"),))
    assert answer.notice == ""
    assert answer.hits


@pytest.mark.parametrize("said", ["", "\ud800 survey \ud800", "\0", "🎉", "network " * 5000])
def test_odd_turns_do_no_harm(bundled: Chatbot, said: str) -> None:
    answer = bundled.ask("what about the BMA one?", (Turn("user", said), Turn("assistant", said)))
    assert answer.hits
    answer.standalone_question.encode()


# --- Searching and settings ---------------------------------------------------------------------


def test_search_shows_passages_before_any_sentence_is_read(bundled: Chatbot) -> None:
    hits = bundled.search("Ruth Rankine", 3)
    assert [hit.rank for hit in hits] == [1, 2, 3]
    assert all("Rankine" in hit.text for hit in bundled.search("Rankine", 3, "bm25"))
    assert all(hit.dense_rank for hit in bundled.search("Rankine", 3, "dense"))


def test_a_run_holds_all_that_was_read_and_an_answer_lists_ten_hits(bundled: Chatbot) -> None:
    run = bundled.run(Request("How many replies did the BMA get?"))
    answer = run.answer
    assert answer and same(answer, bundled.ask("How many replies did the BMA get?"))
    assert len(run.hits) == FOUND > len(answer.hits) == 10
    assert run.hits[:10] == answer.hits
    read = {c.hit.passage_id for c in run.candidates}
    assert len(read) == bundled.settings.passages_read
    assert read <= {hit.passage_id for hit in run.hits}
    assert tuple(run.milliseconds) == STAGES
    assert min(run.milliseconds.values()) >= 0


@pytest.mark.parametrize("mode", ["bm25", "dense"])
def test_an_answer_can_be_sought_in_one_way_only(bundled: Chatbot, mode: Mode) -> None:
    question = "Why were people unhappy with the draft specifications?"
    found = {hit.passage_id for hit in bundled.run(Request(question, mode=mode)).hits}
    assert found == {hit.passage_id for hit in bundled.search(question, 20, mode)}
    assert found != {hit.passage_id for hit in bundled.run(Request(question)).hits}


def test_a_question_that_is_not_searched_ends_where_it_is_understood(bundled: Chatbot) -> None:
    for question in ("Thanks!", "who is it"):
        run = bundled.run(Request(question))
        assert run.answer and run.answer.notice and run.hits == run.candidates == ()
        assert list(run.milliseconds) == ["understand"]


def test_articles_can_be_left_out(bundled: Chatbot) -> None:
    question = "How many replies did the BMA get?"
    candidates = bundled.run(Request(question), "judge").candidates
    first = candidates[0].article.id
    assert [c.score for c in candidates] == sorted((c.score for c in candidates), reverse=True)
    without = bundled.run(Request(question, without={first}), "judge").candidates
    assert without
    assert first not in {candidate.article.id for candidate in without}
    answer = bundled.ask(question, without=[first])
    assert answer.hits and answer.citations[0].quote == without[0].quote
    assert first not in {found.article_id for found in (*answer.hits, *answer.citations)}
    assert bundled.ask(question).citations[0].article_id == first


def test_settings_rule_the_answer(bundled: Chatbot, encoder: SentenceEncoder) -> None:
    question = "What are the Confederation's demands?"

    def ask(**changed: float) -> Answer:
        return Chatbot(bundled.collection, encoder, replace(Settings(), **changed)).ask(question)

    assert len(ask(citations=1).citations) == 1
    assert ask(passages_read=3).citations[0].why.read < ask().citations[0].why.read
    assert ask(threshold=1.0).abstained
    assert not ask(threshold=0.0).abstained
    sure = ask().confidence
    states = [
        ask(threshold=low, sure_threshold=high).state
        for low, high in ((0.0, sure), (0.0, sure + 1e-9), (sure, 1.0), (sure + 1e-9, 1.0))
    ]
    assert states == ["answer", "possibly", "possibly", "none"]


def test_opening_checks_the_model_and_the_folder(bundled_folder: Path, tmp_path: Path) -> None:
    with pytest.raises(CuttingsError, match="there is no collection"):
        Chatbot.open(tmp_path)
    with pytest.raises(CuttingsError, match=r"'all-MiniLM-L6-v2'.*'./other'"):
        Chatbot.open(bundled_folder, Settings(model="./other"))
    assert Chatbot.open(bundled_folder).settings == Settings()


# --- Several threads ----------------------------------------------------------------------------


def test_eight_threads_get_the_answers_of_one(bundled: Chatbot) -> None:
    alone = [bundled.ask(question) for question in QUESTIONS]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(bundled.ask, QUESTIONS))
    assert all(map(same, together, alone))


def test_threads_may_be_the_first_to_ask(bundled_folder: Path, encoder: SentenceEncoder) -> None:
    fresh = Chatbot(Collection.open(bundled_folder), encoder, Settings())
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(fresh.ask, [QUESTIONS[1]] * 8))
    assert all(same(answer, answers[0]) for answer in answers)


# --- The smallest collections -------------------------------------------------------------------


def small(tmp_path: Path, encoder: SentenceEncoder | HashEncoder, *texts: str) -> Chatbot:
    folder = tmp_path / "articles"
    folder.mkdir()
    for n, text in enumerate(texts):
        (folder / f"article{n}.txt").write_text(text)
    collection = Collection.create(tmp_path / "collection")
    if texts:
        ingest(collection, encoder, read([folder]), Settings().passage_tokens)
    reader = "none" if isinstance(encoder, HashEncoder) else Settings().reader
    return Chatbot(collection, encoder, Settings(reader=reader))


BRIDGE = "Harbour bridge\n\nThe harbour bridge closed in March after inspectors found rust. Repairs go on."


def test_suggestions_outlive_a_change_and_are_tried_anew(
    bundled_folder: Path, tmp_path: Path, encoder: SentenceEncoder
) -> None:
    folder = shutil.copytree(bundled_folder, tmp_path / "changing")
    bot = Chatbot(Collection.open(folder), encoder, Settings())
    assert bot.examples() == ()
    bot.try_suggestions()
    before = bot.examples()
    offered = bot.ask(QUESTIONS[1]).suggestions
    assert before and offered
    asked = "Who painted the bridge at Alford?"
    text = f"---\npublished: 2031-01-01\n---\n## {asked}\n\nThe bridge at Alford was painted by Ann Marlow.\n"
    (tmp_path / "bridge.md").write_text(text, encoding="utf-8")
    other = Collection.create(folder)
    ingest(other, encoder, read([tmp_path / "bridge.md"]), Settings().passage_tokens)
    other.close()
    assert bot.examples() == before
    assert bot.ask(QUESTIONS[1]).suggestions == offered
    until = time.monotonic() + 120
    while asked not in bot.examples() and time.monotonic() < until:
        time.sleep(0.05)
    assert asked in bot.examples()


def test_suggestions_are_tried_once_for_the_same_articles_and_the_same_answers(
    bundled_folder: Path, tmp_path: Path, encoder: SentenceEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = shutil.copytree(bundled_folder, tmp_path / "kept")
    kept = folder / "derived" / "suggestions.json"
    tried: list[str] = []

    def suggested(settings: Settings) -> tuple[str, ...]:
        bot = Chatbot(Collection.open(folder), encoder, settings)
        monkeypatch.setattr(bot._suggester, "_answered", lambda asked: tried.append(asked) or "")
        bot.try_suggestions()
        return bot.examples()

    assert suggested(Settings()) and not tried
    before = kept.read_bytes()
    assert suggested(Settings(threshold=0.9)) == () and tried  # what answered may not answer now
    for damaged in (b"", b"[]", b'{"revision": 1', before.replace(b'"question"', b'"asked"')):
        kept.write_bytes(damaged)
        tried.clear()
        assert suggested(Settings()) == () and tried
    kept.write_bytes(before)
    collection = Collection.create(folder)
    with collection.change() as change:
        change.remove(next(iter(collection.articles())).id)
    collection.close()
    tried.clear()
    assert suggested(Settings()) == () and tried


def test_one_article_is_enough_to_answer_from(tmp_path: Path, encoder: SentenceEncoder) -> None:
    bot = small(tmp_path, encoder, BRIDGE)
    answer = bot.ask("When did the harbour bridge close?")
    assert answer.citations[0].quote == "The harbour bridge closed in March after inspectors found rust."
    assert answer.hits[0].bm25_rank == 1
    other = bot.ask("What is the capital of Mongolia?")
    assert 0 < other.confidence < answer.confidence


def test_an_empty_collection_abstains(tmp_path: Path) -> None:
    answer = small(tmp_path, HashEncoder()).ask("When did the bridge close?")
    assert answer.abstained
    assert (answer.confidence, answer.citations, answer.hits) == (0.0, (), ())


def test_a_title_longer_than_the_model_reads(tmp_path: Path, encoder: SentenceEncoder) -> None:
    title = "The bridge over the harbour " * 60
    bot = small(
        tmp_path, encoder, f"---\ntitle: {title}\n---\n\nThe harbour bridge closed in March. Rust was found."
    )
    assert bot.ask("When did the harbour bridge close?").citations
