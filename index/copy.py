"""One collection into another, wherever either is: nothing is encoded again, and all is checked."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from corpus.errors import CuttingsError
from index.ingest.tags import keep, said
from index.original import Original
from index.store import Store, Stored
from index.sync.reading import keep_readings, readings
from index.sync.sources import remember, remembered
from index.verify import Problem, wrong

_BATCH = 50
"""Articles that are stored together; an interrupted copy goes on behind the last of them."""

_SHAPING = ("model", "passage_tokens")
_SETTINGS = "settings.toml"


@dataclass(slots=True)
class Copied:
    """What became of the source's articles; lists of ids."""

    copied: list[str] = field(default_factory=list)
    there: list[str] = field(default_factory=list)
    """Those that the target had already, just so."""
    passages: int = 0
    """Of all of the source's articles, as they are in the target."""
    others: int = 0
    """Articles that only the target has; they are left alone."""
    problems: list[Problem] = field(default_factory=list)
    """Whatever is not in the target as it is in the source."""
    without_original: list[str] = field(default_factory=list)
    """Articles whose own file is too large for the target, and is not in it."""
    settings: bool = False
    """Whether the settings were copied too."""
    sources: int = 0
    """Sources that are remembered in the target now, and were not before."""


def copy(
    source: Store, target: Store, progress: Callable[[int, int], None] = lambda done, total: None
) -> Copied:
    """Every article of the source into the target, in place of one of its id.

    What the target has already is only checked, so that a copy which was interrupted goes on.

    CuttingsError where the two were made with different models or passages, or where an article of another
    source has an id that is needed.
    """
    report = Copied()
    if not target.hides and source.restricted():
        raise CuttingsError(
            f"{source.where} has articles that not everybody may see, and a collection on Milvus cannot hide "
            "any; copy into a folder"
        )
    shape = {key: value for key in _SHAPING if (value := source.meta(key)) is not None}
    for key, value in shape.items():
        if (other := target.meta(key)) not in (None, value):
            raise CuttingsError(
                f"{target.where} was made with {key} {other!r}, {source.where} with {value!r}; "
                "copy into an empty collection"
            )
    if target.rules() and target.rules() != source.rules():
        raise CuttingsError(
            f"{target.where} has other rules of who may see what than {source.where}; copy into an empty "
            "collection"
        )
    sources, targets = source.stored(), target.stored()
    _distinct(sources, targets, target)
    report.others = len(targets.keys() - sources.keys())
    entries = sorted(sources.items(), key=lambda entry: entry[1].id)
    there = {
        entry.id
        for location, entry in entries
        if targets.get(location) == entry
        and said(source, location) == said(target, location)
        and source.history(entry.id) == target.history(entry.id)
    }
    missing = [(location, entry) for location, entry in entries if entry.id not in there]
    report.there = [entry.id for _, entry in entries if entry.id in there]
    with target.change() as change:
        for key, value in shape.items():
            change.set(key, value)
        # Before any article is there: none is to be seen meanwhile by whom it is hidden from.
        if source.rules() and source.rules() != target.rules():
            change.show_by(source.rules())
        for article_id, visibility in source.given().items():
            change.show(article_id, visibility)
    for first in range(0, len(missing), _BATCH):
        batch = missing[first : first + _BATCH]
        with target.change() as change:
            for location, entry in batch:
                if location in targets and targets[location].id != entry.id:
                    change.remove(targets[location].id)
                original = _fitting(source, target, entry.id)
                article, passages = source.article(entry.id), source.encoded(entry.id)
                history = source.history(entry.id)
                change.put(article, location, entry.digest, passages, original, history)
                keep(target, change, location, said(source, location))
        report.copied += [entry.id for _, entry in batch]
        progress(len(report.there) + len(report.copied), len(entries))
    target.settle()
    for _, entry in entries:
        report.passages += len(target.passage_ids(entry.id))
        if source.original(entry.id) and not _fitting(source, target, entry.id):
            report.without_original.append(entry.id)
        report.problems += [Problem(entry.id, what) for what in _differing(source, target, entry.id)]
    report.sources = len(remember(target, remembered(source)))
    keep_readings(target, {**readings(source), **readings(target)})
    if (source.folder / _SETTINGS).is_file() and not (target.folder / _SETTINGS).exists():
        shutil.copyfile(source.folder / _SETTINGS, target.folder / _SETTINGS)
        report.settings = True
    return report


def _fitting(source: Store, target: Store, article_id: str) -> Original | None:
    """The file of an article, where the target has room for it."""
    original = source.original(article_id)
    return original if original and len(original.content) <= target.largest_original else None


def _distinct(sources: dict[str, Stored], targets: dict[str, Stored], target: Store) -> None:
    owners = {entry.id: location for location, entry in targets.items()}
    for location, entry in sources.items():
        if owners.get(entry.id, location) != location:
            raise CuttingsError(
                f"{target.where} has another article {entry.id!r}, of {owners[entry.id]}; "
                "copy into an empty collection"
            )


def _differing(source: Store, target: Store, article_id: str) -> Sequence[str]:
    """What is not as in the source: the article, its passages, or a sentence that is no slice of its text."""
    try:
        if source.article(article_id) != target.article(article_id):
            return ["its text or its metadata is not that of the source"]
        if source.passages(article_id) != target.passages(article_id):
            return ["it is cut otherwise than in the source"]
        if _fitting(source, target, article_id) != target.original(article_id):
            return ["its file is not that of the source"]
        if source.history(article_id) != target.history(article_id):
            return ["its older versions are not those of the source"]
        return list(wrong(target, article_id))
    except CuttingsError as error:
        return [str(error)]
