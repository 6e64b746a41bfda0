"""Whether two sentences of different articles give one thing in other figures or dates.

Precision counts for more than recall, as in statements.py. Names, denials and opposites must agree; a figure
is compared with one of its own kind and unit, and the words around both must say that they are of one thing.
What failed of the pairs of `scripts.differing` was looked at when the limits were chosen.
"""

from __future__ import annotations

import re

from chatbot.quoting.figures import Figure
from chatbot.quoting.statements import Nearness, Statement, missing, named_in, opposed, shared
from corpus.article import Article
from index.tokens import fold, terms

_DIFFER_NEAR, _DIFFER_TERMS = 0.5, 0.25
"""How near two statements about the same thing are, and the share of their terms without the figures."""
_MOST_FIGURES = 20
"""Figures of a sentence that is compared; one with more is a table."""
_TITLED, _TITLE_APART = 3, 0.5
"""Terms of a title that says something, and the share of them that an article of the same matter may lack."""
_DIFFER_FIGURES = 3
"""Figures of the one that differ from a figure of the other at most; more are those of another day."""
_WIDE, _CLOSE, _MANY_NAMES = 12, 3, 2
"""Terms on either side of a figure that say what it is of; fewer where that many names are in common."""
_WORDS_ALIKE, _WORDS_ALIKE_CLOSE = 1.5, 0.75
"""How many of those both sides have for each that only one has, where each has one that the other has not."""
_DIFFER_ALONE, _DIFFER_NAMED = 0.8, 0.7
"""How near they are where one has a name that the other's article has not; the same with many in common."""
_TIMES = frozenset({"date", "span", "time"})


_DAYS = re.compile(r"\b(?:today|tonight|yesterday|tomorrow|this (?:morning|afternoon|week|month))\b")
_AHEAD = re.compile(
    r"\b(?:will|would|should|due to|to be|targets?|plans?|planned|aims?|hopes?|promised?|pledged?)\b"
)
_DONE = re.compile(r"\b(?:has|have|had)\b")
"""What is to come, and what has: a target is not contradicted by an outcome."""

_PERIODS = frozenset(
    terms("morning afternoon evening night day week month quarter year daily weekly monthly annual")
)
"""Times that a figure is of."""
_APART = (
    re.compile(r"\b(?:further|another|additional|extra)\b"),
    re.compile(r"\b(?:morning|early)\b"),
    re.compile(r"\b(?:afternoon|evening|night|late)\b"),
)
"""Words of an addition or a time of the day: a figure with one is none of a sentence without."""
_NEUTRAL = frozenset(
    terms(
        "said say told announce report reported according figure paper official spokesman estimate "
        "expect expected "
        "due probably now already still about almost nearly around roughly some total least average earlier "
        "later "
        "today yesterday monday tuesday wednesday thursday friday saturday sunday "
        "make made give given go goes went get got take took put set have come came do done become stand "
        "stood run "
        "ago year also new current currently main mainly company people number amount worth "
    )
)
"""Terms that do not say what a figure is of."""
_ALIKE = {
    term: group
    for group, words in enumerate(
        (
            "kill killed die died dead death perish claim life",
            "sink sank sunk down",
            "buy bought pay paid sell sold sale acquire acquired acquisition purchase price cost bid "
            "offer takeover",
            "elect elected win won vote leader leadership",
            "rise rose risen increase grow grew grown growth up climb climbed jump jumped",
            "fall fell fallen drop dropped down decrease decline declined",
            "appoint appointed name named",
            "lose lost loss losses shed cut job jobs axe",
            "hold held holding live lived home house stake interest own owned share shareholding",
            "reply replied answer answered respond responded response",
            "build built create created",
            "finish finished complete completed completion end ended",
            "begin began begun start started launch launched",
            "receive received award awarded",
            "carry carried aboard board passenger passengers",
            "shut close closed",
            "tall high height", "wide width", "long length",
            "hurt injured injure wounded wound",
            "program programme scheme plan",
            "survey poll",
            "government minister ministry",
            "staff personnel employee worker",
            "talk speak say tell",
            "want seek sought",
            "support back backing favour",
            "debt loan loans owe owed",
            "start trigger",
            "repair repairs damage damaged mend",
        )
    )
    for term in terms(words)
}  # fmt: skip
"""Terms that may say the same of a figure, by the number of their group."""


