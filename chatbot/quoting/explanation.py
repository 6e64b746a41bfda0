"""Why a sentence was cited. Worked out for the few that are cited, and not for all that are read."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence, Set
from dataclasses import replace

from chatbot.answer import Why
from chatbot.reading.candidate import Candidate
from index.tokens import terms


def explaining(asked: Set[str], candidates: Sequence[Candidate]) -> Callable[[Candidate], Candidate]:
    """What adds the reason to one of the candidates, which are ordered; `asked` are the question's terms."""
    ranks = {candidate: rank for rank, candidate in enumerate(candidates, start=1)}

    def explained(candidate: Candidate) -> Candidate:
        hit = candidate.hit
        words = [word for word in re.findall(r"\w[\w'’-]*", candidate.quote) if asked & set(terms(word))]
        why = Why(
            rank=ranks[candidate],
            read=len(candidates),
            words=tuple(dict.fromkeys(words)),
            margin=candidate.signals.margin,
            passage_rank=hit.rank,
            bm25=hit.bm25,
            bm25_rank=hit.bm25_rank,
            cosine=hit.cosine,
            dense_rank=hit.dense_rank,
        )
        return replace(candidate, why=why)

    return explained
