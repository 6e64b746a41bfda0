"""Whether two sentences of different articles say the same.

Precision counts for more than recall: a statement that is wrongly merged with another does more harm than one
that is shown by itself. So both need the same names in the same order, the same denials and no opposite
("rose", "fell"); what is left is decided by the words, the figures and how near the sentences are to each
other. The limits were chosen on one half of scripts/pairs.jsonl. Whether they differ in a figure: rivals.py.
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
_SMALL = 12
"""A count up to this is not specific: many things come in fives."""

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
        found, rest = figures(quote)
        said = _ATTRIBUTION.sub("", quote)
        if said != quote and (inner := figures(said)[0]):
            found = inner
        else:
            said = quote
        denies = {"not"} if _NOT.search(folded) else set()
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
    if verbatim(one.quote) == verbatim(other.quote):
        return True
    if not _comparable(one, other):
        return False
    if shared(one.words, other.words) >= _SAME_TERMS:
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
    return shared(one.rest, other.rest) >= _NEAR_TERMS and nearness(one, other) >= _NEAR


def verbatim(quote: str) -> str:
    """What two sentences have in common that are the same word for word, whatever figures they hold."""
    return " ".join(fold(quote).split())


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
    if opposed(one, other) or (missing(one, other) and missing(other, one)):
        return False
    orders = [
        [name for name in mine.names if name in theirs.names and len(name) > 2]  # "GP" says nothing of who
        for mine, theirs in ((one, other), (other, one))
    ]
    return orders[0] == orders[1]


def opposed(one: Statement, other: Statement) -> bool:
    """Whether only one of them denies something, or they have opposite words."""
    if ("not" in one.words) != ("not" in other.words):
        return True
    words, others = set(one.plain), set(other.plain)
    return any(
        (words & left and others & right and not words & right and not others & left)
        or (words & right and others & left and not words & left and not others & right)
        for left, right in _OPPOSITES
    )


def missing(one: Statement, other: Statement) -> list[str]:
    """The names of the one that the other does not have, not even as an acronym or spelt out."""
    short = {word for name in other.names for word in _spelt_out(name, one.plain)}
    absent = [
        name
        for name in one.names
        if name not in {*other.plain, *other.names, *short} and not _spelt_out(name, other.plain)
    ]
    if one.opening and one.opening not in other.plain and _is_name(one.opening, one, other):
        absent.append(one.opening)
    return absent


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


def named_in(one: Statement, other: Statement) -> bool:
    """Whether the other's article knows the names that its sentence does not have."""
    known = fold(f"{other.article.title} {other.article.text}")
    return all(re.search(rf"\b{re.escape(name)}", known) for name in missing(one, other))


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


def shared(words: frozenset[str], others: frozenset[str]) -> float:
    return len(words & others) / max(len(words | others), 1)
