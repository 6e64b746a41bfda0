"""The way of a question to its answer: understand, search, read, judge, compose.

Whoever answers, measures or fits weights goes this way. It can stop early, and what each stage made, and how
long it took, is kept in the `Run`.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Literal, get_args

from chatbot.answer import COLLECTING, Answer, Difference, Section, State
from chatbot.conversation.kind import COMMANDS
from chatbot.conversation.spelling import Words
from chatbot.conversation.understand import Understood, understand
from chatbot.conversation.who_said import WhoSaid, is_pronoun, who_said
from chatbot.quoting.collect import arranged, collected
from chatbot.quoting.compose import CLOSEST, Articles, Group, closest, grouped
from chatbot.quoting.differences import differing
from chatbot.quoting.explanation import explaining
from chatbot.quoting.speech import Speech, Spoken, about, by_speaker, quoted_last, spoken_first, with_words_of
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
from index.tokens import terms

Stage = Literal["understand", "search", "read", "judge", "compose"]
STAGES: tuple[Stage, ...] = get_args(Stage)

_EACH = float("-inf")
"""The worth of a sentence that belongs into an answer where all are wanted."""

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
    said: WhoSaid | None = None
    spoken: Spoken = field(default_factory=Spoken)

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
    speech: Speech
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
        if run.understood.kind == "who said":
            self._attribute(run, k)

    def _attribute(self, run: Run, k: int) -> None:
        """Who speaks in what was found; where one's words are asked for, passages with these come first."""
        said = who_said(run.understood.alone.question)
        hits = list(run.hits)
        if said.asks == "of one" and said.about and not is_pronoun(said.speaker):
            named = self.searcher.search(self.searcher.query(said.speaker), k, "bm25", run.understood.scope)
            known = {hit.passage_id for hit in hits}
            hits += [hit for hit in named if hit.passage_id not in known]
        run.spoken = self.speech.of(hits)
        if said.asks == "of one":
            if is_pronoun(said.speaker):
                said = replace(said, speaker=run.spoken.named_in(run.understood.alone.context))
            theirs = run.spoken.by(said.speaker)
            hits = with_words_of(theirs, [*hits, *self.speech.passages_with(theirs, hits)])
        run.said = said
        run.hits = tuple(hits)

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
        best = sure[0] if sure and not understood.out_of_time else 0.0
        state = "none" if understood.out_of_time or not candidates else self._state(run, best)
        why = explaining({*run.query.terms, *run.query.context_terms}, candidates)
        collects = state != "none" and understood.kind in COLLECTING
        one_wanted = run.said is not None and run.said.asks != "of one"
        limit = MOST_COLLECTED if collects and not one_wanted else settings.citations
        differ: tuple[Difference, ...] = ()
        sections: tuple[Section, ...] = ()
        nearness, articles = Nearness(self.encoder), self._articles()
        groups: list[Group] = []
        if state != "none" and run.said:
            state, groups = self._spoken(run, candidates, sure, state, articles, nearness)
        elif collects:
            groups = collected(candidates, sure, articles, nearness, limit)
        elif state != "none":
            groups = grouped(candidates, sure, articles, nearness, CLOSEST if state == "possibly" else 1)
        if state == "none":
            citations = closest(candidates, sure, why)
        else:
            citations = [group.citation(rank, articles, why) for rank, group in enumerate(groups, start=1)]
            differ = differing(groups, citations, limit, nearness)
            if run.said and run.said.asks in ("who", "that"):
                sections = by_speaker(citations, run.spoken)
            elif collects:
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

    def _spoken(
        self,
        run: Run,
        candidates: Sequence[Candidate],
        sure: Sequence[float],
        state: State,
        articles: Articles,
        nearness: Nearness,
    ) -> tuple[State, list[Group]]:
        """The state of an answer about speech, and what it cites."""
        said, confidence = run.said, dict(zip(candidates, sure, strict=True))
        assert said, "speech is asked about"
        if said.asks == "of one":
            theirs = run.spoken.by(said.speaker)
            rarity = {term: self.searcher.rarity(term) for term in terms(said.about)}
            chosen = [one for one in candidates if (one.article.id, one.sentence.start) in theirs]
            chosen = about(chosen, rarity)
            if not chosen:
                return "none", []
            values = [confidence[one] for one in chosen]
            worded = any(term in rarity for one in chosen for term in terms(one.quote))
            sure_enough = not rarity or worded or max(values) >= self.settings.sure_threshold
            return "answer" if sure_enough else "possibly", collected(
                chosen, values, articles, nearness, MOST_COLLECTED, _EACH
            )
        if said.asks == "that":
            last = next(
                (turn.content for turn in reversed(run.request.turns) if turn.role == "assistant"), ""
            )
            chosen = [one for one in quoted_last(candidates, last) if run.spoken.of(one)]
            if chosen:
                return "answer", grouped(chosen[:1], [confidence[chosen[0]]], articles, nearness)
        rarity = {term: self.searcher.rarity(term) for term in terms(said.about)}
        ordered = spoken_first(candidates, run.spoken, rarity)
        values = [confidence[one] for one, _ in ordered]
        meant = bool(ordered) and ordered[0][1]
        state = "answer" if meant else "possibly" if values[0] >= self.settings.threshold else state
        return state, grouped([one for one, _ in ordered], values, articles, nearness)

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