def differ(one: Statement, other: Statement, nearness: Nearness) -> bool:
    """Whether two sentences give one thing in other figures or, where no figure differs, in another date.

    Figures of different times do not differ, nor does what is to come from what has.
    """
    if max(len(one.figures), len(other.figures)) > _MOST_FIGURES or not _about_one(one, other):
        return False
    left = [figure for figure in one.figures if not any(map(figure.may_be, other.figures))]
    right = [figure for figure in other.figures if not any(map(figure.may_be, one.figures))]
    rivals = [(mine, theirs) for mine in left for theirs in right if mine.contradicts(theirs)]
    if len({mine.kind in _TIMES for mine, _ in rivals}) > 1:
        return False
    if not any(_of_one_thing(mine, theirs, one, other) for mine, theirs in rivals):
        return False
    if _exchanged(one, other):
        return False
    many = sorted(len({id(pair[side]) for pair in rivals}) for side in (0, 1))
    if many[0] > 1 or many[1] > _DIFFER_FIGURES:
        return False
    if shared(one.rest, other.rest) < _DIFFER_TERMS:
        return False
    known = named_in(one, other) and named_in(other, one)
    if not known and missing(one, other) and missing(other, one):
        return False
    alone = _DIFFER_NAMED if len({*one.names} & {*other.names}) >= 2 * _MANY_NAMES else _DIFFER_ALONE
    if len({*one.names} & {*other.names}) <= _MANY_NAMES and not _of_one_matter(one.article, other.article):
        return False
    return nearness(one, other) >= (_DIFFER_NEAR if known else alone)


def _about_one(one: Statement, other: Statement) -> bool:
    """Whether nothing in the words says that two figures are of different things: names, opposites, times."""
    if opposed(one, other):
        return False
    absent = [missing(one, other), missing(other, one)]
    if all(absent) and max(map(len, absent)) >= len({*one.names} & {*other.names}):
        return False
    said, others = fold(one.said), fold(other.said)
    if one.article.published != other.article.published and _DAYS.search(said) and _DAYS.search(others):
        return False
    if any(bool(word.search(said)) != bool(word.search(others)) for word in _APART):
        return False
    if bool(_AHEAD.search(said)) != bool(_AHEAD.search(others)):
        return not _DONE.search(others if _AHEAD.search(said) else said)
    return True


def _of_one_matter(one: Article, other: Article) -> bool:
    """Whether most of what either title says is in the other article: "the company" may be one."""
    return all(
        len(titled - set(terms(theirs.text))) <= _TITLE_APART * len(titled)
        for mine, theirs in ((one, other), (other, one))
        if len(titled := {term for term in terms(mine.title) if term.isalpha()}) >= _TITLED
    )


def _of_one_thing(mine: Figure, theirs: Figure, one: Statement, other: Statement) -> bool:
    """Whether the words around two figures say that they are of the same: at most one side has others."""
    named = len({*one.names} & {*other.names}) >= _MANY_NAMES
    size = _CLOSE if named else _WIDE
    around, others = ({*figure.before[:size], *figure.after[:size]} for figure in (mine, theirs))
    own, alien = _apart(around, other.rest), _apart(others, one.rest)
    apart = own | alien
    if ((around ^ others if named else one.rest ^ other.rest) & _PERIODS) - (one.rest & other.rest):
        return False
    if own and alien and mine.kind in _TIMES:
        return False
    alike = _WORDS_ALIKE_CLOSE if named else _WORDS_ALIKE
    if own and alien and len((around | others) - apart - _NEUTRAL) < alike * len(apart):
        return False
    # "1,300 homes", "400 affordable homes": a part.
    return mine.kind != "count" or not {*mine.unit[:1], *theirs.unit[:1]} & apart


def _exchanged(one: Statement, other: Statement) -> bool:
    """Whether a word stands in the place of another: "the swing bridge cost", "the rail bridge cost".

    Between sentences with many names in common one neighbour is not enough to make a place.
    """
    mine, theirs = _places(one, other), _places(other, one)
    if len({*one.names} & {*other.names}) >= _MANY_NAMES:
        return not mine.isdisjoint(theirs)
    return any(
        not {place[side] for place in mine}.isdisjoint(place[side] for place in theirs) for side in (0, 1)
    )


def _places(one: Statement, other: Statement) -> set[tuple[str, str]]:
    """The terms before and after each term of the one that the other does not have."""
    said = [term for term in terms(one.said) if term in one.rest and term not in _NEUTRAL]
    apart = _apart(set(said) - set(terms(" ".join(one.names))), other.rest)
    framed = ["", *said, ""]
    return {
        (framed[at - 1] or one.quote, framed[at + 1] or one.quote)  # the ends are no place
        for at in range(1, len(framed) - 1)
        if framed[at] in apart
    }


def _apart(words: set[str], others: frozenset[str]) -> set[str]:
    """The words that others do not have, nor one that may say the same."""
    alike = {_ALIKE[word] for word in others if word in _ALIKE}
    return {
        word
        for word in words
        if word not in others and word not in _NEUTRAL and _ALIKE.get(word) not in alike
    }
