"""Scored sentences to their order for a question that goes on from what was said.

The constants were chosen on Abg-CoQA; on MTRAG nDCG@5 fell by 0.006 with them (n = 150, p = 0.40).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from chatbot.extract import Candidate
from chatbot.features import word_set
from chatbot.followup import Standalone
from index.tokens import terms

_SAID = -2.0
"""What is added to the score of a sentence whose words the last answer had, all of them; less for some."""

_SAME_ARTICLE, _NEXT, _SPEAKER = 1.0, 2.0, 3.0
"""What is added for a sentence of an article that the last answer quoted, for the one right behind a quote,
and, where the question is who said it, for the nearest one that names somebody."""

_GOES_ON = 6.0
"""What is added on top for a sentence of that article where the question is only what comes next."""

_RECENT = 2.0
"""What is added for a sentence of the article that is most like what was said last; less for others."""

_FEW = 4
"""Words. A sentence of fewer has not been said because the last answer shares one of them."""

_GAP = 3
"""Characters between a sentence and the next: a blank line, or a line break and a bullet."""

_PERSON = re.compile(r"\b[A-Z][a-z'’-]+ (?:[A-Z]\. )?[A-Z][a-z'’-]+")


def resumed(candidates: Sequence[Candidate], alone: Standalone) -> list[Candidate]:
    """The candidates for a question that leans on the conversation, in their new order.

    Who goes on asking has read the last answer, and mostly means what the same article says next. Any other
    question leaves them as they are.
    """
    if not alone.context:
        return list(candidates)
    quoted = [candidate for candidate in candidates if candidate.quote in alone.said]
    articles = {candidate.article.id for candidate in quoted}
    speaker = _speaker(candidates, quoted) if alone.asks_speaker else None
    recent: defaultdict[str, float] = defaultdict(float)
    for candidate in candidates:
        article_id = candidate.article.id
        recent[article_id] = max(recent[article_id], candidate.hit.recent)
    said = set(terms(alone.said))
    changed = []
    for candidate in candidates:
        bonus = _RECENT * recent[candidate.article.id]
        if not alone.asks_speaker:
            words = word_set(candidate.quote)
            bonus += _SAID * len(words & said) / max(len(words), _FEW)
        if candidate.article.id in articles and candidate not in quoted:
            bonus += _SAME_ARTICLE + (_GOES_ON if alone.goes_on else 0.0)
            bonus += _NEXT if any(0 <= _behind(candidate, one) <= _GAP for one in quoted) else 0.0
        if candidate is speaker:
            bonus += _SPEAKER
        changed.append(replace(candidate, score=candidate.score + bonus))
    return sorted(changed, key=lambda candidate: -candidate.score)


def _speaker(candidates: Sequence[Candidate], quoted: Sequence[Candidate]) -> Candidate | None:
    """The nearest sentence, up to the end of a quote, that names a person: a quote itself, or one before."""
    naming = [
        (one.sentence.end - candidate.sentence.end, candidate)
        for one in quoted
        for candidate in candidates
        if candidate.article.id == one.article.id
        and candidate.sentence.end <= one.sentence.end
        and _PERSON.search(candidate.quote)
    ]
    return min(naming, key=lambda pair: pair[0], default=(0, None))[1]


def _behind(candidate: Candidate, one: Candidate) -> int:
    """Characters from the end of `one` to the candidate; -1 in another article."""
    same = candidate.article.id == one.article.id
    return candidate.sentence.start - one.sentence.end if same else -1
