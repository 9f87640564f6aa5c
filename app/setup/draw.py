"""The third question: a first query over one table, with its chart, under way."""

from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.core.errors import NotFound
from app.datasources.catalog.find import columns_of, find_relation
from app.datasources.models import Datasource
from app.queries.models import Query
from app.queries.save import create_query
from app.runs.start import start_saved
from app.setup.suggest import first_query
from app.visualizations.create import create_visualization


def draw_first(session: Session, actor: Actor, datasource: Datasource, schema: str, name: str) -> Query:
    """A saved query whose first run is asked for. Raises NotFound for a table that is not there."""
    relation = find_relation(session, datasource.id, schema, name)
    if relation is None:
        raise NotFound(f"{name} is not among what {datasource.name} holds.")
    columns = [(each.name, each.type) for each in columns_of(session, relation)]
    first = first_query(relation.schema, relation.name, columns)
    query = create_query(
        session,
        actor,
        name=first.name,
        description="Made at the first start: change it, and run it again.",
        datasource_id=datasource.id,
        sql=first.sql,
        parameters=(),
    )
    create_visualization(session, actor, query, name=first.chart, kind=first.kind, options=first.options)
    start_saved(session, actor, query.id)
    return query
