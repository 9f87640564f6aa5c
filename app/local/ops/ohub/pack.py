"""ohub as the demo offers it."""

from app.local.ops.ohub.board import BOARD
from app.local.ops.ohub.queries import NOW, STORMS
from app.local.ops.ohub.trends import TRENDS
from app.local.ops.pack import Pack

OHUB = Pack("ohub", "ohub_reader", "ohub power outages", (STORMS, *TRENDS, *NOW), BOARD)
