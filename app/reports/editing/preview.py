"""What a draft is answered; nothing is kept of it."""

from dataclasses import dataclass, field
from typing import Any

import orjson
from pydantic import ValidationError
from sqlalchemy.orm import Session

from app.core.clock import now
from app.core.errors import Invalid, Problem
from app.reporting.ask import answer
from app.reporting.result import ReportResult
from app.reporting.scope import Scope
from app.reports.account import columns_json, rows_json
from app.reports.body import AskedIn, check_report
from app.reports.draft import Draft, question_in
from app.reports.show import ShownAnswer, shown_table
from app.web.forms import messages


@dataclass(frozen=True, slots=True)
class Preview:
    """An answer, or by place why there is none. `question` is what a chart asks again by."""

    shown: ShownAnswer | None = None
    question: str = ""
    lag_ms: int | None = None
    errors: dict[str, str] = field(default_factory=dict)


def preview(session: Session, scope: Scope, draft: Draft) -> Preview:
    given = question_in(scope, draft)
    try:
        result = ask_now(session, scope, given)
    except ValidationError as error:
        return Preview(errors=messages(error))
    except Invalid as error:
        return Preview(errors=error.fields)
    except Problem as error:
        return Preview(errors={"question": error.detail})
    shown = shown_table(columns_json(result), rows_json(result), draft.chart)
    return Preview(shown, orjson.dumps(given).decode(), result.lag_ms)


def ask_now(session: Session, scope: Scope, given: dict[str, Any]) -> ReportResult:
    """Raises ValidationError, Invalid, TooSlow."""
    return answer(session, scope, check_report(scope, AskedIn.model_validate(given), now()))
