"""What can be said of gold questions that can be read: for a person to judge, each a `Finding`.

Questions that are nearly the same count twice in every mean; one that gives its answer away measures nothing;
evidence that no sentence holds can never be cited.
"""

from __future__ import annotations

import difflib
import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from chatbot.render.text import counted
from corpus.article import Article
from corpus.errors import CuttingsError
from eval.questions.gold import Evidence, Gold, Loaded
from eval.questions.resolve import fold
from eval.questions.texts import Texts
from eval.spans import meet, overlap
from index.tokens import terms

Kind = Literal[
    "error",
    "unresolved",
    "note",
    "contradiction",
    "duplicate",
    "leak",
    "copied",
    "cleaned away",
    "overlap",
    "tag",
]

SAME = 0.8
"""Share of the terms of two questions that both have (Jaccard), from which on they are nearly the same."""

COPIED = 0.9
"""Share of a question's terms that one of its quotations has, from which on it is asked in its words."""

MISSPELT = 0.8
"""Likeness of two tags (the ratio of difflib) from which on one may be meant for the other."""

_FEW = 6
"""Terms. A question of fewer can hardly be put in other words."""

_TELLING = 4
"""Words. A shorter quotation may well stand elsewhere by chance."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something about one question, or one line; `where` is its place in the file."""

    kind: Kind
    where: str
    what: str


def contradictions(loaded: Loaded) -> Iterator[Finding]:
    """The same words in the same conversation, once answerable and once not; each names the first such."""
    first: dict[tuple[object, ...], Gold] = {}
    for gold in loaded.golds:
        words = tuple(re.findall(r"\w+", fold(gold.question).casefold()))
        other = first.setdefault((words, gold.history), gold)
        if other.answerable != gold.answerable:
            here, there = ("answerable", "not") if gold.answerable else ("unanswerable", "answerable")
            what = f"{gold.question!r} is {here}, and {there} at {loaded.where[other.id]}"
            yield Finding("contradiction", loaded.where[gold.id], what)


def duplicates(loaded: Loaded) -> Iterator[Finding]:
    """Questions that say nearly the same in the same conversation; each names the first such."""
    golds = loaded.golds
    sets = [frozenset(terms(gold.question)) for gold in golds]
    count = Counter(term for one in sets for term in one)
    seen: defaultdict[str, list[int]] = defaultdict(list)
    for i, own in enumerate(sets):
        rare = sorted(own, key=lambda term: (count[term], term))
        # Two sets as like as that share one of their rarest terms (the prefix filter of Chaudhuri et al.,
        # "A primitive operator for similarity joins", ICDE 2006).
        telling = rare[: len(rare) - math.ceil(SAME * len(rare)) + 1]
        near = sorted({j for term in telling for j in seen[term]})
        for j in near:
            if golds[j].history == golds[i].history and len(own & sets[j]) >= SAME * len(own | sets[j]):
                what = f"{golds[i].question!r} is nearly {golds[j].question!r} at {loaded.where[golds[j].id]}"
                yield Finding("duplicate", loaded.where[golds[i].id], what)
                break
        for term in telling:
            seen[term].append(i)


def given_away(loaded: Loaded, texts: Texts) -> Iterator[Finding]:
    """Conversations that have the answer already, and questions in the words of their evidence."""
    for gold in loaded.golds:
        if gold.unit == "article":  # which words of it answer is not known
            continue
        asked = set(terms(gold.question))
        before = " ".join(turn.content for turn in gold.history)
        where = loaded.where[gold.id]
        for quote in dict.fromkeys(_quote(place, texts) for place in gold.evidence):
            if len(quote.split()) >= _TELLING and quote in before:
                yield Finding("leak", where, f"the conversation has its evidence already: {quote[:60]!r}")
            elif len(asked) >= _FEW and len(asked & set(terms(quote))) >= COPIED * len(asked):
                yield Finding("copied", where, f"asked in the words of its evidence: {gold.question!r}")
            else:
                continue
            break


def cleaned_away(loaded: Loaded, texts: Texts) -> Iterator[Finding]:
    """Evidence that cannot be cited, because no sentence of the article holds any of it."""
    for gold in loaded.golds:
        # A quotation that stands several times can be cited where one of its places can.
        reasons: defaultdict[tuple[int, str, str], list[str]] = defaultdict(list)
        for place in gold.evidence:
            whole = gold.unit == "article"
            quote = "" if whole else fold(_quote(place, texts))
            reasons[place.choice, place.article_id, quote].append(_why_never_cited(place, whole, texts))
        for (_, article_id, quote), whys in reasons.items():
            if all(whys):
                of = f"{quote[:60]!r} in article {article_id!r}" if quote else f"article {article_id!r}"
                yield Finding("cleaned away", loaded.where[gold.id], f"{of} cannot be cited: {whys[0]}")


def overlaps(loaded: Loaded, texts: Texts) -> Iterator[Finding]:
    """Places of two choices that are in part the same, so that one answer counts for both."""
    for gold in loaded.golds:
        places = sorted(gold.evidence, key=lambda place: (place.article_id, place.start))
        for i, one in enumerate(places):
            other = next((o for o in places[i + 1 :] if o.choice != one.choice and overlap(one, o)), None)
            if other:
                names = " and ".join(_choice(choice) for choice in sorted((one.choice, other.choice)))
                what = f"{names} overlap: {_quote(other, texts)[:60]!r}"
                yield Finding("overlap", loaded.where[gold.id], what)
                break


def odd_tags(loaded: Loaded) -> Iterator[Finding]:
    """Tags that one question only has, and that are spelt nearly like another."""
    count = Counter(tag for gold in loaded.golds for tag in gold.tags)
    for gold in loaded.golds:
        for tag in gold.tags:
            others = [other for other in count if other != tag]
            near = difflib.get_close_matches(tag, others, 1, MISSPELT) if count[tag] == 1 else []
            if near:
                had = counted(count[near[0]], "question")
                what = f"the tag {tag!r} stands here only; is it {near[0]!r}, which {had} have?"
                yield Finding("tag", loaded.where[gold.id], what)


def _quote(place: Evidence, texts: Texts) -> str:
    article = _article(place.article_id, texts)
    return article.text[place.start : place.end] if article else ""


def _article(article_id: str, texts: Texts) -> Article | None:
    """None where nothing is left of it once it is cleaned."""
    try:
        return texts.article(article_id)
    except CuttingsError:
        return None


def _why_never_cited(place: Evidence, whole: bool, texts: Texts) -> str:
    """ "" where a sentence that can be quoted holds some of it; of a `whole` article one always does."""
    article = _article(place.article_id, texts)
    if not article:
        return "nothing to quote is left of it"
    if whole or any(meet(one, place) for one in texts.sentences(article.id)):
        return ""
    for gone in article.removed:
        if meet(gone, place):
            return f"it was removed ({gone.reason}), see `cuttings show {article.id} --removed`"
    return "it stands in no sentence, but in a heading or in code"


def _choice(number: int) -> str:
    return f"alternative {number}" if number else "the evidence"
