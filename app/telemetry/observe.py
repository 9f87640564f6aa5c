"""What is told by those below telemetry, who cannot know it."""

from app.telemetry.names import REQUESTS
from app.telemetry.write import observe


def observe_request(route: str, method: str, status: int, seconds: float) -> None:
    observe(REQUESTS, seconds, route, method, f"{status // 100}xx", success=status < 500)
