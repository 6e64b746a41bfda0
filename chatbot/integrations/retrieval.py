"""What the retrievers of all frameworks do: find passages or sentences, in a collection or on a server."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urlsplit

from chatbot.filters import EVERYTHING, Filters
from chatbot.render.links import cited, page_of
from corpus.errors import CuttingsError

if TYPE_CHECKING:
    from chatbot.bot import Chatbot

PAGE = "http://localhost:7860"
"""Where `cuttings serve` opens its page, if nothing else is said."""

_API = "/api/v1"
_NAMED = f"{_API}/collections/"
_SECONDS = 60.0
"""In which a server has to answer; one that is full says so at once."""
_MOST = 100
"""Passages that a search gives at most."""


@dataclass(frozen=True, slots=True)
class Found:
    """`text` is `article.text[start:end]`, counted in characters (code points); `link` opens it, marked.

    `score` is comparable within one search; of a sentence it is the probability (0 to 1) that it answers.
    `published` is an ISO date.
    """

    text: str
    score: float
    article_id: str
    title: str
    source: str
    start: int
    end: int
    publisher: str | None
    published: str | None
    url: str | None
    link: str

    @property
    def id(self) -> str:
        """The same for the same place of the same article."""
        return f"{self.article_id}#{self.start}-{self.end}"

    def metadata(self) -> dict[str, Any]:
        """All but text and score."""
        return {name: value for name, value in asdict(self).items() if name not in ("text", "score")}


class Source(Protocol):
    """Where is searched. Both raise CuttingsError in one line that says what is wrong."""

    def passages(self, query: str, k: int, filters: Filters) -> list[Found]:
        """The k best passages, whether they answer anything or not."""

    def sentences(self, question: str, k: int, filters: Filters) -> list[Found]:
        """At most k sentences that answer; none where the articles do not answer the question."""


def source_of(where: Chatbot | str | Path, key: str = "", page: str = "") -> Source:
    """The source that is meant: a chatbot, a collection by its folder or URL, or a server by its address.

    A server's address is `http(s)://HOST[:PORT]`, or that of one of its collections, with the path behind it
    that begins with `/api/v1`; `key` is an API key for it. `page`: where links lead, if that is elsewhere.
    """
    from index.address import is_url

    if isinstance(where, str | Path):
        parts = urlsplit(str(where)) if is_url(where) else None
        if parts and parts.scheme in ("http", "https"):
            path = parts.path.rstrip("/")
            if not path or path.startswith(_API):
                return _Served(f"{parts.scheme}://{parts.netloc}", path or _API, key, page)
        from chatbot.bot import Chatbot

        where = Chatbot.open(where)
    return _Opened(where, page)


def found(
    source: Source, query: str, k: int, filters: Filters | Mapping[str, Any] | None, sentences: bool
) -> list[Found]:
    """What a retriever of these settings finds; `filters` also as `{"publishers": [...], "from", "to"}`."""
    if not 1 <= k <= _MOST:
        raise CuttingsError(f"{k} passages cannot be searched for; ask for 1 to {_MOST}")
    chosen = (
        filters if isinstance(filters, Filters) else Filters.of_json(dict(filters)) if filters else EVERYTHING
    )
    return (source.sentences if sentences else source.passages)(query, k, chosen)


def missing(extra: str) -> ImportError:
    """What is raised where a framework is not installed."""
    return ImportError(f"this retriever needs a package more: pip install 'cuttings[{extra}]'")


class _Opened:
    """A collection in this process."""

    def __init__(self, bot: Chatbot, page: str) -> None:
        self._bot = bot
        self._page = page_of(page or bot.settings.public_address or PAGE)

    def passages(self, query: str, k: int, filters: Filters) -> list[Found]:
        return [_found(hit, hit.text, self._page) for hit in self._bot.search(query, k, filters=filters)]

    def sentences(self, question: str, k: int, filters: Filters) -> list[Found]:
        answer = self._bot.ask(question, filters=filters)
        shown = () if answer.abstained else answer.citations[:k]
        return [_found(citation, citation.quote, self._page) for citation in shown]


class _Served:
    """A collection behind a server's REST interface."""

    def __init__(self, server: str, path: str, key: str, page: str) -> None:
        self._server = server
        self._path = path
        self._headers = {"authorization": f"Bearer {key}"} if key else {}
        self._page = page_of(page or server, path.removeprefix(_NAMED) if path.startswith(_NAMED) else "")

    def passages(self, query: str, k: int, filters: Filters) -> list[Found]:
        given = filters.as_json() or {}
        named = {"publisher": given.get("publishers"), "from": given.get("from"), "to": given.get("to")}
        chosen = {name: value for name, value in named.items() if value}
        answer = self._asked("GET", "search", params={"q": query, "k": k, **chosen})
        return [_found(_Row(hit), hit["text"], self._page) for hit in answer["hits"]]

    def sentences(self, question: str, k: int, filters: Filters) -> list[Found]:
        body = {"question": question, "filters": filters.as_json()}
        answer = self._asked("POST", "ask", json=body)
        shown = [] if answer["abstained"] else answer["citations"][:k]
        return [_found(_Row(citation), citation["quote"], self._page) for citation in shown]

    def _asked(self, method: str, what: str, **how: Any) -> Any:
        import httpx

        address = f"{self._server}{self._path}/{what}"
        try:
            response = httpx.request(method, address, headers=self._headers, timeout=_SECONDS, **how)
            given = response.json()
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
            what_failed = " ".join(str(error).split()) or type(error).__name__
            raise CuttingsError(
                f"{self._server} does not answer as a server of Cuttings ({what_failed}); "
                "is `cuttings serve` running there?"
            ) from error
        if response.is_error:
            raise CuttingsError(f"{self._server}: {given.get('detail') or response.reason_phrase}")
        return given


class _Row:
    """An object of JSON by its attributes."""

    def __init__(self, row: Mapping[str, Any]) -> None:
        self.__dict__.update(row)


def _found(one: Any, text: str, page: str) -> Found:
    link = page + cited(one.article_id, one.start, one.end)
    return Found(
        text,
        float(one.score),
        one.article_id,
        one.title,
        one.source,
        one.start,
        one.end,
        one.publisher,
        one.published,
        one.url,
        link,
    )
