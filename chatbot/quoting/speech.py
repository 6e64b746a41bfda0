"""Who says which sentence of the articles that were found, and which answer a question about speech."""

from __future__ import annotations

import re
import threading
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace

from chatbot.answer import Citation, Section
from chatbot.reading.candidate import Candidate
from corpus.attribution import is_person
from corpus.errors import CuttingsError
from corpus.language import TITLES
from corpus.speech import posts, short_names, statements
from index.hit import Hit
from index.store import Readable
from index.tokens import covered, term_set, terms

_KEPT = 2_000
"""Articles whose statements are kept."""

_OPENING = 60_000
"""Characters of an article in which speech is attributed, 40 ms at most."""

_MORE = 8
"""Passages that were not found and are read for what somebody says in them."""

_SAYS = 1.0
"""What it counts, in logits, that a sentence is somebody's, where its speaker is asked for."""

_WORDS = 4.0
"""The same for all the words that are asked for."""

_HALF = 0.5
"""Share of a topic's words, by rarity, with which a passage is about it."""

_ENOUGH = 0.7
"""Share of these words, by rarity, with which a sentence is what was meant."""

SAID_BY = "Said by"
"""Stands before the name of who says what is quoted."""

Place = tuple[str, int]
"""Article id, and where the sentence begins in it."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """Who says which sentences of some articles: speakers by place, and the short names explained there."""

    speakers: Mapping[Place, tuple[str, ...]] = field(default_factory=dict)
    short: Mapping[str, str] = field(default_factory=dict)
    posts: Mapping[str, str] = field(default_factory=dict)
    """what the articles say that a person is, by name"""

    def of(self, candidate: Candidate) -> tuple[str, ...]:
        """Those who say a sentence."""
        return self.speakers.get((candidate.article.id, candidate.sentence.start), ())

    def by(self, asked: str) -> frozenset[Place]:
        """The sentences of the one who is asked for: by surname, in full, by a body's long or short name.

        Who holds a post of a body speaks for it.
        """
        names = {name for speakers in self.speakers.values() for name in speakers}
        meant = {name for name in names if self._means(asked, name)}
        if all(map(is_person, meant)):  # "the union and the board", which no body has as its name
            several = re.split(r",? and |, | or ", asked)
            meant |= {name for name in names if any(self._means(one, name) for one in several)}
        return frozenset(place for place, speakers in self.speakers.items() if not meant.isdisjoint(speakers))

    def named_in(self, text: str) -> str:
        """The person of those who speak whom a text names first, by surname; "" for none."""
        words = re.findall(r"[\w'’-]+", text)
        places = {
            words.index(name.split()[-1]): name
            for speakers in self.speakers.values()
            for name in speakers
            if is_person(name) and name.split()[-1] in words
        }
        return places[min(places)] if places else ""

    def _means(self, asked: str, name: str) -> bool:
        wanted, given = set(terms(self._long(_untitled(asked)))), set(terms(self._long(name)))
        if not wanted or not given:
            return False
        initials = "".join(word[0] for word in name.split() if word[0].isupper())
        if wanted <= given or (is_person(name) and given <= wanted) or asked.upper() == initials:
            return True
        post = self.posts.get(name, "")
        if len(wanted) > 1 and wanted <= set(terms(post)):  # "the BMA's chair"
            return True
        named = asked if asked in self.short or asked.upper() in self.short else self._short_of(asked)
        return bool(named) and any(
            re.search(rf"\b{re.escape(one)}\b", post, re.IGNORECASE) for one in (named, self._long(named))
        )

    def _short_of(self, asked: str) -> str:
        """The short name of a body that is asked for by its long one, or the long one where it has none."""
        wanted = _untitled(asked).casefold()
        known = {name.casefold(): short for short, name in self.short.items()}
        bodies = {
            name.casefold() for names in self.speakers.values() for name in names if not is_person(name)
        }
        return known.get(wanted, wanted if wanted in bodies and len(wanted.split()) > 1 else "")

    def _long(self, name: str) -> str:
        return self.short.get(name.upper(), self.short.get(name, name))


NOBODY_SPEAKS = Spoken()


class Speech:
    """The statements of a collection's articles, found when first needed; safe in several threads."""

    def __init__(self, collection: Readable) -> None:
        self._collection = collection
        self._found: OrderedDict[str, Spoken] = OrderedDict()
        self._revision = 0
        self._reading = threading.Lock()

    def of(self, hits: Iterable[Hit]) -> Spoken:
        """Who speaks in the articles of hits."""
        ids = list(dict.fromkeys(hit.article_id for hit in hits))
        with self._reading:
            if self._revision != (revision := self._collection.revision):
                self._revision = revision
                self._found.clear()
            read = [self._article(id) for id in ids]
        speakers = {place: names for one in read for place, names in one.speakers.items()}
        return Spoken(
            speakers,
            {key: name for one in read for key, name in one.short.items()},
            {
                name: " ".join(one.posts[name] for one in read if name in one.posts)
                for name in {name for one in read for name in one.posts}
            },
        )

    def passages_with(self, places: Iterable[Place], hits: Sequence[Hit]) -> list[Hit]:
        """The passages with these sentences that are not among the hits, in articles that are; a few at most.

        They count in the search as little as the last of the hits.
        """
        of = {hit.article_id: hit for hit in hits}
        found = {(hit.article_id, one.start) for hit in hits for one in hit.passage.sentences}
        missing = {place for place in places if place not in found and place[0] in of}
        more: list[Hit] = []
        for article_id in dict.fromkeys(id for id, _ in sorted(missing)):
            passages = self._collection.passages(article_id)
            ids = [
                id
                for id, passage in zip(self._collection.passage_ids(article_id), passages, strict=False)
                if any((article_id, one.start) in missing for one in passage.sentences)
            ]
            for id, one in self._collection.located(ids[:_MORE]).items():
                last = replace(of[article_id], rank=len(hits) + len(more) + 1, score=hits[-1].score)
                more.append(
                    replace(
                        last,
                        passage_id=id,
                        passage=one.passage,
                        text=one.text,
                        bm25_rank=None,
                        dense_rank=None,
                    )
                )
            if len(more) >= _MORE:
                break
        return more[:_MORE]

    def _article(self, article_id: str) -> Spoken:
        if article_id not in self._found:
            self._found[article_id] = self._attributed(article_id)
            if len(self._found) > _KEPT:
                self._found.popitem(last=False)
        return self._found[article_id]

    def _attributed(self, article_id: str) -> Spoken:
        with suppress(CuttingsError):  # removed meanwhile
            article = self._collection.opening(article_id, _OPENING)
            sentences = {
                sentence.start: sentence
                for passage in self._collection.passages(article_id)
                for sentence in passage.sentences
                if sentence.end <= len(article.text)
            }
            speakers: dict[Place, tuple[str, ...]] = {}
            for one in statements(article, [sentences[start] for start in sorted(sentences)]):
                place = article_id, one.sentence.start
                speakers[place] = (*speakers.get(place, ()), one.speaker)
            names = {name for told in speakers.values() for name in told}
            held = {name: post for name in names if (post := posts(article.text, name))}
            return Spoken(speakers, short_names(article.text), held)
        return NOBODY_SPEAKS


