"""The id of an answer, from which the answer can be opened again.

Nothing is stored for it: the id itself holds the question, and for each sentence that was cited its place in
its article with a digest of its words, and why it was chosen. To reopen an answer is to slice
every quotation from its article again, of an older version where the newest has it no more; one that stands
in none is left out and counted, so an id that was tampered with shows no sentence that the articles do not
have. It ends in the seal of the collection's key: without that it was made
before there were seals, or by somebody else, and is opened, but nothing else is done with it.
"""

from __future__ import annotations

import base64
import hashlib
import json
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from operator import index
from typing import Any, NamedTuple

from chatbot.answer import KINDS, STATES, TAKEN_OFF, Answer, Citation, Difference, State, Why
from chatbot.conversation.period import Period
from chatbot.conversation.smalltalk import reply
from chatbot.conversation.understand import NOTHING_TO_SEARCH
from chatbot.filters import Filters
from chatbot.quoting.explanation import words_of
from chatbot.quoting.sections import Division, arranged, division
from chatbot.seal import is_sealed, key_of, seal
from chatbot.versions import Past
from corpus.article import Article, Passage
from corpus.errors import CuttingsError
from corpus.passages import heading_at
from corpus.sentences import LONGEST
from index.store import Readable

_LONGEST = 16_000
"""Characters of an id."""
_LARGEST = 32 * 1024
"""Bytes that it may unfold to."""
_MOST_SENTENCES = 200
"""Sentences that it may cite, over ten times what an answer cites: each of them may be a paragraph."""
_BEFORE_KINDS = 11
"""Values in an id that was made before answers had kinds."""
_WITHOUT_KIND: tuple[Any, Any] = ("fact", ())
"""What such an id does not say."""
_MOST_SECTIONS = 3
"""Headings that a question can give."""


_NO_ID = (LookupError, TypeError, ValueError, OverflowError, RecursionError, zlib.error)
"""What is raised where an id is none."""


@dataclass(frozen=True, slots=True)
class Reopened:
    """An answer as it was given, less the `lost` sentences that its articles no longer have."""

    answer: Answer
    lost: int
    sealed: bool
    """Whether a server of this collection gave it."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a sentence was quoted from: `article.text[start:end]`, and what tells its words from others."""

    article_id: str
    start: int
    end: int
    digest: str

    def holds(self, quote: str) -> bool:
        """Whether these are the words that were quoted."""
        return _digest(quote) == self.digest


def answer_id(answer: Answer, key: bytes) -> str:
    """A few hundred letters, digits, "-" and "_"; `key` as `chatbot.seal.key_of` gives it."""
    packed = {
        "question": answer.question,
        "standalone": answer.standalone_question,
        "reason": answer.rewrite_reason,
        "state": answer.state,
        "confidence": round(answer.confidence, 4),
        "notice": bool(answer.notice),
        "citations": [_packed(citation) for citation in answer.citations],
        "differ": [[_packed(citation) for citation in one.citations] for one in answer.differ],
        "period": _packed_period(answer.period),
        "taken_off": sorted(answer.taken_off),
        "filters": answer.filters.as_json(),
        "kind": answer.kind,
        "sections": division(answer.kind, answer.standalone_question, answer.sections),
    }
    # Not ASCII: half a surrogate pair never gets into an answer.
    plain = json.dumps(list(packed.values()), ensure_ascii=False, separators=(",", ":")).encode()
    compressed = zlib.compress(plain, 9)
    return base64.urlsafe_b64encode(compressed + seal(key, compressed)).rstrip(b"=").decode()


def reopen(answer_id: str, collection: Readable) -> Reopened:
    """The answer of an id. CuttingsError where it is not the id of an answer."""
    try:
        packed, sealed = _unpacked(answer_id, key_of(collection.folder))
        if not sealed:
            _without_why(packed)
        answer, lost = _reopened(packed, collection)
        return Reopened(replace(answer, id=answer_id), lost, sealed)
    except _NO_ID as error:
        raise _no_id(answer_id) from error


def _no_id(answer_id: str) -> CuttingsError:
    return CuttingsError(
        f"{answer_id:.40} is not the id of an answer; copy the whole of the link, or ask again"
    )


def places(answer_id: str) -> tuple[str, tuple[Place, ...]]:
    """The question of an answer's id, and where its sentences stood. CuttingsError as `reopen`."""
    try:
        packed, _ = _unpacked(answer_id, b"")  # whoever sealed it
        question, cited, differ = str(packed[0]), packed[6], packed[7]
        found = [
            Place(str(one[0]), index(one[1]), index(one[2]), str(one[3]))
            for citation in [*cited, *(side for two in differ for side in two)]
            for one in [citation, *citation[6]]
        ]
    except _NO_ID as error:
        raise _no_id(answer_id) from error
    return question, tuple(dict.fromkeys(found))


