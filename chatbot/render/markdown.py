"""A conversation as Markdown, to be kept or passed on: what was asked, what was quoted, and where from."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from chatbot.answer import Answer, Citation
from chatbot.cli.chat_text import numbered
from chatbot.conversation.period import day_in_words, in_words
from chatbot.render.message import POSSIBLY, day
from chatbot.render.terminal import one_line


def markdown(answers: Iterable[Answer], today: date) -> str:
    """The whole file. What comes from an article or a person is escaped, so that it reads as it stands."""
    parts = [f"# Conversation of {day_in_words(today)}"]
    for answer in answers:
        parts.append(f"## {_text(answer.question)}")
        if answer.standalone_question != answer.question:
            parts.append(f"Searched for: {_text(answer.standalone_question)}")
        if answer.period:
            parts.append(f"{_text(in_words(answer.period))}.")
        if answer.notice:
            parts.append(_text(answer.notice))
        elif answer.abstained:
            parts.append("The articles do not answer that.")
            if answer.citations:
                parts.append("Closest passages (not an answer):")
        elif answer.state == "possibly":
            parts.append(POSSIBLY)
        parts += [_quoted(number, citation) for number, citation in numbered(answer).items()]
    return "\n\n".join(parts) + "\n"


def _quoted(number: str, citation: Citation) -> str:
    about = ", ".join(
        _text(part) for part in (citation.title, citation.publisher, day(citation.published)) if part
    )
    link = citation.url if re.fullmatch(r"https?://[^\s<>]+", citation.url or "") else None
    place = f"{_text(citation.source)}, characters {citation.start} to {citation.end}"
    lines = [f"“{_text(citation.quote)}”", "", f"{number}: {about} ({place})"]
    lines += [f"<{link}>"] if link else []
    return "\n".join(f"> {line}".rstrip() for line in lines)


def _text(text: str) -> str:
    return re.sub(r"([\\`*_\[\]<>#|~&!$])", r"\\\1", one_line(text))
