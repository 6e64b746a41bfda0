"""Whether two sentences of different articles say the same, or the same but for a figure.

Precision counts for more than recall: a statement that is wrongly merged with another, or wrongly said to
differ from it, does more harm than one that is shown by itself. So both need the same names in the same
order, the same denials and no opposite ("rose", "fell"); what is left is decided by the words, the figures
and how near the sentences are to each other. The limits were chosen on one half of scripts/pairs.jsonl.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from chatbot.quoting.figures import Figure, figures
from corpus.article import Article
from corpus.language import CAPITALISED, MONTHS, NUMBER_WORDS, TITLES, WEEKDAYS, opens_sentence
from index.encoding.encoder import Encoder
from index.tokens import fold, terms

_SAME_TERMS = 0.75
"""Share of their terms that two sentences have in common from which on the words alone say the same."""
_NEAR_WITH_FIGURE = 0.45
"""How near (cosine) two sentences have to be that share an exact, specific figure, to say the same."""
_NEAR, _NEAR_TERMS = 0.55, 0.3
"""The same without such a figure, and the share of their terms then."""
_DIFFER_NEAR, _DIFFER_TERMS = 0.5, 0.25
"""How near two statements about the same thing are, and the share of their terms without the figures."""
_TITLE_APART = 0.5
"""Share of the terms of an article's title at most that another one of the same matter does not have."""
_DIFFER_FIGURES = 3
"""Figures of the one that differ from a figure of the other at most; more are those of another day."""
_WIDE, _CLOSE, _MANY_NAMES = 12, 3, 2
"""Terms on either side of a figure that say what it is of; fewer where that many names are in common."""
_WORDS_ALIKE, _WORDS_ALIKE_CLOSE = 1.5, 0.75
"""How many of those both sides have for each that only one has, where each has one that the other has not."""
_DIFFER_ALONE, _DIFFER_NAMED = 0.8, 0.7
"""How near they are where one has a name that the other's article has not; the same with many in common."""
_SMALL = 12
"""A count up to this is not specific: many things come in fives."""

_TIMES = frozenset({"date", "span", "time"})

_NOT = re.compile(r"\b(?:no|not|nor|never|none|neither|cannot|without)\b|n't\b")
_NUMBER_TERMS = frozenset(terms(" ".join(NUMBER_WORDS))) | {"not"}
"""Terms that make another statement of a sentence, besides digits."""
_OPPOSITES = tuple(
    (frozenset(re.split(" ", left)), frozenset(re.split(" ", right)))
    for left, right in (
        ("rise rises rose risen rising increase increased increases grew grow grown growth gained higher",
         "fall falls fell fallen falling decrease decreased decreases shrank shrink cut drop dropped lower"),
        ("more over above most", "fewer less under below least"),
        ("win wins won beat", "lose loses lost"),
        ("before until", "after since"),
        ("accept accepts accepted approve approved back backed support supported favour",
         "reject rejects rejected refuse refused oppose opposed against"),
        ("open opens opened begin begins began start starts started arrive arrived join joined",
         "close closes closed end ends ended stop stopped leave leaves left finish finished completed"),
        ("first earliest smallest minimum", "last latest largest maximum"),
        ("men man boys male", "women woman girls female"),
        ("public", "private"), ("north", "south"), ("east", "west"), ("import imports", "export exports"),
    )
)  # fmt: skip
"""Pairs of word groups: a word of each, one in either sentence, makes two statements."""

_SAYS = r"(?:said|says?|announced|reported|reports|warned|shows?|showed|believes?|estimates?)"
_ATTRIBUTION = re.compile(
    rf"(?i:^according to [^,]{{1,60}}, |,? according to [^,]{{1,60}}$)"
    rf"|, (?:the |an? )?(?:[\w'’-]+ ){{1,5}}{_SAYS}(?: today| yesterday| on \w+day)?[.]?$"
    rf"|^(?:The |An? )?(?:[\w'’-]+ ){{1,4}}{_SAYS}(?: (?:today|yesterday|on \w+day|in [A-Z]\w+))?(?: that)? "
    rf"|(?<=said) (?:today|yesterday|(?:on|in) [A-Z]\w+)\b"
)
"""Who says it, and when: no part of what is said."""
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

_CAPITALISED = re.compile(rf"\b{CAPITALISED}")
_NO_NAMES = frozenset({*MONTHS, *WEEKDAYS, *(title.lower() for title in TITLES), "i", "early", "late"})


