"""Metrics as Prometheus reads them, the same from every web process: from Postgres and Redis alone."""

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.admin.operations.gauges import Standing, standing
from app.core import schema
from app.runs.slots.beats import own_version
from app.telemetry.names import (
    DROPPED,
    JOBS_QUEUED,
    PROJECTOR_LAG,
    RUNS_WAITING,
    SLOTS_LIMIT,
    SLOTS_USED,
    WORKERS,
    Kind,
    Metric,
)
from app.telemetry.totals import Total, read_totals

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Sample:
    """One line: the metric's name may have an ending, such as `_bucket`."""

    ending: str
    labels: Mapping[str, str]
    value: float


def exposition(session: Session) -> str:
    """Totals of counters and histograms, and how things stand now."""
    totals = _together(read_totals(session))
    totals.setdefault(DROPPED, {("full",): Total(DROPPED, {"reason": "full"}, None, 0, 0.0, {})})
    parts = [_family(metric, _of_totals(each.values())) for metric, each in sorted(totals.items(), key=_name)]
    parts += list(_now(standing(session)))
    return "".join(parts)


def _together(totals: Iterable[Total]) -> dict[Metric, dict[tuple[str, ...], Total]]:
    """Series that differ in their org alone are one here."""
    found: dict[Metric, dict[tuple[str, ...], Total]] = {}
    for each in totals:
        series = found.setdefault(each.metric, {})
        key = tuple(each.labels[name] for name in each.metric.labels)
        if key not in series:
            series[key] = each
            continue
        sum_of = series[key]
        sum_of.count += each.count
        sum_of.sum += each.sum
        for bound, count in each.buckets.items():
            sum_of.buckets[bound] += count
    return found


def _of_totals(totals: Iterable[Total]) -> Iterator[Sample]:
    for each in totals:
        if each.metric.kind is Kind.COUNTER:
            yield Sample("", each.labels, each.sum)
            continue
        for bound, count in (*each.buckets.items(), (math.inf, each.count)):
            yield Sample("_bucket", {**each.labels, "le": _number(bound)}, count)
        yield Sample("_sum", each.labels, each.sum)
        yield Sample("_count", each.labels, each.count)


def _now(found: Standing) -> Iterator[str]:
    of = [(place, {"datasource": str(place.id)}) for place in found.places]
    yield _family(SLOTS_USED, [Sample("", labels, place.used) for place, labels in of])
    yield _family(SLOTS_LIMIT, [Sample("", labels, place.slots) for place, labels in of])
    yield _family(RUNS_WAITING, [Sample("", labels, place.waiting) for place, labels in of])
    if found.workers is not None:
        states = [worker.state for worker in found.workers]
        words = ("running", "draining", "drained", "silent")
        yield _family(WORKERS, [Sample("", {"state": word}, states.count(word)) for word in words])
    if found.jobs is not None:
        yield _family(JOBS_QUEUED, [Sample("", {"queue": name}, n) for name, n in found.jobs.items()])
    yield _family(PROJECTOR_LAG, [Sample("", {}, found.projecting_s)])
    named = [
        Sample("", {"datasource": str(place.id), "name": place.name, "org": place.org_name}, 1)
        for place in found.places
    ]
    yield _gauge("plumb_datasource_info", "names of datasources", named)
    paused = [Sample("", labels, int(place.paused_reason is not None)) for place, labels in of]
    yield _gauge("plumb_datasource_paused", "1 while nothing new is sent there", paused)
    overdue = [Sample("", {}, found.overdue_s)]
    yield _gauge("plumb_schedules_overdue_seconds", "since when the oldest due time waits", overdue)
    build = {"version": own_version(), "schema": schema.newest()}
    yield _gauge("plumb_build_info", "the release that answers", [Sample("", build, 1)])


def _family(metric: Metric, samples: Iterable[Sample]) -> str:
    return _lines(metric.name, metric.kind, metric.help, samples)


def _gauge(name: str, help: str, samples: Iterable[Sample]) -> str:
    return _lines(name, Kind.GAUGE, help, samples)


def _lines(name: str, kind: Kind, help: str, samples: Iterable[Sample]) -> str:
    head = f"# HELP {name} {help}\n# TYPE {name} {kind}\n"
    return head + "".join(
        f"{name}{each.ending}{_labels(each.labels)} {_number(each.value)}\n" for each in samples
    )


def _labels(labels: Mapping[str, str]) -> str:
    if not labels:
        return ""
    return "{" + ",".join(f'{name}="{_escaped(text)}"' for name, text in labels.items()) + "}"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def _number(value: float) -> str:
    if math.isinf(value):
        return "+Inf" if value > 0 else "-Inf"
    return str(int(value)) if float(value).is_integer() and abs(value) < 1e15 else repr(float(value))


def _name(item: tuple[Metric, object]) -> str:
    return item[0].name
