"""The Connections that were generated last, so that one whose ports stay keeps its name.

Read no further than it has to be: a large fabric has thousands, and mostly all names are clear.
Used by `connections.py`, and by `workflows/replugged.py` to tell what changes its ports.
"""

import re
from collections.abc import Iterator, Mapping

from ..documents import Limits, Value, mapping, read

__all__ = ['NOTHING_BEFORE', 'last_connections', 'ports_of', 'spec_in']

NOTHING_BEFORE: Mapping[str, bytes] = {}

_BETWEEN = re.compile(rb'^---\n', re.MULTILINE)
_NAME = re.compile(rb'^  name: (\S+)$', re.MULTILINE)
_LIMITS = Limits()


def last_connections(texts: bytes) -> dict[str, bytes]:
    """The texts of the Connections in what was generated, by name; it is in our own writing."""
    found = {}
    for text in _BETWEEN.split(texts):
        if b'\nkind: Connection\n' in text and (name := _NAME.search(text)):
            found[name[1].decode()] = text
    return found


def spec_in(text: bytes) -> dict[str, Value]:
    """The spec of an object."""
    documents = read(text, _LIMITS).documents
    return mapping(mapping(documents[0].value).get('spec')) if documents else {}


def ports_of(spec: Value) -> tuple[str, ...]:
    """The type of a Connection, and every port it names, in order of their names."""
    return (*sorted(mapping(spec)), *sorted(_ports(spec)))


def _ports(value: Value) -> Iterator[str]:
    if isinstance(value, list):
        for each in value:
            yield from _ports(each)
    elif isinstance(value, dict):
        for name, each in value.items():
            if name == 'port' and isinstance(each, str):
                yield each
            else:
                yield from _ports(each)
