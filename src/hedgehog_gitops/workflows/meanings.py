"""What an edit makes of an object's value, and when two versions of an object mean the same.

Pure; used by `edit.py`.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, assert_never

from ..documents import (
    OWN_ANNOTATIONS,
    Document,
    FieldPath,
    Limits,
    Value,
    canonical,
    changed_fields,
    format_field_path,
    read,
    set_field,
    unset_field,
)
from ..errors import NeedsPerson
from ..identity import ResourceKey
from ..kinds import Catalogue, Disposition, identify
from ..layout import Fabric, annotated
from .edits import ReplaceMeaning, ReplaceSpec, SetFields

__all__ = [
    'changed_in',
    'differing_fields',
    'is_own_annotation',
    'objects_in',
    'read_object',
    'same_meaning',
    'wanted_value',
    'with_annotations',
]


_ANNOTATIONS = ('metadata', 'annotations')


def read_object(
    text: bytes, key: ResourceKey, limits: Limits, catalogue: Catalogue
) -> dict[str, Any]:
    """Returns the one object a text describes; it has to be the one meant."""
    reading = read(text, limits)
    documents = [document for document in reading.documents if not document.empty]
    if len(documents) != 1 or not documents[0].good:
        findings = [*reading.findings, *(f for d in documents for f in d.findings)]
        why = f': {findings[0].message}' if findings else f'; it holds {len(documents)} documents'
        raise NeedsPerson('TextRefused', f'The text of {key} is not one readable object{why}.')
    return _identified(documents[0].value, key, catalogue)


def objects_in(
    documents: Iterable[Document], catalogue: Catalogue
) -> Iterator[tuple[Document, ResourceKey, Disposition]]:
    """Yields the readable documents that are an object, each with its identity."""
    for document in documents:
        what = identify(document.value, catalogue, text=document.text) if document.good else None
        if what is not None and what.key is not None:
            yield document, what.key, what.disposition


def wanted_value(
    edit: SetFields | ReplaceSpec | ReplaceMeaning, value: dict[str, Any], catalogue: Catalogue
) -> dict[str, Any]:
    """Returns the value the object is to have."""
    wanted: Value = value
    match edit:
        case SetFields():
            wanted = _with_fields(edit, value)
        case ReplaceSpec():
            wanted = _with(value, 'spec', edit.spec)
        case ReplaceMeaning():
            wanted = _with_meaning(edit, value)
        case _:
            assert_never(edit)
    return _identified(wanted, edit.key, catalogue)


def same_meaning(key: ResourceKey, one: Value, other: Value, catalogue: Catalogue) -> bool:
    """True when the cluster would not notice a difference."""
    kind = catalogue.find(key.group, key.kind)
    as_kept = kind.as_kept if kind is not None else None
    return canonical(one, as_kept) == canonical(other, as_kept)


def differing_fields(one: Value, other: Value) -> tuple[str, ...]:
    """Returns the paths, as text, of the fields in which two meanings differ."""
    return tuple(format_field_path(path) for path in changed_fields(one, other))


def changed_in(one: Value, other: Value) -> list[FieldPath]:
    """Returns the fields in which two values differ, our own annotations left aside."""
    return [path for path in changed_fields(one, other) if not _is_own(path, one, other)]


def is_own_annotation(path: FieldPath) -> bool:
    """True for the field of an annotation that is ours."""
    own = path[:2] == _ANNOTATIONS and len(path) > 2
    return own and str(path[2]).startswith(OWN_ANNOTATIONS)


def _is_own(path: FieldPath, one: Value, other: Value) -> bool:
    """True for an annotation of ours, and for a mapping that came or went with only those."""
    if path != _ANNOTATIONS:
        return is_own_annotation(path)
    names = [name for value in (one, other) for name in _annotations(value)]
    return all(name.startswith(OWN_ANNOTATIONS) for name in names)


def _annotations(value: Value) -> list[str]:
    metadata = value.get('metadata') if isinstance(value, dict) else None
    found = metadata.get('annotations') if isinstance(metadata, dict) else None
    return list(found) if isinstance(found, dict) else []


def with_annotations(fabric: Fabric, text: bytes, value: dict[str, Any], limits: Limits) -> bytes:
    """Returns the text with the annotations an object born here carries, unless it has them."""
    if not fabric.annotate:
        return text
    ours = {
        f'{OWN_ANNOTATIONS}managed-by': 'netbox-hedgehog',
        f'{OWN_ANNOTATIONS}fabric': fabric.slug,
    }
    return annotated(text, value, ours, limits).text


def _with_fields(edit: SetFields, value: Value) -> Value:
    try:
        for path, new in edit.set.items():
            value = set_field(value, path, new)
        for path in edit.unset:
            value = unset_field(value, path)
    except (KeyError, IndexError, TypeError, ValueError) as error:
        raise NeedsPerson('FieldRefused', f'{edit.key}: {error}') from None
    return value


def _with_meaning(edit: ReplaceMeaning, value: dict[str, Any]) -> dict[str, Any]:
    metadata = value['metadata']
    present = metadata.get('annotations') or {}
    own = {name: text for name, text in present.items() if name.startswith(OWN_ANNOTATIONS)}
    others = {n: t for n, t in edit.annotations.items() if not n.startswith(OWN_ANNOTATIONS)}
    metadata = _with_mapping(metadata, 'labels', edit.labels)
    metadata = _with_mapping(metadata, 'annotations', {**own, **others})
    return {**_with(value, 'spec', edit.spec), 'metadata': metadata}


def _with_mapping(value: dict[str, Any], name: str, wanted: Mapping[str, Value]) -> dict[str, Any]:
    """The mapping in the order the file has; an empty one neither comes nor goes by itself."""
    present = value.get(name) or {}
    if dict(present) == dict(wanted):
        return value
    kept = {key: wanted[key] for key in present if key in wanted}
    return _with(value, name, {**kept, **wanted} or None)


def _with(value: dict[str, Any], name: str, wanted: Value) -> dict[str, Any]:
    if wanted is None and value.get(name) is None:
        return value
    rest = {key: item for key, item in value.items() if key != name}
    return rest if wanted is None else {**value, name: wanted}


def _identified(value: Value, key: ResourceKey, catalogue: Catalogue) -> dict[str, Any]:
    """The value, when it is that object's."""
    found = identify(value, catalogue)
    if isinstance(value, dict) and found.key == key:
        return value
    why = found.finding.message if found.finding else f'it would be {found.key}'
    raise NeedsPerson(
        'IdentityChanged',
        f'{key} would not be itself any more: {why}.',
        hint='Create the object under its new name and remove the old one.',
    )
