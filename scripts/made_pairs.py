"""Pairs of sentences made from the bundled ones by recipe, where the corpus itself has too few.

No two of the bundled articles contradict each other in a figure, so what differs has to be made:

- "reworded": the second of two sentences that say the same (labelled by hand), with another figure: differ.
- "figure": a sentence and itself with another figure or month, and synonyms for some words: differ.
- "synonyms": a sentence and itself with synonyms for at least two words: same.
- "name": a sentence and itself with another body's name in it, and another figure if it has one: other.
- "neighbour": a sentence and the one behind it: other.

The same seed makes the same pairs. They alternate between the halves, but for the reworded, which stay in
the half of the pair that they are made of.
"""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

Label = Literal["same", "differ", "other"]

SEED = 5
_EACH = 24
"""Pairs of a recipe at most, but for the reworded."""

_FIGURE = re.compile(r"(?<![\w,./-])\d{2,3}(?:,\d{3})?(?=%| (?!January|February|December))(?!\d)")
_GLOSS = re.compile(r"\b(?:half|third|quarter|fifths?|tenth|one in|in ten|in five|in three)\b", re.IGNORECASE)
_MONTH = re.compile(r"\b(?:July|December|January)\b")
_SYNONYMS = {
    "networks": "partnerships", "plan to": "intend to", "said": "stated", "says": "states",
    "wanted": "sought",
    "clinical directors": "network leaders", "survey": "poll",
    "staff": "personnel", "published": "released",
    "practices": "surgeries", "new": "fresh", "drafts": "outlines", "support": "backing", "money": "cash",
    "workload": "burden of work", "GPs": "family doctors", "proposals": "suggestions", "more than": "over",
}  # fmt: skip
_BODIES = ("BMA", "NHS Confederation", "Confederation", "Pulse", "NHS England", "British Medical Association")
_OTHERS = ("Nuffield Trust", "King's Fund", "Audit Office")


@dataclass(frozen=True, slots=True)
class Quoted:
    """A sentence of an article; `said` stands in its place where a recipe changed it ("" otherwise)."""

    article_id: str
    quote: str
    said: str = ""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two sentences and what a person, or the recipe, says of them."""

    id: str
    label: Label
    half: str
    first: Quoted
    second: Quoted


def made(by_hand: Sequence[Pair], sentences: Mapping[str, Sequence[str]]) -> list[Pair]:
    """The made pairs; `sentences` are those of each article in order."""
    chance = random.Random(SEED)
    pairs = [
        Pair(f"reworded-{pair.id}", "differ", pair.half, pair.first, replace(pair.second, said=said))
        for pair in by_hand
        if pair.label == "same" and (said := _reworded(pair, chance))
    ]
    every = [Quoted(article_id, quote) for article_id, quotes in sentences.items() for quote in quotes]
    changed = {
        "figure": [
            (q, replace(q, said=_synonyms(said))) for q in every if (said := _figure(q.quote, chance))
        ],
        "synonyms": [(q, replace(q, said=said)) for q in every if (said := _synonyms(q.quote, at_least=2))],
        "name": [(q, replace(q, said=said)) for q in every if (said := _name(q.quote, chance))],
        "neighbour": [(a, b) for a, b in pairwise(every) if a.article_id == b.article_id],
    }
    labels: dict[str, Label] = {"figure": "differ", "synonyms": "same", "name": "other", "neighbour": "other"}
    for recipe, found in changed.items():
        for n, (first, second) in enumerate(chance.sample(found, min(_EACH, len(found)))):
            half = ("tune", "check")[n % 2]
            pairs.append(Pair(f"{recipe}-{n + 1}", labels[recipe], half, first, second))
    return pairs


def _reworded(pair: Pair, chance: random.Random) -> str:
    """The second sentence with another figure in place of the one that both have."""
    both = set(_FIGURE.findall(pair.first.quote)) & set(_FIGURE.findall(pair.second.quote))
    if len(both) != 1 or _GLOSS.search(pair.second.quote):
        return ""
    return _other(pair.second.quote, re.compile(rf"(?<!\d){both.pop()}(?!\d)"), chance)


def _figure(quote: str, chance: random.Random) -> str:
    """The sentence with another figure, or another month where it has none; "" where it has neither."""
    if len(_FIGURE.findall(quote)) == 1 and not _GLOSS.search(quote):
        return _other(quote, _FIGURE, chance)
    if not _FIGURE.search(quote) and len(_MONTH.findall(quote)) == 1:
        return _MONTH.sub(lambda match: chance.choice(["March", "May", "October"]), quote)
    return ""


def _other(quote: str, pattern: re.Pattern[str], chance: random.Random) -> str:
    def changed(match: re.Match[str]) -> str:
        value = int(match[0].replace(",", ""))
        top = 95 if quote[match.end() :].startswith("%") else 3 * value
        far = [n for n in range(max(2, value // 3), top) if abs(n - value) > 0.15 * value + 3]
        return f"{chance.choice(far):,}"

    return pattern.sub(changed, quote, count=1)


def _synonyms(quote: str, at_least: int = 0) -> str:
    known = [word for word in _SYNONYMS if re.search(rf"\b{word}\b", quote)]
    for word in known:
        quote = re.sub(rf"\b{word}\b", _SYNONYMS[word], quote, count=1)
    return quote if len(known) >= at_least else ""


def _name(quote: str, chance: random.Random) -> str:
    known = [body for body in _BODIES if re.search(rf"\b{body}\b", quote)]
    if len(known) != 1:
        return ""
    said = quote.replace(known[0], chance.choice(_OTHERS))
    return _figure(said, chance) or said
