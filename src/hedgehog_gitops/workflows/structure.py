"""The folders and fixed files of a fabric: what is missing of them, and the changes that add it.

Used by `onboard.py`, and by `ingest.py`, which repairs the structure in its own commit.
"""

from collections.abc import Iterable
from datetime import UTC, datetime

from ..identity import RepoPath
from ..layout import Fabric, missing_parts
from ..plans import Operation, Write

__all__ = ['missing_structure', 'structure_changes']

_NEVER = datetime.fromtimestamp(0, UTC)


def missing_structure(fabric: Fabric, present: Iterable[RepoPath]) -> list[RepoPath]:
    """Returns the parts of the layout that are not there, in path order."""
    return list(missing_parts(fabric, present, _NEVER))


def structure_changes(
    fabric: Fabric, present: Iterable[RepoPath], operation: Operation
) -> list[Write]:
    """Returns the changes that complete the layout; nothing that exists is touched."""
    parts = missing_parts(fabric, present, operation.now)
    return [Write(path, content, 'layout') for path, content in parts.items()]
