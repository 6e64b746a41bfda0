"""Articles that are never quoted and yet counted: how many of them would have answered a question."""

from __future__ import annotations

from chatbot.pipeline import Run
from chatbot.reading.confidence import probability
from chatbot.reading.judge import judged, read
from chatbot.reading.reader import Reader
from chatbot.settings import Settings
from index.encoding.encoder import Encoder
from index.store import Readable
from index.visibility import COUNTED, Sight


class Counting:
    """Counts for who sees `sight` of a collection. Safe to use from several threads."""

    def __init__(self, collection: Readable, sight: Sight, encoder: Encoder) -> None:
        self._collection = collection
        self._searcher = collection.seeing(Sight(sight.groups, counted=True)).searcher(encoder)

    def answering(self, run: Run, reader: Reader, settings: Settings) -> int:
        """The number of these articles with a sentence that may answer.

        They are searched among the others, so that only those are read which would have been. What is found
        in them goes nowhere else.
        """
        counted = self._collection.restricted().ids.get(COUNTED, frozenset())
        if not counted:
            return 0
        rarity = self._searcher.rarity
        found: set[str] = set()
        for part in run.parts or (run,):
            asked = part.understood
            if asked.query is None or asked.out_of_time:
                continue
            hits = self._searcher.search(asked.query, settings.passages_read, scope=asked.scope)
            hits = [hit for hit in hits if hit.article_id in counted]
            passages = read(reader, asked.alone.read_as, asked.alone.history, hits, ())
            weights = {term: rarity(term) for term in asked.query.terms}
            weights |= {term: asked.alone.weight * rarity(term) for term in asked.query.context_terms}
            found |= {
                one.article.id
                for one in judged(passages, weights, reader.name)
                if probability(one.score) >= settings.threshold
            }
        return len(found)
