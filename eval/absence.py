"""Questions whose answer is missing: each answerable one once more, without the articles that answer it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from eval.questions.gold import Gold

ABSENT = "absent"
"""The kind of such a question."""


def absent(golds: Iterable[Gold]) -> tuple[Gold, ...]:
    """The unanswerable twin of each answerable question.

    It has the same history, and passes over every article that holds evidence. That no other article
    answers is taken from the gold questions: evidence that was not marked would make it a false answer.
    """
    return tuple(
        replace(
            gold,
            id=f"{gold.id} ({ABSENT})",
            kind=ABSENT,
            answerable=False,
            evidence=(),
            standalone="",  # which would be asked once more, and answered by nothing either
            without=tuple(dict.fromkeys(place.article_id for place in gold.evidence)),
        )
        for gold in golds
        if gold.answerable
    )
