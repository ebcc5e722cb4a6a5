"""Answers of a host kept with their ETag: asking again costs nothing while nothing changed.

`exchange.py` reads and writes them through the protocol; the plugin keeps them in its own cache.
"""

from dataclasses import dataclass, field
from typing import Protocol

__all__ = ['EtagCache', 'KeptAnswer', 'MemoryEtags', 'NoEtags']


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """The body of an answer, and the tag under which the host knows it."""

    etag: str
    body: bytes


class EtagCache(Protocol):
    """Where answers are kept; it may forget at any time."""

    def read(self, url: str) -> KeptAnswer | None:
        """The answer kept for this address."""

    def keep(self, url: str, answer: KeptAnswer) -> None:
        """Keeps the answer of this address instead of the one before."""


class NoEtags:
    """Keeps nothing."""

    def read(self, url: str) -> KeptAnswer | None:
        return None

    def keep(self, url: str, answer: KeptAnswer) -> None:
        return None


@dataclass(slots=True)
class MemoryEtags:
    """Keeps answers as long as the process lives."""

    kept: dict[str, KeptAnswer] = field(default_factory=dict)

    def read(self, url: str) -> KeptAnswer | None:
        return self.kept.get(url)

    def keep(self, url: str, answer: KeptAnswer) -> None:
        self.kept[url] = answer
