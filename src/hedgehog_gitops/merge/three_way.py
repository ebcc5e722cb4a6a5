"""Merges two versions of one object, field by field, against the version both come from.

Called by the workflows: a drop against what was ingested last, a draft against what Git says now.
Null and missing are the same here, as they are to Kubernetes.
"""

from dataclasses import dataclass, field

from ..documents import FieldPath, Value
from ..kinds import Kind
from .counting import alike, counted, says_nothing, with_uncounted
from .lists import KeyedLists, keyed_lists, order_of_keys, replaced_otherwise, same_order
from .merged import Clash, Merged, Origin

__all__ = ['merge_values']


def merge_values(base: Value, ours: Value, theirs: Value, kind: Kind | None = None) -> Merged:
    """Joins what both sides did to `base`; without a base every difference is a clash.

    A side that is None has deleted the object.
    """
    merging = _Merging(kind, base is not None)
    value = merging.part((), counted(base), counted(ours), counted(theirs))
    return Merged(with_uncounted(value, ours), tuple(merging.clashes), merging.origins)


@dataclass(slots=True)
class _Merging:
    """One merge while it goes on; collects what `Merged` tells."""

    kind: Kind | None
    has_base: bool
    clashes: list[Clash] = field(default_factory=list)
    origins: dict[FieldPath, Origin] = field(default_factory=dict)

    def part(self, path: FieldPath, base: Value, ours: Value, theirs: Value) -> Value:
        """The merged value of one field."""
        if says_nothing(ours) and says_nothing(theirs):
            return self._whole(path, base, ours, theirs)
        if isinstance(ours, dict) and isinstance(theirs, dict):
            if base is None or isinstance(base, dict):
                return self._mapping(path, base or {}, ours, theirs)
        elif isinstance(ours, list) and isinstance(theirs, list):
            lists = keyed_lists(base, ours, theirs, path, self.kind)
            merged = self._list(path, lists) if lists is not None else None
            if merged is not None:
                return merged
        return self._whole(path, base, ours, theirs)

    def _mapping(
        self,
        path: FieldPath,
        base: dict[str, Value],
        ours: dict[str, Value],
        theirs: dict[str, Value],
    ) -> dict[str, Value]:
        merged: dict[str, Value] = {}
        # What both sides removed is passed for its origin only.
        for key in dict.fromkeys((*ours, *theirs, *base)):
            inner = (*path, key)
            value = self.part(inner, base.get(key), ours.get(key), theirs.get(key))
            # A null somebody wrote means nothing, but it is their text.
            if value is not None or ours.get(key, ...) is None:
                merged[key] = value
        return merged

    def _list(self, path: FieldPath, lists: KeyedLists) -> list[Value] | None:
        """The list merged by item; None when it has to be taken as a whole."""
        order = order_of_keys(lists)
        if (
            order is None
            or replaced_otherwise(lists)
            or not (self.has_base or lists.ours.keys() == lists.theirs.keys())
        ):
            return None
        kept = [key for key in order if not self._is_removed(path, lists, key)]
        self._note_list(path, lists, kept)
        return [
            self.part(
                (*path, number), lists.base.get(key), lists.ours.get(key), lists.theirs.get(key)
            )
            for number, key in enumerate(kept)
        ]

    def _is_removed(self, path: FieldPath, lists: KeyedLists, key: bytes) -> bool:
        """Whether one side took the item out and the other left it as it was."""
        if key not in lists.base or (key in lists.ours and key in lists.theirs):
            return False
        left = lists.ours.get(key, lists.theirs.get(key))
        return alike(left, lists.base[key], (*path, 0), self.kind)

    def _note_list(self, path: FieldPath, lists: KeyedLists, kept: list[bytes]) -> None:
        """What is taken out, and a new order, have no place in an item; the list says whose."""
        gone = lists.base.keys() - set(kept)
        ours, theirs = (
            bool(gone - side.keys()) or (lists.ordered and not same_order(lists.base, side))
            for side in (lists.ours, lists.theirs)
        )
        if ours or theirs:
            origin = Origin.BOTH if ours and theirs else Origin.OURS if ours else Origin.THEIRS
            self.origins[path] = origin

    def _whole(self, path: FieldPath, base: Value, ours: Value, theirs: Value) -> Value:
        """The field as one value: whoever changed it is right, unless both did."""
        if alike(ours, theirs, path, self.kind):
            if self.has_base and not alike(base, ours, path, self.kind):
                self.origins[path] = Origin.BOTH
            return ours
        if self.has_base and alike(base, ours, path, self.kind):
            self.origins[path] = Origin.THEIRS
            return theirs
        if self.has_base and alike(base, theirs, path, self.kind):
            self.origins[path] = Origin.OURS
            return ours
        self.clashes.append(Clash(path, base, ours, theirs))
        return theirs if ours is None else ours
