"""What was found out about a fabric's blobs and trees, kept beside the clone in files of JSON.

Shared by `known_blobs.py`, `known_checks.py` and `own_kinds.py`. Such a file may be deleted at any
moment; a damaged one, or one made under another stamp, counts as none.
"""

import contextlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Self

from ..errors import NeedsPerson
from ..git import GitStore
from ..identity import BlobId
from ..layout import Fabric

__all__ = ['Cache', 'is_passing', 'shares']


@dataclass(frozen=True, slots=True)
class Cache:
    """One file; `stamp` names all that its content depends on beside the ids in it."""

    store: GitStore
    name: str
    stamp: str

    @classmethod
    def of(cls, store: GitStore, what: str, fabric: Fabric, stamp: object) -> Self:
        """The cache of `what` for one fabric; `stamp` is anything whose repr tells it apart."""
        base = fabric.base.encode('utf-8', 'surrogateescape')
        name = f'{what}-{sha256(base).hexdigest()[:16]}'
        return cls(store, name, sha256(repr(stamp).encode()).hexdigest())

    def read(self) -> dict[str, Any]:
        """Returns the content; empty where nothing usable is kept."""
        try:
            kept = json.loads(self.store.read_cache(self.name) or b'{}')
            return dict(kept['content']) if kept.get('stamp') == self.stamp else {}
        except (ValueError, AttributeError, KeyError, TypeError):
            return {}

    def write(self, content: Mapping[str, Any]) -> None:
        """Keeps the content; raises NeedsPerson where nothing can be written."""
        text = json.dumps({'stamp': self.stamp, 'content': content}, separators=(',', ':'))
        self.store.write_cache(self.name, text.encode())

    def write_if_possible(self, content: Mapping[str, Any]) -> None:
        """Keeps the content, unless a person is reading a repository they cannot write to."""
        with contextlib.suppress(NeedsPerson):
            self.write(content)


_PASSING = frozenset({'TooSlow', 'ValidatorBroken'})


def is_passing(codes: Iterable[str]) -> bool:
    """Whether it may be otherwise next time: a busy machine took too long, a package is mended."""
    return not _PASSING.isdisjoint(codes)


def shares(
    sizes: Mapping[BlobId, int], most_bytes: int, most_files: int | None = None
) -> Iterator[list[BlobId]]:
    """So many blobs at a time as may be held in memory; one that is larger comes alone."""
    share: list[BlobId] = []
    held = 0
    for blob, size in sizes.items():
        if share and (len(share) == most_files or held + size > most_bytes):
            yield share
            share, held = [], 0
        share.append(blob)
        held += size
    if share:
        yield share
