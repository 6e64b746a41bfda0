"""What chat clients ask a model beside the person's questions: a title, tags, questions to go on with.

They come as one long message through the same address. Searching the articles for it would quote at random,
and nothing here writes: a title is what the person typed, suggestions are the chatbot's own, and all else is
empty.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from chatbot.answer import Turn
from chatbot.render.linked import said

FOLLOW_UPS = "follow_ups"
TITLE = "title"

_OPEN_WEBUI = re.compile(r"### Task:")
_KEY = re.compile(r'"(follow_ups|title|tags|queries|text|prompt)"\s*:')
"""Of the JSON that Open WebUI's prompts ask for; their words an operator may change."""
_BY_WORDS = (
    (FOLLOW_UPS, re.compile(r"follow-up questions")),
    (TITLE, re.compile(r"\btitle\b")),
    ("tags", re.compile(r"\btags\b")),
    ("queries", re.compile(r"\bsearch queries\b")),
)
_LIBRECHAT = re.compile(
    r"Provide a concise, 5-word-or-less title for the conversation|Analyze this conversation and provide:"
)
_EMOJI = re.compile(r"Your task is to reflect the speaker's likely facial expression through a fitting emoji")
_SPEAKER = re.compile(r"^(USER|ASSISTANT|User|Assistant|AI|Human): ?", re.MULTILINE)

_HEAD = 2_000
"""Characters of a prompt in which it says what it wants."""
_TITLE_CHARACTERS = 50


@dataclass(frozen=True, slots=True)
class Task:
    """`wants` is the key of the JSON that is asked for, "" for anything else; `turns` the conversation.

    `plain`: the title is wanted as it is, and not as JSON.
    """

    wants: str
    plain: bool
    turns: tuple[Turn, ...]

    @property
    def question(self) -> str:
        """The person's last one; "" for none."""
        return next((turn.content for turn in reversed(self.turns) if turn.role == "user"), "")

    @property
    def before(self) -> tuple[Turn, ...]:
        """What was said before that question."""
        users = [at for at, turn in enumerate(self.turns) if turn.role == "user"]
        return self.turns[: users[-1]] if users else ()

    def done(self, suggestions: tuple[str, ...] = ()) -> str:
        """What to answer; `suggestions` are questions to go on with."""
        if not self.wants:
            return ""
        if self.wants == TITLE:
            title = _title(next((turn.content for turn in self.turns if turn.role == "user"), ""))
            return title if self.plain else json.dumps({TITLE: title}, ensure_ascii=False)
        empty: object = "" if self.wants in ("text", "prompt") else []
        found = [*suggestions] if self.wants == FOLLOW_UPS else empty
        return json.dumps({self.wants: found}, ensure_ascii=False)


def task(message: str, form: str) -> Task | None:
    """The task that a message is, where `form` is what the client reads; None where a person wrote it."""
    message = message.strip()
    if _OPEN_WEBUI.match(message):
        before, _, behind = message.partition("<chat_history>")
        said_so_far, _, after = behind.rpartition("</chat_history>")
        wants = _wanted(before[:_HEAD] + after[:_HEAD])
        return Task(wants, False, _conversation(said_so_far)) if said_so_far or wants else None
    if head := _LIBRECHAT.match(message):
        return Task(TITLE, form == "text", _conversation(message[head.end() :]))
    return Task("", True, ()) if _EMOJI.match(message) else None


def _wanted(instructions: str) -> str:
    if key := _KEY.search(instructions):
        return key[1]
    first = instructions[:200]
    return next((wanted for wanted, words in _BY_WORDS if words.search(first)), "")


def _conversation(text: str) -> tuple[Turn, ...]:
    """What was said, by the names that clients write before it."""
    parts = _SPEAKER.split(text)[1:]
    turns = []
    for speaker, content in zip(parts[::2], parts[1::2], strict=True):
        content = content.strip()
        if speaker.lower() in ("user", "human"):
            turns.append(Turn("user", content))
        else:
            turns.append(Turn("assistant", said(content)))
    return tuple(turns)


def _title(question: str) -> str:
    """The question on one line, cut between two words where it is long."""
    line = " ".join(question.split()).rstrip(" ?.!")
    if len(line) <= _TITLE_CHARACTERS:
        return line
    return line[:_TITLE_CHARACTERS].rsplit(" ", 1)[0].rstrip(" ,;:") + "…"
