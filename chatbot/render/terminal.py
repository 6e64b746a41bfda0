"""Answers, articles and reports as text for a person at a terminal."""

from __future__ import annotations

import re
import shutil
import sys
import textwrap
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from chatbot.render.outline import CLOSEST, DIFFER, Group, about, groups, introduction
from chatbot.render.text import counted, listed, one_line, plain, wrapped

if TYPE_CHECKING:
    from chatbot.answer import Answer, Citation
    from corpus.article import Article
    from corpus.read import Skipped
    from index.copy import Copied
    from index.hit import Hit
    from index.ingest.ingest import Report
    from index.ingest.missing import Missing
    from index.store import Kept, Restored, Summary
    from index.verify import Problem

_WIDEST = 100
"""Columns; a longer line is hard to read."""

_NAMED = 10
"""Files that are named of those that were skipped for one reason."""

_BLANK_LINES = re.compile(r"\n(?:[^\S\n]*\n){2,}")
_EMPTY = "\n\n"
"""What stands for several blank lines: one."""


def width() -> int | None:
    """The columns to fill; None where the output is no terminal, since a file is not to be wrapped."""
    return min(shutil.get_terminal_size().columns, _WIDEST) if sys.stdout.isatty() else None


def instead(answer: Answer) -> str:
    """What is said where nothing was searched; "" where something was."""
    if answer.notice:
        return one_line(answer.notice)
    return "" if answer.hits else "There is no article to look in yet; add some with `cuttings ingest PATH`."


def answer(answer: Answer, columns: int | None) -> str:
    """Numbered quotes with their sources; or that there is no answer, and what comes closest to one."""
    if said := instead(answer):
        return said
    parts = introduction(answer, "", "`--any-time`")
    for group in groups(answer):
        heading, citations = group.heading, group.citations
        parts += headed(group)
        mark = {CLOSEST: "-  ", DIFFER: "|  "}.get(heading)
        parts += [_cited(citation, mark or f"{citation.rank}. ", columns) for citation in citations]
    return "\n\n".join(parts)


def headed(group: Group) -> list[str]:
    """The lines above the quotations of a group: its heading, and how sure it is."""
    heading = listed(group.heading, group.note)
    if heading and not heading.endswith("?"):
        heading = f"{heading}:"
    return [line for line in (heading, group.status) if line]


def passages(hits: Sequence[Hit], columns: int | None) -> str:
    """What a search found, best first."""
    if not hits:
        return "Nothing was found."
    return "\n\n".join(
        f"{wrapped(one_line(hit.text), f'{hit.rank}. ', columns)}\n"
        f"   {one_line(hit.title)} [{one_line(hit.source)} {hit.start}-{hit.end}]"
        for hit in hits
    )


def listing(articles: Sequence[Summary], copies: Sequence[Sequence[str]] = ()) -> str:
    """A line for each article: date, id, title, publisher; of those that are copies, by id, for the first."""
    from index.copies import by_story

    if not articles:
        return "There is no article yet; add some with `cuttings ingest PATH`."
    longest = max(len(article.id) for article in articles)
    lines = [
        f"{article.published or '':10}  {article.id:{longest}}  {one_line(article.title)}"
        + (f" ({one_line(article.publisher)})" if article.publisher else "")
        + (f", and in {len(others):,} more" if others else "")
        for article, *others in by_story(articles, copies)
    ]
    if len(lines) < len(articles):
        lines.append(f"{counted(len(articles), 'article')}; `cuttings list --copies` lists every copy")
    return "\n".join(lines)


def story(article: Article) -> str:
    """The article's text without what was removed, and no more than one blank line at a time."""
    text = "".join(article.text[start:end] for start, end in article.story())
    # Where blocks of a page were removed, the lines between them are left.
    return f"{about(article, article.source, article.url)}\n\n{_BLANK_LINES.sub(_EMPTY, plain(text)).strip()}"


