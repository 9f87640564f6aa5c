"""The line: runs that wait for a slot, in Postgres.

Who is next when a slot is free, among those whose datasource has room:

1. People (`person`, `api`) before schedules. A scheduled run that has waited for AGED counts as a person's
   from then on, so that it is late but never starved.
2. The user with the fewest slots now.
3. The user who got a slot least recently: users take turns, however many runs each has asked for.
4. The older run.

The line is not kept sorted. Only the first run of each user, datasource and trigger can be the next, so one
loose index scan (ix_runs_waiting) finds the candidates whatever the length of the line, and the script
chooses among them in the same step in which it grants the slot.
"""

from collections.abc import Iterable
from datetime import timedelta

from sqlalchemy import text

from app.core import db, runtime
from app.core.clock import now
from app.runs.slots.leases import Slot, Wanted

AGED = timedelta(minutes=1)
FIRST = text(
    """
    with recursive first as (
        (select id, datasource_id, requested_by, trigger, queued_at from runs
         where state = 'queued' and id <> all(:held)
         order by datasource_id, requested_by, trigger, id limit 1)
        union all
        select next.* from first, lateral (
            select id, datasource_id, requested_by, trigger, queued_at from runs
            where state = 'queued' and id <> all(:held)
              and (runs.datasource_id, runs.requested_by, runs.trigger)
                  > (first.datasource_id, first.requested_by, first.trigger)
            order by datasource_id, requested_by, trigger, id limit 1) as next
    )
    select first.id, first.datasource_id, first.requested_by, 
           coalesce(datasources.slots, orgs.datasource_slots, :default) as cap,
           first.trigger = 'schedule' and first.queued_at > :aged as behind
    from first join datasources on datasources.id = first.datasource_id
    join orgs on orgs.id = datasources.org_id
    """
)
RUNNING = text("select id, datasource_id, requested_by from runs where state = 'running'")


def first_in_line(held: Iterable[Slot]) -> list[Wanted]:
    """Everyone's first waiting run; those that hold a slot already do not wait."""
    values = {
        "held": [slot.run_id for slot in held],
        "default": runtime.settings().datasource_slots,
        "aged": now() - AGED,
    }
    with db.autocommit() as connection:
        rows = connection.execute(FIRST, values).all()
    return [Wanted(Slot(row.id, row.datasource_id, row.requested_by), row.cap, row.behind) for row in rows]


def running() -> list[Slot]:
    """The slots in use as Postgres knows them."""
    with db.autocommit() as connection:
        return [Slot(*row) for row in connection.execute(RUNNING)]
