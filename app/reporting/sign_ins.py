"""The dataset of sign-ins. Accounts stand below and know nothing of reports."""

from sqlalchemy import select

from app.accounts.models import SignIn, User
from app.reporting.datasets import Dataset, Dimension, Measure, Projection
from app.reporting.outbox import leave_for_each_new
from app.reporting.words import Aggregate, Kind

_SIGN_IN, _USER = SignIn.__table__.c, User.__table__.c

SIGN_INS = Dataset(
    name="sign_ins",
    help="Who signed in, and with which browser. For admins.",
    time="When somebody signed in.",
    sensitive=True,
    stored_as="sign_in_facts",
    dimensions=(
        Dimension(name="person_id", kind=Kind.INTEGER, help="The person's number.", sensitive=True),
        Dimension(name="person", kind=Kind.TEXT, help="The person's name at that time.", sensitive=True),
        Dimension(
            name="browser", kind=Kind.TEXT, help="Browser and system, such as Firefox on Linux.", short=True
        ),
    ),
    measures=(
        Measure(name="sign_in_count", aggregate=Aggregate.COUNT, help="How often somebody signed in."),
        Measure(
            name="person_count",
            aggregate=Aggregate.DISTINCT,
            of="person_id",
            help="How many different people signed in.",
        ),
    ),
    projection=Projection(
        select(_USER.id.label("person_id"), _USER.name.label("person"), _SIGN_IN.browser).join_from(
            SignIn.__table__, User.__table__, _USER.id == _SIGN_IN.user_id
        ),
        key=_SIGN_IN.id,
        org_id=_SIGN_IN.org_id,
        occurred_at=_SIGN_IN.created_at,
    ),
)

leave_for_each_new(SignIn, SIGN_INS.name, lambda row: int(row.org_id))
