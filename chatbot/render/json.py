"""The shapes in which other programs read answers, hits and articles: plain dicts, ready for JSON.

The REST interface and the command line both use these; the keys are a contract, so they are added to, never
renamed. Scores are rounded to four places, which is more than they mean.
"""

from __future__ import annotations

from typing import Any

from chatbot.answer import Answer, Citation, Why
from chatbot.conversation.period import Period
from chatbot.permalink import answer_id
from corpus.article import Article
from index.hit import Hit
from index.store import Summary

Json = dict[str, Any]


def answer_json(answer: Answer) -> Json:
    """The whole of an answer; `hits` without their text, which `hit_json` adds."""
    return {
        "question": answer.question,
        "standalone_question": answer.standalone_question,
        "rewrite_reason": answer.rewrite_reason,
        "state": answer.state,
        "abstained": answer.abstained,
        "confidence": round(answer.confidence, 4),
        "notice": answer.notice,
        "citations": [_with_also(citation) for citation in answer.citations],
        "hits": [hit_json(hit) for hit in answer.hits],
        "suggestions": list(answer.suggestions),
        "differ": [
            {"citations": [_with_also(citation) for citation in difference.citations]}
            for difference in answer.differ
        ],
        "period": period_json(answer.period) if answer.period else None,
        "as_typed": "as_typed" in answer.taken_off,
        "any_time": "any_time" in answer.taken_off,
        "filters": answer.filters.as_json(),
        "answer_id": answer_id(answer),
    }


def citation_json(citation: Citation) -> Json:
    """One cited sentence, without the sentences of other articles that say the same."""
    return {
        "rank": citation.rank,
        "quote": citation.quote,
        "article_id": citation.article_id,
        "title": citation.title,
        "source": citation.source,
        "start": citation.start,
        "end": citation.end,
        "score": round(citation.score, 4),
        "publisher": citation.publisher,
        "published": citation.published,
        "url": citation.url,
        "sources": citation.sources,
        "highlight": citation.highlight and dict(zip(("start", "end"), citation.highlight, strict=True)),
        "why": why_json(citation.why) if citation.why else None,
    }


def why_json(why: Why) -> Json:
    """Why a sentence was cited; see `chatbot.answer.Why`."""
    return {
        "rank": why.rank,
        "read": why.read,
        "words": list(why.words),
        "margin": round(why.margin, 4),
        "passage_rank": why.passage_rank,
        "bm25": round(why.bm25, 4),
        "bm25_rank": why.bm25_rank,
        "cosine": round(why.cosine, 4),
        "dense_rank": why.dense_rank,
    }


def period_json(period: Period) -> Json:
    """The time that a question names; `from` and `to` are ISO dates or null, `kind` says what it does."""
    return {
        "from": period.start.isoformat() if period.start else None,
        "to": period.end.isoformat() if period.end else None,
        "words": period.words,
        "kind": period.kind,
        "articles": period.articles,
        "undated": period.undated,
    }


def _with_also(citation: Citation) -> Json:
    return {**citation_json(citation), "also": [citation_json(other) for other in citation.also]}


def hit_json(hit: Hit, *, text: bool = False) -> Json:
    """One passage that a search found, with its text where `text` asks for it."""
    found = {
        "rank": hit.rank,
        "article_id": hit.article_id,
        "title": hit.title,
        "source": hit.source,
        "start": hit.start,
        "end": hit.end,
        "score": round(hit.score, 4),
    }
    return {**found, "text": hit.text} if text else found


def summary_json(article: Summary) -> Json:
    """One article of a list."""
    return {
        "id": article.id,
        "title": article.title,
        "publisher": article.publisher,
        "published": article.published,
        "url": article.url,
        "source": article.source,
    }


def article_json(article: Article) -> Json:
    """A whole article; `removed` and citations count in characters (code points) of `text`."""
    return {
        "id": article.id,
        "title": article.title,
        "publisher": article.publisher,
        "published": article.published,
        "url": article.url,
        "source": article.source,
        "topics": list(article.topics),
        "text": article.text,
        "removed": [
            {"start": removed.start, "end": removed.end, "reason": removed.reason}
            for removed in article.removed
        ],
    }
