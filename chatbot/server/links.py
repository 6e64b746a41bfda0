"""Links that an operator gives out: made and withdrawn, and what they open, as a page and as JSON."""

from __future__ import annotations

import logging
from datetime import date
from html import escape
from string import Template
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI, HTTPException, Request
from pydantic import BaseModel, Field
from starlette.responses import HTMLResponse, JSONResponse, Response

from chatbot.links import UNKNOWN, Kind, Link, Links, Refused
from chatbot.permalink import reopen
from chatbot.render import schema
from chatbot.render.outline import groups, status, unquoted
from chatbot.render.schema import Json
from chatbot.render.text import day, listed
from chatbot.server.access import caller_of
from chatbot.server.files import WEB, file
from chatbot.server.routes import Routes
from chatbot.server.served import Chosen, Collections
from corpus.article import Article as Text
from corpus.errors import CuttingsError
from index.store import Readable

if TYPE_CHECKING:
    from chatbot import answer

log = logging.getLogger(__name__)

_HEADERS = {"cache-control": "private, no-store", "x-robots-tag": "noindex"}
"""What a link opens is not kept on the way, nor found by search engines; the guard tells no site of it."""


class Making(BaseModel, extra="forbid"):
    kind: Kind
    target: str = Field(description="The id of an answer or of an article.", max_length=16_000)
    until: date = Field(description="The last day (UTC) on which it opens.")


class Told(BaseModel):
    name: str
    kind: Kind
    target: str | None = Field(description="Its id; null where it may be one that is hidden from who asks.")
    until: str = Field(description="The last day (UTC) on which it opens.")
    by: str = Field(description="The key that made it; empty where the machine's own user did.")
    made: str
    revoked: str | None = Field(description="When it was withdrawn.")
    open: bool = Field(description="Whether it opens something today.")


class Made(Told):
    path: str = Field(description="The address below the server's own; shown once.")


class Listed(BaseModel):
    links: list[Told]


class Linked(BaseModel):
    kind: Kind
    until: str
    answer: schema.Answer | None = Field(None, description="Where it is one.")
    article: schema.Article | None = Field(None, description="Where it is one.")


class Revoked(BaseModel):
    revoked: bool


