"""Addresses of a collection: under `/api/v1/collections/NAME` is for it what `/api/v1` is for the first."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Annotated, Any, TypeVar

from fastapi import Depends, FastAPI, Path

BASE = "/api/v1"
LIST = f"{BASE}/collections"

_NAMED = re.compile(rf"{LIST}/[^/]+(/.+)")

Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])


def plain(path: str) -> str:
    """The address without the name of a collection, by which rules and limits know it."""
    named = _NAMED.fullmatch(path)
    return BASE + named[1] if named else path


class Routes:
    """Adds each route twice: of the first collection, and of the one that the address names."""

    def __init__(self, api: FastAPI) -> None:
        self._api = api

    def get(self, path: str, **how: Any) -> Callable[[Endpoint], Endpoint]:
        return self._adding("GET", path, how)

    def post(self, path: str, **how: Any) -> Callable[[Endpoint], Endpoint]:
        return self._adding("POST", path, how)

    def _adding(self, method: str, path: str, how: dict[str, Any]) -> Callable[[Endpoint], Endpoint]:
        def add(endpoint: Endpoint) -> Endpoint:
            self._api.add_api_route(BASE + path, endpoint, methods=[method], **how)
            named = f"{LIST}/{{collection}}{path}"
            self._api.add_api_route(named, endpoint, methods=[method], dependencies=[Depends(_named)], **how)
            return endpoint

        return add


def _named(collection: Annotated[str, Path(description="Its name; `all`: all of them together.")]) -> None:
    """For the document alone: `chatbot/server/served.py` looks the name up."""
