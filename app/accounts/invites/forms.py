"""What is sent about invites, by who invites and by who is invited."""

from pydantic import Field

from app.accounts.models import Role
from app.web.forms import Body


class InviteForm(Body):
    email: str = Field(min_length=1, max_length=254)
    role: Role = Role.VIEWER


class AcceptForm(Body):
    """`name` of a new person; `password` a new one's, or that of the account there is."""

    token: str = Field(max_length=200)
    name: str = Field(default="", max_length=500)
    password: str = Field(default="", max_length=500)
