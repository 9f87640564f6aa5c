"""`make bench`: every figure of every bench, one a line."""

from tests.bench import (
    analytics,
    arranging,
    burst,
    cached,
    charts,
    dashboards,
    editor,
    evidence,
    exports,
    faults,
    grid,
    hosts,
    line,
    reporting,
    schedules,
    schema,
    simulate,
    spine,
    telemetry,
    usage,
    workers,
)

spine.main()
burst.main()
evidence.main()
exports.main()
arranging.main()
charts.main()
editor.main()
grid.main()
dashboards.main()
cached.main()
faults.main()
schema.main()
schedules.main()
analytics.main()
reporting.main()
telemetry.main()
usage.main()
workers.main()
line.main()
simulate.main()
hosts.main()
