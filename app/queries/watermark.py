"""What tells how far a query's events had come: a column of its result, or a small SQL beside it."""

from dataclasses import dataclass

from app.core.errors import Invalid
from app.core.text import unstorable
from app.queries.placeholders import Template, parse_template

LONGEST_COLUMN = 200


@dataclass(frozen=True, slots=True)
class Watermark:
    """The greatest value of `column`, or the one value that `sql` returns; at most one of both."""

    column: str | None = None
    sql: str | None = None

    def __bool__(self) -> bool:
        return self.column is not None or self.sql is not None

    def as_json(self) -> dict[str, str | None] | None:
        return {"column": self.column, "sql": self.sql} if self else None


NO_WATERMARK = Watermark()


def watermark(column: str | None, sql: str | None) -> Watermark:
    """As somebody typed it: what is empty is not there."""
    return Watermark((column or "").strip() or None, (sql or "").strip() or None)


def watermark_problems(declared: Watermark, template: Template | None) -> dict[str, str]:
    """What is wrong with it, by field. `template` is the query's own SQL, None when that cannot be read."""
    if declared.column is not None and declared.sql is not None:
        return {"watermark_sql": "Name a column or write SQL, not both."}
    if declared.column is not None:
        if len(declared.column) > LONGEST_COLUMN:
            return {"watermark_column": f"A column's name has at most {LONGEST_COLUMN} characters."}
        problem = unstorable(declared.column)
        return {"watermark_column": problem} if problem else {}
    if declared.sql is None:
        return {}
    try:
        names = parse_template(declared.sql).names
    except Invalid as error:
        return {"watermark_sql": error.fields.get("sql", error.detail)}
    strange = (
        [] if template is None else [name for name in dict.fromkeys(names) if name not in template.names]
    )
    if strange:
        listed = ", ".join(f"{{{{ {name} }}}}" for name in strange)
        return {"watermark_sql": f"The query's own SQL has no {listed}; only its parameters can stand here."}
    return {}
