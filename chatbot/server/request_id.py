"""The name of a request, which its response, its problem and what is logged during it all carry."""

from __future__ import annotations

import re
import uuid
from contextvars import ContextVar

HEADER = "x-request-id"

current: ContextVar[str] = ContextVar("request_id", default="")
"""That of the request being answered, in its threads too; "" outside of one."""

_FIT = re.compile(r"[A-Za-z0-9._-]{1,64}")


def chosen(given: str | None) -> str:
    """The one that the client gave where it is fit to be logged, else a new one."""
    return given if given and _FIT.fullmatch(given) else uuid.uuid4().hex
