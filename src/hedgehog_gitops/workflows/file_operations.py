"""Files created, updated, deleted, moved and copied by name: many at once, all or nothing.

Called by `hedgehog-gitops change` and by the plugin. Each operation sees what the ones before it
did. A file that is not any more what somebody saw is refused, and its new state is told.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import assert_never

from ..documents import Limits
from ..errors import NeedsPerson
from ..findings import Finding, Severity
from ..git import GitStore
from ..identity import BlobId, CommitId, RepoPath, TreeEntry, blob_id
from ..layout import Fabric, path_collisions
from ..plans import Change, Delete, Move, OperationKind, Plan, Write
from .file_contents import about_contents
from .kept_folders import keeping_folders
from .outcome import NeedsDecision
from .owned_paths import writable
from .reading import entries_below

__all__ = [
    'CopyFile',
    'CreateFile',
    'DeleteFile',
    'FileOperation',
    'MoveFile',
    'UpdateFile',
    'plan_file_operations',
]

_LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class CreateFile:
    """Puts a new file where nothing is."""

    path: RepoPath
    content: bytes


@dataclass(frozen=True, slots=True)
class UpdateFile:
    """Replaces a file's bytes. `expected` is the blob somebody saw there; None for any."""

    path: RepoPath
    content: bytes
    expected: BlobId | None = None


@dataclass(frozen=True, slots=True)
class DeleteFile:
    """Removes a file."""

    path: RepoPath
    expected: BlobId | None = None


@dataclass(frozen=True, slots=True)
class MoveFile:
    """Moves a file to where nothing is."""

    source: RepoPath
    path: RepoPath
    expected: BlobId | None = None


@dataclass(frozen=True, slots=True)
class CopyFile:
    """Puts a file's bytes a second time where nothing is."""

    source: RepoPath
    path: RepoPath
    expected: BlobId | None = None


type FileOperation = CreateFile | UpdateFile | DeleteFile | MoveFile | CopyFile


def plan_file_operations(
    store: GitStore,
    head: CommitId,
    fabric: Fabric,
    operations: Sequence[FileOperation],
    subject: str = '',
    limits: Limits = _LIMITS,
    *,
    force: bool = False,
) -> Plan:
    """Returns the changes all operations come to.

    What is put into managed/ has to be readable and must not describe an object twice; `force`
    takes it nevertheless, and the findings stay.
    """
    tree = _Tree(store, head, fabric, limits)
    for operation in operations:
        tree.apply(operation)
    changes = tree.changes()
    refused, told = about_contents(store, fabric, tree.before, tree.after, tree.contents, limits)
    if refused and not force:
        named = ', '.join(dict.fromkeys(str(finding.file) for finding in refused))
        raise NeedsDecision(
            'NotFitForManaged',
            f'What would stand in {named} is not fit for managed/: {refused[0].message}.',
            hint='Correct it, put it into raw/, or force it.',
            findings=tuple(refused),
        )
    return Plan(
        operation=OperationKind.FILES,
        base=head,
        subject=subject or _subject(fabric, changes),
        changes=keeping_folders(fabric, tree.before.keys(), changes),
        findings=(*refused, *told, *_collisions(tree, changes)),
    )