def add_routes(api: FastAPI, routes: Routes, collections: Collections) -> None:
    page = Template((WEB / "link.html").read_text(encoding="utf-8"))
    api.add_route("/assets/link.css", file("link.css"))

    @routes.post(
        "/links",
        status_code=201,
        summary="Make a link that expires",
        description="Opens an answer or an article to whoever has it, through its last day.",
        response_model=Made,
        response_description="The link; what opens it is kept nowhere",
    )
    def make(request: Request, body: Making, served: Chosen) -> Json:
        caller = caller_of(request.scope)
        collection = served.bot.collection  # nobody opens to others what is hidden from himself
        try:
            if body.kind == "article":
                collection.opening(body.target, 0)
            elif not (opened := reopen(body.target, collection)).sealed or not opened.answer.citations:
                raise CuttingsError("this answer does not come from here, or nothing of it is left")
        except CuttingsError as error:
            raise HTTPException(404, f"there is no such {body.kind} to link to") from error
        kept = Links(collection.folder)
        link, token = kept.make(body.kind, body.target, body.until, served.sight, caller.name)
        log.info("%s made the link %s", caller.who, link.name)
        return {**link.told, "path": f"/link/{token}"}

    @routes.get(
        "/links",
        summary="List the links",
        description="Without what opens them, which is kept nowhere.",
        response_model=Listed,
        response_description="In the order in which they were made",
    )
    def listed_links(served: Chosen) -> Json:
        def told(link: Link) -> Json:  # an id tells of what may be hidden from who asks
            seen = not served.hides or served.sight.covers(link.sight)
            return link.told if seen else {**link.told, "target": None}

        return {"links": [told(one) for one in Links(served.bot.collection.folder).all()]}

    @routes.delete(
        "/links/{name}",
        summary="Withdraw a link",
        description="It opens nothing from now on.",
        response_model=Revoked,
        response_description="It is withdrawn",
    )
    def revoke(request: Request, name: str, served: Chosen) -> Json:
        try:
            Links(served.bot.collection.folder).revoke(name)
        except CuttingsError as error:
            raise HTTPException(404, str(error)) from error
        log.info("%s withdrew the link %s", caller_of(request.scope).who, name)
        return {"revoked": True}

    @api.get(
        "/api/v1/linked/{token}",
        summary="Open a link",
        description="Whoever asks.",
        response_model=Linked,
        response_description="The answer or the article of the link",
    )
    def linked(token: str) -> Response:
        try:
            link, shown = _opened(collections, token)
        except Refused as error:
            raise HTTPException(410 if error.over else 404, str(error)) from error
        body = schema.Answer.of(shown).as_json() if link.kind == "answer" else schema.Article.json_of(shown)
        return JSONResponse({"kind": link.kind, "until": link.until, link.kind: body}, headers=_HEADERS)

    @api.get("/link/{token}", include_in_schema=False)
    def show(token: str) -> HTMLResponse:
        try:
            link, shown = _opened(collections, token)
        except Refused as error:
            told = page.substitute(
                title="This link opens nothing", body=f'<p role="alert">{escape(str(error))}</p>'
            )
            return HTMLResponse(told, 410 if error.over else 404, _HEADERS)
        title, body = _answer(shown) if link.kind == "answer" else _article(shown)
        until = f'<p class="until">This link opens until {escape(day(link.until))}.</p>'
        return HTMLResponse(page.substitute(title=escape(title), body=body + until), headers=_HEADERS)


def _opened(collections: Collections, token: str) -> tuple[Link, Any]:
    """The link, and its answer or article as its maker saw them. Refused."""
    link, collection = _found(collections, token)
    try:
        if link.kind == "article":
            return link, collection.article(link.target)
        opened = reopen(link.target, collection).answer
    except CuttingsError as error:
        raise Refused("what this link opened is no longer there", over=True) from error
    if not opened.citations:
        raise Refused("what this link opened is no longer there", over=True)
    log.info("the link %s was opened", link.name)
    return link, opened


def _found(collections: Collections, token: str) -> tuple[Link, Readable]:
    """The link of a token in whichever collection it is, and that as its maker saw it. Refused."""
    wrong: CuttingsError = Refused(UNKNOWN)
    for served in collections.each():
        collection = served.bot.collection
        try:
            if not collection.gone:
                link = Links(collection.folder).open(token)
                return link, collection.seeing(link.sight)
        except CuttingsError as error:
            if isinstance(error, Refused) and error.over:
                raise
            if not isinstance(error, Refused):
                wrong = error  # the links of one collection are damaged; it may be another's
    raise wrong


def _answer(shown: answer.Answer) -> tuple[str, str]:
    said = "".join(f"<p>{escape(line)}</p>" for line in (unquoted(shown), status(shown)) if line)
    quotes = ""
    for group in groups(shown):
        quotes += f"<h2>{escape(group.heading)}</h2>" if group.heading else ""
        for one in (each for citation in group.citations for each in (citation, *citation.also)):
            about = escape(listed(one.title, one.publisher, day(one.published)))
            quotes += f"<blockquote><p>{escape(one.quote)}</p><footer>{about}</footer></blockquote>"
    return shown.question, said + quotes


def _article(shown: Text) -> tuple[str, str]:
    about = escape(listed(shown.publisher, shown.author, day(shown.published)))
    text = "".join(shown.text[start:end] for start, end in shown.story())
    paragraphs = "".join(f"<p>{escape(one.strip())}</p>" for one in text.split("\n\n") if one.strip())
    return shown.title, f'<p class="about">{about}</p>{paragraphs}'
