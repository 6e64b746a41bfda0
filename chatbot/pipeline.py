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

from chatbot.answer import Answer
from chatbot.conversation.exchanges import exchanges
from chatbot.conversation.spelling import Words
from chatbot.conversation.understand import Understood, understand
from chatbot.conversation.who_said import WhoSaid, is_pronoun, who_said
from chatbot.quoting.compose import CLOSEST, Articles, closest, standing
from chatbot.quoting.composers import LOOKING_WIDELY, composed
from chatbot.quoting.differences import differing
from chatbot.quoting.explanation import explaining
from chatbot.quoting.material import NOTHING, Material
from chatbot.quoting.several import each_once, in_turn, together
from chatbot.quoting.speech import Speech, Spoken, with_words_of
from chatbot.quoting.statements import Nearness
from chatbot.reading.candidate import Candidate
from chatbot.reading.confidence import probability
from chatbot.reading.judge import ReadPassage, judged, ranked, read
from chatbot.reading.order import adding, by_time, captions_behind, continuation, restating
from chatbot.reading.reader import Reader
from chatbot.reading.trust import publishers, to_read, trusted_first
from chatbot.request import Request
from chatbot.settings import Settings
from corpus.article import Article
from corpus.errors import CuttingsError
from index.encoding.encoder import Encoder
from index.hit import Hit
from index.search import Query, Searcher
from index.store import Readable

Stage = Literal["understand", "search", "read", "judge", "compose"]
STAGES: tuple[Stage, ...] = get_args(Stage)

MOST_COLLECTED = 10
"""Statements of a list, a summary and the like at most."""

COLLECTED_OF_PART, UNSURE_OF_PART = 4, 2
"""Statements of a part that collects at most, and those that are told where it is only possibly answered."""

LISTED = 10
"""Hits of an answer."""

FOUND = 20
"""Passages that are searched for at least; the first of them are read, the others listed and measured."""

FOUND_WIDELY = 60
"""The same where dates or articles decide what belongs into the answer, read or not."""

OPENING = 200_000
"""Characters of an article that are compared with another one's, so that none is too long to be read."""


