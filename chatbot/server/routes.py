"""Routes of a collection, each at two addresses: of the first collection, and of the one that it names."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, TypeVar

from fastapi import Depends, FastAPI, Path
from starlette.convertors import StringConvertor, register_url_convertor

from chatbot.server.addresses import BASE, LIST

Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])


class _ArticleAlone(StringConvertor):
    """An id, which may have slashes, and not an id with what there is of an article behind it."""

    regex = "(?:(?!/(?:original|place|versions|changes)$).)+"


register_url_convertor("article", _ArticleAlone())


class Routes:
    """Adds each route twice: of the first collection, and of the one that the address names."""

    def __init__(self, api: FastAPI) -> None:
        self._api = api

    def get(self, path: str, **how: Any) -> Callable[[Endpoint], Endpoint]:
        return self._adding("GET", path, how)

    def post(self, path: str, **how: Any) -> Callable[[Endpoint], Endpoint]:
        return self._adding("POST", path, how)

    def put(self, path: str, **how: Any) -> Callable[[Endpoint], Endpoint]:
        return self._adding("PUT", path, how)

    def patch(self, path: str, **how: Any) -> Callable[[Endpoint], Endpoint]:
        return self._adding("PATCH", path, how)

    def delete(self, path: str, **how: Any) -> Callable[[Endpoint], Endpoint]:
        return self._adding("DELETE", path, how)

    def _adding(self, method: str, path: str, how: dict[str, Any]) -> Callable[[Endpoint], Endpoint]:
        def add(endpoint: Endpoint) -> Endpoint:
            self._api.add_api_route(BASE + path, endpoint, methods=[method], **how)
            named = f"{LIST}/{{collection}}{path}"
            self._api.add_api_route(named, endpoint, methods=[method], dependencies=[Depends(_named)], **how)
            return endpoint

        return add


def _named(collection: Annotated[str, Path(description="Its name; `all`: all of them together.")]) -> None:
    """For the document alone: `chatbot/server/served.py` looks the name up."""
