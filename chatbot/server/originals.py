"""The routes to the file of an article: the file itself, and where on its pages a quotation stands."""

from __future__ import annotations

import mimetypes
import re
from typing import TYPE_CHECKING

from fastapi import HTTPException
from fastapi.responses import Response

from chatbot.render.schema import Json
from chatbot.server import rest_schema
from chatbot.server.routes import Routes
from chatbot.server.served import Chosen
from corpus.errors import CuttingsError
from corpus.formats.pdf_place import places
from index.original import Original

if TYPE_CHECKING:
    from chatbot.bot import Chatbot

_SHOWN = frozenset({"application/pdf"})
"""Files that a browser may show at this server's address; a page with scripts would run as one of ours."""


def add_routes(routes: Routes) -> None:
    """Added before the route of an article, whose id may hold anything."""

    @routes.get(
        "/articles/{article_id:path}/original",
        summary="Read the file of an article",
        description="The file itself, byte for byte, of articles whose pages are kept (PDF).",
        response_class=Response,
        responses={200: {"description": "The file", "content": {kind: {} for kind in sorted(_SHOWN)}}},
    )
    def original(article_id: str, served: Chosen) -> Response:
        found = _original(served.bot, article_id)
        kind = "inline" if found.media_type in _SHOWN else "attachment"
        name = re.sub(r"[^A-Za-z0-9._-]+", "-", article_id).strip("-.") or "article"
        suffix = mimetypes.guess_extension(found.media_type) or ""
        headers = {
            "content-disposition": f'{kind}; filename="{name}{suffix}"',
            "x-content-type-options": "nosniff",
            "cache-control": "private, no-cache",
        }
        return Response(found.content, media_type=found.media_type, headers=headers)

    @routes.get(
        "/articles/{article_id:path}/place",
        summary="Find a quotation on its page",
        description="Where `text[start:end]` stands in the file of an article whose pages are kept (PDF).",
        response_model=rest_schema.OnPages,
        response_description="The pages, with rectangles that cover it",
    )
    def place(article_id: str, start: int, end: int, served: Chosen) -> Json:
        found = _original(served.bot, article_id)
        last = found.pages[-1].end if found.pages else 0
        if not 0 <= start < end <= last:
            raise HTTPException(
                400, f"{start} to {end} is no place in {article_id!r}, which has {last} characters"
            )
        return {
            "pages": [
                {
                    "page": one.page,
                    "width": one.width,
                    "height": one.height,
                    "rectangles": [
                        dict(zip(("x0", "top", "x1", "bottom"), sides, strict=True))
                        for sides in one.rectangles
                    ],
                }
                for one in places(found.pages, start, end)
            ]
        }


def _original(bot: Chatbot, article_id: str) -> Original:
    try:
        found = bot.collection.original(article_id)
    except CuttingsError as error:
        raise HTTPException(404, str(error)) from error
    if found is None:
        raise HTTPException(404, f"the file of {article_id!r} is not kept; read its text instead")
    return found
