"""Text to the terms that BM25 counts; the same function for questions and passages."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from functools import lru_cache

import Stemmer

from index.languages import is_foreign, stemmer, stop_words

# Function words of English, and the words that only make a sentence a question. "us" is not among
# them: once the case is folded it is also a country.
STOP_WORDS = frozenset(
    """
    a about above after again all also am an and any are aren as at be because been before being below
    between both but by can could couldn d did didn do does doesn doing don down during each every few
    for from further had hadn has hasn have haven having he her here hers herself him himself his how
    i if in into is isn it its itself just let ll m many me might mightn more most much must mustn my myself
    no nor not now o of off on once only or other our ours ourselves out over own please re s said say
    says shall shan she should shouldn so some such t tell than that the their theirs them themselves
    then there these they this those through to too under until up upon ve very was wasn we were weren
    what whatever when where whether which while who whom whose why will with won would wouldn you your
    yours yourself yourselves
    """.split()
)

_TERM = re.compile(
    r"""
    (?P<acronym> (?:[^\W\d_]\.){2,} )                    # U.S., e.g.
  | (?P<number> \d+(?:,\d{3})+(?:\.\d+)? | \d+(?:\.\d+)? )  # 30,000  6.5  2020
    (?P<percent> \s?% | \s(?:per\s?cent)\b )?
  | (?P<word> [^\W\d_]+ )
    """,
    re.VERBOSE,
)
# Apostrophes to one form; note marks and signs that would grow into the word before them ("2019¹", "Xbox™").
_PLAIN = str.maketrans({"’": "'", "ʼ": "'", "‘": "'", "ŉ": "'n"} | dict.fromkeys("⁰¹²³⁴⁵⁶⁷⁸⁹™℠", " "))

_stemmer = Stemmer.Stemmer("english")


def terms(text: str, language: str | None = None) -> list[str]:
    """The terms of a text in order, with repeats; `language` (ISO 639-1) is English where it is not said.

    Case, accents and word endings are folded ("Élections" and "election" meet), stop words left out.
    "30,000" is the term "30000"; "81%" and "81 per cent" are both "81" and "81%"; "U.S." is "us".
    """
    found: list[str] = []
    for match in _TERM.finditer(fold(text)):
        if word := match["word"]:
            term = _term(word, language)
            if term:
                found.append(term)
        else:
            found.extend(_figures(match))
    return found


def question_terms(text: str, languages: Iterable[str], held: Callable[[str], bool]) -> list[str]:
    """The terms of a question for a collection that has texts in `languages` beside English.

    A word is looked for as each language has it that knows it: nobody says which a question is in. Forms that
    are not `held` by any passage are left out, so that they do not count as missing; a word that none holds
    counts once, unless it is a stop word of one of the languages.
    """
    known = (None, *languages)
    found: list[str] = []
    for match in _TERM.finditer(fold(text)):
        word = match["word"]
        if not word:
            found.extend(_figures(match))
            continue
        forms = [_term(word, language) for language in known]
        there = [term for term in dict.fromkeys(forms) if term and held(term)]
        found.extend(there or (forms[:1] if all(forms) else ()))
    return found


def in_another(text: str, languages: Iterable[str]) -> bool:
    """Whether a question has more function words of one of these languages than of English."""
    words = [match["word"] for match in _TERM.finditer(fold(text)) if match["word"]]
    english = sum(word in STOP_WORDS for word in words)
    return any(sum(word in stop_words(language) for word in words) > english for language in languages)


def _term(word: str, language: str | None) -> str:
    """The term of a folded word, "" of a stop word."""
    if not is_foreign(language):
        return "" if word in STOP_WORDS else _stem(word)
    return "" if word in stop_words(language) else _stem_in(word, language)


def _figures(match: re.Match[str]) -> Iterator[str]:
    """The terms of a number or an acronym."""
    if number := match["number"]:
        plain = number.replace(",", "")
        yield plain
        if match["percent"]:
            yield plain + "%"
    else:
        yield match["acronym"].replace(".", "")


@lru_cache(maxsize=20_000)
def term_set(text: str) -> frozenset[str]:
    """The terms of a text, each once. Kept, since the same passages are looked at for many questions."""
    return frozenset(terms(text))


def covered(weights: Mapping[str, float], words: Set[str]) -> float:
    """The share of the terms, by their weights, that are among the words, 0 to 1; 0 where there are none."""
    total = sum(weights.values())
    return sum(weight for term, weight in weights.items() if term in words) / total if total else 0.0


def fold(text: str) -> str:
    """The text in lower case, without accents, ligatures, typographic apostrophes or raised figures."""
    decomposed = unicodedata.normalize("NFKD", text.translate(_PLAIN))
    return "".join(c for c in decomposed if not unicodedata.combining(c)).casefold()


@lru_cache(maxsize=65536)
def _stem_in(word: str, language: str) -> str:
    own = stemmer(language)
    return own.stemWord(word) if own else word


@lru_cache(maxsize=65536)
def _stem(word: str) -> str:
    return _stemmer.stemWord(word)
