"""When two descriptions of one object mean the same to the cluster.

Used by `describe.py` for every object and by `find.py` where descriptions differ. What counts as
a default is stated by the kind; docs/reference/duplicates.md lists all that is left aside.
"""

from functools import lru_cache
from hashlib import sha256

from ..documents import (
    Value,
    changed_fields,
    format_field_path,
    meaning,
    same,
    value_bytes,
    without_default_namespace,
    without_nulls,
)
from ..identity import Digest
from ..kinds import Kind, pattern_words

__all__ = ['Meaning', 'differing_fields', 'is_subset', 'meaning_of', 'plain']

_DIGITS = 32
_HEAD = ('apiVersion', 'kind', 'metadata')


class Meaning:
    """The digests of one object: of all it means, and of its body without name and metadata."""

    __slots__ = ('body', 'whole')

    def __init__(self, whole: Digest, body: Digest) -> None:
        self.whole, self.body = whole, body


def meaning_of(value: Value, kind: Kind | None) -> Meaning:
    """What an object means, as digests of 32 digits; the body's is empty where nothing is in it."""
    kept = plain(value, kind)
    if not isinstance(kept, dict):
        return Meaning(_digest(value_bytes(kept)), Digest(''))
    head = {name: inner for name, inner in kept.items() if name in _HEAD}
    body = {name: inner for name, inner in kept.items() if name not in _HEAD}
    text = value_bytes(body)
    whole = _digest(value_bytes(head) + text)
    return Meaning(whole, _digest(text) if body else Digest(''))


def plain(value: Value, kind: Kind | None) -> Value:
    """The object as the cluster keeps it: no nulls, no defaults, sorted and spelled as it does."""
    kept = without_nulls(without_default_namespace(meaning(value)))
    if not isinstance(kept, dict):
        return kept
    if kept.get('spec') == {}:
        del kept['spec']
    metadata = kept.get('metadata')
    if isinstance(metadata, dict):
        for name in ('labels', 'annotations'):
            if metadata.get(name) == {}:
                del metadata[name]
    if kind is not None:
        _write_as_kept(kept, kind)
        _drop_defaults(kept, kind)
        for pattern in kind.sorted_lists:
            _sort(kept, _words(pattern))
    return kept


def is_subset(one: Value, other: Value) -> bool:
    """Whether `other` says all that `one` says; lists count as a whole."""
    if isinstance(one, dict) and isinstance(other, dict):
        return all(name in other and is_subset(inner, other[name]) for name, inner in one.items())
    return same(one, other)


def differing_fields(values: list[Value]) -> tuple[str, ...]:
    """The fields, as paths, in which any of the values differs from the first."""
    first, *others = values
    paths = (format_field_path(path) for other in others for path in changed_fields(first, other))
    return tuple(dict.fromkeys(paths))


def _digest(data: bytes) -> Digest:
    return Digest(sha256(data).hexdigest()[:_DIGITS])


def _write_as_kept(value: dict[str, Value], kind: Kind) -> None:
    """Two spellings of one MAC address or speed are one."""
    for normal in kind.normal_forms:
        for holder, name in _holders(value, _words(normal.field)):
            inner = holder[name]
            if isinstance(inner, dict):
                holder[name] = normal.of(inner)


def _drop_defaults(value: dict[str, Value], kind: Kind) -> None:
    """Removes what says no more than its absence."""
    for reference in kind.references:
        if reference.fallback:
            words = _words(reference.field)
            if words[-1] == '[]':
                _drop(value, words[:-1], ([], [reference.fallback]))
            else:
                _drop(value, words, ('', reference.fallback))
    for filled in kind.filled_fields:
        if filled.value is not None:
            _drop(value, _words(filled.field), (0, filled.value))


def _drop(value: Value, words: tuple[str, ...], defaults: tuple[Value, ...]) -> None:
    for holder, name in _holders(value, words):
        if any(same(holder[name], default) for default in defaults):
            del holder[name]


@lru_cache(maxsize=512)
def _words(pattern: str) -> tuple[str, ...]:
    return tuple(pattern_words(pattern))


def _sort(value: Value, words: tuple[str, ...]) -> None:
    for items in _lists(value, words):
        items.sort(key=value_bytes)


def _lists(value: Value, words: tuple[str, ...]) -> list[list[Value]]:
    found = (holder[name] for holder, name in _holders(value, words))
    return [items for items in found if isinstance(items, list)]


def _holders(value: Value, words: tuple[str, ...]) -> list[tuple[dict[str, Value], str]]:
    """The mappings that have the field a pattern names, and the field's name in each."""
    level = [value]
    for word in words[:-1]:
        level = [inner for each in level for inner in _below(each, word)]
    name = words[-1]
    if name == '{}':
        return [(each, key) for each in level if isinstance(each, dict) for key in list(each)]
    return [(each, name) for each in level if isinstance(each, dict) and name in each]


def _below(value: Value, word: str) -> list[Value]:
    if isinstance(value, list):
        return value if word == '[]' else []
    if not isinstance(value, dict):
        return []
    if word == '{}':
        return list(value.values())
    return [value[word]] if word in value else []
