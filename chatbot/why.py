"""What is shown of a sentence once it is cited: the words that answer, and why it was chosen.

Worked out for the few that are cited, and not for the hundreds that are read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from chatbot.answer import Why
from chatbot.extract import Candidate, fitted
from chatbot.features import Asked
from chatbot.highlight import highlight
from index.tokens import terms

PARTS = {
    "reader": frozenset(
        "late late_content late_weakest late_rare late_asking late_window late_before late_passage"
        " anaphor_before".split()
    ),
    "dense": frozenset({"cosine", "passage_cosine"}),
    "bm25": frozenset({"passage_bm25", "covered", "names_covered"}),
    "form": frozenset({"type", "new_number", "new_name", "anaphor", "opening", "length"}),
}
"""Which features are which part of a sentence's score."""


def detail(asked: Asked, candidates: Sequence[Candidate]) -> Callable[[Candidate], Candidate]:
    """What adds highlight and reason to one of the candidates, which are ordered, best first."""
    ranks = {candidate: rank for rank, candidate in enumerate(candidates, start=1)}

    def detailed(candidate: Candidate) -> Candidate:
        why = explained(asked, candidate, ranks[candidate], len(candidates))
        return replace(candidate, highlight=highlight(asked, candidate), why=why)

    return detailed


def explained(asked: Asked, candidate: Candidate, rank: int, read: int) -> Why:
    """The standing of the sentence that is the `rank`-th of `read`."""
    model, hit = fitted(asked.reader, "sentence"), candidate.hit
    gave = (candidate.features - model.mean) / model.scale * model.weight
    parts = {
        part: float(sum(value for name, value in zip(model.names, gave, strict=True) if name in names))
        for part, names in PARTS.items()
    }
    parts["context"] = candidate.score - model.bias - sum(parts.values())
    asked_terms = asked.rarity.keys()
    words = [word for word in re.findall(r"\w[\w'’-]*", candidate.quote) if asked_terms & terms(word)]
    return Why(
        rank=rank,
        read=read,
        words=tuple(dict.fromkeys(words)),
        passage_rank=hit.rank,
        bm25=hit.bm25,
        bm25_rank=hit.bm25_rank,
        cosine=hit.cosine,
        dense_rank=hit.dense_rank,
        parts=parts,
    )