@dataclass(frozen=True, slots=True, eq=False)
class Statement:
    """A sentence prepared for comparison."""

    article: Article
    words: frozenset[str]
    """its terms, and "not" where it denies something"""
    rest: frozenset[str]
    """its terms without the figures"""
    said: str
    """it without who says it, and when"""
    plain: tuple[str, ...]
    """its words in order, folded but not stemmed"""
    names: tuple[str, ...]
    """its capitalised words in order, folded, without endings"""
    opening: str
    """its first word where that is capitalised and no function word, and so may be a name; else "" """
    figures: tuple[Figure, ...]
    quote: str

    @classmethod
    def of(cls, quote: str, article: Article) -> Statement:
        quote = " ".join(quote.split())  # lines of a printed text
        folded = fold(quote)
        said = _ATTRIBUTION.sub("", quote)
        said = said if figures(said)[0] else quote
        denies = {"not"} if _NOT.search(folded) else set()
        found, _ = figures(said)
        _, rest = figures(quote)
        names, opening = _names(quote)
        return cls(
            article=article,
            words=frozenset(terms(quote)) | denies,
            rest=rest | denies,
            said=said,
            plain=tuple(re.findall(r"\w+", folded)),
            names=names,
            opening=opening,
            figures=found,
            quote=quote,
        )


def same(one: Statement, other: Statement, nearness: Nearness) -> bool:
    """Whether two sentences say the same, in the same words or in others."""
    if one.plain == other.plain:
        return True
    if not _comparable(one, other):
        return False
    if _shared(one.words, other.words) >= _SAME_TERMS:
        changed = any(word[0].isdigit() or word in _NUMBER_TERMS for word in one.words ^ other.words)
        return not changed and not any(a.contradicts(b) for a in one.figures for b in other.figures)
    if not _figures_match(one, other):
        return False
    if any(
        _is_specific(a) and a.step and a.agrees(b) and a.value == b.value
        for a in one.figures
        for b in other.figures
    ):
        return nearness(one, other) >= _NEAR_WITH_FIGURE
    return _shared(one.rest, other.rest) >= _NEAR_TERMS and nearness(one, other) >= _NEAR


def differ(one: Statement, other: Statement, nearness: Nearness) -> bool:
    """Whether two sentences give one thing in other figures or, where no figure differs, in another date.

    Figures of different times do not differ, nor does what is to come from what has.
    """
    if not _about_one(one, other):
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
    if _shared(one.rest, other.rest) < _DIFFER_TERMS:
        return False
    known = _named_in(one, other) and _named_in(other, one)
    if not known and _missing(one, other) and _missing(other, one):
        return False
    alone = _DIFFER_NAMED if len({*one.names} & {*other.names}) >= 2 * _MANY_NAMES else _DIFFER_ALONE
    if len({*one.names} & {*other.names}) < _MANY_NAMES and not _of_one_matter(one.article, other.article):
        return False
    return nearness(one, other) >= (_DIFFER_NEAR if known else alone)


