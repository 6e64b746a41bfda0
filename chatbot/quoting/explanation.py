"""Why a sentence was cited. Worked out for the few that are cited, and not for all that are read."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence, Set

from chatbot.answer import Why
from chatbot.reading.candidate import Candidate
from index.tokens import terms


def explaining(asked: Set[str], candidates: Sequence[Candidate]) -> Callable[[Candidate], Why | None]:
    """What tells why one of the candidates, which are ordered, is cited; `asked` are the question's terms.

    Of a sentence that is not among them, because it was not read, it tells nothing.
    """
    ranks = {candidate: rank for rank, candidate in enumerate(candidates, start=1)}
    passages = len({(candidate.article.id, candidate.passage.start) for candidate in candidates})

    def explained(candidate: Candidate) -> Why | None:
        if candidate not in ranks:
            return None
        hit = candidate.hit
        return Why(
            rank=ranks[candidate],
            read=len(candidates),
            words=common(asked, candidate.quote),
            margin=candidate.signals.margin,
            passage_rank=hit.rank,
            bm25=hit.bm25,
            bm25_rank=hit.bm25_rank,
            cosine=hit.cosine,
            dense_rank=hit.dense_rank,
            passages=passages,
        )

    return explained


def common(asked: Set[str], quote: str) -> tuple[str, ...]:
    """The words of a quotation that have one of the question's terms."""
    return tuple(dict.fromkeys(word for word in words_of(quote) if asked & set(terms(word))))


def words_of(quote: str) -> list[str]:
    """All its words, in order."""
    return re.findall(r"\w[\w'’-]*", quote)
