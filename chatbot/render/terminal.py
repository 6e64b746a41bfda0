"""Answers, articles and reports as text for a person at a terminal."""

from __future__ import annotations

import re
import shutil
import sys
import textwrap
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from chatbot.answer import Difference
from chatbot.conversation.period import in_words, nothing_then
from chatbot.render.message import CLOSEST_SHOWN, POSSIBLY, day

if TYPE_CHECKING:
    from chatbot.answer import Answer, Citation
    from corpus.article import Article
    from index.copy import Copied
    from index.hit import Hit
    from index.ingest.ingest import Report
    from index.ingest.missing import Missing
    from index.store import Summary
    from index.verify import Problem

_WIDEST = 100
"""Columns; a longer line is hard to read."""

_COMMANDS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""Characters that a terminal obeys, and those that turn the direction of writing."""

_BLANK_LINES = re.compile(r"\n(?:[^\S\n]*\n){2,}")
_EMPTY = "\n\n"
"""What stands for several blank lines: one."""


def width() -> int | None:
    """The columns to fill; None where the output is no terminal, since a file is not to be wrapped."""
    return min(shutil.get_terminal_size().columns, _WIDEST) if sys.stdout.isatty() else None


def plain(text: str) -> str:
    """The text with nothing in it that a terminal would obey."""
    return _COMMANDS.sub("\ufffd", text.replace("\r\n", "\n"))


def one_line(text: str) -> str:
    """The text on one line, with nothing in it that a terminal would obey."""
    return plain(" ".join(text.split()))


def answer(answer: Answer, columns: int | None) -> str:
    """Numbered quotes with their sources; or that there is no answer, and what comes closest to one."""
    if answer.notice:
        return one_line(answer.notice)
    if not answer.hits:
        return "There is no article to look in yet; add some with `cuttings ingest PATH`."
    parts = []
    if answer.standalone_question != answer.question:
        parts.append(f"Searched for: {one_line(answer.standalone_question)}")
    if answer.period:
        parts.append(f"{in_words(answer.period)}; `--any-time` takes that off.")
    if answer.state == "possibly":
        parts.append(POSSIBLY)
    if not answer.abstained:
        for part in answer.parts:
            if isinstance(part, Difference):
                parts.append("Sources differ:")
                parts += [_cited(citation, "|  ", columns) for citation in part.citations]
            else:
                parts.append(_cited(part, f"{part.rank}. ", columns))
        return "\n\n".join(parts)
    if not nothing_then(answer.period):
        parts.append("The articles do not answer that.")
    if answer.citations:
        parts.append("Closest passages (not an answer):")
        parts += [_cited(citation, "-  ", columns) for citation in answer.citations[:CLOSEST_SHOWN]]
    return "\n\n".join(parts)


def passages(hits: Sequence[Hit], columns: int | None) -> str:
    """What a search found, best first."""
    if not hits:
        return "Nothing was found."
    return "\n\n".join(
        f"{wrapped(one_line(hit.text), f'{hit.rank}. ', columns)}\n"
        f"   {one_line(hit.title)} [{one_line(hit.source)} {hit.start}-{hit.end}]"
        for hit in hits
    )


def listing(articles: Sequence[Summary]) -> str:
    """A line for each article: date, id, title, publisher."""
    if not articles:
        return "There is no article yet; add some with `cuttings ingest PATH`."
    longest = max(len(article.id) for article in articles)
    return "\n".join(
        f"{article.published or '':10}  {article.id:{longest}}  {one_line(article.title)}"
        + (f" ({one_line(article.publisher)})" if article.publisher else "")
        for article in articles
    )


def story(article: Article) -> str:
    """The article's text without what was removed, and no more than one blank line at a time."""
    kept, position = [], 0
    for gone in article.removed:
        kept.append(article.text[position : gone.start])
        position = gone.end
    kept.append(article.text[position:])
    about = listed(article.title, article.publisher, day(article.published), article.source, article.url)
    # Where blocks of a page were removed, the lines between them are left.
    return f"{about}\n\n{_BLANK_LINES.sub(_EMPTY, plain(''.join(kept))).strip()}"


def removed(article: Article) -> str:
    """What is in the source but not in the story: where, why, and what it says."""
    if not article.removed:
        return f"Nothing was removed from {article.id}."
    return "\n\n".join(
        f"{gone.start}-{gone.end}  {gone.reason}\n"
        + textwrap.indent(plain(article.text[gone.start : gone.end]).strip(), "    ")
        for gone in article.removed
    )


