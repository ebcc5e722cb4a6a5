"""Lists whose items can be told apart: keys, and the order in which two sides' items stand.

Used by `three_way.py`. A list without keys, or with a key that is missing or stands twice, is one
value and is not looked into.
"""

from collections.abc import Callable, Container, Iterable, Sequence
from dataclasses import dataclass

from ..documents import FieldPath, Value, value_bytes
from ..kinds import ITSELF, MAP_KEYS, Kind, matches
from .counting import mark

__all__ = [
    'KeyedLists',
    'item_at',
    'keyed_lists',
    'order_of_keys',
    'replaced_otherwise',
    'same_order',
]

type _Key = bytes
type _Items = dict[_Key, Value]


@dataclass(frozen=True, slots=True)
class KeyedLists:
    """The three versions of one list by key. `ordered`: the order of the items is meaning."""

    base: _Items
    ours: _Items
    theirs: _Items
    ordered: bool


def keyed_lists(
    base: Value, ours: Value, theirs: Value, path: FieldPath, kind: Kind | None
) -> KeyedLists | None:
    """The lists by key; None where this list is one value. An absent base has no items."""
    key_of = _key_function(path, kind)
    if key_of is None or kind is None:
        return None
    sides = [_by_key([] if side is None else side, key_of) for side in (base, ours, theirs)]
    before, left, right = sides
    if before is None or left is None or right is None:
        return None
    return KeyedLists(before, left, right, not kind.sorts(path))


def item_at(
    here: Sequence[Value], there: Sequence[Value], index: int, path: FieldPath, kind: Kind | None
) -> int:
    """Where the item `here[index]` stands in another version of the list at `path`.

    Items without keys are told by their value, and an item that changed as well by its place.
    """
    key_of = _key_function(path, kind) or _itself
    wanted = key_of(here[index])
    if index < len(there) and key_of(there[index]) == wanted:
        return index
    places = (place for place, item in enumerate(there) if key_of(item) == wanted)
    return next(places, index)


def order_of_keys(lists: KeyedLists) -> list[_Key] | None:
    """The keys of both sides in one order; None when the sides ordered the same items otherwise.

    Ours' order is kept unless only theirs changed it; a further item stands behind the neighbour
    it follows on its own side.
    """
    if not lists.ordered or same_order(lists.ours, lists.theirs):
        return _inserted(lists.ours, lists.theirs)
    ours_moved = not same_order(lists.base, lists.ours, lists.theirs)
    theirs_moved = not same_order(lists.base, lists.theirs, lists.ours)
    if ours_moved is theirs_moved:
        return None
    if ours_moved:
        return _inserted(lists.ours, lists.theirs)
    return _inserted(lists.theirs, lists.ours)


def replaced_otherwise(lists: KeyedLists) -> bool:
    """Whether both sides took an item out and only one of them has something new, or each another.

    What is new may be that item under a changed key: taken for two items, each side's version of
    it would stand in the list beside the other's.
    """
    gone = lists.base.keys() - lists.ours.keys() - lists.theirs.keys()
    ours, theirs = (side.keys() - lists.base.keys() for side in (lists.ours, lists.theirs))
    return bool(gone) and ours != theirs


def same_order(one: _Items, other: _Items, third: Container[_Key] | None = None) -> bool:
    """Whether the items which all of them have stand in the same order."""
    common = one.keys() & other.keys()
    common = common if third is None else {key for key in common if key in third}
    return [key for key in one if key in common] == [key for key in other if key in common]


def _inserted(lead: Iterable[_Key], follow: Iterable[_Key]) -> list[_Key]:
    behind: dict[_Key | None, list[_Key]] = {None: [], **{key: [] for key in lead}}
    neighbour: _Key | None = None
    for key in follow:
        if key in behind:
            neighbour = key
        else:
            behind[neighbour].append(key)
    return [key for first, more in behind.items() for key in (first, *more) if key is not None]


def _key_function(path: FieldPath, kind: Kind | None) -> Callable[[Value], _Key | None] | None:
    if kind is None:
        return None
    for row in kind.list_keys:
        if matches(row.field, path):
            return lambda item: _key(item, row.keys)
    return _itself if kind.sorts(path) else None


def _key(item: Value, keys: Sequence[str]) -> _Key | None:
    parts = [_part(item, key) for key in keys]
    return b'\0'.join(part for part in parts if part is not None) if all(parts) else None


def _part(item: Value, key: str) -> _Key | None:
    if key == ITSELF:
        return _itself(item)
    if key == MAP_KEYS:
        names: list[Value] = [*sorted(item)] if isinstance(item, dict) else []
        return value_bytes(names) if names else None
    for step in key.split('.'):
        item = item.get(step) if isinstance(item, dict) else None
    return None if item is None else mark(item, (), None)


def _itself(item: Value) -> _Key:
    if isinstance(item, list):
        return b'\n'.join(sorted(mark(part, (), None) for part in item))
    return mark(item, (), None)


def _by_key(side: Value, key_of: Callable[[Value], _Key | None]) -> _Items | None:
    if not isinstance(side, list):
        return None
    items: _Items = {}
    for item in side:
        key = key_of(item)
        if key is None or key in items:
            return None
        items[key] = item
    return items
