"""Waiting edits as commits: which belong together, and which goes first. Pure.

One user's edits in one request are one commit. Commits go by the priority of their objects, then by
age; an edit never overtakes an earlier one of the same object.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from ..constants import DEFAULT_PRIORITY
from ..models import OutboxEntry

__all__ = ['ChangeSet', 'change_sets']


@dataclass(frozen=True, slots=True)
class ChangeSet:
    """What one user changed in one request: published as one commit."""

    id: str
    entries: tuple[OutboxEntry, ...]

    @property
    def user(self) -> Any:
        return self.entries[0].user

    @property
    def message(self) -> str:
        """What the user said about the change, the first line of the commit; may be empty."""
        return next((entry.message for entry in self.entries if entry.message), '')


def change_sets(entries: Iterable[OutboxEntry]) -> list[ChangeSet]:
    """Joins entries that belong to one user and request, in the order of their commits."""
    members: dict[str, list[OutboxEntry]] = defaultdict(list)
    for entry in sorted(entries, key=lambda entry: (entry.created, entry.pk)):
        members[str(entry.change_set_id)].append(entry)
    by_age = [ChangeSet(name, tuple(some)) for name, some in members.items()]
    ranks = _ranks(by_age)
    return sorted(by_age, key=lambda each: ranks[each.id])


def _ranks(by_age: list[ChangeSet]) -> dict[str, int]:
    """The priority of each set: that of its first object, or of a later set that needs it."""
    ranks: dict[str, int] = {}
    needed: dict[str, int] = {}
    for change_set in reversed(by_age):
        about = [name for entry in change_set.entries for name in _about(entry)]
        own = min(_priority(entry) for entry in change_set.entries)
        rank = min(own, *(needed.get(name, own) for name in about))
        needed.update(dict.fromkeys(about, rank))
        ranks[change_set.id] = rank
    return ranks


def _about(entry: OutboxEntry) -> tuple[str, ...]:
    return (entry.identity, entry.was) if entry.was else (entry.identity,)


def _priority(entry: OutboxEntry) -> int:
    """A removed object has no row that could say otherwise."""
    return entry.resource.sync_priority if entry.resource is not None else DEFAULT_PRIORITY