def report(report: Report) -> str:
    """What became of each source of an ingest."""
    counts: dict[str, Sequence[object]] = {
        "added": report.added,
        "updated": report.updated,
        "unchanged": report.unchanged,
        "moved": report.moved,
        "skipped": report.skipped,
    }
    lines = [", ".join(f"{len(items)} {name}" for name, items in counts.items())]
    lines += [f"skipped {one_line(skipped.source)}: {skipped.reason}" for skipped in report.skipped]
    if report.skipped:
        whole = sum(map(len, counts.values()))
        lines.append(f"{len(report.skipped):,} of {counted(whole, 'source')} not read, for the reasons above")
    lines += [f"the file is gone of {article}" for article in report.missing]
    if report.missing:
        lines.append(
            "`cuttings remove --missing` takes the articles whose file is gone out of the collection"
        )
    lines += _out_of_reach(report.unreachable)
    return "\n".join(lines)


def taken_out(articles: Sequence[str], kept: Missing | None = None, dry_run: bool = False) -> str:
    """What `cuttings remove` did, or would do; `kept` are articles whose folder is out of reach."""
    verb = "would remove" if dry_run else "removed"
    lines = [f"{verb} {article}" for article in articles]
    lines += _out_of_reach(kept.unreachable) if kept else []
    if kept and kept.unreachable:
        lines.append("`cuttings remove --missing --yes` removes these too")
    return "\n".join(lines) or "The file of every article is still there."


def _out_of_reach(folders: Mapping[str, Sequence[str]]) -> list[str]:
    return [
        f"{counted(len(ids), 'article')} kept whose folder is empty or not there, perhaps not mounted: "
        f"{one_line(folder)}"
        for folder, ids in folders.items()
    ]


def copied(copied: Copied) -> str:
    """What `cuttings copy` did, and what it found when it checked."""
    whole = len(copied.copied) + len(copied.there)
    lines = [f"{len(copied.copied)} copied, {len(copied.there)} there already"]
    if copied.settings:
        lines.append("its settings.toml was copied too")
    if copied.others:
        lines.append(f"{counted(copied.others, 'other article')} of the target left as they were")
    if copied.problems:
        lines += [f"{one_line(problem.article_id)}: {one_line(problem.what)}" for problem in copied.problems]
        lines.append(
            f"{counted(len(copied.problems), 'problem')}; copy again once what writes to either is done"
        )
    else:
        checked = f"{counted(whole, 'article')} and {counted(copied.passages, 'passage')}"
        lines.append(f"{checked} checked: as in the source, and every sentence a slice of its article's text")
    return "\n".join(lines)


def verified(articles: int, passages: int, problems: Sequence[Problem], stale: Sequence[str]) -> str:
    """What a check of the collection found."""
    lines = [f"{one_line(problem.article_id)}: {one_line(problem.what)}" for problem in problems]
    lines += [f"{article}: its file has changed since; ingest it again" for article in stale]
    if problems:
        lines.append(f"{counted(len(problems), 'problem')}; remove and ingest again what is named here")
    else:
        checked = f"{counted(articles, 'article')} and {counted(passages, 'passage')}"
        lines.append(f"{checked}: every sentence is a slice of its article's text")
    return "\n".join(lines)


def _cited(citation: Citation, mark: str, columns: int | None) -> str:
    lines = [wrapped(f"“{one_line(citation.quote)}”", mark, columns), f"   {where(citation)}"]
    lines += [f"   also in {where(other)}" for other in citation.also]
    if citation.also:
        lines.append(f"   {counted(citation.sources, 'independent source')}")
    return "\n".join(lines)


def where(citation: Citation) -> str:
    about = listed(citation.title, citation.publisher, day(citation.published))
    return f"{about} [{one_line(citation.source)} {citation.start}-{citation.end}]"


def listed(*parts: str | None) -> str:
    return ", ".join(one_line(part) for part in parts if part)


def wrapped(text: str, mark: str, columns: int | None) -> str:
    if columns is None:
        return mark + text
    return textwrap.fill(
        text,
        columns,
        initial_indent=mark,
        subsequent_indent=" " * len(mark),
        break_long_words=False,
        break_on_hyphens=False,
    )


def counted(number: int, name: str) -> str:
    return f"{number:,} {name}" + ("" if number == 1 else "s")
