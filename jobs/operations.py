"""Jobs about the installation itself."""

from app.admin.operations.note import note_worker as note_worker
from app.admin.operations.sample import take_samples


def sample() -> None:
    take_samples()
