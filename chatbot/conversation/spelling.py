"""Misspelt words of a question, and the words of the collection that are meant.

A word is left alone if the collection or the English language has it: a question may well ask for something
that the articles do not mention. Any other is matched against the words of the collection and the few that
questions are made of, by edit distance with transpositions (the restricted form of Damerau and Levenshtein's)
and by how often they occur. Two words that the articles write as one ("corona virus") are joined.
"""

from __future__ import annotations

import re
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from importlib.resources import files

from rapidfuzz import process
from rapidfuzz.distance import OSA

from chatbot.answer import Correction
from index.languages import REMEMBERED
from index.store import Readable
from index.tokens import STOP_WORDS, fold, in_another, terms

COMMON = 5_000_000
"""How often a word stands in the dictionary's texts from which on it is common; the 10,000th word does."""

_ARTICLES, _CHARACTERS = 5_000, 50_000
"""The newest articles whose words are known, and how much of each: two seconds at most, once."""

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_ASKED_BY = {
    word: 100 - place
    for place, word in enumerate(
        "what when where which who why how whom whose is are was were does did".split()
    )
}
"""What a question begins with, the commonest first."""
_ASKING = {
    word: 1_000 - place
    for place, word in enumerate(
        "the of and what when where which who whom whose why how is are was were do does did has have had"
        " can could"
        " about many much or says said say think thinks quote summarise summarize summary compare difference"
        " between timeline history happened list articles article latest news mention mentions main findings"
        " points explain define meaning stand would should will".split()
    )
}
"""The words that questions are made of, the commonest first; a collection need not have them."""


class Vocabulary:
    """The words of a collection: `counts` by the folded word, `written` as each is mostly written.

    `languages` are those beside English that it has texts in.
    """

    def __init__(self, texts: Iterable[str], languages: Iterable[str] = ()) -> None:
        self.languages = tuple(languages)
        written: Counter[str] = Counter()
        for text in texts:
            written.update(_WORD.findall(text))
        self.counts: Counter[str] = Counter()
        self.written: dict[str, str] = {}
        for word, count in written.most_common():
            folded = _plain(word)
            self.counts[folded] += count
            self.written.setdefault(folded, word)
        self.names = {one: count for one, count in self.counts.items() if self.written[one][0].isupper()}
        for word in STOP_WORDS:
            self.counts.pop(word, None)
        self._terms = {term for word in self.counts for term in terms(word)}

    def __contains__(self, word: str) -> bool:
        """Whether the collection has a word, in this form or another."""
        folded = _plain(word)
        return (
            folded in STOP_WORDS
            or folded in self.counts
            or any(term in self._terms for term in terms(folded))
        )


class Words:
    """The vocabulary of a collection as it is now, read when it is first needed and after each change."""

    def __init__(self, collection: Readable) -> None:
        self._collection = collection
        self._read: tuple[int, Vocabulary] | None = None
        self._reading = threading.Lock()

    def __call__(self) -> Vocabulary:
        with self._reading:
            revision = self._collection.revision
            if self._read is None or self._read[0] != revision:
                ids = [article.id for article in self._collection.articles()[:_ARTICLES]]
                texts = (self._collection.opening(id, _CHARACTERS).text for id in ids)
                languages = (self._collection.meta(REMEMBERED) or "").split()
                self._read = revision, Vocabulary(texts, languages)
            return self._read[1]


def corrected(
    question: str, known: Callable[[str], bool], vocabulary: Callable[[], Vocabulary]
) -> tuple[str, tuple[Correction, ...]]:
    """The question as it was meant, and what was corrected in it.

    `known` says whether the collection has a term; `vocabulary` is called only if a word may be misspelt.
    """
    words = list(_WORD.finditer(question))
    doubtful = [match for i, match in enumerate(words) if not _stands(match.group(), i == 0, known)]
    if not doubtful:
        return question, ()
    found = vocabulary()
    if in_another(question, found.languages):
        return question, ()  # what is known of spelling is English
    corrections: list[Correction] = []
    for match in reversed(doubtful):
        place = words.index(match)
        if correction := _meant(question, words, place, found):
            start, end, meant = correction
            corrections.insert(0, Correction(question[start:end], meant))
            question = question[:start] + meant + question[end:]
    return question, tuple(corrections)


def _stands(word: str, first: bool, known: Callable[[str], bool]) -> bool:
    """Whether a word need not be looked at: the collection or the language has it."""
    folded = _plain(word)
    if folded in STOP_WORDS or folded in _ASKING:
        return True
    if any(known(term) for term in terms(folded)):
        return True
    return not first and len(folded) < 3


def _meant(
    question: str, words: list[re.Match[str]], place: int, vocabulary: Vocabulary
) -> tuple[int, int, str] | None:
    """Where a word that may be misspelt begins and ends, and what is meant; None where it stands as it is."""
    match = words[place]
    word = _plain(match.group())
    for first, last in ((place, place + 1), (place - 1, place)):
        if first >= 0 and last < len(words):
            joined = _plain(words[first].group() + words[last].group())
            near = _nearest(joined, vocabulary.counts, 1) if len(joined) >= 8 else None
            if near:
                return words[first].start(), words[last].end(), vocabulary.written[near]
    if place == 0 and (near := _nearest(word, _ASKED_BY, 1)):
        return match.start(), match.end(), near.capitalize() if match.group()[0].isupper() else near
    english = _english()
    if match.group().isupper() or english.get(word, 0) >= COMMON:
        return None
    if word in english:
        # Of a rare word only a name that is all but the same is meant: "Rankin" for "Rankine".
        near = _nearest(word, vocabulary.names, 1)
    elif len(word) < 4:
        near = _nearest(word, _ASKING, 1)
    else:
        most = 1 if len(word) < 7 else 2 if len(word) < 10 else 3
        found = [_nearest(word, words, most) for words in (vocabulary.counts, _ASKING, _common())]
        near = min((one for one in found if one), key=lambda one: OSA.distance(word, one), default=None)
    return (match.start(), match.end(), vocabulary.written.get(near, near)) if near else None


def _nearest(word: str, candidates: Mapping[str, int], most: int) -> str | None:
    """The candidate within so many edits: the nearest; of these one whose letters are only in another order,
    then one with the same initial, then the commonest."""
    near = process.extract(word, candidates.keys(), scorer=OSA.distance, score_cutoff=most, limit=50)
    ranked = [
        (edits, sorted(one) != sorted(word), one[0] != word[0], -candidates[one], one)
        for one, edits, _ in near
        if len(one) > 2
    ]
    return min(ranked)[-1] if ranked else None


def _plain(word: str) -> str:
    return re.sub(r"['’](?:s|S)?$", "", fold(word))


@cache
def _common() -> dict[str, int]:
    return {word: count for word, count in _english().items() if count >= COMMON}


@cache
def _english() -> dict[str, int]:
    """The words of English with how often each stands in a large body of text, from symspellpy."""
    lines = (
        files("symspellpy").joinpath("frequency_dictionary_en_82_765.txt").read_text("utf-8-sig").split("\n")
    )
    return {word: int(count) for word, _, count in (line.partition(" ") for line in lines if line.strip())}
