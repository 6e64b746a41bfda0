"""A retriever for LangChain: `pip install 'cuttings[langchain]'`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chatbot.filters import Filters
from chatbot.integrations.retrieval import Source, found, missing, source_of

try:
    from langchain_core.callbacks import CallbackManagerForRetrieverRun
    from langchain_core.documents import Document
    from langchain_core.retrievers import BaseRetriever
except ImportError as error:
    raise missing("langchain") from error


class CuttingsRetriever(BaseRetriever):
    """Finds `k` passages, or with `sentences` only those that answer the question.

    `where` is a Chatbot, a collection by its folder or URL, or the address of a server, for which `key` may
    be needed; `page` is where links lead, where that is another address. A document's metadata has what
    `chatbot.integrations.retrieval.Found` describes, and its score as `score`.
    """

    where: Any
    k: int = 10
    filters: Filters | Mapping[str, Any] | None = None
    sentences: bool = False
    key: str = ""
    page: str = ""

    _source: Source | None = None

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun
    ) -> list[Document]:
        if self._source is None:
            self._source = source_of(self.where, self.key, self.page)
        return [
            Document(id=one.id, page_content=one.text, metadata={**one.metadata(), "score": one.score})
            for one in found(self._source, query, self.k, self.filters, self.sentences)
        ]