def removed(article: Article) -> str:
    """What is in the source but not in the story: where, why, and what it says."""
    if not article.removed:
        return f"Nothing was removed from {article.id}."
    return "\n\n".join(
        f"{span.start}-{span.end}  {span.reason}\n"
        + textwrap.indent(plain(article.text[span.start : span.end]).strip(), "    ")
        for span in article.removed
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
    lines += _skipped(report.skipped)
    if report.skipped:
        whole = sum(map(len, counts.values()))
        lines.append(f"{len(report.skipped):,} of {counted(whole, 'source')} not read, for the reasons above")
    lines += [f"{one_line(source)} is {article} once more" for source, article in report.same[:_NAMED]]
    if len(report.same) > _NAMED:
        lines.append(f"and {len(report.same) - _NAMED:,} more are articles that are there already")
    lines += _without_original(report.without_original)
    lines += [f"the file is gone of {article}" for article in report.missing]
    if report.missing:
        lines.append(
            "`cuttings remove --missing` takes the articles whose file is gone out of the collection"
        )
    lines += _out_of_reach(report.unreachable)
    return "\n".join(lines)


def _skipped(skipped: Sequence[Skipped]) -> list[str]:
    """By reason, each with the first few that were skipped for it."""
    reasons: dict[str, list[str]] = {}
    for one in skipped:
        reasons.setdefault(one.reason, []).append(one_line(one.source))
    lines = []
    for reason, sources in reasons.items():
        if len(sources) == 1:
            lines.append(f"skipped {sources[0]}: {reason}")
            continue
        lines.append(f"skipped {len(sources):,}: {reason}")
        lines += [f"  {source}" for source in sources[:_NAMED]]
        if len(sources) > _NAMED:
            lines.append(f"  and {len(sources) - _NAMED:,} more")
    return lines


def _without_original(articles: Sequence[str]) -> list[str]:
    return [
        f"{article}: its file is too large to be kept, so its pages are not shown" for article in articles
    ]


def taken_out(articles: Sequence[str], missing: Missing | None = None, dry_run: bool = False) -> str:
    """What `cuttings remove` did, or would do; of `missing` articles it names the folders out of reach."""
    verb = "would remove" if dry_run else "removed"
    lines = [f"{verb} {article}" for article in articles]
    lines += _out_of_reach(missing.unreachable) if missing else []
    if missing and missing.unreachable:
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
    if copied.sources:
        lines.append(f"{counted(copied.sources, 'source')} remembered there too, for `cuttings sync`")
    lines += _without_original(copied.without_original)
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


def verified(
    articles: int,
    passages: int,
    problems: Sequence[Problem],
    stale: Sequence[str],
    repaired: Sequence[str] = (),
    tried: bool = False,
) -> str:
    """What a check of the collection found, and what was repaired before it where that was tried."""
    lines = [f"repaired: {one_line(done)}" for done in repaired]
    lines += [f"{one_line(problem.article_id)}: {one_line(problem.what)}" for problem in problems]
    lines += [f"{article}: its file has changed since; ingest it again" for article in stale]
    if problems:
        if tried:
            then = "restore a backup with `cuttings restore`, or remove and ingest again what is named here"
        else:
            then = "`cuttings verify --repair` puts right what can be"
        lines.append(f"{counted(len(problems), 'problem')}; {then}")
    else:
        checked = f"{counted(articles, 'article')} and {counted(passages, 'passage')}"
        lines.append(f"{checked}: as stored, and every sentence is a slice of its article's text")
    return "\n".join(lines)


def kept(kept: Kept) -> str:
    """What `cuttings backup` did."""
    counts = f"{counted(kept.articles, 'article')} and {counted(kept.passages, 'passage')}"
    size = (
        f"{counted(kept.files, 'file')}, {_megabytes(kept.size)} of which {_megabytes(kept.copied)} are new"
    )
    return f"{counts} kept in {kept.folder} and checked: {size}"


def restored(restored: Restored) -> str:
    """What `cuttings restore` did."""
    counts = f"{counted(restored.articles, 'article')} and {counted(restored.passages, 'passage')}"
    lines = [f"{counts} put back and checked; start a server that has the collection open again"]
    if restored.before:
        lines.append(
            f"the collection that was there is now {restored.before}; delete it when it is not needed"
        )
    return "\n".join(lines)


def _megabytes(size: int) -> str:
    return f"{size / 1e6:,.1f} MB"


def _cited(citation: Citation, mark: str, columns: int | None) -> str:
    lines = [wrapped(f"“{one_line(citation.quote)}”", mark, columns), f"   {place(citation)}"]
    lines += [f"   also in {place(other)}" for other in citation.also]
    return "\n".join(lines + sources(citation))


def place(citation: Citation) -> str:
    """Which article a citation is of, and where it stands there."""
    return f"{about(citation)} [{one_line(citation.source)} {citation.start}-{citation.end}]"


def sources(citation: Citation) -> list[str]:
    """The line that says how many independent sources say it, where there are others."""
    return [f"   {counted(citation.sources, 'independent source')}"] if citation.also else []
