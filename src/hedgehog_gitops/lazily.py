"""Names of a package that are loaded when they are asked for first (PEP 562)."""

import sys
from collections.abc import Callable, Iterable, Mapping
from importlib import import_module
from typing import Any

__all__ = ['lazily']


def lazily(package: str, homes: Mapping[str, Iterable[str]]) -> Callable[[str], Any]:
    """The `__getattr__` of a package: `homes` names the modules and what each of them gives."""
    home_of = {name: module for module, names in homes.items() for name in names}

    def found(name: str) -> Any:
        module = home_of.get(name)
        if module is None:
            raise AttributeError(f'module {package!r} has no attribute {name!r}')
        value = getattr(import_module(f'{package}.{module}'), name)
        # Asked for once, it is found like any other name from then on.
        setattr(sys.modules[package], name, value)
        return value

    return found
