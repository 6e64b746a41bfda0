"""A comparison: its two sides as the question names them, and what the articles say of each.

A sentence belongs to the side that it names; one that names neither belongs to the side that was named last
before it in its passage, or to that which the heading above it names ("Dr Richard Vautrey"). What names both
comes first.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from chatbot.quoting.collect import heading_above, worths
from chatbot.quoting.compose import Articles, Group, folded
from chatbot.quoting.statements import Nearness
from chatbot.reading.candidate import Candidate
from corpus.language import POINTING
from index.tokens import terms

BOTH = "Both"
"""Stands above the sentences that name both sides."""

_OF_BOTH, _OF_A_SIDE = 2, 4
"""Sentences that name both sides, and of either side, at most."""
_OF_SIDE_AT_LEAST = 2
"""Sentences of a side at least, where it is named in so many."""
_BESIDE = 2
"""So many times more sentences that name neither side show that the sides are not spoken of by these
names."""
_WORTHY = 0.5
"""Standard deviations above the average of what was read, from which on a sentence belongs in."""
_NAMES = 0.5
"""A text names a side from this share of its telling terms on, by their rarity."""
_BACK = 2
"""Sentences before one that points back, in which it is looked for what it points to."""
_POINTS_BACK = re.compile(rf"\b{POINTING}\b", re.IGNORECASE)
_LONGEST = 300
"""Characters of a question that is looked at."""

_BE = r"(?:is|are|was|were)"
_ONE = r"(?P<one>(?:(?!\b(?:and|or|than|with)\b)[^,:?])+?)"
_OTHER = r"(?P<other>(?:(?!\b(?:and|or|than|with)\b)[^,:?])+?)"
_TWO = rf"{_ONE} (?:and|with|to|or|against) {_OTHER}"
_MATTER = r"(?: (?:on|over|about|in terms of|regarding|when it comes to) .+)?"
_WANT = r"(?:want|think|say|propose|ask for|call for|do)"
_VERSUS = r"(?:vs?\.?|versus|(?:as )?(?:compared|opposed) (?:with|to)|as against)"
_MORE = r"(?:more|less|fewer|better|worse|further|(?!other|never|after|under|over)\w{2,}er)"
_DOES, _AT = r"(?:is|are|was|were|do|does|did|has|have|had)", r"(?:in|with|at|for|under)"
_ASIDE = r"(?:,|:| ?[-–—])"
_QUESTIONS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"(?:please )?(?:compare|contrast) (?:what |how )?{_TWO}(?: {_WANT})?{_MATTER}",
        rf"(?:what(?:['’]?s| {_BE}) )?(?:the )?(?:main )?differences? between (?:what )?{_TWO}"
        rf"(?: {_WANT})?{_MATTER}",
        rf"(?:(?:how|where|what|on what) (?:do|does|did) )?{_TWO} (?:compare|differ|disagree|agree){_MATTER}",
        rf"how (?:do|does|did|{_BE}) {_ONE} (?:differ(?:ent)? from|(?:fare )?compared? (?:with|to)) {_OTHER}",
        rf"{_ONE} {_VERSUS} {_OTHER}{_MATTER}",
        rf"{_ONE}{_ASIDE}? or {_OTHER}(?:{_ASIDE} (?:who|which|what)\b.+|, what['’]?s the difference)",
        rf"(?:which|who|what) .+?{_ASIDE} {_ONE} or {_OTHER}",
        rf"{_TWO}{_ASIDE} how (?:do|does|did) .+ (?:compare|differ)",
        rf"what (?:do|did|does) {_TWO} {_WANT}(?: (?:of|about|on|from|for) .+)?",
        rf"{_DOES} {_ONE}(?: \w+){{0,2}}? {_MORE}(?: .+)? than {_OTHER}",
        rf"{_DOES} .+ {_MORE} {_AT} {_ONE} (?:or|than) (?:{_AT} )?{_OTHER}",
    )
)


class Sides(NamedTuple):
    """What is compared, as the question names it."""

    one: str
    other: str


def sides_of(question: str) -> Sides | None:
    """The two sides of a comparison; None where the question does not name two."""
    text = " ".join(question.split()).rstrip(" ?!.")
    if len(text) > _LONGEST:
        return None
    for pattern in _QUESTIONS:
        if match := pattern.fullmatch(text):
            one, other = match["one"].strip(), match["other"].strip()
            left, right = set(terms(one)), set(terms(other))
            if left - right and right - left:
                return Sides(one, other)
    return None


def compared(
    sides: Sides,
    candidates: Sequence[Candidate],
    confidences: Sequence[float],
    articles: Articles,
    nearness: Nearness,
    rarity: Callable[[str], float],
) -> dict[str, list[Group]] | None:
    """The statements about both sides, about the one and about the other, by their headings, in this order.

    Like stands beside like: what is nearest to a statement of the other side comes first. None where the
    articles say nothing of one side, or far more of what belongs in names neither; `rarity` is how much a
    term tells (0 to 1).
    """
    named = _Named(sides, rarity)
    held: dict[str, list[tuple[Candidate, float]]] = {BOTH: [], sides.one: [], sides.other: []}
    worth = worths(candidates)
    beside = 0
    for i in sorted(range(len(candidates)), key=lambda i: -worth[i]):
        side = named.side_of(candidates[i])
        if side and (worth[i] >= _WORTHY or len(held[side]) < _OF_SIDE_AT_LEAST):
            held[side].append((candidates[i], confidences[i]))
        elif not side and worth[i] >= _WORTHY:
            beside += 1
    if beside > _BESIDE * sum(map(len, held.values())):
        return None
    groups = {
        side: folded(chosen, articles, nearness, _OF_BOTH if side == BOTH else _OF_A_SIDE)
        for side, chosen in held.items()
    }
    if not groups[sides.one] or not groups[sides.other]:
        return None
    for side, rival in ((sides.one, sides.other), (sides.other, sides.one)):
        others = [group.statement for group in groups[rival]]
        groups[side].sort(key=lambda group: -max(nearness(group.statement, one) for one in others))
    return groups


class _Named:
    """Which side a sentence is about."""

    def __init__(self, sides: Sides, rarity: Callable[[str], float]) -> None:
        one, other = set(terms(sides.one)), set(terms(sides.other))
        if len(one) == 1 and len(other) > 1:  # "small vs large networks"
            other = set(terms(sides.other)[:-1]) | (one & other)
        self._telling = {
            side: {term: rarity(term) for term in own}
            for side, own in ((sides.one, one - other), (sides.other, other - one))
        }

    def side_of(self, candidate: Candidate) -> str:
        """One of the sides, BOTH, or "" for neither."""
        if named := self._in(candidate.quote):
            return named
        if _POINTS_BACK.search(candidate.quote):
            sentences = candidate.passage.sentences
            place = candidate.place
            for before in reversed(sentences[max(0, place - _BACK) : place]):
                if named := self._in(candidate.hit.slice(before.start, before.end)):
                    return "" if named == BOTH else named
        named = self._in(heading_above(candidate))
        return "" if named == BOTH else named

    def _in(self, text: str) -> str:
        words = set(terms(text))
        found = []
        for side, telling in self._telling.items():
            whole = sum(telling.values())
            if whole and sum(weight for term, weight in telling.items() if term in words) >= _NAMES * whole:
                found.append(side)
        return BOTH if len(found) > 1 else "".join(found)
