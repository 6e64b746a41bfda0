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
from chatbot.conversation.exchanges import exchanges
from chatbot.conversation.kind import COMMANDS
from chatbot.conversation.spelling import Words
from chatbot.conversation.understand import Understood, understand
from chatbot.conversation.who_said import WhoSaid, is_pronoun, who_said
from chatbot.quoting.collect import by_article, worthy
from chatbot.quoting.compose import CLOSEST, Articles, Group, closest, folded, grouped, standing
from chatbot.quoting.composers import COMPOSERS, selected
from chatbot.quoting.differences import differing
from chatbot.quoting.explanation import explaining
from chatbot.quoting.material import Composed, Material
from chatbot.quoting.sections import arranged, under
from chatbot.quoting.several import each_once, in_turn, together
from chatbot.quoting.speech import Speech, Spoken, about, by_speaker, quoted_last, spoken_first, with_words_of
from chatbot.quoting.statements import Nearness
from chatbot.reading.candidate import Candidate
from chatbot.reading.confidence import probability
from chatbot.reading.judge import ReadPassage, judged, ranked, read
from chatbot.reading.order import adding, by_time, continuation
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

MOST_COLLECTED = 10
"""Statements of a list, a summary and the like at most."""

_EACH = float("-inf")
"""The worth of a sentence that belongs into an answer where all are wanted."""

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

    def _search(self, run: Run) -> None:
        for part in run.parts:
            self._search(part)
        found = FOUND_WIDELY if run.understood.kind in COMPOSERS else FOUND
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
        alone, hits = run.understood.alone, run.hits[:most]
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
        if run.understood.kind != "yes or no":
            candidates = adding(candidates, alone.rewritten or run.understood.question)
        run.candidates = tuple(candidates)
        run.hits = ranked(run.hits, run.candidates)

    def _compose(self, run: Run) -> None:
        if run.parts:
            for part in run.parts:
                self._compose_one(part, COLLECTED_OF_PART, UNSURE_OF_PART)
            run.answer = together(_blank(run), [part.answer for part in run.parts if part.answer])
        else:
            self._compose_one(run, MOST_COLLECTED, CLOSEST)

    def _compose_one(self, run: Run, most_collected: int, most_unsure: int) -> None:
        understood, settings = run.understood, self.settings
        sure = [probability(candidate.score) for candidate in run.candidates]
        candidates, sure = by_time(run.candidates, sure, understood.period, settings.threshold)
        run.candidates = tuple(candidates)
        candidates, sure = standing(candidates, sure)
        best = sure[0] if sure and not understood.out_of_time else 0.0
        state = "none" if understood.out_of_time or not candidates else self._state(run, best)
        why = explaining({*run.query.terms, *run.query.context_terms}, candidates)
        nearness, articles = Nearness(self.encoder), self._articles()
        composed = self._composed(run, candidates, sure, articles, nearness)
        kind = "fact" if understood.kind in COMPOSERS and not composed else understood.kind
        collects = state != "none" and kind in COLLECTING
        one_wanted = run.said is not None and run.said.asks != "of one"
        limit = most_collected if collects and not one_wanted else settings.citations
        if composed:
            state, limit = composed.state, len(composed.groups) or CLOSEST
        differ: tuple[Difference, ...] = ()
        sections: tuple[Section, ...] = ()
        groups: list[Group] = []
        if state != "none" and run.said:
            if spoken := self._spoken(run, candidates, sure, articles, nearness):
                state, groups = spoken
            else:  # it may be answered otherwise, but not in the words of whom it asks about
                run.said, kind, collects, limit = None, "fact", False, settings.citations
                state = "possibly" if best >= settings.threshold else "none"
        if state == "none":
            citations = closest(candidates, sure, why)
        else:
            divided: dict[str, list[Group]] = {}
            if composed:
                groups = composed.groups
            elif collects and not run.said:
                divided = selected(
                    understood.kind,
                    understood.alone.question,
                    candidates,
                    sure,
                    articles,
                    nearness,
                    self.searcher.rarity,
                    limit,
                )
                groups = [group for under in divided.values() for group in under]
            elif not run.said:
                groups = grouped(
                    candidates, sure, articles, nearness, most_unsure if state == "possibly" else 1
                )
            citations = [group.citation(rank, articles, why) for rank, group in enumerate(groups, start=1)]
            differ = differing(groups, citations, limit, nearness)
            if composed:
                sections = arranged(kind, run.searched, citations, ())
            elif run.said and run.said.asks in ("who", "that"):
                sections = by_speaker(citations, run.spoken)
            elif collects:
                sections = (
                    by_article(citations) if not divided or "" in divided else under(divided, citations)
                )
        run.answer = replace(
            _blank(run),
            state=state,
            confidence=best,
            citations=tuple(citations[:limit]),
            differ=differ,
            kind=kind,
            sections=sections,
        )

    def _rarity(self, run: Run) -> dict[str, float]:
        """How much each term of the question tells, those of the conversation by their weight."""
        weight = run.understood.alone.weight
        rarity = {term: self.searcher.rarity(term) for term in run.query.terms}
        return rarity | {term: weight * self.searcher.rarity(term) for term in run.query.context_terms}

    def _composed(
        self,
        run: Run,
        candidates: Sequence[Candidate],
        sure: Sequence[float],
        articles: Articles,
        nearness: Nearness,
    ) -> Composed | None:
        """The answer of a kind that has a way of its own; None for another, or where that gives nothing."""
        understood = run.understood
        composer = COMPOSERS.get(understood.kind)
        if composer is None or understood.out_of_time:
            return None
        material = Material(
            question=understood.alone.question,
            weights=self._rarity(run),
            candidates=candidates,
            confidences=sure,
            found=run.found,
            articles=articles,
            nearness=nearness,
            collection=self.collection,
            searcher=self.searcher,
            scope=understood.scope,
            time_words=understood.period.words if understood.period else "",
            any_time=run.request.any_time,
        )
        return composer(material)

    def _spoken(
        self,
        run: Run,
        candidates: Sequence[Candidate],
        sure: Sequence[float],
        articles: Articles,
        nearness: Nearness,
    ) -> tuple[State, list[Group]] | None:
        """The state of an answer about speech, and what it cites; None where nobody of that name speaks."""
        said, confidence = run.said, dict(zip(candidates, sure, strict=True))
        assert said, "speech is asked about"
        rarity = {term: self.searcher.rarity(term) for term in terms(said.about)}
        if said.asks == "of one":
            theirs = run.spoken.by(said.speaker)
            if not theirs:
                return None
            chosen = [one for one in candidates if (one.article.id, one.sentence.start) in theirs]
            chosen = about(chosen, rarity)
            if not chosen:
                return "none", []
            values = [confidence[one] for one in chosen]
            worded = any(term in rarity for one in chosen for term in terms(one.quote))
            sure_enough = not rarity or worded or max(values) >= self.settings.sure_threshold
            return "answer" if sure_enough else "possibly", folded(
                worthy(chosen, values, least=_EACH), articles, nearness, MOST_COLLECTED
            )
        if said.asks == "that":
            past = exchanges(run.request.turns)
            last = past[-1].answer if past else ""
            chosen = [one for one in quoted_last(candidates, last) if run.spoken.of(one)]
            if chosen:
                return "answer", grouped(chosen[:1], [confidence[chosen[0]]], articles, nearness)
        ordered = spoken_first(candidates, run.spoken, rarity)
        values = [confidence[one] for one, _ in ordered]
        meant = bool(ordered) and ordered[0][1]
        state: State = "answer" if meant else self._by_confidence(values[0])
        return state, grouped([one for one, _ in ordered], values, articles, nearness)

    def _state(self, run: Run, confidence: float) -> State:
        """How sure an answer is. What is asked of a whole topic is shown wherever there is the topic."""
        if run.understood.kind in COLLECTING - COMPOSERS.keys():
            topic = (term for term in run.query.terms if term not in COMMANDS)
            if all(self.searcher.rarity(term) < 1 for term in topic):
                return "answer"
        return self._by_confidence(confidence)

    def _by_confidence(self, confidence: float) -> State:
        if confidence < self.settings.threshold:
            return "none"
        return "answer" if confidence >= self.settings.sure_threshold else "possibly"

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
