"""The tools of the MCP server: arguments to what is given back, for programs and as text to read.

What comes from an article is text and nothing else: the structured result has it character for character, the
text to read without what a terminal would obey.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from anyio import to_thread
from pydantic import BaseModel, ValidationError

from chatbot.answer import Answer, Citation, Turn
from chatbot.keys import ASK, READ
from chatbot.quoting.excerpt import pieces
from chatbot.render.outline import CLOSEST, CLOSEST_SHOWN, about, groups, introduction
from chatbot.render.schema import Article, Found, Place, Shape, filters_of
from chatbot.render.terminal import headed
from chatbot.render.text import counted, one_line, plain
from chatbot.server import mcp_schema
from chatbot.server.access import Caller
from chatbot.server.served import Collections, Served
from chatbot.shelf import ALL
from corpus.errors import CuttingsError
from index.store import Readable

Result = tuple[Shape, str]
"""For programs, and to read."""


@dataclass(frozen=True, slots=True)
class Tool:
    """One tool; `run` is given arguments that fit `takes`, and raises CuttingsError.

    `scope` is what a caller has to be allowed to use it, as `chatbot.keys` has them.
    """

    name: str
    title: str
    about: str
    takes: type[BaseModel]
    gives: type[Shape]
    scope: str
    run: Callable[[Collections, Caller, Any], Awaitable[Result]]

    async def call(self, collections: Collections, caller: Caller, arguments: dict[str, Any]) -> Result:
        """CuttingsError, in one line, also where the arguments do not fit."""
        try:
            taken = self.takes.model_validate(arguments)
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(part) for part in first["loc"]) or "the arguments"
            raise CuttingsError(f"{self.name}: {where}: {one_line(first['msg'])}") from error
        return await self.run(collections, caller, taken)


async def _list_collections(
    collections: Collections, caller: Caller, _: mcp_schema.ListCollections
) -> Result:
    return await to_thread.run_sync(_listed, collections.open_to(caller))


def _listed(mine: Sequence[Served]) -> Result:
    found = [one for one in mine if not one.is_all and not one.bot.collection.gone]
    rows = [{"name": one.name, "articles": len(one.listing.articles())} for one in found]
    given = mcp_schema.Collections.model_validate(
        {"collections": rows, "together": ALL if any(one.is_all for one in mine) else None}
    )
    lines = [f"{one.name}: {counted(one.articles, 'article')}" for one in given.collections]
    if given.together:
        lines.append(f"{ALL}: all of them together")
    return given, "\n".join(lines) or "There is no collection."


async def _ask(collections: Collections, caller: Caller, given: mcp_schema.Ask) -> Result:
    answer = await collections.of(given.collection, caller).chatbot.ask(
        given.question,
        [Turn(message.role, message.content) for message in given.history],
        as_typed=given.as_typed,
        any_time=given.any_time,
        filters=filters_of(given.filters),
    )
    closest = answer.citations[:CLOSEST_SHOWN] if answer.abstained else ()
    cited = () if answer.abstained else answer.citations
    return mcp_schema.Answer.of(answer, citations=cited, closest=closest), _answer(answer)


def _answer(answer: Answer) -> str:
    if answer.notice:
        return answer.notice
    if not answer.hits:
        return "There is no article in the collection to look in."
    parts = introduction(answer, "", "any_time")
    for group in groups(answer):
        if group.heading == CLOSEST:
            group = group._replace(heading="Closest passages, NOT an answer")  # since a model reads it
        mark = "-" if group.heading else f"{group.citations[0].rank}."
        lines = [*headed(group), *(_cited(citation, mark) for citation in group.citations)]
        parts.append("\n".join(lines))
    return "\n\n".join(parts)


def _cited(citation: Citation, mark: str) -> str:
    lines = [f"{mark} “{one_line(citation.quote)}”", f"   {_place(citation)}"]
    lines += [f"   also in {_place(other)}" for other in citation.also]
    if citation.also:
        lines.append(f"   independent sources: {citation.sources}")
    return "\n".join(lines)


def _place(citation: Citation) -> str:
    return f"{about(citation)} [article_id {one_line(citation.article_id)}, {citation.start}-{citation.end}]"


async def _search(collections: Collections, caller: Caller, given: mcp_schema.Search) -> Result:
    chatbot = collections.of(given.collection, caller).chatbot
    hits = await chatbot.search(given.query, given.k, filters=filters_of(given.filters))
    lines = [
        f"{hit.rank}. {one_line(hit.text)}\n   {one_line(hit.title)} "
        f"[article_id {one_line(hit.article_id)}, {hit.start}-{hit.end}]"
        for hit in hits
    ]
    return Found.model_validate({"query": given.query, "hits": hits}), "\n\n".join(
        lines
    ) or "Nothing was found."


async def _read_article(collections: Collections, caller: Caller, given: mcp_schema.ReadArticle) -> Result:
    collection = collections.of(given.collection, caller).bot.collection
    return await to_thread.run_sync(_read, collection, given)


def _read(collection: Readable, given: mcp_schema.ReadArticle) -> Result:
    try:
        article = collection.article(given.article_id)
    except CuttingsError as error:
        _ = collection.revision  # if the collection cannot be read at all, that error is reported
        known = "take the article_id of a citation or of a search result"
        raise CuttingsError(f"there is no article {given.article_id!r:.200}; {known}") from error
    start, end, quotation = _window(given, len(article.text))
    given_back = mcp_schema.Article.model_validate(
        {
            **Article.json_of(article),
            "characters": len(article.text),
            "start": start,
            "end": end,
            "text": article.text[start:end],
            "quotation": Place.of(quotation),
            "removed": [one for one in article.removed if one.start < end and start < one.end],
        }
    )
    place = f"[article_id {one_line(article.id)}, {start}-{end} of {len(article.text)} characters]"
    if quotation:
        place += "\nThe quotation stands between >>> and <<<."
    if end < len(article.text):
        place += f"\nTo read on: start={end}."
    text = "".join(
        f">>>{plain(piece)}<<<" if marked else plain(piece)
        for piece, marked in pieces(article, start, end, quotation)
    )
    return given_back, f"{about(article, article.url)}\n{place}\n\n{text.strip()}"


def _window(given: mcp_schema.ReadArticle, characters: int) -> tuple[int, int, tuple[int, int] | None]:
    """Where the text to give begins and ends, and the quotation in it."""
    if given.end is None:
        start = given.start or 0
        if start > characters:
            raise CuttingsError(f"start is {start}, the article has {characters} characters; begin before")
        return start, min(start + given.length, characters), None
    if given.start is None or not given.start < given.end <= characters:
        raise CuttingsError(
            f"no quotation stands from {given.start} to {given.end} in {characters} characters of article; "
            "take start and end of one citation"
        )
    around = max(0, given.length - (given.end - given.start)) // 2
    start = max(0, given.start - around)
    return start, min(start + given.length, characters), (given.start, given.end)


TOOLS = (
    Tool(
        "ask",
        "Ask the articles",
        "Answer a question with sentences of the person's own articles, word for word, each with its article "
        "and its place there. Quote them exactly and name the article; add nothing that they do not say. "
        "Where `state` is `possibly`, say that it is not sure; where it is `none`, the articles do not "
        "answer, and that is the answer.",
        mcp_schema.Ask,
        mcp_schema.Answer,
        ASK,
        _ask,
    ),
    Tool(
        "search",
        "Search the articles",
        "Find passages of the person's own articles by words and by meaning, best first, without judging "
        "whether they answer anything. For a question, use `ask`.",
        mcp_schema.Search,
        Found,
        READ,
        _search,
    ),
    Tool(
        "read_article",
        "Read an article",
        "Give the text of an article, whole or the part around a quotation, with the quotation marked.",
        mcp_schema.ReadArticle,
        mcp_schema.Article,
        READ,
        _read_article,
    ),
    Tool(
        "list_collections",
        "List the collections",
        "List the person's collections of articles, by the names that the other tools take.",
        mcp_schema.ListCollections,
        mcp_schema.Collections,
        READ,
        _list_collections,
    ),
)
