"""A retriever for Haystack: `pip install 'cuttings[haystack]'`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from chatbot.integrations.retrieval import Source, found, missing, source_of

try:
    from haystack import Document, component, default_from_dict, default_to_dict
    from haystack.utils import Secret
except ImportError as error:
    raise missing("haystack") from error

if TYPE_CHECKING:
    from chatbot.bot import Chatbot


@component
class CuttingsRetriever:
    """Finds `top_k` passages, or with `sentences` only those that answer the question.

    `where` is a Chatbot, a collection by its folder or URL, or the address of a server, for which `key` may
    be needed (the environment's CUTTINGS_KEY where none is given); `page` is where links lead, where that is
    another address. `filters` are `{"publishers": [...], "from": "2024-05-01", "to": ...}`. A document's meta
    has what `chatbot.integrations.retrieval.Found` describes. A pipeline with it can be saved unless `where`
    is a Chatbot; to load it, Haystack wants this module among its `allowed_modules`.
    """

    def __init__(
        self,
        where: Chatbot | str | Path,
        top_k: int = 10,
        filters: dict[str, Any] | None = None,
        sentences: bool = False,
        key: Secret = Secret.from_env_var("CUTTINGS_KEY", strict=False),  # noqa: B008 - it is immutable
        page: str = "",
    ) -> None:
        self.where = where
        self.top_k = top_k
        self.filters = filters
        self.sentences = sentences
        self.key = key
        self.page = page
        self._source: Source | None = None

    @component.output_types(documents=list[Document])
    def run(
        self, query: str, top_k: int | None = None, filters: dict[str, Any] | None = None
    ) -> dict[str, list[Document]]:
        """What is given here holds for this query in place of what the retriever was made with."""
        if self._source is None:
            self._source = source_of(self.where, self.key.resolve_value() or "", self.page)
        chosen = self.filters if filters is None else filters
        passages = found(self._source, query, self.top_k if top_k is None else top_k, chosen, self.sentences)
        documents = [
            Document(id=one.id, content=one.text, meta=one.metadata(), score=one.score) for one in passages
        ]
        return {"documents": documents}

    def to_dict(self) -> dict[str, Any]:
        """Raises TypeError where it has a Chatbot, which no file can hold."""
        if not isinstance(self.where, str | Path):
            raise TypeError("a Chatbot cannot be saved; make the retriever with the collection's folder")
        return default_to_dict(
            self,
            where=str(self.where),
            top_k=self.top_k,
            filters=self.filters,
            sentences=self.sentences,
            key=self.key.to_dict(),
            page=self.page,
        )

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> CuttingsRetriever:
        """The retriever that `to_dict` described."""
        given = data["init_parameters"]
        given["key"] = Secret.from_dict(given["key"])
        return default_from_dict(cls, data)