@dataclass(slots=True, eq=False)
class Run:
    """A request, and what each stage made of it; what comes after the last stage is as it is here.

    `found` is what the search found, best first; `hits` are the same, from "judge" on in the order in which
    an answer lists the first of them; `candidates` is every sentence that was read, best first. Where there
    is nothing to search for, the answer stands after "understand" and no other stage follows.
    `milliseconds` has the stages that were run. `parts` are the runs of the questions in it, where it asks
    for several things; they go through the stages together, and what they made is in this one too. `said`
    and `spoken` are set where a question is about who said something.
    """

    request: Request
    understood: Understood
    milliseconds: dict[str, float] = field(default_factory=dict)
    found: tuple[Hit, ...] = ()
    hits: tuple[Hit, ...] = ()
    passages: tuple[ReadPassage, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    answer: Answer | None = None
    parts: tuple[Run, ...] = ()
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

    collection: Readable
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
        run = Run(request, understood, parts=tuple(Run(request, part) for part in understood.parts))
        if run.understood.notice:
            run.answer = _blank(run)
        run.milliseconds["understand"] = 1000 * (time.perf_counter() - begun)
        work = {"search": self._search, "read": self._read, "judge": self._judge, "compose": self._compose}
        for stage in STAGES[1 : STAGES.index(until) + 1]:
            if run.answer:
                break
            begun = time.perf_counter()
            work[stage](run)
            run.milliseconds[stage] = 1000 * (time.perf_counter() - begun)
        return run

    @property
    def _trusted(self) -> frozenset[str]:
        return publishers(self.settings.trusted_publishers)

    def _search(self, run: Run) -> None:
        for part in run.parts:
            self._search(part)
        found = FOUND_WIDELY if self._trusted or run.understood.kind in LOOKING_WIDELY else FOUND
        k = run.request.passages or max(self.settings.passages_read, found)
        if run.parts:
            run.found = run.hits = in_turn([part.hits for part in run.parts])[:k]
            return
        mode, scope, fusion = run.request.mode, run.understood.scope, self.settings.fusion
        run.found = run.hits = tuple(self.searcher.search(run.query, k, mode, scope, fusion))
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
        """The passages read; those of a question's parts are shared out, so that it takes no longer than
        another."""
        most, parts = self.settings.passages_read, len(run.parts)
        for place, part in enumerate(run.parts):
            self._read_first(part, most // parts + (place < most % parts))
        if parts:
            run.passages = tuple(one for part in run.parts for one in part.passages)
        else:
            self._read_first(run, most)

    def _read_first(self, run: Run, most: int) -> None:
        alone = run.understood.alone
        hits = to_read(run.hits, most, self._trusted, restating(*_asked(run)))
        run.passages = tuple(read(self.reader, alone.read_as, alone.history, hits, run.request.hidden))

    def _judge(self, run: Run) -> None:
        if run.parts:
            for part in run.parts:
                self._judge(part)
            run.candidates = each_once([part.candidates for part in run.parts])
            run.hits = in_turn([part.hits for part in run.parts])[: len(run.hits)]
            return
        alone = run.understood.alone
        candidates = continuation(judged(run.passages, self._rarity(run), self.reader.name), alone)
        run.candidates = tuple(adding(candidates, *_asked(run)))
        run.hits = ranked(run.hits, run.candidates)

    def _compose(self, run: Run) -> None:
        if run.parts:
            for part in run.parts:
                self._compose_one(part, COLLECTED_OF_PART, UNSURE_OF_PART)
            run.answer = together(_blank(run), [part.answer for part in run.parts if part.answer])
        else:
            self._compose_one(run, MOST_COLLECTED, CLOSEST)

    def _compose_one(self, run: Run, most: int, unsure: int) -> None:
        understood = run.understood
        sure = [probability(candidate.score) for candidate in run.candidates]
        behind, sure = captions_behind(run.candidates, sure, self.settings.threshold)
        candidates, sure = by_time(behind, sure, understood.period, self.settings.threshold)
        candidates, sure = trusted_first(candidates, sure, self._trusted, self.settings.threshold)
        run.candidates = tuple(candidates)
        candidates, sure = standing(candidates, sure)
        material = self._material(run, candidates, sure, most, unsure)
        kind, made = (understood.kind, NOTHING) if understood.out_of_time else composed(material)
        why = explaining({*run.query.terms, *run.query.context_terms}, candidates)
        numbered = enumerate(made.groups, start=1)
        citations = [group.citation(rank, material.articles, why) for rank, group in numbered]
        cited = citations[: made.limit]
        if made.state == "none":
            cited = closest(candidates, sure, why)[: self.settings.citations]
        run.answer = replace(
            _blank(run),
            state=made.state,
            confidence=0.0 if understood.out_of_time else material.best,
            citations=tuple(cited),
            differ=differing(made.groups, citations, made.limit, material.nearness),
            kind=kind,
            sections=made.divide(citations),
        )

    def _material(
        self, run: Run, candidates: Sequence[Candidate], sure: Sequence[float], most: int, unsure: int
    ) -> Material:
        understood = run.understood
        past = exchanges(run.request.turns)
        return Material(
            kind=understood.kind,
            question=understood.alone.question,
            terms=run.query.terms,
            weights=self._rarity(run),
            candidates=candidates,
            confidences=sure,
            found=run.found,
            articles=self._articles(),
            nearness=Nearness(self.encoder),
            collection=self.collection,
            searcher=self.searcher,
            settings=self.settings,
            most=most,
            unsure=unsure,
            said=run.said,
            spoken=run.spoken,
            last_answer=past[-1].answer if past else "",
            scope=understood.scope,
            time_words=understood.period.words if understood.period else "",
            any_time=run.request.any_time,
        )

    def _rarity(self, run: Run) -> dict[str, float]:
        """How much each term of the question tells, those of the conversation by their weight."""
        weight = run.understood.alone.weight
        rarity = {term: self.searcher.rarity(term) for term in run.query.terms}
        return rarity | {term: weight * self.searcher.rarity(term) for term in run.query.context_terms}

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


def _asked(run: Run) -> tuple[str, str]:
    """The question as it was typed, and as a person would ask it who had said nothing before."""
    understood = run.understood
    return understood.question, understood.alone.rewritten or understood.question


def _blank(run: Run) -> Answer:
    """An answer to what was asked, in which nothing is cited."""
    understood = run.understood
    return Answer(
        question=understood.question,
        standalone_question=understood.alone.text,
        rewrite_reason=understood.alone.reason,
        state="none",
        confidence=0.0,
        citations=(),
        hits=run.hits[:LISTED],
        notice=understood.notice,
        period=understood.period,
        taken_off=run.request.taken_off,
        filters=run.request.filters,
        kind=understood.kind,
        corrections=understood.corrections,
    )
