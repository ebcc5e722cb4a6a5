"""What the pages about versions share: reading Git without failing."""

from collections.abc import Callable
from typing import Any

from ..models import HedgehogFabric
from ..sync.versions import EngineError, FabricFiles, files_of

__all__ = ['Reader', 'reader']

# What Git has, or why it cannot be shown; one of the two is empty.
type Reader = Callable[[Callable[[FabricFiles], Any]], tuple[Any, str]]


def reader(fabric: HedgehogFabric) -> Reader:
    """Opens the fabric's files once; what it returns reads them as often as a page needs it."""
    try:
        found = files_of(fabric)
    except EngineError as error:
        problem = str(error)
        return lambda reads: (None, problem)

    def read(reads: Callable[[FabricFiles], Any]) -> tuple[Any, str]:
        try:
            return reads(found), ''
        except EngineError as error:
            return None, str(error)

    return read
