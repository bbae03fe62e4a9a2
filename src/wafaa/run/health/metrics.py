"""What Prometheus scrapes: requests as they were counted here, everything else as it is at this moment."""

import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import psutil
from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponseBase
from prometheus_client import CollectorRegistry, Histogram, ProcessCollector, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from wafaa import __version__
from wafaa.kit import clock
from wafaa.kit.sql import load_sql
from wafaa.learn.facts.queries import find_manifest
from wafaa.run.backup.record import read_record
from wafaa.run.health.checks import check_all, get_disk, get_worker_age
from wafaa.run.home import Home
from wafaa.stream.queries import count_refused, get_lag, list_consumers

# Counting stops here: an alarm needs no more, and a scrape must be quick while an import is under way.
WAITING_MAX = 100_000
METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
# Pages are meant to take less than 0.3 s.
BUCKETS = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0)

registry = CollectorRegistry()
ProcessCollector(registry=registry)
_requests = Histogram(
    "wafaa_request_seconds",
    "Time to answer, by route; of the process that answers",
    ("method", "route", "status"),
    buckets=BUCKETS,
    registry=registry,
)


def note_request(request: HttpRequest, response: HttpResponseBase, started: float) -> None:
    """Routes as they are declared, never the address itself: it may hold an id, and there are endlessly many."""
    match = request.resolver_match
    observe_request(
        request.method or "", f"/{match.route}" if match else "unmatched", response.status_code, started
    )


def observe_request(method: str, route: str, status: int, started: float) -> None:
    known = method if method in METHODS else "other"
    _requests.labels(known, route, str(status)).observe(time.perf_counter() - started)


def render_metrics() -> bytes:
    return generate_latest(registry)


class Installation(Collector):
    """Asked at each scrape."""

    def collect(self) -> Iterator[Metric]:
        up = GaugeMetricFamily("wafaa_up", "Whether a part does its work", labels=["part"])
        for name, is_well in check_all().items():
            up.add_metric([name], float(is_well))
        yield up
        yield _gauge("wafaa_info", "The version that runs", {(__version__,): 1.0}, "version")
        yield from _describe_disk()
        yield from _describe_backups()
        yield from _describe_facts()
        yield from _describe_memory()
        try:
            yield from _describe_database()
        except DatabaseError:
            return  # wafaa_up says it


def _gauge(name: str, text: str, values: Mapping[Any, float], *labels: str) -> Metric:
    """`values` by their labels' values, a tuple each."""
    metric = GaugeMetricFamily(name, text, labels=list(labels))
    for given, value in values.items():
        metric.add_metric(list(given), value)
    return metric


def _describe_database() -> Iterator[Metric]:
    lags = [get_lag(consumer, limit=WAITING_MAX) for consumer in list_consumers()]
    waiting = {(lag.consumer,): float(lag.waiting) for lag in lags}
    oldest = {(lag.consumer,): lag.oldest_s for lag in lags}
    parked = {(lag.consumer,): float(lag.parked) for lag in lags}
    yield _gauge("wafaa_stream_waiting_events", "Recorded, not yet handled", waiting, "consumer")
    yield _gauge("wafaa_stream_lag_seconds", "How long the oldest of them waits", oldest, "consumer")
    yield _gauge("wafaa_stream_parked_events", "Put aside because they failed", parked, "consumer")
    refused = float(count_refused(limit=WAITING_MAX))
    yield _gauge(
        "wafaa_stream_refused_messages", "Kept aside because they could not become events", {(): refused}
    )
    with connection.cursor() as cursor:
        cursor.execute(load_sql("wafaa.run.health", "count_jobs"))
        jobs = {(state,): float(count) for state, count in cursor.fetchall()}
    yield _gauge("wafaa_jobs", "Jobs of the queue by state", jobs, "state")
    if (age_s := get_worker_age()) is not None:
        yield _gauge("wafaa_worker_heartbeat_age_seconds", "Since the worker said that it lives", {(): age_s})


def _describe_facts() -> Iterator[Metric]:
    if manifest := find_manifest():
        age_s = (clock.now() - manifest.synced_at).total_seconds()
        yield _gauge("wafaa_facts_age_seconds", "Since the facts were written", {(): age_s})


def _describe_disk() -> Iterator[Metric]:
    home = Path(settings.HOME)
    folders = {"home": home} | ({"backups": Path(settings.BACKUP_DIR)} if settings.BACKUP_DIR else {})
    free, total = {}, {}
    for name, folder in folders.items():
        usage = get_disk(folder)
        free[name,], total[name,] = float(usage.free), float(usage.total)
    yield _gauge("wafaa_disk_free_bytes", "Room that is left", free, "folder")
    yield _gauge("wafaa_disk_total_bytes", "Room that there is", total, "folder")


def _describe_backups() -> Iterator[Metric]:
    record = read_record()
    if record.made_at:
        at, size = record.made_at.timestamp(), float(record.size_bytes)
        yield _gauge("wafaa_backup_last_success_timestamp_seconds", "When the last backup was made", {(): at})
        yield _gauge("wafaa_backup_last_size_bytes", "How large it is", {(): size})
    yield _gauge("wafaa_backup_failing", "Whether the last attempt failed", {(): float(record.is_failing)})


def _describe_memory() -> Iterator[Metric]:
    """Of the processes that the supervisor keeps; web's own include those that it started."""
    running = Home(Path(settings.HOME)).read_running()
    memory: dict[tuple[str, ...], float] = {}
    try:
        supervisor = psutil.Process(running.pid) if running else psutil.Process()
        memory["supervisor",] = float(supervisor.memory_info().rss)
        for child in supervisor.children():
            name = "postgres" if child.name().startswith("postgres") else child.cmdline()[-1]
            if name in {"analyst", "worker", "drainer", "web", "postgres"}:
                family = [child, *child.children(recursive=True)]
                weight = float(sum(each.memory_info().rss for each in family))
                memory[name,] = memory.get((name,), 0.0) + weight  # there may be several of a kind
    except (psutil.Error, IndexError):
        pass  # one of them just ended
    yield _gauge("wafaa_resident_bytes", "Memory in use; shared pages count in each", memory, "process")


registry.register(Installation())
