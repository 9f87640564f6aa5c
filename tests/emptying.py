"""An empty database for the next test: whatever was written is deleted, and numbers begin again.

TRUNCATE makes new files for each table and each index, a tenth of a second for all of ours; so it is
left to what has grown large.
"""

import psycopg
from sqlalchemy.engine import make_url

from app.local.postgres import PrivatePostgres

EMPTY = """
do $$
declare
    each record;
begin
    for each in
        select quote_ident(relname) as name, pg_table_size(oid) > 4000000 as is_large from pg_class
        where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition
          and relname <> 'alembic_version'
    loop
        execute case when each.is_large then format('truncate %s cascade', each.name)
                     else format('delete from %s', each.name) end;
    end loop;
    perform setval(format('%I.%I', schemaname, sequencename)::regclass, start_value, false)
    from pg_sequences where schemaname = 'public' and last_value is not null;
end $$
"""


class Emptier:
    """As the superuser, for whom no foreign key says in which order."""

    def __init__(self, postgres: PrivatePostgres) -> None:
        database = make_url(postgres.url).database
        url = make_url(postgres.admin_url).set(database=database)
        self._connection = psycopg.connect(url.render_as_string(hide_password=False), autocommit=True)
        self._connection.execute("set session_replication_role = replica")

    def empty(self) -> None:
        self._connection.execute(EMPTY)

    def close(self) -> None:
        self._connection.close()
