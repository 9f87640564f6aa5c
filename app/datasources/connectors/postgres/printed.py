"""Prints what Arrow cannot hold as Postgres does (DateStyle ISO, TimeZone UTC).

Rules: EncodeDateOnly and EncodeDateTime in datetime.c, numeric_out in numeric.c.
"""

_DAY_US = 86_400_000_000
_INFINITE_DATE = 2**31 - 1
_INFINITE_TIMESTAMP = 2**63 - 1


def date(days: int) -> str:
    """`days` since 2000-01-01."""
    if days == _INFINITE_DATE:
        return "infinity"
    if days == -_INFINITE_DATE - 1:
        return "-infinity"
    day, era = _civil(days)
    return day + era


def timestamp(microseconds: int, zone: str = "") -> str:
    """`microseconds` since 2000-01-01; `zone` is what is written for UTC, or nothing."""
    if microseconds == _INFINITE_TIMESTAMP:
        return "infinity"
    if microseconds == -_INFINITE_TIMESTAMP - 1:
        return "-infinity"
    days, rest = divmod(microseconds, _DAY_US)
    day, era = _civil(days)
    seconds, fraction = divmod(rest, 1_000_000)
    text = f"{day} {seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    if fraction:
        text += f".{fraction:06}".rstrip("0")
    return text + zone + era


def numeric(digits: tuple[int, ...], weight: int, sign: int, scale: int) -> str:
    """`digits` in base 10,000, the first one worth 10,000 to the power `weight`."""
    if sign in _SPECIAL:
        return _SPECIAL[sign]
    whole = sum(digit * 10_000 ** (weight - i) for i, digit in enumerate(digits) if i <= weight)
    text = ("-" if sign else "") + str(whole)
    if scale:
        fraction = "0000" * max(0, -weight - 1) + "".join(f"{d:04}" for d in digits[max(0, weight + 1) :])
        text += "." + fraction.ljust(scale, "0")[:scale]
    return text


_SPECIAL = {0xC000: "NaN", 0xD000: "Infinity", 0xF000: "-Infinity"}


def _civil(days: int) -> tuple[str, str]:
    """Howard Hinnant's civil_from_days (public domain), for any year; there is no year 0, so 0 is 1 BC."""
    era, day_of_era = divmod(days + 730_425, 146_097)
    year_of_era = (day_of_era - day_of_era // 1460 + day_of_era // 36_524 - day_of_era // 146_096) // 365
    day_of_year = day_of_era - (365 * year_of_era + year_of_era // 4 - year_of_era // 100)
    month_from_march = (5 * day_of_year + 2) // 153
    day = day_of_year - (153 * month_from_march + 2) // 5 + 1
    month = month_from_march + 3 if month_from_march < 10 else month_from_march - 9
    year = year_of_era + era * 400 + (month <= 2)
    if year > 0:
        return f"{year:04}-{month:02}-{day:02}", ""
    return f"{1 - year:04}-{month:02}-{day:02}", " BC"
