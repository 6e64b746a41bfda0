"""What every format shows of an answer: its quotations in order, and the fixed words around them."""

from __future__ import annotations

from collections.abc import Iterator
from string import ascii_lowercase
from typing import NamedTuple

from chatbot.answer import Answer, Citation, Difference, Kind, State
from chatbot.conversation.period import in_words, nothing_then
from chatbot.quoting.article_list import MOST_ARTICLES
from chatbot.render.text import counted, day, listed, one_line
from corpus.article import Article

CLOSEST_SHOWN = 3
"""Closest passages that are shown where the articles do not answer."""

POSSIBLY = "Possibly:"
"""Stands before the quotations of an answer that is not sure enough to be stated."""
NO_ANSWER = "The articles do not answer that."
CLOSEST = "Closest passages (not an answer)"
DIFFER = "Sources differ"
SEARCHED = "Searched for:"
UNQUOTED = "Articles that are not quoted here, and may answer too"
SEVERAL: Kind = "several at once"


class Group(NamedTuple):
    """Citations under one heading: CLOSEST, DIFFER, that of a section, or "" for a citation by itself.

    `note` belongs under the heading; "" for none. `state` is how sure this group is; where it is "none",
    nothing is quoted under the heading.
    """

    heading: str
    citations: tuple[Citation, ...]
    note: str = ""
    state: State = "answer"

    @property
    def status(self) -> str:
        """How sure it is, in words, where that is not said of the answer as a whole; "" where it is
        stated."""
        return {"answer": "", "possibly": POSSIBLY, "none": NO_ANSWER}[self.state]


def groups(answer: Answer) -> Iterator[Group]:
    """All that is quoted, in order."""
    if answer.abstained:
        if answer.citations:
            yield Group(CLOSEST, answer.citations[:CLOSEST_SHOWN])
        return
    if answer.sections:
        for section in answer.sections:
            state = section.state if answer.kind == SEVERAL else "answer"
            yield Group(section.heading, section.citations, section.note, state)
        yield from (Group(DIFFER, difference.citations) for difference in answer.differ)
        return
    for part in answer.parts:
        if isinstance(part, Difference):
            yield Group(DIFFER, part.citations)
        else:
            yield Group("", (part,))


def numbered(answer: Answer) -> dict[str, Citation]:
    """Every sentence that is shown for an answer, by the number that it is shown with: "1", "1b", "2"."""
    found: dict[str, Citation] = {}
    cited = (citation for group in groups(answer) for citation in group.citations)
    for number, citation in enumerate(cited, start=1):
        for letter, one in zip(["", *ascii_lowercase[1:]], [citation, *citation.also], strict=False):
            found[f"{number}{letter}"] = one
    return found


def status(answer: Answer) -> str:
    """How sure the answer is, in words, or how many articles it lists.

    "" where it is stated, or where a time that holds nothing says it.

    Of the parts of a question each group says it by itself.
    """
    if answer.kind == SEVERAL and answer.sections:
        return ""
    if answer.kind in ("articles", "counting") and answer.sections:
        articles = counted(len(answer.sections), "article")
        return f"{articles} or more" if len(answer.sections) == MOST_ARTICLES else articles
    if answer.state == "possibly":
        return POSSIBLY
    return NO_ANSWER if answer.abstained and not nothing_then(answer.period) else ""


def searched(answer: Answer) -> str:
    """The question as it was searched, or the words of it that were corrected; "" where it stands as
    typed."""
    if answer.corrections and not answer.rewrite_reason:
        changed = ", ".join(f"{one.meant}, not {one.typed}" for one in answer.corrections)
        return f"Searched for {one_line(changed)}"
    if answer.standalone_question != answer.question:
        return f"{SEARCHED} {one_line(answer.standalone_question)}"
    return ""


def unquoted(answer: Answer) -> str:
    """That there is more which is not quoted; "" where there is not."""
    return f"{UNQUOTED}: {answer.unquoted}." if answer.unquoted else ""


def introduction(answer: Answer, as_typed: str, any_time: str) -> list[str]:
    """The lines of text before the quotations.

    `as_typed` follows a question that was completed, `any_time` says how to take off the time that was read.
    """
    lines = []
    if words := searched(answer):
        lines.append(f"{words}{as_typed}")
    if answer.period:
        lines.append(f"{in_words(answer.period)}; {any_time} takes that off.")
    return [*lines, *filter(None, [unquoted(answer), status(answer)])]


def about(shown: Citation | Article, *more: str | None) -> str:
    """What an article is, on one line: title, publisher, day, a citation's page and version, and more.

    Where several collections are asked together, its own is among it.
    """
    place = (page_of(shown), version_of(shown), shown.collection) if isinstance(shown, Citation) else ()
    return listed(shown.title, shown.publisher, day(shown.published), *place, *more)


def version_of(citation: Citation) -> str:
    """What says that it stands in an older version of its article; "" where it stands in the newest."""
    return f"version {citation.version}, changed since" if citation.version else ""


def page_of(citation: Citation) -> str:
    """p. 3; "" where the article's file has no pages."""
    return f"p. {citation.page}" if citation.page else ""