def _packed(citation: Citation) -> list[Any]:
    return [
        citation.article_id,
        citation.start,
        citation.end,
        _digest(citation.quote),
        round(citation.score, 4),
        citation.highlight,
        [_packed(replace(other, why=None)) for other in citation.also],
        citation.sources,
        *_packed_why(citation),
    ]


def _packed_why(citation: Citation) -> list[Any]:
    """Its words by their place in the quotation, its numbers to two digits."""
    why = citation.why
    if why is None:
        return []
    said = words_of(citation.quote)
    words = [said.index(word) for word in why.words]
    search = [why.passage_rank, why.passages, round(why.bm25, 2), why.bm25_rank, round(why.cosine, 2)]
    return [[why.rank, why.read, words, round(why.margin, 2), *search, why.dense_rank]]


def _why(packed: list[Any], quote: str) -> Why:
    rank, read, words, margin, passage_rank, passages, bm25, bm25_rank, cosine, dense_rank = packed
    said = words_of(quote)
    return Why(
        rank=index(rank),
        read=index(read),
        words=tuple(said[index(place)] for place in words),
        margin=float(margin),
        passage_rank=index(passage_rank),
        bm25=float(bm25),
        bm25_rank=None if bm25_rank is None else index(bm25_rank),
        cosine=float(cosine),
        dense_rank=None if dense_rank is None else index(dense_rank),
        passages=index(passages),
    )


def _without_why(packed: list[Any]) -> None:
    """Take out what only a server of this collection can say: anybody can write numbers into an id."""
    for citation in [*packed[6], *(side for one in packed[7] for side in one)]:
        del citation[8:]


def _packed_period(period: Period | None) -> list[Any] | None:
    if period is None:
        return None
    days = [day and day.isoformat() for day in (period.start, period.end)]
    return [period.kind, *days, period.words, period.articles, period.undated]


def _digest(quote: str) -> str:
    return base64.b64encode(hashlib.sha256(quote.encode()).digest()[:6]).decode()


def _unpacked(answer_id: str, key: bytes) -> tuple[list[Any], bool]:
    """What was packed, and whether its seal is right."""
    if len(answer_id) > _LONGEST:
        raise ValueError("too long")
    unfold = zlib.decompressobj()
    given = base64.b64decode(answer_id + "=" * (-len(answer_id) % 4), altchars=b"-_", validate=True)
    plain = unfold.decompress(given, _LARGEST)
    if not unfold.eof:
        raise ValueError("cut off, or too large")
    packed = list(json.loads(plain))
    json.dumps(packed, ensure_ascii=False, allow_nan=False).encode()  # half a surrogate pair cannot be shown
    end = len(given) - len(unfold.unused_data)
    return packed, is_sealed(key, given[:end], unfold.unused_data)


def _reopened(packed: list[Any], collection: Readable) -> tuple[Answer, int]:
    """The answer, and how many of its sentences are lost."""
    packed = [*packed, *_WITHOUT_KIND[len(packed) - _BEFORE_KINDS :]]
    question, standalone, reason, state, confidence, notice, cited, differ, period, off, filters = packed[:11]
    kind, sections = packed[11:]
    question, standalone, reason = str(question), str(standalone), str(reason)
    if sum(1 for _ in _cited_ids(cited, differ)) > _MOST_SENTENCES:
        raise ValueError("more sentences than an answer has")
    articles = {article_id: _read(article_id, collection) for article_id in _cited_ids(cited, differ)}
    citations = [_citation(one, rank, articles) for rank, one in enumerate(cited, start=1)]
    standing = tuple(citation for citation in citations if citation)
    differences = []
    for one in differ:
        sides = [_citation(side, rank, articles) for rank, side in enumerate(one, start=1)]
        if sides and all(sides):
            differences.append(Difference(tuple(side for side in sides if side)))
    kind = KINDS[KINDS.index(kind)]
    divided = _division(sections, citations)
    shown = _state(state) if standing else "none"
    answer = Answer(
        question=question,
        standalone_question=standalone,
        rewrite_reason=reason,
        state=shown,
        confidence=float(confidence),
        citations=standing,
        hits=(),
        # Not taken from the id, which could say anything.
        notice=(reply(question) or NOTHING_TO_SEARCH) if notice else "",
        differ=tuple(differences),
        period=_period(*period) if period else None,
        taken_off=frozenset(what for what in TAKEN_OFF if what in off),
        filters=Filters.of_json(filters),
        kind=kind,
        sections=() if shown == "none" else arranged(kind, standalone, standing, divided),
    )
    return answer, len(citations) - len(standing)


