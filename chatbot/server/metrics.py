"""What is counted and timed, for Prometheus. Every label has few values, whatever is asked.

Each server has a registry of its own, so that several can live in one process.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Histogram,
    ProcessCollector,
    generate_latest,
)
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from chatbot.answer import Answer, State
from chatbot.server.gate import Gate
from chatbot.server.schedule import Schedule

if TYPE_CHECKING:
    from chatbot.server.served import Served

MEDIA_TYPE = CONTENT_TYPE_LATEST

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_OUTCOMES: Mapping[State, str] = {"answer": "answered", "possibly": "possibly", "none": "abstained"}
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)


class Metrics:
    """The counts of one server, whose collections have `names`. `ready` tells by its name whether one is."""

    def __init__(
        self,
        gate: Gate,
        names: Iterable[str],
        ready: Callable[[str], bool],
        schedules: Mapping[str, Schedule],
    ) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "cuttings_requests",
            "Requests that ended. Status 499: the client had gone.",
            ["route", "method", "status"],
            registry=self._registry,
        )
        self._seconds = Histogram(
            "cuttings_request_seconds",
            "Time from a request's arrival to the last byte of its response.",
            ["route"],
            buckets=_SECONDS,
            registry=self._registry,
        )
        self._questions = Counter(
            "cuttings_questions",
            "Questions by what came of them.",
            ["collection", "outcome"],
            registry=self._registry,
        )
        for name in names:
            for outcome in ("answered", "possibly", "abstained", "notice", "failed"):
                self._questions.labels(name, outcome)  # a rate needs the zero before the first one
        self._registry.register(_AtTheGate(gate))
        self._ready = ready
        if schedules:
            self._registry.register(_Syncs(schedules))
        ProcessCollector(registry=self._registry)

    def requested(self, route: str, method: str, status: int, seconds: float) -> None:
        """Count a request; `route` is the template of its address, never the address."""
        self._requests.labels(route, method if method in _METHODS else "other", status).inc()
        self._seconds.labels(route).observe(seconds)

    def answered(self, answer: Answer, collection: str) -> None:
        outcome = "notice" if answer.notice else _OUTCOMES[answer.state]
        self._questions.labels(collection, outcome).inc()

    def failed(self, collection: str) -> None:
        self._questions.labels(collection, "failed").inc()

    def text(self, collections: Sequence[Served]) -> bytes:
        """All of it, in Prometheus' text format, with what is seen of the collections.

        Of all together only how they are asked.
        """
        held = CollectorRegistry()
        held.register(_Held([one for one in collections if not one.is_all], self._ready))
        return generate_latest(self._registry) + generate_latest(held)


class _AtTheGate(Collector):
    """What is looked up when it is asked for."""

    def __init__(self, gate: Gate) -> None:
        self._gate = gate

    def describe(self) -> list[Metric]:
        return []  # else it is collected once just to be registered

    def collect(self) -> Iterator[Metric]:
        gate = self._gate
        turned_away = "Questions that found the queue full."
        yield CounterMetricFamily("cuttings_turned_away", turned_away, value=gate.turned_away)
        for name, about, value in (
            ("gate_waiting", "Questions and searches that wait for their turn.", gate.waiting),
            ("gate_at_work", "Questions and searches that are being answered.", gate.at_work),
        ):
            yield GaugeMetricFamily(f"cuttings_{name}", about, value=value)


class _Held(Collector):
    """What each collection holds; nothing is told of one that is gone but that it is not ready."""

    def __init__(self, collections: Sequence[Served], ready: Callable[[str], bool]) -> None:
        self._collections = collections
        self._ready = ready

    def describe(self) -> list[Metric]:
        return []

    def collect(self) -> Iterator[Metric]:
        ready, articles, passages, revision = (
            GaugeMetricFamily(f"cuttings_{name}", about, labels=["collection"])
            for name, about in (
                ("ready", "1 when the models are loaded and the collection is there."),
                ("articles", "Articles in the collection."),
                ("passages", "Passages in the collection."),
                ("revision", "Raised by one with each change of the collection, for whom nothing is hidden."),
            )
        )
        for one in self._collections:
            gone = one.bot.collection.gone
            ready.add_metric([one.name], int(self._ready(one.name) and not gone))
            if not gone:
                articles.add_metric([one.name], len(one.listing.articles()))
                passages.add_metric([one.name], one.listing.passages())
                if not one.hides:  # else it would tell of changes to what is hidden
                    revision.add_metric([one.name], one.listing.revision)
        yield from (ready, articles, passages, revision)


class _Syncs(Collector):
    """The next sync of each collection, and what came of its last one."""

    def __init__(self, schedules: Mapping[str, Schedule]) -> None:
        self._schedules = schedules

    def describe(self) -> list[Metric]:
        return []

    def collect(self) -> Iterator[Metric]:
        next_one, last_one, failed = (
            GaugeMetricFamily(f"cuttings_sync_{name}", about, labels=["collection"])
            for name, about in (
                ("next_seconds", "When the next sync begins, in seconds since 1970."),
                ("last_seconds", "When the last sync ended, in seconds since 1970."),
                ("last_failed", "Sources that the last sync could not look at, or that had lost too much."),
            )
        )
        changes = GaugeMetricFamily(
            "cuttings_sync_last_articles",
            "Articles that the last sync changed.",
            labels=["collection", "change"],
        )
        for name, schedule in self._schedules.items():
            if schedule.next is not None:
                next_one.add_metric([name], schedule.next)
            if last := schedule.last:
                last_one.add_metric([name], last.at)
                failed.add_metric([name], last.failed)
                for change, number in last.changes.items():
                    changes.add_metric([name, change], number)
        yield from (one for one in (next_one, last_one, failed, changes) if one.samples)
