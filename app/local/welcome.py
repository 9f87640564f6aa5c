"""What is printed when it is ready."""

import sys
from collections.abc import Mapping
from pathlib import Path

from app.core.shipped import IN_CHECKOUT
from app.local.options import ADMIN_EMAIL, BIND, asks_in_browser


def address(env: Mapping[str, str]) -> str:
    """Where a browser on this machine finds it."""
    host = BIND.read(env)
    shown = "localhost" if host in ("127.0.0.1", "0.0.0.0", "::", "::1") else host
    return f"http://{shown}:{env['PORT']}"


def sign_in(admin: Mapping[str, str]) -> str:
    """How to get in for the first time; `admin` has `email` and `password`, or `setup`."""
    if "setup" in admin:
        return f"Set it up in the browser: open {admin['setup']}"
    return f"Sign in as {admin['email']} with the password {admin['password']}"


def welcome(env: Mapping[str, str], admin: Mapping[str, str]) -> str:
    """The address, and at the first start (`admin` is not empty) the password."""
    if "setup" in admin:
        how = ["Nobody is here yet. Three questions lead to a first chart:", address(env) + admin["setup"]]
    elif admin:
        how = [sign_in(admin), "This password is shown only now."]
    else:
        plumb = ".venv/bin/plumb" if IN_CHECKOUT else Path(sys.executable).with_name("plumb")
        email = "YOUR-EMAIL" if asks_in_browser(env) else ADMIN_EMAIL.read(env)
        how = [f"A new password: {plumb} user password --email {email}"]
    lines = [f"Plumbline is ready at {address(env)}", *how, "Ctrl+C stops it."]
    width = max(map(len, lines))
    bar = "+" + "-" * (width + 4) + "+"
    return "\n".join(["", bar, *(f"|  {line:<{width}}  |" for line in lines), bar, ""])