def _division(packed: Iterable[Any], citations: list[Citation | None]) -> Division:
    """As it was packed, less the citations that no longer stand."""
    divided, start = [], 0
    for place, count, state in packed:
        if not 0 <= index(place) <= _MOST_SECTIONS or not 0 <= index(count) <= len(citations) - start:
            raise ValueError("no such section")
        standing = sum(one is not None for one in citations[start : start + count])
        if standing or not count:
            divided.append((place, standing, _state(state)))
        start += count
    if divided and start != len(citations):
        raise ValueError("a citation under no heading")
    return tuple(divided)


def _cited_ids(cited: Iterable[Any], differ: Iterable[Any]) -> Iterator[str]:
    for citation in [*cited, *(side for one in differ for side in one)]:
        yield str(citation[0])
        yield from (str(other[0]) for other in citation[6])


class _Read(NamedTuple):
    """An article that is cited, with its past, and its passages."""

    past: Past
    passages: Sequence[Passage]

    @property
    def article(self) -> Article:
        return self.past.newest

    def heading(self, offset: int) -> str:
        """The heading above the character at `offset`."""
        for one in self.passages:
            if one.start <= offset < one.end:
                return heading_at(one, self.article.text[one.start : one.end], offset)
        return ""


def _read(article_id: str, collection: Readable) -> _Read | None:
    try:
        past = Past.of(collection, article_id)
        return _Read(past, collection.passages(past.newest.id))
    except CuttingsError:
        return None


def _citation(packed: list[Any], rank: int, articles: dict[str, _Read | None]) -> Citation | None:
    """The citation, or the first of those that say the same; None where none of them stands."""
    own, why = [*packed[:6], [], 1], packed[8:]
    found = [_sentence(one, rank, articles) for one in [own, *packed[6]]]
    if found[0] and why:
        found[0] = replace(found[0], why=_why(why[0], found[0].quote))
    standing = [one for one in found if one]
    if not standing:
        return None
    sources = int(packed[7]) if len(standing) == len(found) else 1
    return replace(standing[0], also=tuple(standing[1:]), sources=min(sources, len(standing)))


def _sentence(packed: list[Any], rank: int, articles: dict[str, _Read | None]) -> Citation | None:
    article_id, start, end, digest, score, highlight = packed[:6]
    read = articles[article_id]
    # What is longer is no sentence: else a small id could ask for a whole article many times over.
    if read is None or not 0 <= start < end <= start + LONGEST:
        return None
    standing = _standing(read, start, end, str(digest))
    if standing is None:
        return None
    article, version, by = standing
    start, end = start + by, end + by
    highlight = highlight and (index(highlight[0]) + by, index(highlight[1]) + by)
    within = highlight and start <= highlight[0] < highlight[1] <= end
    quote = article.text[start:end]
    return Citation(
        rank=rank,
        quote=quote,
        article_id=read.article.id,
        title=article.title,
        source=article.source,
        start=start,
        end=end,
        score=float(score),
        publisher=article.publisher,
        published=article.published,
        url=article.url,
        author=article.author,
        updated=article.updated,
        page=article.info.page(start),
        heading=read.heading(start) if version is None else "",
        version=version,
        highlight=(highlight[0], highlight[1]) if within else None,
        collection=read.article.collection,
    )


def _standing(read: _Read, start: int, end: int, digest: str) -> tuple[Article, int | None, int] | None:
    """The version in which a sentence stands, with its number (None: the newest), and how far it has moved.

    First of all where it stood, then as another sentence of the newest version, then in an older one.
    """
    newest = read.article
    if end <= len(newest.text) and _digest(newest.text[start:end]) == digest:
        return newest, None, 0
    for passage in read.passages:
        for one in passage.sentences:
            if one.end - one.start == end - start and _digest(newest.text[one.start : one.end]) == digest:
                return newest, None, one.start - start
    older = read.past.holding(start, end, lambda words: _digest(words) == digest)
    return (older[1], older[0], 0) if older else None


def _state(packed: str | bool) -> State:
    """Ids that were made before there were three states say only whether nothing was shown."""
    if isinstance(packed, bool):
        return "none" if packed else "answer"
    return STATES[STATES.index(packed)]


def _period(kind: str, start: str | None, end: str | None, words: str, articles: int, undated: int) -> Period:
    if kind not in ("filter", "prefer", "newest"):
        raise ValueError(kind)
    first, last = (date.fromisoformat(day) if day else None for day in (start, end))
    return Period(kind, first, last, str(words), int(articles), int(undated))  # type: ignore[arg-type]
