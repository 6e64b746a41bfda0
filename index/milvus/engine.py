"""A connection to Milvus: the only file that imports its client, and what its errors mean to a person."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Literal

import numpy as np

from corpus.errors import CuttingsError
from index.address import Address

Row = dict[str, Any]

MAX_ROWS = 16_384
"""Rows that Milvus gives for one request at most."""

_BATCH = 500
"""Rows sent or asked for at once: a few megabytes, well below the limit of a message."""

_CHANNEL = {"grpc.keepalive_permit_without_calls": 0}
"""The client asks every ten seconds whether the server is there; milvus-lite's hangs up on that."""

_TIMEOUT = 30.0
"""Seconds to wait for a connection."""

Level = Literal["Strong", "Bounded"]
"""Strong: what anybody wrote before is seen, and waited for; Bounded: at most some seconds old."""


class Engine:
    """The Milvus of an address. Safe to use from several threads."""

    def __init__(self, address: Address, level: Level) -> None:
        """CuttingsError where it cannot be reached, or where its client is not installed."""
        try:
            import pymilvus
        except ImportError as error:
            raise CuttingsError(
                f"{address.url} needs the Milvus client; install it with `pip install 'cuttings[milvus]'`"
            ) from error
        self._api = pymilvus
        self._where = address.url
        self._level = level
        # An error is reported once, in one line.
        for name in ("pymilvus", "milvus_lite", "grpc"):
            logging.getLogger(name).setLevel(logging.CRITICAL + 1)
        with self._explained():
            token = os.environ.get("MILVUS_TOKEN", "") if "://" in address.uri else ""
            self._client = pymilvus.MilvusClient(
                address.uri, token=token, timeout=_TIMEOUT, grpc_options=_CHANNEL
            )
            self.lite = "lite" in self._client.get_server_version().lower()
        """Whether it is milvus-lite, which does a few things in ways of its own."""

    def close(self) -> None:
        self._client.close()

    # Tables (which Milvus calls collections)

    def has(self, table: str) -> bool:
        with self._explained():
            return bool(self._client.has_collection(table))

    def load(self, table: str) -> None:
        """Make a table ready to be searched."""
        with self._explained():
            self._client.load_collection(table)

    def make(self, table: str, fields: Sequence[Mapping[str, Any]], bm25: tuple[str, str] | None) -> None:
        """A table that is not there yet, with its indexes.

        A field is given as `add_field` takes it, and as "index" what `add_index` takes. `bm25` names the
        field of text and the sparse one that Milvus fills from it. Another process may be faster.
        """
        schema = self._client.create_schema(auto_id=False, enable_dynamic_field=False)
        indexes = self._client.prepare_index_params()
        for field in fields:
            given = dict(field)
            index = given.pop("index", None)
            if index and self.lite and index["index_type"] == "INVERTED":
                index = None  # of no use to milvus-lite, which takes half a second to make it
            kind = getattr(self._api.DataType, given.pop("kind"))
            schema.add_field(given.pop("name"), kind, **given)
            if index:
                indexes.add_index(field["name"], **index)
        if bm25:
            text, sparse = bm25
            schema.add_function(
                self._api.Function(
                    name="bm25",
                    function_type=self._api.FunctionType.BM25,
                    input_field_names=[text],
                    output_field_names=[sparse],
                )
            )
        with self._explained():
            try:
                self._client.create_collection(table, schema=schema, consistency_level=self._level)
            except self._api.MilvusException:
                if not self._client.has_collection(table):
                    raise
            try:
                # Of an empty table they are there at once; to wait for each takes half a second.
                self._client.create_index(table, indexes, sync=False)
            except self._api.MilvusException:
                if len(self._client.list_indexes(table)) < len(list(indexes)):
                    raise

    # Rows

    def get(self, table: str, ids: Sequence[int], fields: Sequence[str], strong: bool = False) -> list[Row]:
        """The rows with these ids, those that are there, in any order."""
        rows: list[Row] = []
        with self._explained():
            for first in range(0, len(ids), _BATCH):
                rows += self._client.get(
                    table,
                    ids=[int(id) for id in ids[first : first + _BATCH]],
                    output_fields=list(fields),
                    consistency_level="Strong" if strong else self._level,
                )
        return rows

    def each(self, table: str, filter: str, fields: Sequence[str]) -> Iterator[Row]:
        """Every row that fits, read a batch at a time."""
        with self._explained():
            batches = self._client.query_iterator(
                table,
                batch_size=_BATCH,
                filter=filter,
                output_fields=list(fields),
                consistency_level=self._level,
            )
            try:
                while rows := batches.next():
                    yield from rows
            finally:
                batches.close()

    def some(self, table: str, fields: Sequence[str], limit: int) -> list[Row]:
        """Rows, any, up to a limit of MAX_ROWS."""
        with self._explained():
            return list(
                self._client.query(
                    table,
                    filter="",
                    output_fields=list(fields),
                    limit=limit,
                    consistency_level=self._level,
                )
            )

    def count(self, table: str, filter: str = "") -> int:
        """The number of rows that fit."""
        with self._explained():
            rows = self._client.query(
                table, filter=filter, output_fields=["count(*)"], consistency_level=self._level
            )
            return int(rows[0]["count(*)"])

    def search(
        self,
        table: str,
        field: str,
        data: str | np.ndarray,
        limit: int,
        filter: str,
        fields: Sequence[str],
        strong: bool = False,
    ) -> list[Row]:
        """The best rows for a text (of the BM25 field) or a vector, best first, each with its "id"."""
        with self._explained():
            found = self._client.search(
                table,
                data=[data],
                anns_field=field,
                limit=limit,
                filter=filter,
                output_fields=list(fields),
                consistency_level="Strong" if strong else self._level,
            )
        return [{"id": hit["id"], **hit["entity"]} for hit in found[0]]

    def put(self, table: str, rows: Sequence[Row]) -> None:
        """Store rows, each in place of the one with its id."""
        with self._explained():
            for first in range(0, len(rows), _BATCH):
                self._client.upsert(table, list(rows[first : first + _BATCH]))

    def delete(self, table: str, ids: Sequence[int]) -> None:
        """Delete the rows with these ids; those that are not there already are no error."""
        with self._explained():
            for first in range(0, len(ids), _BATCH):
                self._client.delete(table, ids=[int(id) for id in ids[first : first + _BATCH]])

    def settle(self, table: str) -> None:
        """Let milvus-lite write what it holds in memory, where it searches slowly; servers see to it."""
        if self.lite:
            with self._explained():
                self._client.flush(table)

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """The client's errors as one line that says what to do."""
        import grpc

        try:
            yield
        except (self._api.MilvusException, grpc.RpcError, ValueError) as error:
            text = " ".join(str(getattr(error, "message", "") or error).split())
            if "Open local milvus failed" in text:
                advice = (
                    "milvus-lite cannot open the file: another process has it, or it may not be written; for "
                    "several processes start `milvus-lite server --data-dir FILE` and name milvus://HOST:PORT/NAME"
                )
            elif "Fail connecting" in text or "UNAVAILABLE" in text:
                advice = "no Milvus answers there; start it, or correct the address"
            elif "auth" in text.lower():
                advice = "it does not accept the token; set MILVUS_TOKEN to `user:password` or an API key"
            else:
                advice = f"Milvus says: {text[:300]}; put that right and try again, what was done is not lost"
            raise CuttingsError(f"the collection at {self._where} cannot be used: {advice}") from error
