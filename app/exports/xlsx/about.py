"""The second sheet: which run this is, whether it is whole, and what its columns are."""

from app.exports.writer import Content

_CUT = {
    "rows": "at the limit of rows: this is the beginning of the result",
    "bytes": "at the limit of bytes: this is the beginning of the result",
}


def about(content: Content) -> list[tuple[str, str]]:
    """Rows of two texts."""
    run = content.run
    query = f"{run.version.query.name}, version {run.version.number}" if run.version else "not saved"
    started = f"{run.started_at:%Y-%m-%d %H:%M:%S}+00" if run.started_at else ""
    facts = [
        ("Run", str(run.id)),
        ("Query", query),
        ("As of", started),
        ("Rows", f"{content.row_count:,}"),
        ("Selection", "rows as they were sorted and filtered" if content.selection else "all stored rows"),
        ("Cut", _CUT[run.truncated_by] if run.truncated_by else "no: this is the whole result"),
        ("Times with a zone", "in UTC"),
        (
            "Text instead of a number",
            "where Excel would round: beyond 15 digits, finer than 1 ms",
        ),
        ("", ""),
        ("Column", "Type in the source"),
    ]
    return facts + [(column.name, column.type) for column in content.columns]
