"""What the pages of each sort of saved things can do: the list, stars, tags, the archive."""

from collections.abc import Callable, Iterable
from typing import Any

from flask import Blueprint, Response, flash, request
from sqlalchemy import Select
from sqlalchemy.orm import Session

from app.accounts.allow import Actor, fetch
from app.accounts.guard import guard
from app.accounts.models import Role
from app.core.errors import Invalid
from app.saved.archive import archive, fetch_live, unarchive
from app.saved.favourites import disfavour, favour
from app.saved.find import PAGE, Wanted, count_tags, one_page
from app.saved.models import Saved, Sort
from app.saved.tags import known_tags, normal, set_tags, tags_of
from app.web.respond import go, is_htmx, page


def add_pages(bp: Blueprint, sort: Sort, find: Callable[[Actor, Wanted], Select[Any]]) -> None:
    """To a blueprint that has the page `show`; `find` says what the list's rows hold."""

    @bp.get(f"/{sort.many}", endpoint="index")
    @guard(Role.VIEWER)
    def index(actor: Actor, session: Session) -> Response:
        wanted, after = wanted_of_address(), request.args.get("after", "")
        found = find(actor, wanted)
        return page(
            f"{sort.many}/_list.html" if is_htmx() else f"{sort.many}/index.html",
            listing=one_page(session, actor, sort, found, after, limit=PAGE, favourites_first=True),
            counts=count_tags(session, sort, found),
            wanted=wanted,
            after=after,
        )

    @bp.get(f"/{sort.many}/tags", endpoint="tags")
    @guard(Role.VIEWER)
    def tags(actor: Actor, session: Session) -> Response:
        """All of the org's, for the field in which one is written."""
        return page("saved/_known.html", names=known_tags(session, actor))

    @bp.post(f"/{sort.many}/<int:id>/tags", endpoint="tag")
    @guard(Role.EDITOR)
    def tag(actor: Actor, session: Session, id: int) -> Response:
        thing = fetch_live(session, actor, sort.things, id, lock=True)
        more = request.form.get("tag", "").split(",")
        return _tagged(actor, session, thing, [*tags_of(session, sort, thing), *more])

    @bp.post(f"/{sort.many}/<int:id>/tags/removal", endpoint="untag")
    @guard(Role.EDITOR)
    def untag(actor: Actor, session: Session, id: int) -> Response:
        thing = fetch_live(session, actor, sort.things, id, lock=True)
        gone = normal(request.form.get("gone", ""))
        return _tagged(
            actor, session, thing, [name for name in tags_of(session, sort, thing) if name != gone]
        )

    @bp.post(f"/{sort.many}/<int:id>/favourite", endpoint="favour")
    @guard(Role.VIEWER)
    def star(actor: Actor, session: Session, id: int) -> Response:
        thing = fetch_live(session, actor, sort.things, id)
        favour(session, actor, sort, thing)
        return _starred(thing, True)

    @bp.post(f"/{sort.many}/<int:id>/favourite/removal", endpoint="disfavour")
    @guard(Role.VIEWER)
    def unstar(actor: Actor, session: Session, id: int) -> Response:
        thing = fetch_live(session, actor, sort.things, id)
        disfavour(session, actor, sort, thing)
        return _starred(thing, False)

    @bp.post(f"/{sort.many}/<int:id>/archival", endpoint="archive")
    @guard(Role.EDITOR)
    def put(actor: Actor, session: Session, id: int) -> Response:
        thing = fetch_live(session, actor, sort.things, id, lock=True)
        archive(session, actor, thing)
        flash(f"{thing.name} is archived.", "success")
        return go(f"{bp.name}.index")

    @bp.post(f"/{sort.many}/<int:id>/unarchival", endpoint="unarchive")
    @guard(Role.EDITOR)
    def take(actor: Actor, session: Session, id: int) -> Response:
        thing = fetch(session, actor, sort.things, id, lock=True)
        unarchive(session, actor, thing)
        flash(f"{thing.name} is back on the list.", "success")
        return _show(thing)

    def _tagged(actor: Actor, session: Session, thing: Saved, names: Iterable[str]) -> Response:
        problem = None
        try:
            kept = list(set_tags(session, actor, sort, thing, names))
        except Invalid as error:
            problem, kept = error.fields["tags"], list(tags_of(session, sort, thing))
        if not is_htmx():
            flash(problem or f"The tags of {thing.name} are saved.", "danger" if problem else "success")
            return _show(thing)
        shown = {"thing": thing, "tags": kept, "problem": problem, "open": True}
        return page("saved/_tags.html", 422 if problem else 200, things=bp.name, **shown)

    def _starred(thing: Saved, favourite: bool) -> Response:
        if not is_htmx():
            return _show(thing)
        return page("saved/_starred.html", things=bp.name, thing=thing, favourite=favourite)

    def _show(thing: Saved) -> Response:
        return go(f"{bp.name}.show", **{f"{sort.one}_id": thing.id})


def wanted_of_address() -> Wanted:
    """`q`, `tag` (once or more), `favourites`, `archived`."""
    return Wanted(
        q=request.args.get("q", ""),
        tags=tuple(dict.fromkeys(name for name in map(normal, request.args.getlist("tag")) if name)),
        favourites="favourites" in request.args,
        archived="archived" in request.args,
    )
