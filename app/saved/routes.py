"""What the pages of each saved thing can do with it: put it into the archive, and take it out."""

from flask import Blueprint, Response, flash
from sqlalchemy.orm import Session

from app.accounts.allow import Actor, fetch
from app.accounts.guard import guard
from app.accounts.models import Role
from app.saved.archive import archive, fetch_live, unarchive
from app.saved.models import Saved, word
from app.web.respond import go


def add_archive(bp: Blueprint, model: type[Saved]) -> None:
    """`archive` and `unarchive` on a blueprint that has the pages `index` and `show`."""

    @bp.post(f"/{model.__tablename__}/<int:id>/archival", endpoint="archive")
    @guard(Role.EDITOR)
    def put(actor: Actor, session: Session, id: int) -> Response:
        thing = fetch_live(session, actor, model, id, lock=True)
        archive(session, actor, thing)
        flash(f"{thing.name} is archived.", "success")
        return go(f"{bp.name}.index")

    @bp.post(f"/{model.__tablename__}/<int:id>/unarchival", endpoint="unarchive")
    @guard(Role.EDITOR)
    def take(actor: Actor, session: Session, id: int) -> Response:
        thing = fetch(session, actor, model, id, lock=True)
        unarchive(session, actor, thing)
        flash(f"{thing.name} is back on the list.", "success")
        return go(f"{bp.name}.show", **{f"{word(model)}_id": id})