def with_words_of(speaker: frozenset[Place], hits: Sequence[Hit]) -> list[Hit]:
    """The hits, those first whose passages have words of a speaker."""

    def silent(hit: Hit) -> bool:
        return all((hit.article_id, one.start) not in speaker for one in hit.passage.sentences)

    return sorted(hits, key=silent)


def about(candidates: Sequence[Candidate], rarity: Mapping[str, float]) -> list[Candidate]:
    """The candidates in whose passage or its headings most of the topic's words stand; all for no topic."""
    if not sum(rarity.values()):
        return list(candidates)

    def share(candidate: Candidate) -> float:
        around = f"{candidate.article.title} {candidate.passage.heading} {candidate.hit.text}"
        return covered(rarity, term_set(around))

    return [candidate for candidate in candidates if share(candidate) >= _HALF]


def spoken_first(
    candidates: Sequence[Candidate], spoken: Spoken, rarity: Mapping[str, float]
) -> list[tuple[Candidate, bool]]:
    """The candidates for "who said ...", best first: what is somebody's and has the words comes first.

    With each, whether it is what was meant: somebody says it, and it has most of the words by `rarity`.
    """
    rated = [(one, covered(rarity, term_set(one.quote)), bool(spoken.of(one))) for one in candidates]
    rated.sort(key=lambda one: -(one[0].score + _WORDS * one[1] + _SAYS * one[2]))
    return [(candidate, said and share >= _ENOUGH) for candidate, share, said in rated]


def quoted_last(candidates: Sequence[Candidate], said: str) -> list[Candidate]:
    """The candidates that stand in what was said last, in the order in which they were said."""
    found = [candidate for candidate in candidates if candidate.quote in said]
    return sorted(found, key=lambda candidate: said.index(candidate.quote))


def by_speaker(citations: Sequence[Citation], spoken: Spoken) -> tuple[Section, ...]:
    """The citations under the names of those who say them; nothing where nobody is known to."""
    sections: dict[str, list[Citation]] = {}
    for citation in citations:
        names = spoken.speakers.get((citation.article_id, citation.start), ())
        sections.setdefault(", ".join(names), []).append(citation)
    if not any(sections):
        return ()
    return tuple(
        Section(f"{SAID_BY} {names}" if names else "", tuple(cited)) for names, cited in sections.items()
    )


def _untitled(name: str) -> str:
    words = name.split()
    titles = {title.lower() for title in TITLES}
    while len(words) > 1 and words[0].lower().rstrip(".") in {*titles, "the"}:
        del words[0]
    return " ".join(words)
