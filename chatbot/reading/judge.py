"""Hits to candidates: the passages are read, and every sentence of them is judged."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from chatbot.reading.candidate import Candidate, Signals
from chatbot.reading.confidence import calibration
from chatbot.reading.reader import History, JudgedPassage, PassageText, Reader
from chatbot.request import Place
from corpus.article import Sentence
from corpus.passages import dress
from index.hit import Hit
from index.tokens import covered, term_set

_MARKED = 0.25
"""How sure a reader is (0 to 1) of the words that are shown as those that answer."""

_FOUND = 8.0
"""What a passage's score in the search counts beside its best sentence; chosen on five sets at once."""


@dataclass(frozen=True, slots=True)
class ReadPassage:
    """A passage as the reader saw it, the sentences of it that are not hidden, and what the reader says."""

    hit: Hit
    sentences: tuple[Sentence, ...]
    text: PassageText
    judgement: JudgedPassage


def read(
    reader: Reader,
    question: str,
    history: History | None,
    hits: Iterable[Hit],
    hidden: Iterable[Place] = (),
) -> list[ReadPassage]:
    """The passages of the hits, read; the reader sees no sentence that overlaps a `hidden` place."""
    places = list(hidden)
    opened = []
    for hit in hits:
        sentences = tuple(one for one in hit.passage.sentences if not _is_hidden(one, places))
        if sentences:
            opened.append((hit, sentences, _text(hit, sentences)))
    judgements = reader.read(question, history, [text for _, _, text in opened])
    return [ReadPassage(*one, judgement) for one, judgement in zip(opened, judgements, strict=True)]


def judged(passages: Iterable[ReadPassage], rarity: Mapping[str, float], reader: str) -> list[Candidate]:
    """The sentences of what was read, best first, each once though passages overlap.

    `rarity` has the question's terms with how much each tells (0 to 1); `reader` is the name of who read.
    """
    weigh = calibration(reader)
    found: dict[tuple[str, int], Candidate] = {}
    for one in passages:
        words = term_set(one.text.context) | term_set(one.text.text)
        missing = 1 - covered(rarity, words)
        for i, sentence in enumerate(one.sentences):
            margin = float(one.judgement.logits[i]) - one.judgement.null
            signals = Signals(margin, one.hit.score, missing, one.hit.recent)
            score = weigh(signals)
            place = one.hit.article_id, sentence.start
            if place not in found or found[place].score < score:
                found[place] = Candidate(sentence, one.hit, signals, score, _highlight(one, i))
    return sorted(found.values(), key=lambda candidate: -candidate.score)


def ranked(hits: Sequence[Hit], candidates: Sequence[Candidate]) -> tuple[Hit, ...]:
    """The hits by their best sentence and by how they were found; those that were not read come last.

    The score of the first becomes the sum of both, that of the others falls below by one each.
    """
    best: dict[int, float] = {}
    for candidate in candidates:
        id = candidate.hit.passage_id
        best[id] = max(best.get(id, candidate.score), candidate.score)
    read = [
        replace(hit, score=best[hit.passage_id] + _FOUND * hit.score)
        for hit in hits
        if hit.passage_id in best
    ]
    read.sort(key=lambda hit: -hit.score)
    last = read[-1].score if read else 0.0
    rest = [hit for hit in hits if hit.passage_id not in best]
    listed = [*read, *(replace(hit, score=last - number) for number, hit in enumerate(rest, start=1))]
    return tuple(replace(hit, rank=rank) for rank, hit in enumerate(listed, start=1))


def _is_hidden(sentence: Sentence, hidden: Sequence[Place]) -> bool:
    return any(
        sentence.article_id == article_id and sentence.start < end and start < sentence.end
        for article_id, start, end in hidden
    )


def _text(hit: Hit, sentences: Sequence[Sentence]) -> PassageText:
    """The sentences joined by one blank, which says nothing of what was left out between them."""
    quotes = [hit.slice(one.start, one.end) for one in sentences]
    spans, at = [], 0
    for quote in quotes:
        spans.append((at, at + len(quote)))
        at += len(quote) + 1
    return PassageText(" ".join(quotes), dress(hit.article, hit.passage), tuple(spans), hit.bm25)


def _highlight(one: ReadPassage, i: int) -> tuple[int, int] | None:
    """The mark of a sentence in characters of its article, where it is sure and not the whole sentence."""
    mark, sentence = one.judgement.marks[i], one.sentences[i]
    if mark is None or mark.sure < _MARKED or mark.end - mark.start >= sentence.end - sentence.start - 1:
        return None
    offset = sentence.start - one.text.sentences[i][0]
    return mark.start + offset, mark.end + offset
