"""A query of one's own, made from another: its newest version, visualizations and tags."""

from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.queries.declare import declared_of
from app.queries.find import newest_version
from app.queries.models import QUERIES, Query
from app.queries.save import create_query
from app.saved.names import LONGEST_NAME
from app.saved.tags import set_tags, tags_of
from app.visualizations.create import create_visualization
from app.visualizations.find import visualizations_of


def fork_query(session: Session, actor: Actor, query: Query) -> Query:
    """Raises Invalid when it cannot be saved today: its datasource may be archived."""
    version = newest_version(session, query)
    made = create_query(
        session,
        actor,
        name=f"Copy of {query.name}"[:LONGEST_NAME],
        description=query.description,
        datasource_id=version.datasource_id,
        sql=version.sql,
        parameters=declared_of(version.parameters),
        watermark=version.watermark,
        time_zone=version.time_zone,
    )
    for each in visualizations_of(session, query):
        create_visualization(session, actor, made, name=each.name, kind=each.kind, options=each.options)
    set_tags(session, actor, QUERIES, made, tags_of(session, QUERIES, query))
    return made
