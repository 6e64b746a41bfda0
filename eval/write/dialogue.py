"""What `cuttings gold new` shows, and how what a person types is read."""

from __future__ import annotations

import re
from collections.abc import Sequence

from chatbot.render.text import day, listed, one_line, wrapped
from corpus.errors import CuttingsError
from eval.write.draft import Place, quote

HELP = """\
Type a question that the passage answers, or
  f QUESTION   a follow-up to the question written last
  u QUESTION   one that the articles do not answer
  Enter        another passage
  tags: a, b   tags for the questions from now on (`tags:` for none)
  undo         take the question written last out of the file
  q            end (or Ctrl-D); what was written is in the file
You are then asked which sentences answer it together (2 or 1,3 or 2-4; Enter
where none of these does), and which ones elsewhere answer it by themselves.
In the middle of a question `back` or Ctrl-C drops it."""

_ASKED = re.compile(r"(?:(?P<mark>[uf])(?:\s+|$))?(?P<question>.*)")


def passage(here: Sequence[Place], heading: str, columns: int | None) -> str:
    """The sentences of a passage with their numbers, under their article."""
    top = wrapped(_about(here[0]), "", columns)
    if heading:
        top += "\n" + wrapped(one_line(heading), "", columns)
    sentences = "\n".join(_numbered(place, n, columns) for n, place in enumerate(here, start=1))
    return f"\n{top}\n\n{sentences}\n"


def elsewhere(places: Sequence[Place], columns: int | None) -> str:
    """Sentences with their numbers, under each its article."""
    return "\n".join(
        f"{_numbered(place, n, columns)}\n{wrapped(_about(place), '      ', columns)}"
        for n, place in enumerate(places, start=1)
    )


def asked(line: str) -> tuple[str, str]:
    """The mark ("u", "f" or "") and the question of a line. CuttingsError where there is none after it."""
    match = _ASKED.fullmatch(line)
    assert match  # it fits every line
    question = " ".join(match["question"].split())
    if not question:
        raise CuttingsError(f"there is no question after {line.strip()!r}; type one")
    return match["mark"] or "", question


def chosen(line: str, most: int) -> tuple[int, ...] | None:
    """The numbers that a line names, "1,3" or "2-4", in order and each once; None where it does not."""
    numbers: set[int] = set()
    for part in re.split(r"[\s,]+", re.sub(r"\s*[-–]\s*", "-", line).strip(" ,")):
        match = re.fullmatch(r"(\d{1,4})(?:-(\d{1,4}))?", part, re.ASCII)
        first, last = (int(match[1]), int(match[2] or match[1])) if match else (0, 0)
        if not 1 <= first <= last <= most:
            return None
        numbers.update(range(first, last + 1))
    return tuple(sorted(numbers))


def _numbered(place: Place, number: int, columns: int | None) -> str:
    return wrapped(one_line(quote(place)), f"{number:2}  ", columns)


def _about(place: Place) -> str:
    article = place[0]
    return listed(article.title, article.publisher, day(article.published))
