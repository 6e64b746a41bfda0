"""What is known about a sentence as an answer, in numbers.

The reader sees a sentence in its passage, so the token vectors know what the article is about: "the
survey of 213 clinical directors" carries whose survey it is. Late interaction is the MaxSim of
Khattab and Zaharia, "ColBERT", SIGIR 2020, taken within each sentence.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from corpus.article import Article, Passage
from index.collection import Reading
from index.hit import Hit
from index.search import Query
from index.tokens import terms

NAMES = (
    "late",  # mean over the question's tokens of the best cosine with a token of the sentence
    "late_content",  # the same over the tokens of content words only
    "late_weakest",  # the content token that is matched worst
    "late_rare",  # the same mean, weighted by how rare each word is in the collection
    "late_asking",  # over the words that only ask (who, when, how many)
    "late_window",  # over the sentence with its two neighbours
    "late_before",  # of the sentence before
    "late_passage",  # over the whole passage
    "cosine",  # of the question's vector with the mean of the sentence's token vectors
    "passage_cosine",
    "passage_bm25",  # as a share of the best hit's
    "covered",  # share of the question's rare words in the sentence, the one before, and the title
    "names_covered",  # share of the question's names and numbers in the passage
    "type",  # whether the sentence has the kind of thing that is asked for (0, 0.5 unknown, 1)
    "new_number",  # a number that the question does not have, where a number or date is asked for
    "new_name",  # a name that the question does not have, where a person or place is asked for
    "anaphor",  # begins with a word that points back
    "anaphor_before",  # the same, times late_before
    "opening",  # first sentence of its passage
    "length",  # log of the characters, about 0 for a sentence of 90
)

_KINDS = (
    ("money", r"\bhow much\b.*\b(?:costs?|paid|pay|earns?|money|spen[dt]|worth|charged?|funding|price)\b"
              r"|\bwhat\b.*\b(?:salary|price|cost|fee|budget|pay)\b"),
    ("share", r"\b(?:what|which) (?:percentage|per ?cent|proportion|share|fraction)\b"),
    ("year", r"\b(?:what|which) year\b"),
    ("number", r"\bhow (?:many|much|long|old|far|tall|big|large|high|often)\b|\b(?:what|which) (?:number|age|"
               r"amount|size|figure)\b"),
    ("date", r"\bwhen\b|\b(?:what|which) (?:date|day|month|century|decade|time)\b"),
    ("person", r"\bwho(?:m|se)?\b"),
    ("place", r"\bwhere\b|\b(?:what|which) (?:country|city|town|place|state|county)\b"),
    ("reason", r"\bwhy\b|\bwhat (?:caused|reason|led)\b|\bhow come\b"),
)  # fmt: skip
_QUESTION_KINDS = [(kind, re.compile(pattern)) for kind, pattern in _KINDS]
_MONEY = re.compile(r"[£$€¥]|\b\d[\d,.]*(?: \w+)? (?:pounds?|dollars?|euros?|pence|cents?)\b", re.IGNORECASE)
_SHARE = re.compile(
    r"%|\bper ?cent\b|\b(?:half|thirds?|quarters?|fifths?|tenths?|majority|most|none|all)\b"
    r"|\bin (?:ten|five|four|three|two|\d)\b",
    re.IGNORECASE,
)
_YEAR = re.compile(r"\b(?:1\d{3}|20\d\d)\b")
_NUMBER = re.compile(
    r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|hundred|thousand|million|"
    r"billion|half|third|quarter|fifth|tenth|dozen|once|twice|most|none)\b",
    re.IGNORECASE,
)
_DATE = re.compile(
    r"\b(?:1\d{3}|20\d\d)\b|\b(?:January|February|March|April|May|June|July|August|September|October|"
    r"November|December|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)\b|\bcentur(?:y|ies)\b|"
    r"\b(?:last|next|this) (?:week|month|year|summer|winter|spring|autumn)\b"
)
_NAME = re.compile(r"(?<!^)\b[A-Z][A-Za-z'’-]+")
_REASON = re.compile(
    r"\b(?:because|due to|since|so that|in order to|as a result|owing to|led to|reasons?|caus(?:e|ed|es|ing)|"
    r"thanks to|therefore)\b",
    re.IGNORECASE,
)
_ANAPHOR = re.compile(
    r"(?:This|That|These|Those|It|He|She|They|His|Her|Their|Its|Such|Both|Here|There|Then|However|Also)\b"
)
_FIGURE = re.compile(r"\d+")
_ACRONYM = re.compile(r"(?<=[a-z] )[A-Z]{2,}\b")
_COUNTED = ("money", "share", "year", "number", "date")


@dataclass(frozen=True, slots=True)
class Read:
    """A passage that is read: where it was found, what it says, and its token vectors."""

    hit: Hit
    passage: Passage
    article: Article
    reading: Reading

    cut: bool = False
    """Whether sentences of it are left out, which are then not to be read in it."""

    @property
    def text(self) -> str:
        if self.cut:
            return " ".join(self.texts)
        return self.article.text[self.passage.start : self.passage.end]

    @property
    def texts(self) -> list[str]:
        """Its sentences, as they are quoted."""
        return [self.article.text[s.start : s.end] for s in self.passage.sentences]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question prepared for the reader."""

    tokens: np.ndarray
    """(m, d) float32"""
    reader: str
    """what made the token vectors, see `index.embed.READERS`"""
    weight: np.ndarray
    """(m,) float32, sums to one: as the reader weighs them, those of the context less than the question's"""
    content: np.ndarray
    """(m,) bool: tokens of words of the question that are not stop words"""
    asking: np.ndarray
    """(m,) bool: the other tokens of the question"""
    rare: np.ndarray
    """(m,) float32, sums to one"""
    vector: np.ndarray
    rarity: dict[str, float]
    kind: str
    names: frozenset[str]
    figures: frozenset[str]

    @classmethod
    def of(cls, query: Query, rarity: Callable[[str], float]) -> Asked:
        """`rarity` tells how much a term tells, 0 to 1."""
        encoding = query.encoding
        own = encoding.offsets[:, 0] < len(query.question)
        weight = np.where(own, 1.0, query.context_weight)
        if encoding.weights is not None:
            weight = weight * encoding.weights
        words = [terms(query.text[start:end]) for start, end in encoding.offsets]
        content = np.array([bool(word) for word in words], bool)
        if not (content & own).any():
            content[:] = own[:] = True
        known = {term: rarity(term) for term in query.terms}
        known |= {term: query.context_weight * rarity(term) for term in query.context_terms}
        rare = np.array([max((known.get(term, 0.05) for term in word), default=0.05) for word in words])
        return cls(
            tokens=encoding.tokens,
            reader=encoding.reader,
            weight=(weight / max(weight.sum(), 1e-9)).astype(np.float32),
            content=content & own,
            asking=~content & own,
            rare=(rare / max(rare.sum(), 1e-9)).astype(np.float32),
            vector=query.vector,
            rarity=known,
            kind=kind_of(query.question),
            names=frozenset(_NAME.findall(query.text)),
            figures=frozenset(_FIGURE.findall(query.text)),
        )