class _Tree:
    """The fabric's files as the operations so far leave them."""

    def __init__(self, store: GitStore, head: CommitId, fabric: Fabric, limits: Limits) -> None:
        self._store, self._head, self._fabric, self._limits = store, head, fabric, limits
        self.before: Mapping[RepoPath, TreeEntry] = entries_below(store, head, fabric.base)
        self.after = dict(self.before)
        self.contents: dict[BlobId, bytes] = {}

    def apply(self, operation: FileOperation) -> None:
        match operation:
            case CreateFile(path, content):
                self._put(path, content, '100644')
            case UpdateFile(path, content, expected):
                mode = self._taken(path, expected).mode
                del self.after[path]
                self._put(path, content, mode)
            case DeleteFile(path, expected):
                self._taken(path, expected)
                del self.after[path]
            case MoveFile(source, path, expected):
                entry = self._taken(source, expected)
                del self.after[source]
                self.after[self._free(path)] = entry
            case CopyFile(source, path, expected):
                self.after[self._free(path)] = self._taken(source, expected)
            case _:
                assert_never(operation)

    def changes(self) -> tuple[Change, ...]:
        """What leads from the first tree to the last, with a move where a file only moved."""
        gone = {path: e for path, e in self.before.items() if path not in self.after}
        sources = {(entry.blob, entry.mode): path for path, entry in gone.items()}
        self._load(entry.blob for path, entry in self.after.items() if path not in self.before)
        changes: list[Change] = []
        for path, entry in sorted(self.after.items()):
            old = self.before.get(path)
            if old == entry:
                continue
            source = sources.pop((entry.blob, entry.mode), None) if old is None else None
            if source is not None:
                gone.pop(source)
                changes.append(Move(source, path, entry.blob, 'file operation', entry.mode))
            else:
                self._load([entry.blob])
                content = self.contents[entry.blob]
                replaced = old.blob if old is not None else None
                changes.append(Write(path, content, 'file operation', replaced, entry.mode))
        changes += [Delete(path, e.blob, 'file operation') for path, e in sorted(gone.items())]
        return tuple(changes)

    def _put(self, path: RepoPath, content: bytes, mode: str) -> None:
        if not self._limits.admits(len(content)):
            raise NeedsPerson(
                'FileTooLarge',
                f'{path} has {len(content)} bytes; {self._limits.file_bytes} are allowed.',
                hint='Divide it between documents, at a `---` line.',
            )
        blob = blob_id(content)
        self.contents[blob] = content
        self.after[self._free(path)] = TreeEntry(mode, blob)

    def _free(self, path: RepoPath) -> RepoPath:
        writable(self._fabric, path)
        if path in self.after:
            raise NeedsPerson(
                'PathTaken',
                f'{path} exists already: {self._state(path)}.',
                hint='Update it, or choose another name.',
            )
        return path

    def _taken(self, path: RepoPath, expected: BlobId | None) -> TreeEntry:
        writable(self._fabric, path)
        entry = self.after.get(path)
        if entry is None:
            raise NeedsPerson(
                'FileMissing', f'There is no file {path}.', hint='`files` lists what is there.'
            )
        if not entry.is_file:
            raise NeedsPerson('PathRefused', f'{path} is a link or a submodule, not a file.')
        if expected is not None and entry.blob != expected:
            raise _stale(path, expected, self._state(path))
        return entry

    def _state(self, path: RepoPath) -> str:
        """What stands there and who put it there, for a person who expected something else."""
        entry = self.after[path]
        if self.before.get(path) != entry:
            return f'blob {entry.blob}, put there by an operation of this very request'
        (info, *_) = self._store.log(self._head, paths=[path], limit=1)
        return f'blob {entry.blob}, by {info.author.name} in {info.id[:12]}: {info.subject}'

    def _load(self, blobs: Iterable[BlobId]) -> None:
        missing = [blob for blob in dict.fromkeys(blobs) if blob not in self.contents]
        self.contents.update(self._store.read_blobs(missing))


def _stale(path: RepoPath, expected: BlobId, state: str) -> NeedsDecision:
    message = f'is not what it was any more: it is {state}'
    return NeedsDecision(
        'FileChanged',
        f'{path} was expected to be blob {expected}, but it is {state}.',
        hint='Look at it as it is now and ask again.',
        findings=(Finding(Severity.ERROR, 'FileChanged', message, file=path),),
    )


def _collisions(tree: _Tree, changes: Iterable[Change]) -> list[Finding]:
    new = {change.path for change in changes if not isinstance(change, Delete)}
    return [finding for finding in path_collisions(tree.after) if finding.file in new]


def _subject(fabric: Fabric, changes: Sequence[Change]) -> str:
    if len(changes) != 1:
        return f'Change {len(changes)} files of {fabric.slug}'
    change = changes[0]
    verb = 'Create' if isinstance(change, Write) and change.replaces is None else 'Update'
    verb = 'Move' if isinstance(change, Move) else 'Delete' if isinstance(change, Delete) else verb
    return f'{verb} {fabric.below(change.path)}'
