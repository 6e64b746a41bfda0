"""The way of a question to its answer: understand, search, read, judge, compose.

Whoever answers, measures or fits weights goes this way. It can stop early, and what each stage made, and how
long it took, is kept in the `Run`.
"""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from typing import Literal, get_args

from chatbot.answer import COLLECTING, Answer, Difference, Section, State
from chatbot.conversation.kind import COMMANDS
from chatbot.conversation.spelling import Words
from chatbot.conversation.understand import Understood, understand
from chatbot.quoting.collect import arranged, collected
from chatbot.quoting.compose import CLOSEST, Articles, closest, grouped, standing
from chatbot.quoting.differences import differing
from chatbot.quoting.explanation import explaining
from chatbot.quoting.statements import Nearness
from chatbot.reading.candidate import Candidate
from chatbot.reading.confidence import probability
from chatbot.reading.judge import ReadPassage, judged, ranked, read
from chatbot.reading.order import by_time, continuation
from chatbot.reading.reader import Reader
from chatbot.request import Request
from chatbot.settings import Settings
from corpus.article import Article
from corpus.errors import CuttingsError
from index.encoding.encoder import Encoder
from index.hit import Hit
from index.search import Query, Searcher
from index.store import Store

Stage = Literal["understand", "search", "read", "judge", "compose"]
STAGES: tuple[Stage, ...] = get_args(Stage)

MOST_COLLECTED = 10
"""Statements of a list, a summary and the like at most."""

LISTED = 10
"""Hits of an answer."""

FOUND = 20
"""Passages that are searched for at least; the first of them are read, the others listed and measured."""

OPENING = 200_000
"""Characters of an article that are compared with another one's, so that none is too long to be read."""


@dataclass(slots=True, eq=False)
class Run:
    """A request, and what each stage made of it; what comes after the last stage is as it is here.

    `hits` are in the order of the search, from "judge" on in the order in which an answer lists the first of
    them; `candidates` is every sentence that was read, best first. Where there is nothing to search for, the
    answer stands after "understand" and no other stage follows. `milliseconds` has the stages that were run.
    """

    request: Request
    understood: Understood
    milliseconds: dict[str, float] = field(default_factory=dict)
    hits: tuple[Hit, ...] = ()
    passages: tuple[ReadPassage, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    answer: Answer | None = None

    @property
    def searched(self) -> str:
        """The question as it was searched."""
        return self.understood.alone.text

    @property
    def query(self) -> Query:
        assert self.understood.query, "nothing is searched, read or judged without one"
        return self.understood.query


@dataclass(frozen=True, slots=True)
class Pipeline:
    """The stages over one collection. Safe to use from several threads."""

    collection: Store
    searcher: Searcher
    encoder: Encoder
    reader: Reader
    words: Words
    settings: Settings

    def run(self, request: Request, until: Stage = "compose") -> Run:
        """A request from the first stage to the one named, that included. CuttingsError as `understand`."""
        begun = time.perf_counter()
        understood = understand(request, self.searcher, self.words, self.settings.question_characters)
        run = Run(request, understood)
        if run.understood.notice:
            run.answer = _noticed(run)
        run.milliseconds["understand"] = 1000 * (time.perf_counter() - begun)
        work = {"search": self._search, "read": self._read, "judge": self._judge, "compose": self._compose}
        for stage in STAGES[1 : STAGES.index(until) + 1]:
            if run.answer:
                break
            begun = time.perf_counter()
            work[stage](run)
            run.milliseconds[stage] = 1000 * (time.perf_counter() - begun)
        return run

    def _search(self, run: Run) -> None:
        k = run.request.passages or max(self.settings.passages_read, FOUND)
        mode, scope, fusion = run.request.mode, run.understood.scope, self.settings.fusion
        run.hits = tuple(self.searcher.search(run.query, k, mode, scope, fusion))

    def _read(self, run: Run) -> None:
        alone, hits = run.understood.alone, run.hits[: self.settings.passages_read]
        run.passages = tuple(read(self.reader, alone.read_as, alone.history, hits, run.request.hidden))

    def _judge(self, run: Run) -> None:
        alone = run.understood.alone
        rarity = {term: self.searcher.rarity(term) for term in run.query.terms}
        rarity |= {term: alone.weight * self.searcher.rarity(term) for term in run.query.context_terms}
        run.candidates = tuple(continuation(judged(run.passages, rarity, self.reader.name), alone))
        run.hits = ranked(run.hits, run.candidates)

    def _compose(self, run: Run) -> None:
        understood, settings = run.understood, self.settings
        sure = [probability(candidate.score) for candidate in run.candidates]
        candidates, sure = by_time(run.candidates, sure, understood.period, settings.threshold)
        run.candidates = tuple(candidates)
        candidates, sure = standing(candidates, sure)
        best = sure[0] if sure and not understood.out_of_time else 0.0
        state = "none" if understood.out_of_time or not candidates else self._state(run, best)
        why = explaining({*run.query.terms, *run.query.context_terms}, candidates)
        collects = state != "none" and understood.kind in COLLECTING
        limit = MOST_COLLECTED if collects else settings.citations
        differ: tuple[Difference, ...] = ()
        sections: tuple[Section, ...] = ()
        if state == "none":
            citations = closest(candidates, sure, why)
        else:
            nearness, articles = Nearness(self.encoder), self._articles()
            if collects:
                groups = collected(candidates, sure, articles, nearness, limit)
            else:
                groups = grouped(candidates, sure, articles, nearness, CLOSEST if state == "possibly" else 1)
            citations = [group.citation(rank, articles, why) for rank, group in enumerate(groups, start=1)]
            differ = differing(groups, citations, limit, nearness)
            if collects:
                sections = arranged(understood.kind, citations)
        run.answer = Answer(
            question=understood.question,
            standalone_question=understood.alone.text,
            rewrite_reason=understood.alone.reason,
            state=state,
            confidence=best,
            citations=tuple(citations[:limit]),
            hits=run.hits[:LISTED],
            differ=differ,
            period=understood.period,
            taken_off=run.request.taken_off,
            filters=run.request.filters,
            kind=understood.kind,
            sections=sections,
            corrections=understood.corrections,
        )

    def _state(self, run: Run, confidence: float) -> State:
        """How sure an answer is. What is asked of a whole topic is shown wherever there is the topic."""
        if confidence >= self.settings.sure_threshold:
            return "answer"
        known = all(self.searcher.rarity(term) < 1 for term in run.query.terms if term not in COMMANDS)
        if run.understood.kind in COLLECTING and known:
            return "answer"
        return "possibly" if confidence >= self.settings.threshold else "none"

    def _articles(self) -> Articles:
        """The openings of candidates' articles, each read once; of one removed meanwhile, what was found."""
        opening = cache(self._opening)

        def article(candidate: Candidate) -> Article:
            info, text = candidate.article, candidate.hit.text
            return opening(info.id) or Article(info.id, info.title, text, info.source, info.publisher)

        return article

    def _opening(self, article_id: str) -> Article | None:
        with suppress(CuttingsError):
            return self.collection.opening(article_id, OPENING)
        return None


def _noticed(run: Run) -> Answer:
    """The answer to what is no question for the articles."""
    return Answer(
        question=run.understood.question,
        standalone_question=run.understood.alone.text,
        rewrite_reason=run.understood.alone.reason,
        state="none",
        confidence=0.0,
        citations=(),
        hits=(),
        notice=run.understood.notice,
        taken_off=run.request.taken_off,
        filters=run.request.filters,
    )
