"""A retriever for LlamaIndex: `pip install 'cuttings[llamaindex]'`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chatbot.filters import Filters
from chatbot.integrations.retrieval import found, missing, source_of

try:
    from llama_index.core.retrievers import BaseRetriever
    from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode
except ImportError as error:
    raise missing("llamaindex") from error

if TYPE_CHECKING:
    from chatbot.bot import Chatbot


class CuttingsRetriever(BaseRetriever):
    """Finds `k` passages, or with `sentences` only those that answer the question.

    `where` is a Chatbot, a collection by its folder or URL, or the address of a server, for which `key` may
    be needed; `page` is where links lead, where that is another address. A node's metadata has what
    `chatbot.integrations.retrieval.Found` describes; its characters are counted in the article.
    """

    def __init__(
        self,
        where: Chatbot | str | Path,
        k: int = 10,
        filters: Filters | Mapping[str, Any] | None = None,
        sentences: bool = False,
        key: str = "",
        page: str = "",
        **of_llamaindex: Any,
    ) -> None:
        super().__init__(**of_llamaindex)
        self._source = source_of(where, key, page)
        self._k = k
        self._filters = filters
        self._sentences = sentences

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        nodes = []
        for one in found(self._source, query_bundle.query_str, self._k, self._filters, self._sentences):
            # What leads back to the place is for programs; a model is shown where the text comes from.
            for_programs = ["article_id", "source", "start", "end", "url", "link"]
            node = TextNode(
                id_=one.id,
                text=one.text,
                metadata=one.metadata(),
                start_char_idx=one.start,
                end_char_idx=one.end,
                excluded_llm_metadata_keys=for_programs,
                excluded_embed_metadata_keys=for_programs,
            )
            nodes.append(NodeWithScore(node=node, score=one.score))
        return nodes
