"""Files -> raw/: a plan that puts them there as they are, by a commit of their own.

Called by `hedgehog-gitops drop` and by uploads in NetBox. Ingestion follows as a second commit,
planned by `plan_ingest` on the first one, so that every byte somebody dropped is in the history,
whatever becomes of it. A name that is taken by other bytes gets a number; nothing is overwritten.
"""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from posixpath import dirname

from ..documents import Limits
from ..errors import NeedsPerson
from ..git import GitStore
from ..identity import BlobId, CommitId, RepoPath, blob_id
from ..layout import Fabric, Snapshot, numbered_paths, raw_path
from ..plans import Change, Operation, OperationKind, Plan, Write
from .ingest import plan_ingest_of
from .reading import entries_below
from .structure import structure_changes

__all__ = ['DroppedFile', 'plan_drop', 'plan_drop_and_ingest']

_LIMITS = Limits()
_REASON = 'drop'


@dataclass(frozen=True, slots=True)
class DroppedFile:
    """A file as it was handed over. `name` is a path below raw/, folders in it included."""

    name: str
    data: bytes


def plan_drop(
    store: GitStore,
    head: CommitId | None,
    fabric: Fabric,
    files: Sequence[DroppedFile],
    operation: Operation,
    limits: Limits = _LIMITS,
) -> Plan:
    """Returns what puts the files below raw/; empty when all of them lie there already.

    Raises NeedsPerson for a file that may not be there by its name, its type or its size, before
    any of them is taken.
    """
    paths = [raw_path(fabric, file.name) for file in files]
    _refuse_too_large(files, limits)
    there = _Occupied()
    for path, entry in entries_below(store, head, fabric.base).items():
        there.add(path, entry.blob if entry.is_file else None)
    changes: list[Change] = []
    for path, file in zip(paths, files, strict=True):
        blob = blob_id(file.data)
        free = there.free_path(path, blob)
        if free is not None:
            changes.append(Write(free, file.data, _REASON))
            there.add(free, blob)
    return Plan(
        operation=OperationKind.DROP,
        base=head,
        subject=_subject(fabric, changes),
        changes=tuple(changes),
        body=('The files as they were handed over; ingestion is a commit of its own.',),
        counts={'dropped': len(changes), 'already there': len(files) - len(changes)},
    )


def plan_drop_and_ingest(
    store: GitStore,
    head: CommitId | None,
    fabric: Fabric,
    files: Sequence[DroppedFile],
    operation: Operation,
    limits: Limits = _LIMITS,
) -> Plan:
    """Returns where a drop and the ingestion after it lead: what a preview of both shows."""
    dropped = plan_drop(store, head, fabric, files, operation, limits)
    entries = entries_below(store, head, fabric.base)
    structure = structure_changes(store, head, fabric, entries, operation)
    first = [*structure, *dropped.changes]
    return plan_ingest_of(store, Snapshot(head, entries), fabric, operation, first, limits)


class _Occupied:
    """What lies where, compared as macOS and Windows do, so that a drop can be checked out there.

    A blob of None is what no drop can be the same as: a symbolic link or a submodule.
    """

    def __init__(self) -> None:
        self._files: dict[str, BlobId | None] = {}
        self._folders: set[str] = set()

    def add(self, path: RepoPath, blob: BlobId | None) -> None:
        self._files[_compared(path)] = blob
        self._folders.update(_folders_above(_compared(path)))

    def free_path(self, path: RepoPath, blob: BlobId) -> RepoPath | None:
        """The first numbered path nothing else lies at; None when these bytes lie there."""
        for folder in _folders_above(_compared(path)):
            if folder in self._files:
                raise NeedsPerson(
                    'PathTaken',
                    f'{path} cannot be written: a part of it is a file, not a folder.',
                    hint='Choose another folder for it.',
                )
        for candidate in numbered_paths(path):
            place = _compared(candidate)
            if self._files.get(place) == blob:
                return None
            if place not in self._files and place not in self._folders:
                return candidate
        raise AssertionError('numbered paths do not end')


def _compared(path: str) -> str:
    return unicodedata.normalize('NFC', path).casefold()


def _folders_above(path: str) -> Iterator[str]:
    while path := dirname(path):
        yield path


def _refuse_too_large(files: Iterable[DroppedFile], limits: Limits) -> None:
    for file in files:
        if not limits.admits(len(file.data)):
            raise NeedsPerson(
                'FileTooLarge',
                f'{file.name!r} has {len(file.data)} bytes; {limits.file_bytes} are allowed.',
                hint='Divide it between documents, at a `---` line, and drop the parts.',
            )


def _subject(fabric: Fabric, changes: Sequence[Change]) -> str:
    if len(changes) == 1:
        return f'Drop {fabric.below(changes[0].path)} for {fabric.slug}'
    return f'Drop {len(changes)} files for {fabric.slug}'
