"""What admins send about members."""

from app.accounts.models import Role
from app.web.forms import Body


class RoleForm(Body):
    role: Role
