"""What a template made last, as the fabric keeps it: `.hnp/rendered/<its name>`.

The base of the next merge, and the answer to which version of which template made an object. One
line names the version, further ones mark objects that were adopted, or that are of another version;
below are the very texts that were taken over. Rewritten only when one of them changes.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from ..documents import Limits, join
from ..identity import BlobId, RepoPath, ResourceKey
from ..kinds import Catalogue
from .rendered import MadeObject, objects_in_text

__all__ = ['Record', 'record_text']

_HEAD = re.compile(
    rb'\A# Made by (?P<name>.+), version (?P<blob>[0-9a-f]{40,64})\.'
    rb'[^\n]*?(?: Lines of marks: (?P<marks>\d+)\.)?\n'
)
# YAML forbids it inside of a document.
_SEPARATOR = re.compile(rb'^---(?=\s)', re.MULTILINE)
_ADOPTED = '# adopted: '
_OF_VERSION = re.compile(r'# of version ([0-9a-f]{40,64}): ')
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
        return self._parts[1]

    @property
    def holds_back(self) -> bool:
        """Whether an object is of another version than the rest."""
        return any(_OF_VERSION.match(line) for line in self._parts[0])

    @cached_property
    def objects(self) -> tuple[MadeObject, ...]:
        """What was taken over, in order."""
        return tuple(self._marked(self.body))

    def find(self, key: ResourceKey) -> MadeObject | None:
        """One object; reads no documents but those with its name in them."""
        name = key.name.encode()
        texts = (text for text in _SEPARATOR.split(self.body) if name in text)
        return next(
            (made for text in texts for made in self._marked(text) if made.key == key), None
        )

    def _marked(self, text: bytes) -> Iterator[MadeObject]:
        objects, _, _ = objects_in_text(text, self.catalogue, _RECORD_LIMITS, RepoPath(''))
        adopted, versions = self._marks
        for made in objects:
            key = str(made.key)
            yield replace(made, adopted=key in adopted, version=versions.get(key, ''))

    @cached_property
    def _marks(self) -> tuple[set[str], dict[str, str]]:
        """The objects that were adopted, and the versions of those that are of another one."""
        adopted: set[str] = set()
        versions: dict[str, str] = {}
        for line in self._parts[0]:
            if line.startswith(_ADOPTED):
                adopted.add(line.removeprefix(_ADOPTED))
            elif found := _OF_VERSION.match(line):
                versions[line[found.end() :]] = found[1]
        return adopted, versions

    @cached_property
    def _parts(self) -> tuple[list[str], bytes]:
        """The lines of marks, and the texts."""
        found = _HEAD.match(self.data)
        if found is None:
            return [], self.data
        *lines, body = self.data[found.end() :].split(b'\n', count := int(found['marks'] or 0))
        if len(lines) < count:
            return [], self.data[found.end() :]
        return [line.decode('utf-8', 'surrogateescape') for line in lines], body


def record_text(maker: str, version: BlobId, objects: Iterable[MadeObject]) -> bytes:
    """The file for what was taken over of what `maker` made; empty when that is nothing."""
    objects = list(objects)
    if not objects:
        return b''
    marks = [f'{_ADOPTED}{made.key}\n' for made in objects if made.adopted]
    marks += [
        f'# of version {made.version}: {made.key}\n'
        for made in objects
        if made.version not in ('', version)
    ]
    # Told by number, for the first text may begin with a comment, too.
    more = f' Lines of marks: {len(marks)}.' if marks else ''
    head = (
        f'# Made by {maker}, version {version}. The next rendering is compared with this.{more}\n'
    )
    text = ''.join((head, *marks)).encode('utf-8', 'surrogateescape')
    return text + join([made.text for made in objects])
