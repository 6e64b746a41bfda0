"""A conversation as Markdown, to save or pass on: what was asked, what was quoted, and where from."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date

from chatbot.answer import Answer, Citation
from chatbot.conversation.period import day_in_words, in_words
from chatbot.render.outline import CLOSEST, NO_ANSWER, SEVERAL, about, groups, numbered, searched, status
from chatbot.render.text import one_line


def markdown(answers: Iterable[Answer], today: date) -> str:
    """The whole file. What comes from an article or a person is escaped, so that it reads as it stands."""
    parts = [f"# Conversation of {day_in_words(today)}"]
    for answer in answers:
        parts.append(f"## {_text(answer.question)}")
        if words := searched(answer):
            parts.append(_text(words))
        if answer.period:
            parts.append(f"{_text(in_words(answer.period))}.")
        if answer.notice:
            parts.append(_text(answer.notice))
        elif answer.abstained:
            parts.append(NO_ANSWER)
            if answer.citations:
                parts.append(f"{CLOSEST}:")
        elif words := status(answer):
            parts.append(words)
        if answer.kind == SEVERAL and answer.sections:
            parts += _parts(answer)
        else:
            parts += [_quoted(number, citation) for number, citation in numbered(answer).items()]
    return "\n\n".join(parts) + "\n"


def _parts(answer: Answer) -> Iterator[str]:
    """The parts of a question, each with its quotations, or that the articles do not answer it."""
    shown = numbered(answer)
    for group in groups(answer):
        yield f"### {_text(group.heading)}"
        if group.status:
            yield group.status
        of_group = {id(one) for citation in group.citations for one in (citation, *citation.also)}
        yield from (_quoted(number, one) for number, one in shown.items() if id(one) in of_group)


def _quoted(number: str, citation: Citation) -> str:
    link = citation.url if re.fullmatch(r"https?://[^\s<>]+", citation.url or "") else None
    place = f"{_text(citation.source)}, characters {citation.start} to {citation.end}"
    lines = [f"“{_text(citation.quote)}”", "", f"{number}: {_text(about(citation))} ({place})"]
    lines += [f"<{link}>"] if link else []
    return "\n".join(f"> {line}".rstrip() for line in lines)


def _text(text: str) -> str:
    return re.sub(r"([\\`*_\[\]<>#|~&!$])", r"\\\1", one_line(text))
