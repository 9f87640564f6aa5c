"""The closed sets of words in which a question is asked."""

from enum import StrEnum

ROW_COUNT = "row_count"


class Kind(StrEnum):
    """Of a field's values. A timestamp has an offset, a decimal is exact."""

    TEXT = "text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    BOOLEAN = "boolean"
    DATE = "date"
    TIMESTAMP = "timestamp"


class Aggregate(StrEnum):
    COUNT = "count"
    DISTINCT = "distinct"
    SUM = "sum"
    AVERAGE = "average"
    LEAST = "least"
    GREATEST = "greatest"
    MEDIAN = "median"
    P95 = "p95"
    RATIO = "ratio"


class Unit(StrEnum):
    """In which a measure's numbers are, for people."""

    NONE = ""
    MS = "ms"
    BYTES = "bytes"
    SHARE = "share"
    CENTS = "cents"


class Op(StrEnum):
    EQ = "eq"
    NEQ = "neq"
    IN = "in"
    GT = "gt"
    GTE = "gte"
    LT = "lt"
    LTE = "lte"


class Direction(StrEnum):
    ASC = "asc"
    DESC = "desc"


class Bucket(StrEnum):
    """A dimension that every dataset has: the span of time that holds a fact, in the question's zone.

    Days, weeks (from Monday) and months are dates, an hour is the moment at which it begins.
    """

    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
