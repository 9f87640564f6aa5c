"""What people type about their account."""

from pydantic import Field

from app.web.forms import Body


class SignInForm(Body):
    email: str = Field(max_length=254)
    password: str = Field(max_length=500)
    next: str | None = None


class TokenForm(Body):
    name: str = Field(min_length=1, max_length=100)


class PasswordForm(Body):
    current: str = Field(max_length=500)
    password: str = Field(max_length=500)
