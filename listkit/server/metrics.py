"""Figures for Prometheus: an account sees its own requests and what it keeps, and of others nothing."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from listkit.errors import MissingExtraError

try:
    from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector, generate_latest
    from prometheus_client.core import GaugeMetricFamily, Metric
    from prometheus_client.multiprocess import MultiProcessCollector
    from prometheus_client.registry import Collector
except ModuleNotFoundError as missing:
    raise MissingExtraError("server") from missing

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from listkit.server.store.base import Account, Caller, Store
    from listkit.server.visits import Visit

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"
SHARED = "PROMETHEUS_MULTIPROC_DIR"
"""The variable that names the folder in which several processes count together."""
BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)

_OWNER = "account"


class Metrics:
    """Counts every request under its account, its route's template, its method and its status."""

    def __init__(self) -> None:
        registry = CollectorRegistry()
        names = [_OWNER, "api", "route", "method"]
        self._requests = Counter(
            "listkit_requests", "Requests of this account that were answered.", [*names, "status"], registry=registry
        )
        self._seconds = Histogram(
            "listkit_request_seconds", "How long their answers took.", names, buckets=BUCKETS, registry=registry
        )
        self._received = Counter("listkit_received_bytes", "Bytes of their bodies.", [_OWNER, "api"], registry=registry)
        self._sent = Counter("listkit_sent_bytes", "Bytes of their answers.", [_OWNER, "api"], registry=registry)
        self._refused = Counter(
            "listkit_refused_logins", "Requests to this server without a key that it knows.", registry=registry
        )
        self._collected: Collector = registry
        if folder := os.environ.get(SHARED):
            self._collected = MultiProcessCollector(CollectorRegistry(), path=folder)  # type: ignore[no-untyped-call]
        else:
            ProcessCollector(registry=registry)

    def note(self, visit: Visit) -> None:
        """Count a request that was answered."""
        if visit.is_refused_login:
            self._refused.inc()
        if visit.account is None:
            return
        owner, api = str(visit.account.account_id), visit.api or "server"
        names = (owner, api, visit.route or "none", visit.method)
        self._requests.labels(*names, str(visit.status)).inc()
        self._seconds.labels(*names).observe(visit.seconds)
        self._received.labels(owner, api).inc(visit.received)
        self._sent.labels(owner, api).inc(visit.sent)

    def show(self, caller: Caller, store: Store) -> bytes:
        """Write the figures that a user of an account may see, in Prometheus' text format."""
        return generate_latest(_Shown([*self._own(caller.account), *_kept(caller, store)]))

    def _own(self, account: Account) -> Iterator[Metric]:
        """Walk what was counted: what is another's is left out, and whose the rest is goes without saying."""
        owner = str(account.account_id)
        for counted in self._collected.collect():
            shown = Metric(counted.name, counted.documentation, counted.type)
            for sample in counted.samples:
                if sample.labels.get(_OWNER, owner) == owner and not sample.name.endswith("_created"):
                    labels = {name: value for name, value in sample.labels.items() if name != _OWNER}
                    shown.samples.append(sample._replace(labels=labels))
            if shown.samples:
                yield shown


class _Shown(Collector):
    def __init__(self, figures: Iterable[Metric]) -> None:
        self._figures = figures

    def collect(self) -> Iterable[Metric]:
        return self._figures


def _kept(caller: Caller, store: Store) -> Iterator[Metric]:
    """Count what an account has now, as far as its user sees it."""
    account, seen_by = caller.account, caller.seen_by
    lists = store.lists(account, limit=1, seen_by=seen_by).total
    contacts = store.contacts(account, limit=1, seen_by=seen_by).total
    running = sum(job.account_id == account.account_id for job in store.unfinished_jobs())
    for name, told, value in (
        ("listkit_lists", "Lists of this account.", lists),
        ("listkit_contacts", "Contacts of this account.", contacts),
        ("listkit_uploads_running", "Uploads of this account that are not finished.", running),
    ):
        yield GaugeMetricFamily(name, told, value=value)
