"""What a template made last, as the fabric keeps it: `.hnp/rendered/<its name>`.

The base of the next merge, and the answer to which version of which template made an object. One
line names the version; below it are the very texts that were taken over. Rewritten only when one of
them changes.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from ..documents import Limits, join
from ..identity import BlobId, RepoPath
from ..kinds import Catalogue
from .rendered import MadeObject, objects_in_text

__all__ = ['Record', 'record_text']

_HEAD = re.compile(rb'\A# Made by (?P<name>.+), version (?P<blob>[0-9a-f]{40,64})\.[^\n]*\n')
_RECORD_LIMITS = Limits(document_bytes=2**30, file_bytes=2**30, nodes=2**31)


@dataclass(frozen=True)
class Record:
    """One file below `.hnp/rendered/`, read no further than it has to be."""

    name: str
    data: bytes
    catalogue: Catalogue

    @property
    def version(self) -> BlobId:
        """The blob of the template that made it; empty where the file does not say."""
        found = _HEAD.match(self.data)
        return BlobId(found['blob'].decode()) if found else BlobId('')

    @property
    def body(self) -> bytes:
        """The texts alone."""
        found = _HEAD.match(self.data)
        return self.data[found.end() :] if found else self.data

    @cached_property
    def objects(self) -> tuple[MadeObject, ...]:
        """What was taken over, in order."""
        objects, _, _ = objects_in_text(self.body, self.catalogue, _RECORD_LIMITS, RepoPath(''))
        return objects


def record_text(maker: str, version: BlobId, objects: Iterable[MadeObject]) -> bytes:
    """The file for what was taken over of what `maker` made; empty when that is nothing."""
    texts = [made.text for made in objects]
    if not texts:
        return b''
    head = f'# Made by {maker}, version {version}. The next rendering is compared with this.\n'
    return head.encode('utf-8', 'surrogateescape') + join(texts)
