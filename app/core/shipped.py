"""Where the files are that are not Python: templates, static files, migrations, the Procfile.

In a checkout they stand beside the packages; a wheel carries them inside (put there by
`app/local/packing.py`).
"""

from pathlib import Path

_APP = Path(__file__).resolve().parents[1]
_IN_A_WHEEL = _APP / "shipped"

IN_CHECKOUT = not _IN_A_WHEEL.is_dir()
ROOT = _APP.parent if IN_CHECKOUT else _IN_A_WHEEL
