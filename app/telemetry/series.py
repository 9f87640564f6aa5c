"""What a value is about, and the number that follows from it."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from app.telemetry.names import Metric


@dataclass(frozen=True, slots=True)
class Series:
    """`org_id` None: of the installation. `metric` is None for those of the org's own probes."""

    category: str
    name: str
    target: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)
    description: str = ""
    org_id: int | None = None
    metric: Metric | None = None

    @property
    def id(self) -> int:
        """The first 63 bits of the SHA-256 of all but the description, which may be said better later.

        Whoever names a series so, in whatever process, means the same one, and asks nobody for its number.
        """
        content = [self.org_id, self.category, self.name, self.target, dict(self.tags)]
        digest = hashlib.sha256(json.dumps(content, sort_keys=True, separators=(",", ":")).encode()).digest()
        return int.from_bytes(digest[:8], "big") >> 1


def series_of(metric: Metric, labels: tuple[str, ...], org_id: int | None) -> Series:
    """The series of a metric with these values of its labels, in their order."""
    tags = dict(zip(metric.labels, labels, strict=True))
    target = tags.get(metric.target, "")
    return Series(metric.category, metric.name, target, tags, metric.help, org_id, metric)
