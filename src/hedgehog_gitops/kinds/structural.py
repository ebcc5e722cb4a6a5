"""A schema as a value: its structural form, where it comes from, and the validator made of it.

`hedgehog.py` makes them of our tables, `definitions.py` of a fabric's CustomResourceDefinitions;
`schema.py` asks them about objects.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..documents import SERVER_OWNED as SERVER_OWNED_METADATA
from ..documents import Value
from .compiled import compiled, strict
from .schemas import Node
from .schemas.notation import OPAQUE, SERVER_OWNED, TEXT, list_of, map_of, record

__all__ = ['METADATA', 'Schema']

_WORDS: Node = {**map_of({**TEXT, 'nullable': True}), 'nullable': True}

METADATA: Node = record(
    dict.fromkeys(sorted(SERVER_OWNED_METADATA), SERVER_OWNED),
    deletionTimestamp=SERVER_OWNED,
    deletionGracePeriodSeconds=SERVER_OWNED,
    name=TEXT,
    generateName=TEXT,
    namespace=TEXT,
    labels=_WORDS,
    annotations=_WORDS,
    finalizers=list_of(TEXT),
    ownerReferences=list_of(OPAQUE),
)


@dataclass(frozen=True, slots=True)
class Schema:
    """What one version of one kind looks like. `source` and `release` say who says so."""

    shape: Node = field(hash=False)
    source: str = ''
    release: str = ''
    _kept: dict[str, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    @property
    def root(self) -> Node:
        """The shape with what is true of every object: apiVersion, kind and metadata."""
        if 'root' not in self._kept:
            self._kept['root'] = _rooted(self.shape)
        root: Node = self._kept['root']
        return root

    @property
    def digest(self) -> str:
        """Stands for the content; two schemas with the same digest judge alike."""
        if 'digest' not in self._kept:
            text = json.dumps(self.shape, sort_keys=True, separators=(',', ':'))
            self._kept['digest'] = hashlib.sha256(text.encode()).hexdigest()
        digest: str = self._kept['digest']
        return digest

    def accepts(self, value: Value) -> bool:
        """Whether there is certainly nothing to say; False means that somebody must look."""
        if 'strict' not in self._kept:
            self._kept['strict'] = _compiled_strict(self.root)
        validator = self._kept['strict']
        try:
            return validator is not None and bool(validator.is_valid(value))
        except ValueError:
            return False

    def __reduce__(self) -> tuple[type['Schema'], tuple[Node, str, str]]:
        """Validators cannot travel between processes; each makes its own."""
        return Schema, (self.shape, self.source, self.release)


def _rooted(shape: Node) -> Node:
    properties: Mapping[str, Node] = shape.get('properties', {})
    named = properties.get('metadata', {}).get('properties', {})
    metadata = {**METADATA, 'properties': METADATA['properties'] | named}
    known = {'apiVersion': TEXT, 'kind': TEXT}
    return {**shape, 'properties': {**known, **properties, 'metadata': metadata}}


def _compiled_strict(root: Node) -> Any:
    try:
        return compiled(strict(root))
    except ValueError:
        return None
