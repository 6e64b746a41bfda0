"""Asking the bot every gold question, and judging what it says."""

from __future__ import annotations

import time
from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass

from chatbot.answer import Answer
from chatbot.bot import Chatbot
from eval.gold import Gold
from eval.judged import ANSWERS, RETRIEVAL, Judged, Score, judge, mean, relevant, retrieval, retrieved
from index.collection import Collection
from index.search import Mode

MODES: tuple[Mode, ...] = ("bm25", "dense", "hybrid")
PRODUCT = "answer"
"""The passages listed with an answer: hybrid search, put in order again once their sentences were read.
A retrieval measure named without a system is this one's."""
SYSTEMS = (*MODES, PRODUCT)
HITS = 10
"""Passages that are looked at, as many as the bot lists."""


@dataclass(frozen=True, slots=True)
class Record:
    """One question, asked. `expected` is the text of the evidence.

    `retrieval` holds the retrieval measures by system; empty where nothing can be found.
    """

    gold: Gold
    expected: tuple[str, ...]
    answer: Answer
    judged: Judged
    retrieval: Mapping[str, Mapping[str, float]]


@dataclass(frozen=True, slots=True)
class Summary:
    """The measures of some records, by name; `retrieval` by system and name."""

    questions: int
    answerable: int
    retrieval: Mapping[str, Mapping[str, Score]]
    answers: Mapping[str, Score]

    @property
    def measures(self) -> dict[str, Score]:
        """The product's measures of both sorts, by name."""
        return {**self.retrieval[PRODUCT], **self.answers}


@dataclass(frozen=True, slots=True)
class Run:
    """Every question with its answer, the measures of all, and those of each kind of question."""

    records: tuple[Record, ...]
    summary: Summary
    kinds: Mapping[str, Summary]


def run(
    bot: Chatbot,
    golds: Sequence[Gold],
    with_history: bool = True,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Run:
    """Ask the questions in order, each with its history unless `with_history` is false.

    The three ways of searching get the stand-alone question that the bot made, so that they are
    compared on the same query. One question is asked beforehand, unmeasured, to load what is lazy.
    `progress` hears of questions done and their total.
    """
    bot.warm()  # the first question may be one that needs no search
    bot.ask(golds[0].question)
    asked: list[tuple[Answer, float]] = []
    found: dict[str, dict[str, tuple[str, ...]]] = {system: {} for system in SYSTEMS}
    known = {article.id for article in bot.collection.articles()}
    wanted = {gold.id: relevant(gold, bot.collection) for gold in golds if gold.answerable}
    for done, gold in enumerate(golds, start=1):
        begun = time.perf_counter()
        answer = bot.ask(gold.question, gold.history if with_history else (), without=gold.without)
        asked.append((answer, 1000 * (time.perf_counter() - begun)))
        if gold.answerable:
            for mode in MODES:
                hits = bot.search(answer.standalone_question, HITS, mode)
                found[mode][gold.id] = retrieved(hits, gold)
            found[PRODUCT][gold.id] = retrieved(answer.hits[:HITS], gold)
        progress(done, len(golds))
    scores = {system: retrieval(found[system], wanted) for system in SYSTEMS}
    records = tuple(
        Record(
            gold,
            _expected(gold, bot.collection, known),
            answer,
            Judged(
                answerable=gold.answerable,
                answered=was_answered(answer),
                confidence=answer.confidence,
                right=judge(answer.citations, gold),
                latency_ms=latency,
            ),
            {system: scores[system][gold.id] for system in SYSTEMS if gold.answerable},
        )
        for gold, (answer, latency) in zip(golds, asked, strict=True)
    )
    kinds = {
        kind: summarise([record for record in records if record.gold.kind == kind])
        for kind in dict.fromkeys(gold.kind for gold in golds)
    }
    return Run(records, summarise(records), kinds)


def was_answered(answer: Answer) -> bool:
    """Whether the person is shown quotes. A notice (small talk, nothing to search) is no answer."""
    return not answer.abstained and not answer.notice and bool(answer.citations)


def summarise(records: Sequence[Record]) -> Summary:
    """The measures over these records."""
    judged = [record.judged for record in records]
    return Summary(
        len(records),
        sum(one.answerable for one in judged),
        {
            system: {
                name: mean(record.retrieval[system][name] for record in records if record.gold.answerable)
                for name in RETRIEVAL
            }
            for system in SYSTEMS
        },
        {name: measure(judged) for name, measure in ANSWERS.items()},
    )


def _expected(gold: Gold, collection: Collection, known: Container[str]) -> tuple[str, ...]:
    texts = []
    for place in gold.evidence:
        if place.article_id not in known:  # reading it left nothing to quote; it counts as not found
            texts.append(f"(article {place.article_id} is not in the collection)")
        elif gold.unit == "article":
            texts.append(f"(anything in article {place.article_id})")
        else:
            texts.append(collection.article(place.article_id).text[place.start : place.end])
    return tuple(texts)
