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

from chatbot.links import Kind, Link, Links, Refused
from chatbot.permalink import reopen
from chatbot.render.outline import groups, status, unquoted
from chatbot.render.schema import Answer, Article, Json
from chatbot.render.text import day, listed
from chatbot.server.access import caller_of
from chatbot.server.files import WEB, file
from chatbot.server.views import Views
from corpus.article import Article as Text
from corpus.errors import CuttingsError

if TYPE_CHECKING:
    from chatbot import answer

log = logging.getLogger(__name__)

_HEADERS = {"cache-control": "private, no-store", "x-robots-tag": "noindex"}
"""What a link opens is not kept on the way, nor found by search engines; the guard tells no site of it."""


class Making(BaseModel, extra="forbid"):
    kind: Kind
    target: str = Field(description="The id of an answer or of an article.", max_length=16_000)
    until: date = Field(description="The last day (UTC) on which it opens.")


def add_routes(api: FastAPI, views: Views) -> None:
    kept = Links(views.whole.bot.collection.folder)
    page = Template((WEB / "link.html").read_text(encoding="utf-8"))
    api.add_route("/assets/link.css", file("link.css"))

    @api.post("/api/v1/links", status_code=201, summary="Make a link that expires")
    def make(request: Request, body: Making) -> Json:
        """Opens an answer or an article to whoever has it, through its last day."""
        caller = caller_of(request.scope)
        bot = views.of(request.scope).bot  # nobody opens to others what is hidden from himself
        try:
            if body.kind == "article":
                bot.collection.opening(body.target, 0)
            elif not (opened := reopen(body.target, bot.collection)).sealed or not opened.answer.citations:
                raise CuttingsError("this answer does not come from here, or nothing of it is left")
        except CuttingsError as error:
            raise HTTPException(404, f"there is no such {body.kind} to link to") from error
        link, token = kept.make(body.kind, body.target, body.until, caller.sight, caller.name)
        log.info("%s made the link %s", caller.name or "somebody here", link.name)
        return {**link.told, "path": f"/link/{token}"}

    @api.get("/api/v1/links", summary="List the links")
    def listed_links() -> Json:
        """Without what opens them, which is kept nowhere."""
        return {"links": [one.told for one in kept.all()]}

    @api.delete("/api/v1/links/{name}", summary="Withdraw a link")
    def revoke(request: Request, name: str) -> Json:
        """It opens nothing from now on."""
        try:
            kept.revoke(name)
        except CuttingsError as error:
            raise HTTPException(404, str(error)) from error
        log.info("%s withdrew the link %s", caller_of(request.scope).name or "somebody here", name)
        return {"revoked": True}

    @api.get("/api/v1/linked/{token}", summary="Open a link")
    def linked(token: str) -> Response:
        """The answer or the article of a link, whoever asks."""
        try:
            link, shown = _opened(kept, views, token)
        except Refused as error:
            raise HTTPException(410 if error.over else 404, str(error)) from error
        body = Answer.of(shown).as_json() if link.kind == "answer" else Article.json_of(shown)
        return JSONResponse({"kind": link.kind, "until": link.until, link.kind: body}, headers=_HEADERS)

    @api.get("/link/{token}", include_in_schema=False)
    def show(token: str) -> HTMLResponse:
        try:
            link, shown = _opened(kept, views, token)
        except Refused as error:
            told = page.substitute(
                title="This link opens nothing", body=f'<p role="alert">{escape(str(error))}</p>'
            )
            return HTMLResponse(told, 410 if error.over else 404, _HEADERS)
        title, body = _answer(shown) if link.kind == "answer" else _article(shown)
        until = f'<p class="until">This link opens until {escape(day(link.until))}.</p>'
        return HTMLResponse(page.substitute(title=escape(title), body=body + until), headers=_HEADERS)


def _opened(kept: Links, views: Views, token: str) -> tuple[Link, Any]:
    """The link, and its answer or article as its maker saw them. Refused."""
    link = kept.open(token)
    collection = views.whole.bot.collection.seeing(link.sight)
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
