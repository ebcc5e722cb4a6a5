"""Finds what one object points at, by the reference rows of its kind.

The dangling-reference rule asks it, and whoever needs the edges between objects: what hangs on
what is the transitive closure over these.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from ..documents import FieldPath, Value
from .kind import Kind, Reference, ReferenceForm, pattern_words

__all__ = ['EXTERNAL_PREFIX', 'ReferenceFound', 'references_of']

EXTERNAL_PREFIX = 'ext.'
_LIST, _MAP = '[]', '{}'
# Keys of gateway peerings which name no VPC: externals, and peerings with other sites.
_OTHER_SIDES = (EXTERNAL_PREFIX, 'rp.')
_DEFAULT_PART = 'default'


@dataclass(frozen=True, slots=True)
class ReferenceFound:
    """One edge: the field, the kinds it may name, the name, and what inside of the target.

    `part` is the subnet of `vpc/subnet` or the port of `device/port`, else empty.
    """

    path: FieldPath
    targets: tuple[str, ...]
    name: str
    part: str = ''


def references_of(value: Value, kind: Kind) -> Iterator[ReferenceFound]:
    """Every reference of an object, in the order of the kind's rows; what is no text is no name."""
    found: list[ReferenceFound] = []
    _walk(value, _tree_of(kind.references), (), found)
    return iter(found)


@dataclass(slots=True)
class _Step:
    """One step of the field patterns, put together to a tree so that a value is walked once."""

    references: list[Reference] = field(default_factory=list)
    below: dict[str, '_Step'] = field(default_factory=dict)
    fallback: Reference | None = None
    """The reference which an empty field, or an empty list of them, stands for."""


# By the identity of the rows, because hashing them costs more than the walk; the rows are kept
# beside the tree, so that no other rows can get the same identity.
_trees: dict[int, tuple[tuple[Reference, ...], _Step]] = {}


def _tree_of(references: tuple[Reference, ...]) -> _Step:
    known = _trees.get(id(references))
    if known is None:
        known = _trees[id(references)] = (references, _tree(references))
    return known[1]


def _tree(references: tuple[Reference, ...]) -> _Step:
    root = _Step()
    for reference in references:
        step = around = root
        for word in pattern_words(reference.field):
            step, around = step.below.setdefault(word, _Step()), step
        step.references.append(reference)
        if reference.fallback:
            (around if _LIST in around.below else step).fallback = reference
    return root


def _walk(value: Value, step: _Step, path: FieldPath, found: list[ReferenceFound]) -> None:
    for reference in step.references:
        _read(value, reference, step, path, found)
    if isinstance(value, dict):
        for word, below in step.below.items():
            if word == _MAP:
                for key, inner in value.items():
                    _walk(inner, below, (*path, key), found)
            elif (inner := value.get(word)) or isinstance(inner, dict):
                _walk(inner, below, (*path, word), found)
            elif (fallback := below.fallback) and (inner is None or inner in ('', [])):
                found.append(ReferenceFound((*path, word), fallback.targets, fallback.fallback))
    elif isinstance(value, list) and _LIST in step.below:
        for index, inner in enumerate(value):
            _walk(inner, step.below[_LIST], (*path, index), found)


def _read(
    value: Value, reference: Reference, step: _Step, path: FieldPath, found: list[ReferenceFound]
) -> None:
    if isinstance(value, str):
        name, part = _named(value, reference.form)
        if name:
            found.append(ReferenceFound(path, reference.targets, name, part))
    elif isinstance(value, dict):
        for key, name in _names(value, reference.form, step):
            found.append(ReferenceFound((*path, key), reference.targets, name))


def _named(text: str, form: ReferenceForm) -> tuple[str, str]:
    """The name and the part a text stands for; no name where the form is not one of text."""
    if form is ReferenceForm.NAME:
        return text, ''
    name, _, part = text.partition('/')
    if form is ReferenceForm.DEVICE_PORT:
        return name, part
    return (name, part or _DEFAULT_PART) if form is ReferenceForm.OWNER_PART else ('', '')


def _names(value: dict[str, Value], form: ReferenceForm, step: _Step) -> Iterator[tuple[str, str]]:
    """Keys which are names, each with the name it stands for."""
    if form is ReferenceForm.PREFIXED_MAP_KEY:
        for key in value:
            if key.startswith(EXTERNAL_PREFIX) and key != EXTERNAL_PREFIX:
                yield key, key.removeprefix(EXTERNAL_PREFIX)
    elif form is ReferenceForm.MAP_KEY:
        shared = any(row.form is ReferenceForm.PREFIXED_MAP_KEY for row in step.references)
        for key in value:
            if key and not (shared and key.startswith(_OTHER_SIDES)):
                yield key, key
