"""An answer as server-sent events, one sentence at a time."""

from __future__ import annotations

import json
import logging
from collections.abc import AsyncIterator, Iterator

from chatbot.answer import Answer
from chatbot.render.schema import Json, answer_json
from chatbot.server.problems import FAILED, problem_json

log = logging.getLogger(__name__)

MEDIA_TYPE = "text/event-stream"

EXAMPLE = 'event: question\ndata: {"question": "...", ...}\n\nevent: citation\ndata: {"rank": 1, ...}\n\n'

_QUESTION = ("question", "standalone_question", "rewrite_reason", "state", "period", "filters")


async def stream(answer: Answer, path: str) -> AsyncIterator[bytes]:
    """`question`, then a `citation` for each sentence unless abstained, then the whole `answer`.

    The status is sent by then, so what fails here is reported by an event of its own, `error`.
    """
    try:
        for name, data in _events(answer):
            yield _event(name, data)
    except Exception:
        log.exception("an answer could not be sent")
        yield _event("error", problem_json(500, FAILED, path))


def _events(answer: Answer) -> Iterator[tuple[str, Json]]:
    whole = answer_json(answer)
    yield "question", {key: whole[key] for key in _QUESTION if key in whole}
    if not answer.abstained:
        for citation in whole["citations"]:
            yield "citation", citation
    yield "answer", whole


def _event(name: str, data: Json) -> bytes:
    return f"event: {name}\ndata: {json.dumps(data)}\n\n".encode()
