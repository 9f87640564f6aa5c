"""What an org has decided for all of its people, as every request of theirs carries it."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Table

from app.accounts.models import Org

WEEKDAYS = {0: "Monday", 5: "Saturday", 6: "Sunday"}
# What stands between thousands, and before the fraction.
NUMBERS = {
    "comma": (",", "."),
    "point": (".", ","),
    "space": ("\N{NARROW NO-BREAK SPACE}", ","),
    "apostrophe": ("\N{RIGHT SINGLE QUOTATION MARK}", "."),
}


@dataclass(frozen=True, slots=True)
class House:
    """`first_weekday` counts from Monday, 0. A limit of None leaves it to the installation."""

    first_weekday: int = 0
    number_format: str = "comma"
    run_timeout_s: int | None = None
    run_max_rows: int | None = None
    run_max_bytes: int | None = None
    datasource_slots: int | None = None

    def write(self, english: str) -> str:
        """A number as `1,234.5`, with this org's separators."""
        if self.number_format == "comma":
            return english
        thousands, point = NUMBERS[self.number_format]
        return english.translate({ord(","): thousands, ord("."): point})


PLAIN = House()


def columns() -> list[ColumnElement[object]]:
    """The columns of orgs that `house_of` reads, in order."""
    orgs: Table = Org.__table__  # type: ignore[assignment]
    return [orgs.c[name] for name in House.__slots__]


def house_of(row: object) -> House:
    """Of a row that holds `columns()`."""
    return House(*(getattr(row, name) for name in House.__slots__))
