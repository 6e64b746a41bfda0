"""What changes the order of candidates, in the open: the question and the conversation as filters, a time
between equals."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from chatbot.conversation.followup import Standalone
from chatbot.conversation.period import Period
from chatbot.reading.candidate import Candidate
from index.tokens import fold, term_set

_NEARLY = 0.9
"""From this share of the best one's confidence on a candidate is nearly as sure."""


_RESTATED = 2 / 3
"""Share of the question's terms from which a sentence says the question again."""

_ASKING = term_set(
    "answer ask asked wonder know known knows question everybody everyone course clear clearly well say said"
    " tell told matter fact true reader readers article explain explained discuss discussed"
)
"""Terms that speak of a question and answer none."""

_ASKS = re.compile(
    r"\b(?:what|when|where|which|who|whom|whose|why|how)\b.*\?|^\W*(?:what|when|where|which|who"
    r"|whom|whose|why|how)\b",
    re.IGNORECASE | re.DOTALL,
)
_INVERTED = re.compile(
    r"\W*(?:(?:and|but|so|or)\s+)?(?:is|are|was|were|am|do|does|did|has|have|had|can|could|will|would|shall|should|may"
    r"|might|must)(?:n['’]t)?\s",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W_]+")
_DECIDING = frozenset(
    "no not none nobody nothing never neither nor all both each every many few most".split()
)
"""Words that are an answer, though they are too frequent to be terms."""


def restating(*questions: str) -> Callable[[str], bool]:
    """Tells whether a sentence says one of the questions again and adds nothing, however near it is.

    It has the question word for word, or, where that asks for more than a yes or no, most of its terms in any
    order; and it has no term of its own. (The terms of a yes or no, in another order, are what decides it.)
    """
    again = [_restating(question) for question in dict.fromkeys(questions)]
    return lambda sentence: any(restates(sentence) for restates in again)


def _restating(question: str) -> Callable[[str], bool]:
    asked, words = term_set(question), _words(question)
    deciding, decided = _DECIDING - {*words}, bool(_INVERTED.match(question))
    more = bool(_ASKS.search(question)) and not decided
    # What is neither is no question, but words to be found, a quotation perhaps.
    in_order = f" {' '.join(words)} " if more or decided else ""

    def restates(sentence: str) -> bool:
        own = term_set(sentence)
        if own - asked - _ASKING:  # as most sentences have
            return False
        said = _words(sentence)
        again = more and len(own & asked) >= max(2, _RESTATED * len(asked))
        again = again or (bool(in_order) and in_order in f" {' '.join(said)} ")
        return again and not deciding & {*said}

    return restates


def adding(candidates: Sequence[Candidate], *questions: str) -> list[Candidate]:
    """The candidates that add something to the questions; one that does not answers nothing."""
    restates = restating(*questions)
    return [one for one in candidates if not restates(one.quote)]


def _words(text: str) -> list[str]:
    return _WORD.findall(fold(text))


def continuation(candidates: Sequence[Candidate], alone: Standalone) -> list[Candidate]:
    """The candidates for a question that only goes on ("tell me more"); any other question keeps them all.

    What an answer of the conversation quoted is not quoted again. Where something was read of what follows
    the last answer in its articles, only that is left.
    """
    if not alone.asks_for_more:
        return list(candidates)
    quoted_to: dict[str, int] = {}  # where the last quotation of each article ends
    fresh = []
    for candidate in candidates:
        if candidate.quote in alone.last_answer:
            end = quoted_to.get(candidate.article.id, 0)
            quoted_to[candidate.article.id] = max(end, candidate.sentence.end)
        elif candidate.quote not in alone.said:
            fresh.append(candidate)
    following = [
        candidate
        for candidate in fresh
        if candidate.article.id in quoted_to and candidate.sentence.start >= quoted_to[candidate.article.id]
    ]
    return following or fresh


def captions_behind(
    candidates: Sequence[Candidate], sure: Sequence[float], threshold: float
) -> tuple[list[Candidate], list[float]]:
    """The candidates, best first, and their confidences, with no caption before prose that is nearly as sure.

    A caption is behind the prose that is nearly as sure as the first of them. No prose below the threshold
    takes the place of a caption that is above.
    """
    pairs = list(zip(candidates, sure, strict=True))
    first = next((at for at, (one, _) in enumerate(pairs) if one.sentence.kind == "caption"), None)
    if first is not None:
        best = pairs[first][1]
        least = max(_NEARLY * best, min(best, threshold))
        stop = next((at for at in range(first, len(pairs)) if pairs[at][1] < least), len(pairs))
        pairs[first:stop] = sorted(pairs[first:stop], key=lambda pair: pair[0].sentence.kind == "caption")
    return [candidate for candidate, _ in pairs], [value for _, value in pairs]


def by_time(
    candidates: Sequence[Candidate], sure: Sequence[float], period: Period | None, threshold: float
) -> tuple[list[Candidate], list[float]]:
    """The candidates, best first, and their confidences, as a preferred time orders them.

    Among those that are nearly as sure as the best, the newest come first, or those of the period. None that
    is below the threshold takes the place of one that is above.
    """
    pairs = list(zip(candidates, sure, strict=True))
    if pairs and period and period.kind != "filter":
        best = pairs[0][1]
        least = max(_NEARLY * best, min(best, threshold))
        near = [pair for pair in pairs if pair[1] >= least]
        if period.kind == "newest":
            near.sort(key=lambda pair: pair[0].article.published or "", reverse=True)
        else:
            near.sort(key=lambda pair: not period.holds(pair[0].article.published))
        pairs = near + [pair for pair in pairs if pair[1] < least]
    return [candidate for candidate, _ in pairs], [value for _, value in pairs]
