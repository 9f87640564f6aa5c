"""Statements that go on in the source when their worker has died."""

from typing import Protocol, runtime_checkable


@runtime_checkable
class StopsStrays(Protocol):
    """What a connector may be able to do besides what each must."""

    def stop(self, comment: str) -> int:
        """Stop every statement whose comment begins so; how many there were. Raises ConnectorError.

        The beginning names one claim of one installation.
        """
        ...
