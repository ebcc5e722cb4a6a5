"""What a merge comes to: the joined value, where its changes come from, what nobody can join.

Made by `three_way.py`; pages and plans show it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from ..documents import FieldPath, Value

__all__ = ['Clash', 'Merged', 'Origin']


class Origin(StrEnum):
    """Whose change of a field stands in the merged value."""

    OURS = 'ours'
    THEIRS = 'theirs'
    BOTH = 'both'
    """Both sides made this change, or each changed a part of it."""


@dataclass(frozen=True, slots=True)
class Clash:
    """One field both sides changed, and not to the same. None stands for a field that is absent."""

    path: FieldPath
    base: Value
    ours: Value
    theirs: Value

    @property
    def is_deletion(self) -> bool:
        """Whether one side removed what the other one changed."""
        return self.base is not None and (self.ours is None or self.theirs is None)


@dataclass(frozen=True, slots=True)
class Merged:
    """The merged value, the clashes, and the origin of every field that differs from the base.

    At a clash the value holds what ours says, or the side that still has the field. Indices in
    paths count in the merged value; what was taken out of a list, and its new order, are told at
    the list itself.
    """

    value: Value
    clashes: tuple[Clash, ...] = ()
    origins: Mapping[FieldPath, Origin] = field(default_factory=dict)

    @property
    def is_clean(self) -> bool:
        """Whether nothing is left to decide."""
        return not self.clashes

    @property
    def fields(self) -> tuple[FieldPath, ...]:
        """The fields in which the sides clash."""
        return tuple(clash.path for clash in self.clashes)
