"""Candidates for tests of what comes after reading, and a reader that says what a test wants."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count

import numpy as np

from chatbot.answer import Why
from chatbot.reading.candidate import Candidate, Signals
from chatbot.reading.reader import History, JudgedPassage, Mark, PassageText
from corpus.article import Article, ArticleInfo, Passage, Sentence
from index.hit import Hit

_ids = count(1)


def neighbours(
    article_id: str, *texts: str, published: str | None = "2024-03-05", margin: float = 0.0
) -> list[Candidate]:
    """The sentences of one passage of one article, a line each; those that begin with "- " are items."""
    text = "\n".join(texts)
    article = Article(
        article_id, article_id.title(), text, f"{article_id}.txt", "The Ferryman", published, "u"
    )
    sentences = []
    start = 0
    for line in texts:
        bullet = 2 if line.startswith("- ") else 0
        kind = "item" if bullet else "prose"
        sentences.append(Sentence(article_id, start + bullet, start + len(line), kind))
        start += len(line) + 1
    passage = Passage(article_id, 0, len(text), "", tuple(sentences))
    hit = Hit(1, 1.0, next(_ids), passage, article.info, text, 1, 1)
    signals = Signals(margin, 0.0, 0.0, 0.0)
    return [Candidate(sentence, hit, signals, margin) for sentence in sentences]


@dataclass
class Told:
    """A reader that gives the sentences with these words a logit of 5, all others -5, the null 0.

    It marks the words. `asked` is what it was asked to read.
    """

    words: str = "rust"
    name: str = "told"
    asked: list[tuple[str, History | None, list[PassageText]]] = field(default_factory=list)

    def load(self) -> None:
        pass

    def read(
        self, question: str, history: History | None, passages: Sequence[PassageText]
    ) -> list[JudgedPassage]:
        self.asked.append((question, history, list(passages)))
        judged = []
        for passage in passages:
            at = [quote.find(self.words) for quote in passage.quotes]
            logits = np.array([5.0 if place >= 0 else -5.0 for place in at], np.float32)
            marks = [
                Mark(start + place, start + place + len(self.words), 1.0) if place >= 0 else None
                for place, (start, _) in zip(at, passage.sentences, strict=True)
            ]
            judged.append(JudgedPassage(logits, 0.0, tuple(marks)))
        return judged


def article_of(candidate: Candidate) -> Article:
    """The article of one of the `neighbours`, whose passage is all of it."""
    info = candidate.article
    return Article(info.id, info.title, candidate.hit.text, info.source, info.publisher, info.published)


def no_reason(candidate: Candidate) -> Why:
    return Why(1, 1, (), candidate.score, 1, 0.0, None, 0.0, None, 1)


def found_hit(article_id: str, title: str, source: str, text: str) -> Hit:
    """A passage that is the whole of its article, found by both retrievers."""
    passage = Passage(article_id, 0, len(text), "", (Sentence(article_id, 0, len(text)),))
    return Hit(1, 0.5, 1, passage, ArticleInfo(article_id, title, source), text, 1, 1)
