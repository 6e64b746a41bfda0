"""Syncs, sources, the journal and corrections as text for a person at a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from chatbot.render.text import counted, one_line

if TYPE_CHECKING:
    from chatbot.corrections import Correction, Corrections
    from index.sync.journal import Entry
    from index.sync.outcome import Outcome
    from index.sync.reading import Reading
    from index.sync.standing import Standing

_NAMED = 20
"""Lines or names of one kind, such as those of skipped files; `--json` has all of them."""


def synced(outcomes: Sequence[Outcome], dry_run: bool) -> str:
    """What became of each source."""
    lines = ["Nothing was changed; a sync would do this:"] if dry_run else []
    for outcome in outcomes:
        lines += _outcome(outcome, dry_run)
    return "\n".join(lines)


def _outcome(outcome: Outcome, dry_run: bool) -> list[str]:
    source = one_line(outcome.source)
    if outcome.failed:
        return [f"{source}: {one_line(outcome.failed)}"]
    counts = {
        "added": len(outcome.added),
        "updated": len(outcome.updated),
        "moved": len(outcome.moved),
        "removed": len(outcome.removed),
        "to be asked for changes": outcome.to_check,
        "unchanged": outcome.unchanged,
        "skipped": len(outcome.skipped),
        "skipped as before": outcome.skipped_before,
    }
    told = ", ".join(f"{number:,} {name}" for name, number in counts.items() if number)
    lines = [f"{source} ({outcome.kind}): {told or 'nothing there'}"]
    skipped = [f"skipped {one_line(one.source)}: {one_line(one.reason)}" for one in outcome.skipped]
    lines += [f"  {one}" for one in _some(skipped)]
    if outcome.later:
        lines.append(f"  {counted(outcome.later, 'page')} left for the next sync")
    if dry_run:
        lines += [f"  would add {one_line(one)}" for one in _some(outcome.added)]
        lines += [f"  would remove {one}" for one in _some(outcome.removed)]
    if outcome.left_out:
        lines.append(f"  {counted(outcome.left_out, 'entry')} of the list left out: no address, or too many")
    lines += [
        f"  {counted(len(ids), 'article')} kept whose folder is empty or not there, perhaps not mounted: "
        f"{one_line(folder)}; `cuttings sync {source} --yes` removes them"
        for folder, ids in outcome.unreachable.items()
    ]
    if outcome.held_back:
        lines.append(
            f"  {len(outcome.held_back):,} of its {counted(outcome.articles, 'article')} are gone, more than "
            f"a tenth; they were kept: {', '.join(_some(outcome.held_back))}"
        )
        lines.append(f"  `cuttings sync {source} --yes` removes them")
    return lines


def _some(names: Sequence[str]) -> list[str]:
    rest = len(names) - _NAMED
    return [*names[:_NAMED], f"and {rest:,} more"] if rest > 0 else list(names)


def listed(sources: Iterable[Standing]) -> str:
    """A line for each source, with the number of its articles, and how it is read."""
    lines = [
        f"{one_line(one.source)}  ({counted(one.articles, 'article')})"
        + (_read_with(one.reading) if one.reading else "")
        for one in sources
    ]
    return "\n".join(lines) or "No source is remembered; `cuttings sources add SOURCE` adds one."


def _read_with(reading: Reading) -> str:
    columns = ",".join(f"{field}={column}" for field, column in reading.columns.items())
    return (f"  --map {one_line(columns)}" if columns else "") + ("  --ocr" if reading.ocr else "")


def journal(entries: Sequence[Entry]) -> str:
    """A line for each entry, oldest first."""
    lines = [
        f"{entry.time}  {entry.what:7}  {one_line(entry.article_id)}  ({one_line(entry.source)})"
        for entry in entries
    ]
    return "\n".join(lines) or "Nothing has changed."


def corrections(found: Corrections) -> str:
    """What was quoted, where, and what stands there now."""
    parts = [_correction(one) for one in found.found]
    parts += [f"{one:.40}…: not the id of an answer; copy the whole of the link" for one in found.broken]
    checked = f"{counted(found.quotations, 'quotation')} of {counted(found.answers, 'answer')} checked"
    left = found.quotations - len(found.found)
    parts.append(f"{checked}: {left:,} stand where they stood, {len(found.found):,} do not")
    return "\n\n".join(parts)


_WHAT = {
    "changed": "other words stand there now",
    "moved": "the same words stand elsewhere in the article now",
    "gone": "the article is no longer in the collection",
}


def _correction(one: Correction) -> str:
    lines = [
        f"{one_line(one.question)}  [{one_line(one.known_from):.60}]",
        f"  {one.article_id} {one.start}-{one.end}: {_WHAT[one.what]}",
    ]
    if one.quote is not None:
        lines.append(f"  was: “{one_line(one.quote)}”")
    if one.now is not None:
        lines.append(f"  now: “{one_line(one.now)}” [{one.now_start}-{one.now_end}]")
    return "\n".join(lines)
