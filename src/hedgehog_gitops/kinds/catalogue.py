"""Finds kinds: by group and kind, by kind alone, and says which group somebody probably meant.

`identify.py` and `layout/` ask it; the rows come from `hedgehog.py` or from a caller's own table.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches

from .hedgehog import GROUPS, HEDGEHOG_KINDS, RENAMED_KINDS
from .kind import Kind
from .redefining import merged_kinds
from .validators import Validator

__all__ = ['CATALOGUE', 'Catalogue']

_DOMAIN = 'githedgehog.com'


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The kinds one installation knows. A value: enabling a kind makes another catalogue."""

    kinds: tuple[Kind, ...]
    groups: tuple[str, ...] = GROUPS
    renamed: Mapping[tuple[str, str], str] = field(default_factory=lambda: dict(RENAMED_KINDS))
    validators: tuple[Validator, ...] = ()
    _rows: Mapping[tuple[str, str], Kind] = field(init=False, repr=False, compare=False)
    _names: Mapping[str, tuple[Kind, ...]] = field(init=False, repr=False, compare=False)
    _kept: dict[str, str] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        names: dict[str, tuple[Kind, ...]] = {}
        for kind in self.kinds:
            for name in {kind.kind.lower(), kind.plural}:
                names[name] = (*names.get(name, ()), kind)
        object.__setattr__(self, '_rows', {(kind.group, kind.kind): kind for kind in self.kinds})
        object.__setattr__(self, '_names', names)

    def find(self, group: str, kind: str) -> Kind | None:
        return self._rows.get((group, kind))

    def by_kind(self, kind: str) -> Kind | None:
        """The one kind of that name, Hedgehog's own first; upper case and plural do not matter."""
        found = self._names.get(kind.lower(), ())
        own = [kind for kind in found if self.is_hedgehog_group(kind.group)] or found
        return own[0] if len(own) == 1 else None

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
        typed = kind.lower()
        swapped = (name for name in self._names if _has_swapped_letters(typed, name))
        close = next(swapped, None) or next(
            iter(get_close_matches(typed, self._names, n=1, cutoff=0.85)), None
        )
        return self.by_kind(close) if close else None

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

    def with_kinds(self, kinds: Iterable[Kind]) -> 'Catalogue':
        """The same catalogue with the kinds of a fabric's own definitions, which rule.

        A kind that is known takes over versions and schemas and stays what it is otherwise; a new
        one is kept in managed/, in a folder no other kind has.
        """
        merged = merged_kinds(self.kinds, kinds)
        groups = dict.fromkeys((*self.groups, *(kind.group for kind in merged)))
        return replace(self, kinds=merged, groups=tuple(groups))

    @property
    def digest(self) -> str:
        """Stands for all that is known about the kinds: what is derived is kept under it."""
        if 'digest' not in self._kept:
            about = (self.groups, sorted(self.renamed.items()), *self.validators)
            told = hashlib.sha256(repr(about).encode())
            for kind in self.kinds:
                told.update(repr((kind, kind.schema_digests)).encode())
            self._kept['digest'] = told.hexdigest()
        return self._kept['digest']


CATALOGUE = Catalogue(HEDGEHOG_KINDS)


def _has_swapped_letters(typed: str, name: str) -> bool:
    """Says whether two neighbouring letters were typed in the wrong order, and nothing else."""
    if len(typed) != len(name):
        return False
    apart = [at for at, (a, b) in enumerate(zip(typed, name, strict=True)) if a != b]
    return len(apart) == 2 and apart[1] == apart[0] + 1 and sorted(typed) == sorted(name)
