"""Keep a process small and quick to its first answer."""

import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType


class _NoPandas(MetaPathFinder):
    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name == "pandas":
            raise ModuleNotFoundError("pandas is kept out of this process", name=name)
        return None


def without_pandas() -> None:
    """Let every `import pandas` fail from now on.

    pyarrow imports pandas where it is installed, at the first array made from Python values: a second of
    somebody's first run, and 40 MB in each process, for conversions that nothing here asks for.
    """
    sys.meta_path.insert(0, _NoPandas())
