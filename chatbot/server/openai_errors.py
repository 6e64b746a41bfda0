"""Errors as OpenAI's interface gives them: an object with message, type, code and param."""

from __future__ import annotations

from typing import Any

from starlette.exceptions import HTTPException

PREFIX = "/v1/"
"""Addresses whose errors have this shape."""

_TYPES = {429: "rate_limit_error"}
_CODES = {401: "invalid_api_key", 403: "insufficient_permissions", 429: "rate_limit_exceeded"}
"""By status. Of all others the type says whether the request or the server is at fault; they have no code."""


class Refusal(HTTPException):
    """What a request asks for that cannot be done. `param`: which of its keys asks for it."""

    def __init__(self, status: int, message: str, param: str | None = None, code: str | None = None) -> None:
        super().__init__(status, message)
        self.param = param
        self.code = code


def error_json(
    status: int, message: str, param: str | None = None, code: str | None = None
) -> dict[str, Any]:
    """The body of a response with that status; `message` is one line."""
    kind = "server_error" if status >= 500 else "invalid_request_error"
    return {
        "error": {
            "message": message,
            "type": _TYPES.get(status, kind),
            "param": param,
            "code": code or _CODES.get(status),
        }
    }
