"""An answer as OpenAI's interface gives it: a completion, or its chunks one after the other.

Beside the text stand `annotations`, which say where in it which source is linked, and `cuttings`, which has
the quotations themselves with their places in their articles. Counts of tokens are counts of words: there are
no tokens where no model writes.
"""

from __future__ import annotations

import json
import logging
import time
import uuid
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from typing import Any

from chatbot.answer import Answer
from chatbot.render.linked import Link, Linked
from chatbot.render.schema import Json, Sentence
from chatbot.server.openai_errors import error_json
from chatbot.server.openai_request import Asked
from chatbot.server.problems import FAILED

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Reply:
    """What is answered to `asked`: text in pieces, and what stands beside it (`annotations`, `cuttings`)."""

    asked: Asked
    pieces: list[str]
    beside: Json = field(default_factory=dict)
    id: str = field(default_factory=lambda: f"chatcmpl-{uuid.uuid4().hex}")
    created: int = field(default_factory=lambda: int(time.time()))

    @property
    def content(self) -> str:
        return "".join(self.pieces)

    def completion(self) -> Json:
        message = {"role": "assistant", "content": self.content, "refusal": None, **self.beside}
        choice = {"index": 0, "message": message, "finish_reason": "stop", "logprobs": None}
        return {**self._head("chat.completion"), "choices": [choice], "usage": self._usage()}

    async def events(self) -> AsyncIterator[bytes]:
        """The chunks as server-sent events. What fails after the start is told by an event of its own."""
        try:
            for chunk in self._chunks():
                yield _event(json.dumps(chunk))
            yield _event("[DONE]")
        except Exception:
            log.exception("an answer could not be sent")
            yield _event(json.dumps(error_json(500, FAILED)))

    def _chunks(self) -> Iterator[Json]:
        yield self._chunk({"role": "assistant", "content": "", "refusal": None})
        yield from (self._chunk({"content": piece}) for piece in self.pieces)
        if self.beside:
            yield self._chunk(self.beside)
        yield self._chunk({}, "stop")
        if self.asked.usage:
            yield {**self._head("chat.completion.chunk"), "choices": [], "usage": self._usage()}

    def _chunk(self, delta: Json, finish: str | None = None) -> Json:
        choice = {"index": 0, "delta": delta, "finish_reason": finish, "logprobs": None}
        usage = {"usage": None} if self.asked.usage else {}
        return {**self._head("chat.completion.chunk"), "choices": [choice], **usage}

    def _head(self, kind: str) -> Json:
        return {"id": self.id, "object": kind, "created": self.created, "model": self.asked.model}

    def _usage(self) -> Json:
        said = [*(turn.content for turn in self.asked.turns), self.asked.message]
        prompt, completion = sum(len(text.split()) for text in said), len(self.content.split())
        return {
            "prompt_tokens": prompt,
            "completion_tokens": completion,
            "total_tokens": prompt + completion,
        }


def beside(answer: Answer, shown: Linked, page: str) -> Json:
    """What programs read of an answer; `page` is as `linked` has it.

    What only comes closest is no source of an answer: it has no annotation.
    """
    cited = [_cited(link) for link in shown.links]
    own = {
        "state": answer.state,
        "confidence": round(answer.confidence, 4),
        "notice": answer.notice,
        "standalone_question": answer.standalone_question,
        "citations": [] if answer.abstained else cited,
        "closest": cited if answer.abstained else [],
        "suggestions": list(answer.suggestions),
        "answer_id": answer.id,
        "link": f"{page}#answer/{answer.id}",
    }
    annotations = [] if answer.abstained else [_annotation(link) for link in shown.links]
    return {"annotations": annotations, "cuttings": own}


def _annotation(link: Link) -> Json:
    place: dict[str, Any] = {"start_index": link.start, "end_index": link.end}
    return {
        "type": "url_citation",
        "url_citation": {**place, "title": link.citation.title, "url": link.url},
    }


def _cited(link: Link) -> Json:
    quoted = {"start": link.quote[0], "end": link.quote[1]} if link.quote else None
    return {
        **Sentence.json_of(link.citation),
        "number": link.number,
        "link": link.url,
        "in_content": quoted,
    }


def _event(data: str) -> bytes:
    return f"data: {data}\n\n".encode()
