"""Points on a run's way where its own SQL may tell it to die or to wait: `-- fault: mid_store kill`."""

POINTS = (
    "before_claim",
    "after_claim",
    "mid_query",
    "mid_stream",
    "mid_store",
    "before_final",
    "before_commit",
    "after_commit",
)

LONG = ("mid_stream", "mid_store", "before_commit")  # a result of one chunk is settled and committed at once


def sql_with(point: str, action: str) -> str:
    """A statement that comes to this point and there does this."""
    fault = f"-- fault: {point} {action}"
    if point == "mid_query":
        return f"select pg_sleep(2) {fault}"
    if point in LONG:
        return f"select i, repeat(md5(i::text), 10) as t from generate_series(1, 40000) i {fault}"
    return f"select 1 as one {fault}"