class Nearness:
    """How near sentences are, by the embedding model; each is encoded once, and only when it is asked for."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._known: dict[str, np.ndarray] = {}

    def __call__(self, one: Statement, other: Statement) -> float:
        """The cosine of their vectors, -1 to 1."""
        new = [quote for quote in dict.fromkeys((one.quote, other.quote)) if quote not in self._known]
        self._known.update(zip(new, self._encoder.encode_passages(new), strict=True))
        return float(self._known[one.quote] @ self._known[other.quote])


def _comparable(one: Statement, other: Statement) -> bool:
    """Whether both have the same names in the same order, as far as they have any, and no opposite words."""
    if _opposed(one, other) or (_missing(one, other) and _missing(other, one)):
        return False
    orders = [
        [name for name in mine.names if name in theirs.names and len(name) > 2]  # "GP" says nothing of who
        for mine, theirs in ((one, other), (other, one))
    ]
    return orders[0] == orders[1]


def _opposed(one: Statement, other: Statement) -> bool:
    """Whether only one of them denies something, or they have opposite words."""
    if ("not" in one.words) != ("not" in other.words):
        return True
    words, others = set(one.plain), set(other.plain)
    return any(
        (words & left and others & right and not words & right and not others & left)
        or (words & right and others & left and not words & left and not others & right)
        for left, right in _OPPOSITES
    )


def _about_one(one: Statement, other: Statement) -> bool:
    """Whether nothing in the words says that two figures are of different things: names, opposites, times."""
    if _opposed(one, other):
        return False
    missing = [_missing(one, other), _missing(other, one)]
    if all(missing) and max(map(len, missing)) >= len({*one.names} & {*other.names}):
        return False
    said, others = fold(one.said), fold(other.said)
    if one.article.published != other.article.published and _DAYS.search(said) and _DAYS.search(others):
        return False
    if bool(_AHEAD.search(said)) != bool(_AHEAD.search(others)):
        return not _DONE.search(others if _AHEAD.search(said) else said)
    return True


def _of_one_matter(one: Article, other: Article) -> bool:
    """Whether most of what the title of either says is in the other: "the company" may then be one company."""
    return all(
        len(titled - set(terms(theirs.text))) <= _TITLE_APART * len(titled)
        for mine, theirs in ((one, other), (other, one))
        if (titled := {term for term in terms(mine.title) if term.isalpha()})
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
    enough = 2 if len({*one.names} & {*other.names}) >= _MANY_NAMES else 1
    places = _places(other, one)
    return any(
        (before == other_before) + (after == other_after) >= enough
        for before, after in _places(one, other)
        for other_before, other_after in places
    )


def _places(one: Statement, other: Statement) -> list[tuple[str, str]]:
    """The terms before and after each term of the one that the other does not have."""
    said = [term for term in terms(one.said) if term in one.rest and term not in _NEUTRAL]
    apart = _apart(set(said) - set(terms(" ".join(one.names))), other.rest)
    framed = ["", *said, ""]
    return [
        (framed[at - 1] or one.quote, framed[at + 1] or one.quote)  # the ends are no place
        for at in range(1, len(framed) - 1)
        if framed[at] in apart
    ]


def _apart(words: set[str], others: frozenset[str]) -> set[str]:
    """The words that others do not have, nor one that may say the same."""
    alike = {_ALIKE[word] for word in others if word in _ALIKE}
    return {
        word
        for word in words
        if word not in others and word not in _NEUTRAL and _ALIKE.get(word) not in alike
    }


def _missing(one: Statement, other: Statement) -> list[str]:
    """The names of the one that the other does not have, not even as an acronym or spelt out."""
    short = {word for name in other.names for word in _spelt_out(name, one.plain)}
    missing = [
        name
        for name in one.names
        if name not in {*other.plain, *other.names, *short} and not _spelt_out(name, other.plain)
    ]
    if one.opening and one.opening not in other.plain and _is_name(one.opening, one, other):
        missing.append(one.opening)
    return missing


def _is_name(opening: str, one: Statement, other: Statement) -> bool:
    """Whether the first word of a sentence is a name: a capital follows, or it is never written small."""
    if re.match(rf"\W*\w+ {CAPITALISED}", one.quote):
        return True
    word = re.compile(rf"\b{re.escape(opening)}\b")
    return not word.search(one.article.text) and not word.search(other.article.text)


def _spelt_out(acronym: str, words: tuple[str, ...]) -> tuple[str, ...]:
    """The run of words whose first letters make the acronym: "british medical association" for "bma"."""
    long = [word for word in words if word not in ("of", "and", "the", "for", "in")]
    size = len(acronym)
    runs = (tuple(long[i : i + size]) for i in range(len(long) - size + 1))
    return next((run for run in runs if size > 1 and "".join(word[0] for word in run) == acronym), ())


def _named_in(one: Statement, other: Statement) -> bool:
    """Whether the other's article knows the names that its sentence does not have."""
    known = fold(f"{other.article.title} {other.article.text}")
    return all(re.search(rf"\b{re.escape(name)}", known) for name in _missing(one, other))


def _figures_match(one: Statement, other: Statement) -> bool:
    """Whether every figure has its match; beside a specific one that both share, a date or gloss need not."""
    alone = [
        (figure, rivals)
        for mine, rivals in ((one.figures, other.figures), (other.figures, one.figures))
        for figure in mine
        if not any(map(figure.agrees, rivals))
    ]
    shared = any(_is_specific(a) and a.agrees(b) for a in one.figures for b in other.figures)
    return not alone or (
        shared
        and all(
            (figure.kind in ("date", "span") or not figure.exact)
            and not any(figure.contradicts(rival) for rival in rivals)
            for figure, rivals in alone
        )
    )


def _is_specific(figure: Figure) -> bool:
    """Whether two sentences with this figure are likely to speak of the same thing."""
    return figure.kind in ("share", "money", "score") or (figure.kind == "count" and figure.amount > _SMALL)


def _names(quote: str) -> tuple[tuple[str, ...], str]:
    """The capitalised words in order, and the first word by itself, of which the capital says little."""
    names, opening = [], ""
    for match in _CAPITALISED.finditer(quote):
        name = fold(re.sub(r"(?<=[A-Z])s$|['’]s?$", "", match[0]))
        if name in _NO_NAMES or not terms(name) or figures(name)[0]:
            continue
        if opens_sentence(quote, match.start()) and not match[0].isupper():
            opening = opening or name
        else:
            names.append(name)
    return tuple(dict.fromkeys(names)), opening


def _shared(words: frozenset[str], others: frozenset[str]) -> float:
    return len(words & others) / max(len(words | others), 1)
