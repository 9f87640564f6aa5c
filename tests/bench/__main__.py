"""`make bench`: every figure of every bench, one a line."""

from tests.bench import (
    analytics,
    arranging,
    burst,
    cached,
    charts,
    dashboards,
    evidence,
    exports,
    faults,
    reporting,
    schedules,
    schema,
    spine,
    telemetry,
    usage,
)

spine.main()
burst.main()
evidence.main()
exports.main()
arranging.main()
charts.main()
dashboards.main()
cached.main()
faults.main()
schema.main()
schedules.main()
analytics.main()
reporting.main()
telemetry.main()
usage.main()
