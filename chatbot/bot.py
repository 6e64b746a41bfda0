"""The whole chain: a question and the turns before it to an answer."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import replace
from datetime import date

from chatbot.answer import Answer, Citation, State, TakenOff, Turn
from chatbot.conversation.followup import Standalone, complete
from chatbot.conversation.period import Period, nothing_then, period
from chatbot.conversation.smalltalk import reply
from chatbot.conversation.suggestions import Suggestion, fitting, suggestions
from chatbot.filters import EVERYTHING, Filters
from chatbot.quoting.compose import CLOSEST, cited, closest, grouped
from chatbot.quoting.differences import differing
from chatbot.quoting.explanation import explaining
from chatbot.quoting.statements import Nearness
from chatbot.reading.candidate import Candidate
from chatbot.reading.confidence import probability
from chatbot.reading.judge import Place, judged, ranked
from chatbot.reading.order import by_time, going_on
from chatbot.reading.readers import open_reader
from chatbot.settings import Settings
from chatbot.threads import in_background
from chatbot.trace import Stopwatch, Trace
from corpus.errors import CuttingsError
from index.encoding.encoder import Encoder, SentenceEncoder
from index.hit import Hit
from index.scope import EVERYWHERE, Scope
from index.search import Mode, Query
from index.store import Store, Where, open_store

LISTED = 10
"""Hits of an answer."""

FOUND = 20
"""Passages that are searched for at least; the first of them are read, the others listed and measured."""

NOTHING_TO_SEARCH = (
    "There is nothing in this question to search for; name the person, body, place or thing that you mean."
)


class Chatbot:
    """Answers questions from one collection. Safe to use from several threads."""

    def __init__(self, collection: Store, encoder: Encoder, settings: Settings) -> None:
        self.collection = collection
        self.encoder = encoder
        self.settings = settings
        self._reader = open_reader(settings.reader, encoder)
        self._searcher = collection.searcher(encoder)
        self._suggestions: tuple[int, list[Suggestion]] | None = None  # with the revision they were tried on
        self._warming = threading.Lock()

    @classmethod
    def open(cls, where: Where, settings: Settings | None = None) -> Chatbot:
        """The chatbot of a collection, by its folder or its URL. CuttingsError when there is none."""
        collection = open_store(where)
        settings = settings or Settings.load(collection.folder)
        return cls(collection, SentenceEncoder(settings.model), settings)

    def ask(
        self,
        question: str,
        turns: Sequence[Turn] = (),
        as_typed: bool = False,
        any_time: bool = False,
        without: Iterable[str] = (),
        filters: Filters = EVERYTHING,
    ) -> Answer:
        """The answer to a question, completed from the turns before it unless `as_typed`.

        With `any_time` the time that it names filters and prefers nothing. `without` names articles that
        are passed over, as if they were not in the collection, `filters` those that are read.
        CuttingsError when the question is empty or too long, or where no article is by a publisher given.
        """
        return self.traced(question, turns, as_typed, any_time, without, filters)[0]

    def traced(
        self,
        question: str,
        turns: Sequence[Turn] = (),
        as_typed: bool = False,
        any_time: bool = False,
        without: Iterable[str] = (),
        filters: Filters = EVERYTHING,
        mode: Mode = "hybrid",
        hidden: Iterable[Place] = (),
    ) -> tuple[Answer, Trace]:
        """The answer that `ask` gives, with what was found and read on the way; `mode` says how to search.

        A sentence that overlaps a `hidden` place (article id, start, end) is neither read nor quoted.
        """
        watch = Stopwatch()
        question = self._checked(question)
        self._known(filters)
        turns = self._heard(turns)
        asked_so: dict[TakenOff, bool] = {"as_typed": as_typed, "any_time": any_time}
        taken_off = frozenset(what for what, taken in asked_so.items() if taken)
        if words := reply(question):
            return unanswered(Standalone(question), words, taken_off, filters), watch.trace()
        alone = Standalone(question) if as_typed else complete(question, turns)
        watch.lap("follow-up")
        query = self._query(alone)
        watch.lap("encode")
        if not query.terms and not query.context_terms:
            return unanswered(alone, NOTHING_TO_SEARCH, taken_off, filters), watch.trace()
        named = None if any_time else self._period(question)
        left_out = nothing_then(named)
        scope = _scope(without, None if left_out else named, filters)
        hits = self._search(query, max(self.settings.passages_read, FOUND), mode, scope)
        watch.lap("search")
        candidates = self._read(query, alone, hits, hidden)
        listed = ranked(hits, candidates)
        watch.lap("read")
        sure = [probability(candidate.score) for candidate in candidates]
        candidates, sure = by_time(candidates, sure, named, self.settings.threshold)
        best = sure[0] if sure else 0.0
        state = "none" if left_out or not candidates else self._state(best)
        limit = self.settings.citations
        nearness = Nearness(self.encoder)
        if state == "none":
            groups = closest(candidates, sure, limit)
        else:
            groups = grouped(candidates, sure, nearness, CLOSEST if state == "possibly" else 1)
        explain = explaining({*query.terms, *query.context_terms}, candidates)
        groups = [group.described(explain) for group in groups]
        citations = cited(groups, limit)
        answer = Answer(
            question=question,
            standalone_question=alone.text,
            rewrite_reason=alone.reason,
            state=state,
            confidence=0.0 if left_out else best,
            citations=citations,
            hits=listed[:LISTED],
            suggestions=self._fitting(citations, question, turns),
            differ=() if state == "none" else differing(groups, limit, nearness),
            period=named,
            taken_off=taken_off,
            filters=filters,
        )
        watch.lap("compose")
        return answer, watch.trace(listed, candidates)

    def search(
        self, query: str, k: int = 10, mode: Mode = "hybrid", filters: Filters = EVERYTHING
    ) -> tuple[Hit, ...]:
        """The k best passages for a query, before any sentence is read. CuttingsError as `ask`."""
        self._known(filters)
        query_read = self._searcher.query(self._checked(query))
        return tuple(self._search(query_read, k, mode, _scope((), None, filters)))

    def found(
        self,
        question: str,
        turns: Sequence[Turn] = (),
        k: int = 10,
        mode: Mode = "hybrid",
        without: Iterable[str] = (),
    ) -> tuple[str, Trace]:
        """The passages that `traced` looks for, in the order of the search, and the question as searched.

        They are those that an answer would be read from: the same completed question and period.
        """
        watch = Stopwatch()
        question = self._checked(question)
        if reply(question):
            return question, watch.trace()
        alone = complete(question, self._heard(turns))
        watch.lap("follow-up")
        query = self._query(alone)
        watch.lap("encode")
        if not query.terms and not query.context_terms:
            return alone.text, watch.trace()
        named = self._period(question)
        scope = _scope(without, None if nothing_then(named) else named, EVERYTHING)
        hits = self._search(query, k, mode, scope)
        watch.lap("search")
        return alone.text, watch.trace(hits)

    def having(self, settings: Settings) -> Chatbot:
        """A chatbot with other settings that shares this one's collection, model and indexes.

        Settings that shape the collection (`model`, `passage_tokens`) need one of their own.
        """
        other = copy(self)
        other.settings = settings
        if settings.reader != self.settings.reader:
            other._reader = open_reader(settings.reader, self.encoder)
        return other

    def candidates(
        self,
        question: str,
        turns: Sequence[Turn] = (),
        without: Iterable[str] = (),
        hidden: Iterable[Place] = (),
    ) -> list[Candidate]:
        """Every sentence that is read for a question, best first, whatever time it names.

        `without` and `hidden` as in `traced`.
        """
        alone = complete(self._checked(question), turns)
        query = self._query(alone)
        hits = self._search(query, self.settings.passages_read, scope=_scope(without, None, EVERYTHING))
        return self._read(query, alone, hits, hidden)

    def warm(self) -> None:
        """Load the model, derive the indexes and try suggestions, so that the first question need not wait.

        Takes seconds. When the collection has changed since, suggestions are tried anew in the background.
        """
        self._reader.load()
        with self._warming:
            revision = self._searcher.revision
            articles = [self.collection.article(summary.id) for summary in self.collection.articles()[:200]]
            self._suggestions = revision, suggestions(articles, self._first_quote)

    def settle(self) -> None:
        """Make later questions quicker; may take minutes in a large collection, and none need wait for it."""
        self._searcher.settle()

    def examples(self) -> tuple[str, ...]:
        """Questions that the collection can answer, for an empty chat; none before `warm`."""
        return tuple(suggestion.question for suggestion in self._offered()[:4])

    def _offered(self) -> list[Suggestion]:
        """What there is to suggest; after a change what there was before, until it was tried anew."""
        if self._suggestions is None:
            return []
        revision, found = self._suggestions
        if revision != self.collection.revision and not self._warming.locked():
            in_background(self._warm_again)
        return found

    def _warm_again(self) -> None:
        with contextlib.suppress(CuttingsError):  # who asks next is told what is wrong
            self.warm()

    def _first_quote(self, question: str) -> str:
        answer = self.ask(question, as_typed=True)
        return "" if answer.abstained else answer.citations[0].quote

    def _fitting(
        self, citations: Sequence[Citation], question: str, turns: Sequence[Turn]
    ) -> tuple[str, ...]:
        found = self._offered()
        if not found:
            return ()
        cited = {citation.article_id for citation in citations}
        said = " ".join(self.collection.article(article_id).text for article_id in cited)
        asked = " ".join([question, *(turn.content for turn in turns)])
        return fitting(found, said, asked, 3)

    def _heard(self, turns: Sequence[Turn]) -> list[Turn]:
        """The turns, of each no more than is read as a question: a program may send a document as one."""
        limit = self.settings.question_characters
        return [Turn(turn.role, _text(turn.content[:limit])) for turn in turns]

    def _search(self, query: Query, k: int, mode: Mode = "hybrid", scope: Scope = EVERYWHERE) -> list[Hit]:
        return self._searcher.search(query, k, mode, scope, self.settings.fusion)

    def _query(self, alone: Standalone) -> Query:
        return self._searcher.query(alone.question, alone.context, alone.weight, alone.recent)

    def _period(self, question: str) -> Period | None:
        """The time that a question names, where there are dates to go by."""
        named = period(question, date.today())
        if named is None or not self._searcher.count(Scope(start=_first(None), end=_last(None))):
            return None
        within = self._searcher.count(Scope(start=_first(named.start), end=_last(named.end)))
        if not within and named.kind != "filter":
            return None
        return replace(named, articles=within, undated=self._searcher.undated())

    def _read(
        self, query: Query, alone: Standalone, hits: Sequence[Hit], hidden: Iterable[Place]
    ) -> list[Candidate]:
        rarity = {term: self._searcher.rarity(term) for term in query.terms}
        rarity |= {term: alone.weight * self._searcher.rarity(term) for term in query.context_terms}
        read = hits[: self.settings.passages_read]
        found = judged(self._reader, alone.read_as, alone.history, rarity, read, self.collection, hidden)
        return going_on(found, alone)

    def _state(self, confidence: float) -> State:
        if confidence < self.settings.threshold:
            return "none"
        return "answer" if confidence >= self.settings.sure_threshold else "possibly"

    def _known(self, filters: Filters) -> None:
        """CuttingsError where a filter fits nothing because it is misspelt."""
        if filters.checked().publishers:
            known = self._searcher.publishers()
            for name in filters.publishers:
                if name not in known:
                    raise CuttingsError(
                        f"no article is by {name!r}; take a publisher as the articles name it"
                    )

    def _checked(self, question: str) -> str:
        limit = self.settings.question_characters
        if len(question) > limit:
            raise CuttingsError(
                f"the question has {len(question):,} characters, at most {limit:,} are read; shorten it"
            )
        question = " ".join(_text(question).split())
        if not question:
            raise CuttingsError("the question is empty; ask in a few words what you want to know")
        return question


def _scope(without: Iterable[str], named: Period | None, filters: Filters) -> Scope:
    """The articles that may be quoted: not passed over, of the period where it filters, and as filtered."""
    times = [(filters.start, filters.end)] if filters.start or filters.end else []
    if named and named.kind == "filter":
        times.append((named.start, named.end))
    start = max((_first(first) for first, _ in times), default=None)
    end = min((_last(last) for _, last in times), default=None)
    return Scope(frozenset(without), frozenset(filters.publishers), start, end)


def _first(day: date | None) -> str:
    return (day or date.min).isoformat()


def _last(day: date | None) -> str:
    return (day or date.max).isoformat()


def _text(given: str) -> str:
    """The text without halves of surrogate pairs, which JSON can carry and nothing can show."""
    return given.encode("utf-8", "replace").decode()


def unanswered(alone: Standalone, notice: str, taken_off: frozenset[TakenOff], filters: Filters) -> Answer:
    """The answer to what is no question for the articles."""
    return Answer(
        question=alone.question,
        standalone_question=alone.text,
        rewrite_reason=alone.reason,
        state="none",
        confidence=0.0,
        citations=(),
        hits=(),
        notice=notice,
        taken_off=taken_off,
        filters=filters,
    )
