"""Every kind there is: each module beside this one that has a `KIND`."""

from functools import lru_cache
from importlib import import_module
from pkgutil import iter_modules

from app.visualizations import kinds as folder
from app.visualizations.kinds.base import Kind


@lru_cache
def kinds() -> dict[str, Kind]:
    """Kinds by name, in the order in which people see them."""
    modules = [import_module(f"{folder.__name__}.{found.name}") for found in iter_modules(folder.__path__)]
    found = [module.KIND for module in modules if hasattr(module, "KIND")]
    return {kind.name: kind for kind in sorted(found, key=lambda kind: kind.rank)}
