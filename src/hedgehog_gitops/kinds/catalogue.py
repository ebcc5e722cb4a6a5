"""Finds kinds: by group and kind, by kind alone, and says which group somebody probably meant.

`identify.py` and `layout/` ask it; the rows come from `hedgehog.py` or from a caller's own table.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches

from .hedgehog import GROUPS, HEDGEHOG_KINDS, RENAMED_KINDS
from .kind import Kind

__all__ = ['CATALOGUE', 'Catalogue']

_DOMAIN = 'githedgehog.com'


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The kinds one installation knows. A value: enabling a kind makes another catalogue."""

    kinds: tuple[Kind, ...]
    groups: tuple[str, ...] = GROUPS
    renamed: Mapping[tuple[str, str], str] = field(default_factory=lambda: dict(RENAMED_KINDS))
    _rows: Mapping[tuple[str, str], Kind] = field(init=False, repr=False, compare=False)
    _names: Mapping[str, tuple[Kind, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        names: dict[str, tuple[Kind, ...]] = {}
        for kind in self.kinds:
            for name in {kind.kind.lower(), kind.plural}:
                names[name] = (*names.get(name, ()), kind)
        object.__setattr__(self, '_rows', {(kind.group, kind.kind): kind for kind in self.kinds})
        object.__setattr__(self, '_names', names)

    @property
    def digest(self) -> str:
        return 'stub'

    def find(self, group: str, kind: str) -> Kind | None:
        return self._rows.get((group, kind))

    def by_kind(self, kind: str) -> Kind | None:
        """The one kind of that name, whatever its group; upper case and plural do not matter."""
        found = self._names.get(kind.lower(), ())
        return found[0] if len(found) == 1 else None

    def knows_group(self, group: str) -> bool:
        return group in self.groups

    def is_hedgehog_group(self, group: str) -> bool:
        """Whether a group is Hedgehog's or pretends to be, known or not."""
        return group == _DOMAIN or group.endswith(f'.{_DOMAIN}') or 'githedgehog' in group.lower()

    @property
    def main_kinds(self) -> tuple[Kind, ...]:
        """The kinds which have a folder in every fabric, in the order of their folders."""
        return tuple(sorted((k for k in self.kinds if k.main), key=lambda kind: kind.plural))

    @property
    def managed_kinds(self) -> tuple[Kind, ...]:
        return tuple(kind for kind in self.kinds if kind.managed)

    def nearest(self, kind: str) -> Kind | None:
        """The managed kind somebody probably meant by a name that no kind has."""
        exact = self.by_kind(kind)
        if exact:
            return exact
        close = get_close_matches(kind.lower(), self._names, n=1, cutoff=0.85)
        return self.by_kind(close[0]) if close else None

    def enabling(self, kinds: Iterable[tuple[str, str]]) -> 'Catalogue':
        """The same catalogue with further kinds, given as (group, kind), kept in managed/."""
        wanted = set(kinds)
        return replace(
            self,
            kinds=tuple(
                replace(kind, managed=True) if (kind.group, kind.kind) in wanted else kind
                for kind in self.kinds
            ),
        )


CATALOGUE = Catalogue(HEDGEHOG_KINDS)
