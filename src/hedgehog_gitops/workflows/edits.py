"""The edits a person or NetBox can ask for, as values: a closed set.

`edit.py` plans them. An edit made on an older version of the object carries that version's text as
`base_text`; when Git's object says something else by now, the two are merged field by field, and
its `terms` say what happens where both changed the same.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from ..documents import FieldPath, Value
from ..identity import ResourceKey
from ..plans import ClashRule

__all__ = [
    'Create',
    'Edit',
    'Remove',
    'Rename',
    'ReplaceMeaning',
    'ReplaceSpec',
    'ReplaceText',
    'SetFields',
    'Terms',
]


@dataclass(frozen=True, slots=True)
class Terms:
    """How an edit stands against what Git changed since its base, and who made it when."""

    rule: ClashRule = ClashRule.MERGE
    author: str = ''
    when: datetime | None = None


@dataclass(frozen=True, slots=True)
class SetFields:
    """Gives some fields new values and removes others."""

    key: ResourceKey
    set: Mapping[FieldPath, Value] = field(default_factory=dict)
    unset: tuple[FieldPath, ...] = ()
    base_text: bytes | None = None
    terms: Terms = Terms()


@dataclass(frozen=True, slots=True)
class ReplaceSpec:
    """Makes the whole spec read as `spec`; None removes it."""

    key: ResourceKey
    spec: Value
    base_text: bytes | None = None
    terms: Terms = Terms()


@dataclass(frozen=True, slots=True)
class ReplaceMeaning:
    """Makes spec, labels and annotations read as given. Our own annotations stay as they are."""

    key: ResourceKey
    spec: Value
    labels: Mapping[str, Value]
    annotations: Mapping[str, Value]
    base_text: bytes | None = None
    terms: Terms = Terms()


@dataclass(frozen=True, slots=True)
class ReplaceText:
    """Puts this exact text in the place of the object's document."""

    key: ResourceKey
    text: bytes
    base_text: bytes | None = None
    terms: Terms = Terms()


@dataclass(frozen=True, slots=True)
class Create:
    """Makes a file for a new object; its text says what it is."""

    key: ResourceKey
    text: bytes
    base_text: None = None
    terms: Terms = Terms()


@dataclass(frozen=True, slots=True)
class Remove:
    """Removes the object's document, and its file when nothing else is in it."""

    key: ResourceKey
    base_text: bytes | None = None
    terms: Terms = Terms()


@dataclass(frozen=True, slots=True)
class Rename:
    """Gives the object `was` another identity, and the meaning of `text`; both or neither.

    `typed`: a person wrote the text, so that it is taken as it is.
    """

    key: ResourceKey
    was: ResourceKey
    text: bytes
    base_text: bytes | None = None
    typed: bool = False
    terms: Terms = Terms()


type Edit = SetFields | ReplaceSpec | ReplaceMeaning | ReplaceText | Create | Remove | Rename
