"""Answer a saved report, and keep the answer with its evidence; or give the newest again."""

import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import orjson
import zstandard
from sqlalchemy import delete
from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.core.clock import now
from app.evidence.verify import PASS, Outcome, Verdict, differs
from app.reporting.ask import answer
from app.reporting.check import Question
from app.reporting.scope import scope_of
from app.reports.account import account, columns_json, output_hash, rows_json
from app.reports.body import check_report
from app.reports.find import newest_answer, question_of
from app.reports.models import ReportAnswer, ReportFailure, ReportVersion


@dataclass(frozen=True, slots=True)
class Table:
    """Columns as `account.columns_json` has them, and rows."""

    columns: list[dict[str, Any]]
    rows: list[list[Any]]


def ask_report(session: Session, actor: Actor, version: ReportVersion) -> ReportAnswer:
    """A new answer. Raises BadQuestion where this actor may not ask it (any more), and TooSlow."""
    moment, begun = now(), time.perf_counter()
    question = check_report(scope_of(actor), question_of(version), moment)
    result = answer(session, scope_of(actor), question)
    written = account(question, result)
    columns, rows = columns_json(result), rows_json(result)
    packed = zstandard.ZstdCompressor().compress(orjson.dumps([columns, rows]))
    kept = ReportAnswer(
        org_id=actor.org_id,
        version_id=version.id,
        asked_by=actor.user_id,
        asked_at=moment,
        took_ms=round((time.perf_counter() - begun) * 1000),
        range_from=question.start,
        range_to=question.end,
        as_of=result.as_of,
        row_count=len(rows),
        data=packed,
        body=written.body,
        body_hash=written.body_hash,
        made_by=written.version,
    )
    session.add(kept)
    session.execute(delete(ReportFailure).where(ReportFailure.version_id == version.id))
    session.flush()
    return kept


def stored_answer(
    session: Session, actor: Actor, version: ReportVersion, max_stale_ms: int | None = None
) -> ReportAnswer | None:
    """The newest one that this actor may see, if it is there and not older. Raises BadQuestion as above."""
    check(actor, version)
    found = newest_answer(session, version)
    if found is None or found.data is None:
        return None
    age = now() - (found.as_of or found.asked_at)
    return None if max_stale_ms is not None and age > timedelta(milliseconds=max_stale_ms) else found


def check(actor: Actor, version: ReportVersion, moment: datetime | None = None) -> Question:
    """What it asks now. Raises BadQuestion where this actor may not ask it."""
    return check_report(scope_of(actor), question_of(version), moment or now())


def table_of(kept: ReportAnswer) -> Table | None:
    """None when the rows were forgotten."""
    if kept.data is None:
        return None
    columns, rows = orjson.loads(zstandard.ZstdDecompressor().decompress(kept.data))
    return Table(columns, rows)


def verify(kept: ReportAnswer) -> Verdict:
    """Hash the stored rows again, and compare with the evidence."""
    table = table_of(kept)
    if table is None:
        return Verdict(Outcome.UNAVAILABLE, reason="The rows of this answer are no longer kept.")
    expected = orjson.loads(kept.body)["output_hash"]
    found = output_hash(table.columns, table.rows)
    return PASS if found == expected else differs("output_hash", expected, found)
