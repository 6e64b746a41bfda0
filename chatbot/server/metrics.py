"""What is counted and timed, for Prometheus. Every label has few values, whatever is asked.

Each server has a registry of its own, so that several can live in one process.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
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
    from chatbot.server.views import View

MEDIA_TYPE = CONTENT_TYPE_LATEST

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_OUTCOMES: Mapping[State, str] = {"answer": "answered", "possibly": "possibly", "none": "abstained"}
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)


class Metrics:
    """The counts of one server. `ready` tells whether its models are loaded."""

    def __init__(
        self,
        gate: Gate,
        ready: Callable[[], bool],
        schedule: Schedule | None = None,
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
            "cuttings_questions", "Questions by what came of them.", ["outcome"], registry=self._registry
        )
        for outcome in ("answered", "possibly", "abstained", "notice", "failed"):
            self._questions.labels(outcome)  # a rate needs the zero before the first one
        self._registry.register(_Now(gate, ready))
        if schedule:
            self._registry.register(_Syncs(schedule))
        ProcessCollector(registry=self._registry)

    def requested(self, route: str, method: str, status: int, seconds: float) -> None:
        """Count a request; `route` is the template of its address, never the address."""
        self._requests.labels(route, method if method in _METHODS else "other", status).inc()
        self._seconds.labels(route).observe(seconds)

    def answered(self, answer: Answer) -> None:
        outcome = "notice" if answer.notice else _OUTCOMES[answer.state]
        self._questions.labels(outcome).inc()

    def failed(self) -> None:
        self._questions.labels("failed").inc()

    def text(self, view: View) -> bytes:
        """All of it, in Prometheus' text format, with the articles that there are in a view."""
        of_articles = CollectorRegistry()
        of_articles.register(_Articles(view))
        return generate_latest(self._registry) + generate_latest(of_articles)


class _Now(Collector):
    """What is looked up when it is asked for."""

    def __init__(self, gate: Gate, ready: Callable[[], bool]) -> None:
        self._gate = gate
        self._ready = ready

    def describe(self) -> list[Metric]:
        return []  # else it is collected once just to be registered

    def collect(self) -> Iterator[Metric]:
        gate = self._gate
        turned_away = "Questions that found the queue full."
        yield CounterMetricFamily("cuttings_turned_away", turned_away, value=gate.turned_away)
        for name, about, value in (
            ("gate_waiting", "Questions and searches that wait for their turn.", gate.waiting),
            ("gate_at_work", "Questions and searches that are being answered.", gate.at_work),
            ("ready", "1 when the models are loaded.", int(self._ready())),
        ):
            yield GaugeMetricFamily(f"cuttings_{name}", about, value=value)


class _Articles(Collector):
    """Of the articles that somebody may see."""

    def __init__(self, view: View) -> None:
        self._view = view

    def describe(self) -> list[Metric]:
        return []

    def collect(self) -> Iterator[Metric]:
        listing = self._view.listing
        for name, about, value in (
            ("articles", "Articles in the collection.", len(listing.articles())),
            ("passages", "Passages in the collection.", listing.passages()),
        ):
            yield GaugeMetricFamily(f"cuttings_{name}", about, value=value)
        if self._view.whole:  # else it would tell of changes to what is hidden
            about = "Raised by one with each change of the collection."
            yield GaugeMetricFamily("cuttings_revision", about, value=listing.revision)


class _Syncs(Collector):
    """The next sync, and what came of the last one."""

    def __init__(self, schedule: Schedule) -> None:
        self._schedule = schedule

    def describe(self) -> list[Metric]:
        return []

    def collect(self) -> Iterator[Metric]:
        next_one, last = self._schedule.next, self._schedule.last
        about = "When the next sync begins, in seconds since 1970."
        yield GaugeMetricFamily("cuttings_sync_next_seconds", about, value=next_one)
        if last is None:
            return
        about = "When the last sync ended, in seconds since 1970."
        yield GaugeMetricFamily("cuttings_sync_last_seconds", about, value=last.at)
        about = "Sources that the last sync could not look at, or of which too much had gone."
        yield GaugeMetricFamily("cuttings_sync_last_failed", about, value=last.failed)
        changes = GaugeMetricFamily(
            "cuttings_sync_last_articles", "Articles that the last sync changed.", labels=["change"]
        )
        for change, number in last.changes.items():
            changes.add_metric([change], number)
        yield changes
