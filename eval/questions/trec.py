"""TREC's relevance judgements about the articles of a collection: `question 0 article grade`, one a line.

The questions stand in a second file, the topics. A document is an article, by the id that `cuttings list`
shows.
"""

from __future__ import annotations

from pathlib import Path

from eval.questions.gold import Loaded, some
from eval.questions.jsonl import Complain, stop
from eval.questions.judgements import gather, read_judgements, read_topics
from eval.questions.texts import Texts, of_collection
from index.store import Store


def load_qrels(qrels: Path, topics: Path, collection: Store) -> Loaded:
    """The questions that are judged. Raises as `eval.questions.gold.load_gold` does."""
    return some(read_qrels(qrels, topics, of_collection(collection), stop), qrels)


def read_qrels(qrels: Path, topics: Path, texts: Texts, complain: Complain) -> Loaded:
    """As `load_qrels`, but `complain` hears of each line that does not fit, and there may be no question."""

    def find(name: str) -> tuple[str, str] | None:
        return (name, texts.article(name).text) if name in texts else None

    judged = read_judgements(qrels, "TREC", complain)
    return gather(judged, read_topics(topics, complain), topics, find).loaded()
