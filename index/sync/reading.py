"""How the files of a source are to be read, as a person said of it; remembered with the source."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace

from corpus.errors import CuttingsError
from corpus.formats.document import Options
from index.store import Store

_KEY = "reading of sources"
_LONGEST = 60_000
"""Bytes of what is remembered; a row of Milvus holds 65,535."""


@dataclass(frozen=True, slots=True)
class Reading:
    """As `Options` has it."""

    columns: Mapping[str, str] = field(default_factory=dict)
    ocr: bool = False

    def __bool__(self) -> bool:
        return bool(self.columns or self.ocr)

    def options(self, options: Options) -> Options:
        """The options with what was said of this source."""
        return replace(options, columns=self.columns, ocr=self.ocr)


def readings(store: Store) -> dict[str, Reading]:
    """What was said, by source; of most nothing is."""
    return {source: Reading(**said) for source, said in json.loads(store.meta(_KEY) or "{}").items()}


def keep_readings(store: Store, said: Mapping[str, Reading]) -> None:
    """Remember what was said of sources, in place of what was said of them before."""
    before = readings(store)
    after = {source: reading for source, reading in {**before, **said}.items() if reading}
    if after == before:
        return
    value = json.dumps({source: asdict(reading) for source, reading in after.items()})
    if len(value) > _LONGEST:
        raise CuttingsError(
            "too much is to be remembered of the sources; put files that are alike in a folder"
        )
    with store.change() as change:
        change.set(_KEY, value)
