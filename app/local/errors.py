"""What goes wrong on somebody's machine, each said in one sentence that names the way out."""

import errno


class LocalError(Exception):
    """Its text is the whole message for the person at the terminal: one sentence, no traceback."""


class AlreadySaid(LocalError):
    """A part of the start failed and has told why itself."""


def explain_os_error(error: OSError) -> str:
    """The sentence for an error of the operating system."""
    where = f" ({error.filename})" if error.filename else ""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"The disk is full{where}: free some space and start again."
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return f"This user may not write here{where}: start as the owner of the checkout, or change its mode."
    return f"The operating system refused{where}: {error.strerror or error}."
