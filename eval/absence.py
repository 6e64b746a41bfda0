"""Questions whose answer is missing: each answerable one once more, without what answers it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from eval.questions.gold import Gold

ABSENT = "absent"
"""The kind of a question that is asked without the articles that answer it."""
CUT = "cut"
"""The kind of a question that is asked without the sentences that answer it."""


def absent(golds: Iterable[Gold]) -> tuple[Gold, ...]:
    """The unanswerable twin of each answerable question, which passes over every article with evidence.

    That no other article answers is taken from the gold questions: evidence that was not marked would make
    it a false answer.
    """
    return tuple(
        replace(_twin(gold, ABSENT), without=tuple(dict.fromkeys(one.article_id for one in gold.evidence)))
        for gold in golds
        if gold.answerable
    )


def cut(golds: Iterable[Gold]) -> tuple[Gold, ...]:
    """The unanswerable twin of each answerable question, a near miss: its articles are searched and read,
    but not the sentences that meet evidence or an alternative of it.

    That no other sentence answers is taken from the gold questions, as in `absent`.
    """
    return tuple(
        replace(
            _twin(gold, CUT),
            hidden=tuple(dict.fromkeys((one.article_id, one.start, one.end) for one in gold.evidence)),
        )
        for gold in golds
        if gold.answerable
    )


def _twin(gold: Gold, kind: str) -> Gold:
    """The same question and history, with nothing that answers."""
    return replace(
        gold,
        id=f"{gold.id} ({kind})",
        kind=kind,
        answerable=False,
        evidence=(),
        standalone="",  # which would be asked once more, and answered by nothing either
    )
