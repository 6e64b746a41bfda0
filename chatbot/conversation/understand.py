"""The first stage of an answer: what a question asks for, and among which articles."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from chatbot.answer import Correction, Kind, Turn
from chatbot.conversation.followup import Standalone, complete
from chatbot.conversation.kind import kind_of
from chatbot.conversation.parts import Part, parts_of
from chatbot.conversation.period import Period, nothing_then, period
from chatbot.conversation.publisher import publishers_named
from chatbot.conversation.smalltalk import reply
from chatbot.conversation.spelling import Words, corrected
from chatbot.filters import Filters
from chatbot.request import Request
from corpus.errors import CuttingsError
from index.scope import EVERYWHERE, Scope
from index.search import Query, Searcher

NOTHING_TO_SEARCH = (
    "There is nothing in this question to search for; name the person, body, place or thing that you mean."
)


_LEANS = 0.5
"""What the words of the part before it count for a part that leans on it, as for a follow-up."""


@dataclass(frozen=True, slots=True)
class Understood:
    """A question as it is searched: completed, encoded, with its time and its articles.

    Where there is nothing to search for, `notice` says so to the person and `query` is None. `period` is the
    time that the question names, where the answer depends on it; `out_of_time` is true where no article is of
    that time, so that articles of any time are searched, and none of them is an answer. `parts` are
    the questions in it where it asks for several things at once, each understood by itself; else empty.
    """

    question: str
    alone: Standalone
    kind: Kind = "fact"
    corrections: tuple[Correction, ...] = ()
    notice: str = ""
    query: Query | None = None
    scope: Scope = EVERYWHERE
    period: Period | None = None
    out_of_time: bool = False
    parts: tuple[Understood, ...] = ()


def understand(request: Request, searcher: Searcher, words: Words, longest: int) -> Understood:
    """The question of a request; one of more than `longest` characters is not read.

    CuttingsError when the question is empty or too long, or where no article is by a publisher given.
    """
    question = checked(request.question, longest)
    known(request.filters, searcher)
    if courtesy := reply(question):
        return Understood(question, Standalone(question), notice=courtesy)
    asked, corrections = question, tuple[Correction, ...]()
    if not request.as_typed:
        asked, corrections = corrected(question, lambda term: searcher.rarity(term) < 1, words)
    # Of a turn no more is read than of a question: a program may send a document as one.
    turns = [Turn(turn.role, _printable(turn.content[:longest])) for turn in request.turns]
    alone = Standalone(asked) if request.as_typed else complete(asked, turns)
    kind = kind_of(alone.rewritten or asked)
    query = searcher.query(alone.searched, alone.context, alone.weight, alone.recent)
    if not query.terms and not query.context_terms:
        return Understood(question, alone, kind, corrections, NOTHING_TO_SEARCH)
    named = None if request.any_time else _period(asked, searcher)
    if kind == "timeline" and named and named.kind != "filter":
        named = None  # what happened then is told by statements of that time, in whichever article
    out_of_time = nothing_then(named)
    scope = scope_of(request.without, request.filters, None if out_of_time else named)
    if kind in ("articles", "counting"):
        scope = _by_publisher(scope, asked, searcher)
    whole = Understood(question, alone, kind, corrections, "", query, scope, named, out_of_time)
    if request.as_typed:
        return whole
    parts = tuple(_part(part, whole, searcher) for part in parts_of(alone.question))
    if not parts or any(
        not part.query or not (part.query.terms or part.query.context_terms) for part in parts
    ):
        return whole
    return replace(whole, kind="several at once", parts=parts)


def _part(part: Part, whole: Understood, searcher: Searcher) -> Understood:
    """A question of several: with what the whole takes from the conversation, and from the part before it."""
    alone = replace(whole.alone, question=part.question, rewritten="", topic="")
    if part.leans_on:
        alone = replace(
            alone,
            context=", ".join(filter(None, (alone.context, part.leans_on.rstrip("?")))),
            topic=part.leans_on.rstrip("?"),
            weight=max(alone.weight, _LEANS),
            reason="it carries on from the question before it",
            recent=" ".join(filter(None, (alone.recent, part.leans_on))),
            history=(part.leans_on, ""),
        )
    query = searcher.query(alone.question, alone.context, alone.weight, alone.recent)
    return replace(whole, question=part.question, alone=alone, kind=kind_of(part.question), query=query)


def checked(question: str, longest: int) -> str:
    """The question in one line. CuttingsError when it is empty or has more than `longest` characters."""
    if len(question) > longest:
        raise CuttingsError(
            f"the question has {len(question):,} characters, at most {longest:,} are read; shorten it"
        )
    question = " ".join(_printable(question).split())
    if not question:
        raise CuttingsError("the question is empty; ask in a few words what you want to know")
    return question


def known(filters: Filters, searcher: Searcher) -> None:
    """CuttingsError where a filter fits nothing because it is misspelt."""
    if filters.checked().publishers:
        publishers = searcher.publishers()
        for name in filters.publishers:
            if name not in publishers:
                raise CuttingsError(f"no article is by {name!r}; take a publisher as the articles name it")


def scope_of(without: Iterable[str], filters: Filters, named: Period | None = None) -> Scope:
    """The articles that may be quoted: not passed over, as filtered, and of the period where it filters."""
    times = [(filters.start, filters.end)] if filters.start or filters.end else []
    if named and named.kind == "filter":
        times.append((named.start, named.end))
    start = max((_first(first) for first, _ in times), default=None)
    end = min((_last(last) for _, last in times), default=None)
    return Scope(frozenset(without), frozenset(filters.publishers), start, end)


def _by_publisher(scope: Scope, question: str, searcher: Searcher) -> Scope:
    """The scope without the articles of others, where the question asks for those of a publisher."""
    named = publishers_named(question, scope.publishers or searcher.publishers())
    return replace(scope, publishers=named) if named else scope


def _period(question: str, searcher: Searcher) -> Period | None:
    """The time that a question names, where there are dates to go by."""
    named = period(question, date.today())
    if named is None or not searcher.count(Scope(start=_first(None), end=_last(None))):
        return None
    within = searcher.count(Scope(start=_first(named.start), end=_last(named.end)))
    if not within and named.kind != "filter":
        return None
    return replace(named, articles=within, undated=searcher.undated())


def _first(day: date | None) -> str:
    return (day or date.min).isoformat()


def _last(day: date | None) -> str:
    return (day or date.max).isoformat()


def _printable(given: str) -> str:
    """The text without halves of surrogate pairs, which JSON can carry and nothing can show."""
    return given.encode("utf-8", "replace").decode()
