"""The routes to the versions of an article: which are kept, and what changed from one to another."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, TypeVar

from fastapi import HTTPException, Query

from chatbot.render import schema
from chatbot.render.schema import Json
from chatbot.server.routes import Routes
from chatbot.server.served import Chosen
from chatbot.versions import Past
from corpus.errors import CuttingsError

if TYPE_CHECKING:
    from chatbot.bot import Chatbot

Number = Annotated[int | None, Query(ge=1, le=999_999_999, description="Number of a version, from 1.")]

T = TypeVar("T")


def add_routes(routes: Routes) -> None:
    """Added before the route of an article, whose id may hold anything."""

    @routes.get(
        "/articles/{article_id:path}/versions",
        summary="List the versions of an article",
        description="Those that are kept, the oldest first; the last is the one that is searched and quoted.",
        response_model=schema.Versions,
        response_description="The versions",
    )
    def versions(article_id: str, served: Chosen) -> Json:
        return schema.Versions.of(past(served.bot, article_id))

    @routes.get(
        "/articles/{article_id:path}/changes",
        summary="Tell what changed in an article",
        description="From one version to another; without numbers from the version before to the newest.",
        response_model=schema.Changes,
        response_description="The sentences that changed",
    )
    def changes(article_id: str, served: Chosen, before: Number = None, after: Number = None) -> Json:
        of = past(served.bot, article_id)
        return found(lambda: schema.Changes.of(of, before or of.before(after), after))


def past(bot: Chatbot, article_id: str) -> Past:
    """An article with its versions. HTTPException (404) where there is none."""
    try:
        return Past.of(bot.collection, article_id)
    except CuttingsError as error:
        detail = f"there is no article {article_id!r:.200}; it may have been removed since"
        raise HTTPException(404, detail) from error


def found(give: Callable[[], T]) -> T:
    """What is given. HTTPException (404) where there is no such version."""
    try:
        return give()
    except CuttingsError as error:
        raise HTTPException(404, str(error)) from error
