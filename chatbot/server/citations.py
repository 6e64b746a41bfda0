"""The route that gives answers in the formats in which citations leave the page."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlsplit

from fastapi import HTTPException, Request
from fastapi.responses import Response

from chatbot.permalink import reopen
from chatbot.render.blocks import place_on
from chatbot.render.formats import FORMATS
from chatbot.render.links import page_of
from chatbot.server import rest_schema
from chatbot.server.routes import Routes
from chatbot.server.served import COLLECTION, Chosen
from corpus.errors import CuttingsError


def add_citations(routes: Routes) -> None:
    """What opens answers again and gives them as one file."""
    content: dict[str, Any] = {one.media_type: {"schema": {"type": "string"}} for one in FORMATS.values()}

    @routes.post(
        "/citations",
        summary="Answers in a format to pass on",
        description="Every quotation is cut from its article anew, as when an answer is opened again. "
        "`ris`, `csl-json` and `bibtex` have each cited article once, with its quotations as notes.",
        response_class=Response,
        responses={200: {"content": content, "description": "The file, in UTF-8"}},
    )
    def citations(request: Request, body: rest_schema.Cite, served: Chosen) -> Response:
        try:
            answers = [reopen(answer_id, served.bot.collection).answer for answer_id in body.answers]
        except CuttingsError as error:
            raise HTTPException(404, str(error)) from error
        chosen = FORMATS[body.format]
        text = chosen.render(answers, body.title, place_on(_page(request, body.page)))
        # Always a file: what is HTML is not to be a page of this server.
        headers = {"content-disposition": f'attachment; filename="cuttings.{chosen.suffix}"'}
        return Response(text.encode("utf-8", "replace"), media_type=chosen.media_type, headers=headers)


def _page(request: Request, given: str) -> str:
    """The address of the page that links lead to. HTTPException where it is that of another server."""
    if not given:
        return page_of(str(request.base_url), request.path_params.get(COLLECTION, ""))
    try:
        parts = urlsplit(given)
        own = parts.scheme in ("http", "https") and parts.netloc == request.headers.get("host")
    except ValueError:
        own = False
    if not own:
        raise HTTPException(400, f"{given!r:.200} is no address of this server's page; leave `page` out")
    query = f"?{quote(parts.query, safe='=&%+')}" if parts.query else ""
    return f"{parts.scheme}://{parts.netloc}{quote(parts.path, safe='/%')}{query}"