def kind_of(question: str) -> str:
    """What is asked for: one of the names of `_KINDS`, or "other"."""
    lowered = _ACRONYM.sub(" ", question).lower()  # the WHO asks nothing
    return next((kind for kind, pattern in _QUESTION_KINDS if pattern.search(lowered)), "other")


def features(asked: Asked, read: Sequence[Read]) -> np.ndarray:
    """One row for each sentence of the passages, in their order, (s, len(NAMES)) float32."""
    tokens, bounds = _tokens(read)
    late = _best_within(asked.tokens @ tokens.T, bounds)  # (s, m)
    means = np.add.reduceat(tokens, bounds.ravel(), axis=0)[::2]
    means[bounds[:, 0] == bounds[:, 1]] = 0.0  # reduceat gives an empty stretch its neighbour's value
    means /= np.maximum(np.linalg.norm(means, axis=1, keepdims=True), 1e-9)
    mean = late @ asked.weight
    content = late[:, asked.content]
    of_question = np.stack(
        [
            mean,
            content.mean(axis=1),
            content.min(axis=1),
            late @ asked.rare,
            late[:, asked.asking].mean(axis=1) if asked.asking.any() else mean,
        ],
        axis=1,
    ).tolist()
    near = (means @ asked.vector).tolist()
    best_bm25 = max((passage.hit.bm25 for passage in read), default=0.0)
    wanted = asked.names | asked.figures
    rows: list[list[float]] = []
    for passage in read:
        first, count = len(rows), len(passage.passage.sentences)
        own = late[first : first + count]
        whole = passage.text
        title = word_set(passage.article.title) | word_set(passage.passage.heading)
        of_passage = (
            own.max(axis=0) @ asked.weight,
            passage.hit.cosine,
            passage.hit.bm25 / max(best_bm25, 1e-9),
            sum(name in whole for name in wanted) / len(wanted) if wanted else 0.5,
        )
        before_words: frozenset[str] = frozenset()
        for i, text in enumerate(passage.texts):
            words = word_set(text)
            window = own[max(0, i - 1) : i + 2].max(axis=0) @ asked.weight
            before = mean[first + max(0, i - 1)]
            pointing = float(bool(_ANAPHOR.match(text)))
            rows.append(
                [
                    *of_question[first + i],
                    window,
                    before,
                    of_passage[0],
                    near[first + i],
                    *of_passage[1:3],
                    covered(asked.rarity, words | before_words | title),
                    of_passage[3],
                    _has_kind(asked.kind, text),
                    float(asked.kind in _COUNTED and _adds(_FIGURE, text, asked.figures)),
                    float(asked.kind in ("person", "place") and _adds(_NAME, text, asked.names)),
                    pointing,
                    pointing * before,
                    float(i == 0),
                    math.log(len(text)) - 4.5,
                ]
            )
            before_words = words
    return np.array(rows, np.float32).reshape(-1, len(NAMES))


