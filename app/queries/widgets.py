"""Parameters as a page shows them: what can be chosen, what stands there now, and what is wrong with it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.queries.bind import with_need
from app.queries.declare import declared_of
from app.queries.forms import declared_in, given_in, lines_of, names_in, written_sql
from app.queries.given import default_of
from app.queries.guess import guess_kind
from app.queries.models import Parameter
from app.queries.parameters import Declared, ParameterKind
from app.queries.placeholders import BadSql, Template, parse_template

_DAYS = ("today", "yesterday", "this week", "last week", "last 7 days", "last 30 days", "this month")
_LONGER = ("last month", "last 3 months", "this quarter", "last quarter", "this year", "last year")
PRESETS = {
    ParameterKind.DATE: (
        "today",
        "yesterday",
        "7 days ago",
        "30 days ago",
        "start of month",
        "start of year",
    ),
    ParameterKind.TIMESTAMP: ("now", "1 hour ago", "24 hours ago", "today", "yesterday", "7 days ago"),
    ParameterKind.DATE_RANGE: _DAYS + _LONGER,
    ParameterKind.TIMESTAMP_RANGE: (
        *("last 15 minutes", "last hour", "last 24 hours", "since 00:00", "since 06:00"),
        *_DAYS,
        *_LONGER,
    ),
}
_BY_THE_CALENDAR = re.compile(r"\s*([0-9]{4}-|\Z)")


@dataclass(frozen=True, slots=True)
class Widget:
    """A parameter, the kinds that its placeholders allow, and what its fields hold.

    `words` stand for `value` (and `end`) where they are given; `chosen` are the values of choices.
    """

    item: Declared
    kinds: tuple[ParameterKind, ...]
    value: str = ""
    end: str = ""
    words: str = ""
    chosen: tuple[str, ...] = ()
    error: str | None = None

    @property
    def name(self) -> str:
        return self.item.name

    @property
    def kind(self) -> ParameterKind:
        return self.item.kind

    @property
    def choice_lines(self) -> str:
        """The choices as their field in the settings holds them."""
        return lines_of(self.item.choices)

    @property
    def presets(self) -> tuple[str, ...]:
        """Words that can be chosen, with those that stand there."""
        known = PRESETS.get(self.kind, ())
        return known if not self.words or self.words in known else (*known, self.words)


def widgets_of_version(
    sql: str,
    parameters: Sequence[Parameter],
    given: Mapping[str, object] | None = None,
    errors: Mapping[str, str] | None = None,
) -> list[Widget]:
    """The parameters of a saved version, showing what is given, else their defaults."""
    template, given, errors = parse_template(sql), given or {}, errors or {}
    return [_widget(template, item, given, errors) for item in declared_of(parameters)]


def widget_of(item: Declared, given: Mapping[str, object], errors: Mapping[str, str]) -> Widget:
    """One parameter outside of any SQL, such as a dashboard's, showing what is given, else its default."""
    value = given[item.name] if item.name in given else default_of(item)
    error = errors.get(f"parameters.{item.name}")
    return Widget(item, (item.kind,), error=error, **_fields(item.kind, value))


def widgets_of_form(template: Template, fields: Mapping[str, str], errors: Mapping[str, str]) -> list[Widget]:
    """The parameters that the SQL has now; what was typed for one before is kept."""
    declared, given = declared_in(fields), given_in(fields)
    found = []
    for name in template.distinct:
        item = declared.get(name)
        kinds = allowed_kinds(template, name)
        if item is None or item.kind not in kinds:
            item = Declared(name, guess_kind(template, name, kinds))
        found.append(_widget(template, item, {name: None} | given, errors))
    return found


def parameter_context(fields: Mapping[str, str], errors: Mapping[str, str] | None = None) -> dict[str, Any]:
    """What `queries/_parameters.html` shows for a form: its widgets, or why its SQL cannot be read.

    `errors` are those of Invalid: the ones at `parameters.NAME` stand beside their fields.
    """
    sql = written_sql(fields) or ""
    try:
        template = parse_template(sql)
    except BadSql as error:
        widgets = widgets_of_form(_as_typed(fields), fields, errors or {})
        return {"widgets": widgets, "bad_sql": error if sql.strip() else None}
    return {"widgets": widgets_of_form(template, fields, errors or {}), "bad_sql": None}


def same_widgets(fields: Mapping[str, str], widgets: Sequence[Widget]) -> bool:
    """Whether the page shows exactly these parameters already."""
    shown = names_in(fields)
    return list(shown) == [w.name for w in widgets] and all(shown[w.name] == w.kind for w in widgets)


def allowed_kinds(template: Template, name: str) -> tuple[ParameterKind, ...]:
    """A range is used by its bounds, everything else alone."""
    by_bounds = bool(template.bounds_of(name) - {""})
    return tuple(kind for kind in ParameterKind if kind.is_range == by_bounds)


def _widget(
    template: Template, item: Declared, given: Mapping[str, object], errors: Mapping[str, str]
) -> Widget:
    value = given[item.name] if item.name in given else default_of(item)
    item = with_need(template, item)
    return Widget(
        item,
        allowed_kinds(template, item.name),
        error=errors.get(f"parameters.{item.name}"),
        **_fields(item.kind, value),
    )


def _fields(kind: ParameterKind, value: object) -> dict[str, Any]:
    if kind.is_choice:
        chosen = value if isinstance(value, (list, tuple)) else [] if value is None else [value]
        return {"chosen": tuple(map(str, chosen))}
    if kind.is_range and isinstance(value, str) and ".." in value:
        start, _, end = value.partition("..")
        value = {"start": start, "end": end}
    if isinstance(value, Mapping):
        start, end = (str(value.get(bound) or "").strip() for bound in ("start", "end"))
        if _BY_THE_CALENDAR.match(start) and _BY_THE_CALENDAR.match(end):
            return {"value": start, "end": end}
        return {"words": f"{start}..{end}"}
    text = "" if value is None else str(value)
    if kind.takes_words and not _BY_THE_CALENDAR.match(text):
        return {"words": text}
    return {"value": text}


def _as_typed(fields: Mapping[str, str]) -> Template:
    """A template that has the form's parameters, for while its SQL has none that can be read."""
    ranges = {kind.value for kind in ParameterKind if kind.is_range}
    names = tuple(f"{name}.start" if kind in ranges else name for name, kind in names_in(fields).items())
    return Template("", ("",) * (len(names) + 1), names, (0,) * (len(names) + 1))
