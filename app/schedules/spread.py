"""Due times of the same minute, apart from each other: each schedule has its own place in its tolerance."""

_GOLDEN = 2_654_435_769  # 2**32 divided by the golden ratio: multiples fill a circle evenly
_CIRCLE = 2**32


def spread_of(schedule_id: int, tolerance_s: int) -> int:
    """Seconds, 0 to `tolerance_s`, by which this schedule starts after each of its due times.

    Always the same for the same number, and far apart for numbers that follow each other.
    """
    place = schedule_id * _GOLDEN % _CIRCLE
    return place * (tolerance_s + 1) // _CIRCLE
