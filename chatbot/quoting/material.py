"""What an answer of some kind is put together from, and what comes of it."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from statistics import median

from chatbot.answer import Citation, Kind, Section, State
from chatbot.conversation.kind import COMMANDS
from chatbot.conversation.who_said import WhoSaid
from chatbot.quoting.compose import CLOSEST, Articles, Group, grouped
from chatbot.quoting.speech import NOBODY_SPEAKS, Spoken
from chatbot.quoting.statements import Nearness
from chatbot.reading.candidate import Candidate, Signals
from chatbot.settings import Settings
from index.hit import Hit
from index.scope import EVERYWHERE, Scope
from index.search import Searcher
from index.store import Readable
from index.tokens import covered, term_set

_EVEN = 0.5
"""A term counts as much as it tells, to this power."""
_TITLE, _PASSAGE = 0.5, 0.25
"""What a term of the topic counts that only the title or heading has, or only the passage, beside 1."""


@dataclass(frozen=True)
class Material:
    """A question with all that was found for it.

    `kind` is what it asks for; `question` is the question as it was searched, without its context; `terms`
    are its own, `weights` has these and those of the conversation, with how much each tells (0 to 1).
    `candidates` are the sentences that were read, best first, with their `confidences`; `found` are the
    passages that were found, best first, whether read or not. `scope` is where they were searched for,
    `time_words` the words of the question that made a time of it; with `any_time` the time that the
    question names decides nothing. `said` and `spoken` are set where it is about who said something, after
    `last_answer`. At most `most` statements are collected, and `unsure` are told where it is only possibly
    answered.
    """

    kind: Kind
    question: str
    terms: Sequence[str]
    weights: Mapping[str, float]
    candidates: Sequence[Candidate]
    confidences: Sequence[float]
    found: Sequence[Hit]
    articles: Articles
    nearness: Nearness
    collection: Readable
    searcher: Searcher
    settings: Settings
    most: int
    unsure: int = CLOSEST
    said: WhoSaid | None = None
    spoken: Spoken = NOBODY_SPEAKS
    last_answer: str = ""
    scope: Scope = EVERYWHERE
    time_words: str = ""
    any_time: bool = False

    @property
    def best(self) -> float:
        """The confidence that the first candidate answers, 0 to 1."""
        return self.confidences[0] if self.confidences else 0.0

    def state(self, confidence: float) -> State:
        """How sure an answer is whose best sentence has this confidence."""
        if not self.candidates or confidence < self.settings.threshold:
            return "none"
        return "answer" if confidence >= self.settings.sure_threshold else "possibly"

    def stated(self, state: State, candidates: Sequence[Candidate], confidences: Sequence[float]) -> Composed:
        """What answers, of the candidates in this order, and what adds something to that; in this state."""
        fewest = self.unsure if state == "possibly" else 1
        groups = grouped(candidates, confidences, self.articles, self.nearness, fewest)
        return Composed(groups, state, self.settings.citations)

    @property
    def topic_is_known(self) -> bool:
        """Whether the articles have every term of the topic: what is asked of a whole topic is shown then."""
        topic = (term for term in self.terms if term not in COMMANDS)
        return all(self.searcher.rarity(term) < 1 for term in topic)

    @cached_property
    def sentences(self) -> tuple[tuple[Candidate, float], ...]:
        """Every sentence that was found, each once, with its confidence: those that were read come first.

        How far one answers that was not read is not known; it has the middling margin of those that were, and
        no confidence.
        """
        read = {(one.article.id, one.sentence.start) for one in self.candidates}
        middling = median([one.signals.margin for one in self.candidates] or [0.0])
        others: dict[tuple[str, int], Candidate] = {}
        for hit in self.found:
            for sentence in hit.passage.sentences:
                place = hit.article_id, sentence.start
                if place not in read and place not in others:
                    signals = Signals(middling, hit.score, 1.0, 0.0)
                    others[place] = Candidate(sentence, hit, signals, middling)
        pairs = zip(self.candidates, self.confidences, strict=True)
        return (*pairs, *((candidate, 0.0) for candidate in others.values()))


@dataclass(frozen=True, slots=True)
class Composed:
    """The statements of an answer, best first, and its state; none of them where that is "none".

    The first `limit` are cited, those that differ from them beside them; `divide` puts the citations under
    headings.
    """

    groups: list[Group]
    state: State
    limit: int
    divide: Callable[[Sequence[Citation]], tuple[Section, ...]] = lambda citations: ()


NOTHING = Composed([], "none", limit=0)

Composer = Callable[[Material], Composed | None]
"""Makes an answer of one kind; None where what was found gives none, and it is made as that to a fact is."""


def topic_of(weights: Mapping[str, float], *besides: Container[str]) -> dict[str, float]:
    """The terms of a question that are its topic, less those `besides`, with what each counts.

    A frequent one counts for more than it tells; else one word that is rare by chance ("taken") would decide.
    """
    return {
        term: weight**_EVEN
        for term, weight in weights.items()
        if term not in COMMANDS and not any(term in words for words in besides)
    }


def about(candidate: Candidate, topic: Mapping[str, float]) -> float:
    """How far a sentence is about a topic, 0 to 1: the terms that it has, and those that stand around it."""
    above = f"{candidate.article.title} {candidate.passage.heading}"
    own, titled = share_of(topic, candidate.quote), share_of(topic, f"{candidate.quote} {above}")
    whole = share_of(topic, f"{candidate.hit.text} {above}")
    return own + _TITLE * (titled - own) + _PASSAGE * (whole - titled)


def share_of(topic: Mapping[str, float], text: str) -> float:
    """The share of a topic that a text has, 0 to 1."""
    return covered(topic, term_set(text))