def covered(rarity: dict[str, float], words: Set[str]) -> float:
    """The share of a question's terms, weighted by their rarity, that are among the words; 0 to 1."""
    total = sum(rarity.values())
    return sum(weight for term, weight in rarity.items() if term in words) / total if total else 0.0


@lru_cache(maxsize=50_000)
def word_set(text: str) -> frozenset[str]:
    """The terms of a sentence or title. Kept, since the same passages are read for many questions."""
    return frozenset(terms(text))


def _tokens(read: Sequence[Read]) -> tuple[np.ndarray, np.ndarray]:
    """All tokens, (t + 1, d), the last a row of zeros, and the bounds of each sentence in them, (s, 2)."""
    bounds = []
    first = 0
    for passage in read:
        at = passage.reading.offsets[:, 0]
        edges = [[sentence.start, sentence.end] for sentence in passage.passage.sentences]
        bounds.append(first + np.searchsorted(at, edges))
        first += len(at)
    tokens = [passage.reading.tokens for passage in read]
    width = max(matrix.shape[1] for matrix in tokens)
    return np.vstack([*tokens, np.zeros((1, width), np.float32)]), np.concatenate(bounds)


def _best_within(similarity: np.ndarray, bounds: np.ndarray) -> np.ndarray:
    """(s, m): for each sentence, each question token's best similarity; 0 where a sentence has no token."""
    late = np.maximum.reduceat(similarity, bounds.ravel(), axis=1)[:, ::2].T
    late[bounds[:, 0] == bounds[:, 1]] = 0.0  # cut off by the model's limit
    return late


def _adds(pattern: re.Pattern[str], text: str, known: frozenset[str]) -> bool:
    return any(found not in known for found in pattern.findall(text))


_SIGNS = {
    "money": _MONEY,
    "share": _SHARE,
    "year": _YEAR,
    "number": _NUMBER,
    "date": _DATE,
    "person": _NAME,
    "place": _NAME,
    "reason": _REASON,
}


def _has_kind(kind: str, text: str) -> float:
    return float(bool(_SIGNS[kind].search(text))) if kind in _SIGNS else 0.5
