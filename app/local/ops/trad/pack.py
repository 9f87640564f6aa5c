"""Trad as the demo offers it."""

from app.local.ops.pack import Pack
from app.local.ops.trad.board import BOARD
from app.local.ops.trad.queries import CALENDAR, WORK
from app.local.ops.trad.trends import TRENDS

TRAD = Pack("trad", "trad_reader", "Trad back office", (CALENDAR, *TRENDS, *WORK), BOARD)
