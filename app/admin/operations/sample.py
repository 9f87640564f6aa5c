"""Each minute: how things stand is kept as values, and a worker that fell silent is struck off."""

import redis

from app.admin.operations.gauges import standing
from app.admin.operations.note import note_worker
from app.core import db
from app.core.clock import now
from app.runs.slots.beats import GONE_AFTER, gone
from app.telemetry.names import JOBS_QUEUED, PROJECTOR_LAG, RUNS_WAITING, SLOTS_LIMIT, SLOTS_USED, WORKERS
from app.telemetry.write import observe


def take_samples() -> None:
    with db.reading_session() as session:
        found = standing(session)
    for place in found.places:
        datasource = str(place.id)
        observe(SLOTS_USED, place.used, datasource, org_id=place.org_id)
        observe(SLOTS_LIMIT, place.slots, datasource, org_id=place.org_id)
        observe(RUNS_WAITING, place.waiting, datasource, org_id=place.org_id)
    for queue, count in (found.jobs or {}).items():
        observe(JOBS_QUEUED, count, queue)
    observe(PROJECTOR_LAG, found.projecting_s)
    for worker in found.workers or ():
        if now() - worker.last > GONE_AFTER:
            _strike_off(worker.name)
    if found.workers is not None:
        observe(WORKERS, sum(not each.silent for each in found.workers), "running")


def _strike_off(name: str) -> None:
    try:
        gone(name)
    except redis.RedisError:
        return
    note_worker("lost", name)
