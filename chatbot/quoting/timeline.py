"""A timeline: the statements that name a time of their own, in the order of those times.

Which belong in is decided by their times where the question names one ("What happened in January 2020?",
"after the drafts came out"), and by what they are about. Dates decide, so the sentences of all passages
that were found are looked at, not only of those that were read.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from chatbot.answer import Citation, Section
from chatbot.conversation.period import period
from chatbot.quoting.compose import folded
from chatbot.quoting.dated import Time, time_of
from chatbot.quoting.material import NOTHING, Composed, Material, about, share_of, topic_of
from chatbot.reading.candidate import Candidate
from corpus.language import MONTH, MONTHS, WEEKDAYS
from index.tokens import terms

_MOST = 12
"""Statements of a timeline at most."""
_ABOUT = 0.3
"""How far a statement is about the topic at least (0 to 1)."""
_NEAR_BEST = 0.5
"""What a statement is worth at least, as a share of the best."""
_LEADS = 0.3
"""The same for a statement that begins with its time, as those of a chronicle do."""
_ANCHORED = 0.25
"""The share of an event's terms that the statement which dates it has at least."""
_MONTH = 31
"""Days of the longest time that belongs into the course of events of a whole collection."""
_LONGEST_EVENT = 200
"""Characters of a question that name an event."""

_CROWDED = 0.1
"""What a statement is worth less for each worthier one of the same time."""
UNDATED = "Without a date"
"""Stands over statements that name no time."""

_EVENT = re.compile(
    r"\b(?P<how>after|since|before|until|following|followed(?: when| after)?)\b (?P<event>.+)", re.I
)
_COMING = re.compile(r"\b(?:coming up|comes? next|next|planned|upcoming|ahead|due)\b", re.I)
_TO_COME = re.compile(
    r"\b(?:will|shall|(?:is|are) (?:due|set|going|expected|planning|about|to)|(?:plan|prepare)s? to)\b"
)
_TIME_WORDS = frozenset(
    terms(
        "today yesterday tomorrow week month year day days date time end beginning start early late middle"
        " far ago next come came coming follow followed following course development developments due planned"
        f" step taken order last {' '.join(MONTHS)} {' '.join(WEEKDAYS)}"
    )
)


@dataclass(frozen=True, slots=True)
class _Dated:
    """A sentence with its time, and how far it is about the topic (0 to 1)."""

    candidate: Candidate
    sure: float
    time: Time
    about: float
    worth: float


def timeline(material: Material) -> Composed | None:
    """The dated statements that the question asks for; None where there are none.

    Where the question names a time and none tells of it, the state is "none".
    """
    newest = max((hit.article.published or "" for hit in material.found), default="")
    bounds = None if material.any_time else _asked(material.question, newest)
    numbers = {term for term in material.weights if bounds and term.isdigit()}
    topic = topic_of(material.weights, _TIME_WORDS, numbers)
    event = None if bounds else _EVENT.search(material.question[:_LONGEST_EVENT])
    dated = _dated(material, topic)
    if bounds:
        dated = [one for one in dated if one.time.within(*bounds)]
        if not dated:
            return NOTHING
    elif event:
        dated = _around(dated, event["how"].lower(), event["event"], material)
    elif _COMING.search(material.question):
        dated = _coming(dated, newest)
    elif not topic:
        dated = [one for one in dated if one.time.days <= _MONTH]
    if topic and not event:
        dated = [one for one in dated if one.about >= _ABOUT]
    chosen = _chosen(dated, bool(bounds))
    if not chosen:
        return None
    groups = folded(
        [(one.candidate, one.sure) for one in chosen], material.articles, material.nearness, _MOST
    )
    return Composed(groups, "answer", len(groups), by_time)


def by_time(citations: Sequence[Citation]) -> tuple[Section, ...]:
    """The citations under the times that they name, oldest first; beside a time, the words it was read from.

    What names no time comes last.
    """
    sections: dict[str, list[tuple[Time, Citation]]] = {}
    undated = [citation for citation in citations if not time_of(citation.quote, citation.published)]
    for citation in citations:
        if time := time_of(citation.quote, citation.published):
            sections.setdefault(time.name, []).append((time, citation))
    ordered = sorted(sections.values(), key=lambda section: section[0][0].order)
    dated = tuple(
        Section(section[0][0].name, tuple(one for _, one in section), _note([time for time, _ in section]))
        for section in ordered
    )
    return (*dated, Section(UNDATED, tuple(undated))) if undated else dated


def _note(times: Sequence[Time]) -> str:
    """ "last month, in December: December 2019", of the times that are counted from an article's date."""
    words = dict.fromkeys(time.words[0].lower() + time.words[1:] for time in times if time.relative)
    return f"{', '.join(words)}: {times[0].name}" if words else ""


def _asked(question: str, newest: str) -> tuple[date, date] | None:
    """The first and the last day that a question asks about; None where it names no time.

    A month without a year is the one nearest to the `newest` article that was found.
    """
    named = period(question, date.today())
    if named and (named.start or named.end):
        return named.start or date.min, named.end or date.max
    capitals = re.sub(rf"\b{MONTH}\b", lambda month: month[0].capitalize(), question, flags=re.IGNORECASE)
    time = time_of(capitals, newest)
    return (time.start or date.min, time.end) if time else None


def _dated(material: Material, topic: Mapping[str, float]) -> list[_Dated]:
    """Every sentence that names a time, the worthiest first."""
    nearest = max((hit.score for hit in material.found), default=0.0)
    found = []
    for candidate, sure in material.sentences:
        time = time_of(candidate.quote, candidate.article.published)
        if time is None:
            continue
        share = about(candidate, topic)
        worth = share + max(candidate.hit.score, 0.0) / max(nearest, 1e-9)
        worth += _LEADS * candidate.quote.startswith(time.words)
        found.append(_Dated(candidate, sure, time, share, worth))
    return sorted(found, key=lambda one: -one.worth)


def _around(dated: Sequence[_Dated], how: str, event: str, material: Material) -> list[_Dated]:
    """What is dated after an event, or before it; nothing where no statement dates the event."""
    named = set(terms(event))
    telling = topic_of({term: weight for term, weight in material.weights.items() if term in named})
    tellers = [(share_of(telling, one.candidate.quote), one.candidate.signals.margin, one) for one in dated]
    best = max(tellers, key=lambda teller: teller[:2], default=None)
    if best is None or best[0] < _ANCHORED:
        return []
    day = best[2].time.start or best[2].time.end
    if how in ("before", "until"):
        return [one for one in dated if (one.time.start or one.time.end) < day]
    return [one for one in dated if (one.time.start or one.time.end) > day]


def _coming(dated: Sequence[_Dated], newest: str) -> list[_Dated]:
    """What the newest articles say is still to come."""
    ahead = [
        one
        for one in dated
        if one.time.end.isoformat() >= (one.candidate.article.published or newest)
        and _TO_COME.search(one.candidate.quote)
    ]
    return sorted(ahead, key=lambda one: one.candidate.article.published or "", reverse=True)


def _chosen(dated: Sequence[_Dated], named: bool) -> list[_Dated]:
    """The worthiest, spread over time; where the question names their time, all that there are."""
    least = 0.0 if named else _NEAR_BEST * max((one.worth for one in dated), default=0.0)
    worthy = [one for one in dated if one.worth >= least]
    before: Counter[str] = Counter()
    late: list[tuple[float, _Dated]] = []
    for one in worthy:
        late.append((before[one.time.name] * _CROWDED - one.worth, one))
        before[one.time.name] += 1
    return [one for _, one in sorted(late, key=lambda pair: pair[0])]
