"""What a request to OpenAI's interface asks: the question, the conversation before it, and how to answer.

Most of what such clients send is for a model that writes (temperature, tools, ...), and is passed over. Where
it would change what the client has to be given (several answers, a form of its own), it is refused by name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel, Field, ValidationError

from chatbot.answer import Turn
from chatbot.render.linked import said
from chatbot.server.openai_errors import Refusal

Role = Literal["system", "developer", "user", "assistant", "tool", "function"]


class _Part(BaseModel):
    type: str
    text: str | None = None


class _Message(BaseModel):
    role: Role
    content: str | list[_Part] | None = None


class _StreamOptions(BaseModel):
    include_usage: bool | None = None


class _Form(BaseModel):
    type: str


class _Body(BaseModel):
    model: str
    messages: list[_Message] = Field(min_length=1)
    stream: bool | None = None
    stream_options: _StreamOptions | None = None
    n: int | None = None
    response_format: _Form | None = None
    tool_choice: str | dict[str, Any] | None = None
    modalities: list[str] | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """`message` is what the person, or the client, wrote last; `turns` is what was said before.

    `form` is the form that the answer shall have: "text", or one of JSON. `usage`: whether a stream is to end
    with counts.
    """

    model: str
    message: str
    turns: tuple[Turn, ...]
    form: str
    stream: bool
    usage: bool


def asked(body: bytes) -> Asked:
    """Refusal where it asks for nothing that can be answered."""
    try:
        given = _Body.model_validate_json(body)
    except ValidationError as error:
        raise _malformed(error) from error
    if given.n not in (None, 1):
        raise Refusal(400, f"n is {given.n}; there is one answer to a question, so leave n at 1", "n")
    if given.modalities and "text" not in given.modalities:
        raise Refusal(400, "modalities has no text; quotations are text", "modalities")
    if given.tool_choice == "required" or isinstance(given.tool_choice, dict):
        raise Refusal(
            400, "tool_choice asks for a tool, and none is ever called; leave it out", "tool_choice"
        )
    if given.stream_options is not None and not given.stream:
        raise Refusal(
            400, "stream_options is for streams; set stream to true, or leave it out", "stream_options"
        )
    last = max((at for at, one in enumerate(given.messages) if one.role == "user"), default=None)
    if last is None:
        raise Refusal(400, "messages has no message of the user, and so no question", "messages")
    options = given.stream_options
    return Asked(
        given.model,
        _question(_text(given.messages[last], f"messages[{last}].content")),
        tuple(_turns(given.messages[:last])),
        given.response_format.type if given.response_format else "text",
        bool(given.stream),
        bool(options and options.include_usage),
    )


def _turns(messages: list[_Message]) -> list[Turn]:
    turns = []
    for message in messages:
        if message.role == "user":
            turns.append(Turn("user", _question(_text(message, ""))))
        elif message.role == "assistant":
            turns.append(Turn("assistant", said(_text(message, ""))))
    return turns


def _text(message: _Message, param: str) -> str:
    """The text of a message. Of the question's, named by `param`, all of it has to be text."""
    if message.content is None or isinstance(message.content, str):
        return message.content or ""
    other = next((part.type for part in message.content if part.type != "text"), None)
    if other and param:
        raise Refusal(400, f"{other!r:.80} cannot be read here; send the question as text only", param)
    return "\n".join(part.text or "" for part in message.content if part.type == "text")


_CONTEXT = re.compile(r"### Task:\s*Respond to the user query\b")


def _question(text: str) -> str:
    """The question in a message to which Open WebUI has put texts of its own, by its template for that."""
    if not _CONTEXT.match(text.lstrip()):
        return text
    query = text.partition("<user_query>")[2].partition("</user_query>")[0]
    return (query or text.rpartition("</context>")[2]).strip()


def _malformed(error: ValidationError) -> Refusal:
    first = error.errors(include_input=False)[0]
    if first["type"] == "json_invalid":
        return Refusal(400, "the body of the request is not valid JSON")
    # Of what may be text or parts, the place names both; neither is a key of the request.
    place = [part for part in first["loc"] if part not in ("str", "list[_Part]", "dict[str,any]")]
    param = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in place).lstrip(".")
    return Refusal(400, f"{param or 'the body'}: {first['msg']}", param or None)
