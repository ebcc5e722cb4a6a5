"""What else a test server answers beside Git, and who hears of pushes.

`git_server.py` hands requests below a mounted path to a `Mounted`; the stand-in for GitHub's API
(`github_server.py`) is one.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

__all__ = ['Asked', 'Mounted', 'Reply']


@dataclass(frozen=True, slots=True)
class Asked:
    """One request; the names of its headers are in lower case, `target` is path and query."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer."""

    status: int
    body: bytes = b''
    headers: Mapping[str, str] = field(default_factory=dict)


class Mounted(Protocol):
    """Answers every request below the path it is mounted at."""

    def answer(self, asked: Asked) -> Reply:
        """Carries the request out."""

    def pushed(self, repository: str) -> None:
        """Hears that somebody pushed to the repository at this path, well or not."""
