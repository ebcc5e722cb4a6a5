"""The files of one settlement while it is planned: what they become, where what leaves them goes.

Used by `planner.py`. What was put away is told to the archive log, so that it can be found and is
not taken for a duplicate again.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256

from ..documents import Limits, Reading, Value, join, read
from ..identity import RepoPath, ResourceKey, TreeEntry, blob_id
from ..layout import (
    ArchiveEntry,
    ArchiveStrategy,
    Fabric,
    HeldDocument,
    Occupied,
    Snapshot,
    archived_path,
    managed_path,
    numbered_paths,
)
from ..plans import Change, Delete, Move, Operation, Write
from .aside import SETTLEMENT
from .commented import commented, commented_below
from .groups import Copy
from .header import Header
from .policy import Action
from .rewriting import CannotRewrite, Cut, Rewritten, rewritten, text_at
from .spots import Spot

__all__ = ['Desk']

_REASONS = {
    Action.ARCHIVE: 'duplicate, archived',
    Action.MOVE: 'duplicate, moved',
    Action.COMMENT_AND_MOVE: 'duplicate, commented out and moved',
    Action.DELETE: 'duplicate, kept in history',
    Action.COMMENT: 'duplicate, commented out',
    Action.MARK: 'duplicate, marked',
}


@dataclass(slots=True)
class Desk:
    """The changes so far. `places` says where the text of a description went, `homes` where the
    winners are that were outside managed/."""

    snapshot: Snapshot
    fabric: Fabric
    operation: Operation
    limits: Limits
    taken: '_Taken'
    changes: list[Change] = field(default_factory=list)
    entries: list[ArchiveEntry] = field(default_factory=list)
    places: dict[Spot, RepoPath] = field(default_factory=dict)
    homes: dict[ResourceKey, RepoPath] = field(default_factory=dict)
    readings: dict[RepoPath, Reading] = field(default_factory=dict)

    @classmethod
    def of(cls, snapshot: Snapshot, fabric: Fabric, operation: Operation, limits: Limits) -> 'Desk':
        return cls(snapshot, fabric, operation, limits, _Taken(Occupied.of(snapshot.entries)))

    def text(self, spot: Spot) -> bytes:
        """The exact text of a description."""
        return text_at(self._reading(spot.path), spot, self.limits)

    def home(self, key: ResourceKey) -> RepoPath:
        """Where the object belongs in managed/."""
        return managed_path(self.fabric, key)

    def refuse_taken(self, home: RepoPath) -> None:
        """Refuses a home at which something else stands, or to which no folder leads."""
        if self.taken.occupied.file_above(home) or home in self.taken:
            raise CannotRewrite(f'something else stands where {home} belongs')

    def write_home(self, winner: Copy, home: RepoPath, text: bytes) -> None:
        """Plans a new managed file."""
        self.taken.add(home)
        self.homes[winner.key] = home
        reason = f'wins over its duplicates, from {self.fabric.below(winner.spot.path)}'
        self.changes.append(Write(home, text, reason, resource=winner.key))

    def replacing(self, spot: Spot, action: Action, header: Header, text: bytes) -> Cut:
        """The cut by which a winner's text takes the place of what stands in its home."""
        if action is Action.COMMENT:
            old = commented_below(self.text(spot), header)
            text = join([text]) + (b'' if text.endswith(b'\n') else b'\n') + _bare(old)
        return Cut(spot, action, header, resource=header.key, replacement=text)

    def change(self, path: RepoPath, cuts: Sequence[Cut]) -> None:
        """Plans what one file becomes; raises CannotRewrite and plans nothing."""
        entry = self.snapshot.entries[path]
        stays = self.fabric.archive_strategy is ArchiveStrategy.KEEP_IN_PLACE
        kept = [cut for cut in cuts if cut.processed and stays]
        if len(kept) == len(cuts):
            self._log_processed(path, entry, cuts, None)
            return
        result = rewritten(path, self.snapshot.read(path), cuts, self.limits)
        _refuse_unmanaged(self.fabric, path, cuts)
        ways = {(cut.action, cut.processed) for cut in cuts}
        if result.content is None and len(ways) == 1 and not cuts[0].commented_away:
            self._whole(path, entry, cuts)
            return
        self._parts(path, entry, cuts, result)
        reason = ', '.join(dict.fromkeys(_reason(cut) for cut in cuts))
        if result.content is not None:
            resource = cuts[0].resource if len(cuts) == 1 else None
            write = Write(path, result.content, reason, entry.blob, entry.mode, resource)
            self.changes.append(write)
        elif not any(isinstance(c, Move) and c.source == path for c in self.changes):
            self.changes.append(Delete(path, entry.blob, reason, cuts[0].resource))

    def _reading(self, path: RepoPath) -> Reading:
        if path not in self.readings:
            self.readings[path] = read(self.snapshot.read(path), self.limits)
        return self.readings[path]

    def _whole(self, path: RepoPath, entry: TreeEntry, cuts: Sequence[Cut]) -> None:
        """All that is in the file goes one way, so the file goes, byte for byte."""
        action, processed = cuts[0].action, cuts[0].processed
        resource = cuts[0].resource
        target = self._processed_to(path) if processed else self._target(path, action)
        reason = 'its object has a managed file now' if processed else _REASONS[action]
        if target is None:
            self.changes.append(Delete(path, entry.blob, reason, resource))
        else:
            self.changes.append(Move(path, target, entry.blob, reason, entry.mode, resource))
        for cut in cuts:
            if target is not None:
                self.places[cut.spot] = target
        if processed:
            self._log_processed(path, entry, cuts, target)
        elif target is not None:
            self._log_moved(path, entry, action, target, None)

    def _parts(
        self, path: RepoPath, entry: TreeEntry, cuts: Sequence[Cut], result: Rewritten
    ) -> None:
        """What leaves the file goes to files of its own."""
        processed = [cut for cut in cuts if cut.processed]
        if processed:
            target = self._processed_to(path)
            if target is not None:
                reason = 'original of a document that has a managed file now'
                self.changes.append(Move(path, target, entry.blob, reason, entry.mode))
            self._log_processed(path, entry, processed, target)
        texts: dict[Action, list[bytes]] = defaultdict(list)
        spots: dict[Action, list[Spot]] = defaultdict(list)
        for cut in cuts:
            if cut.processed or cut.action not in (*_TARGETED, Action.DELETE):
                continue
            text = self.text(cut.spot)
            if cut.commented_away and cut.header is not None:
                text = commented(text, cut.header)
            texts[cut.action].append(text)
            spots[cut.action].append(cut.spot)
        for action in (each for each in _TARGETED if each in texts):
            place = self._target(path, action)
            if place is None:
                continue
            content = join(texts[action])
            self.changes.append(Write(place, content, _REASONS[action], mode=entry.mode))
            self.places |= dict.fromkeys(spots[action], place)
            self._log_moved(path, entry, action, place, content)

    def _target(self, path: RepoPath, action: Action) -> RepoPath | None:
        """Where a loser goes; None for one that is deleted."""
        if action is Action.DELETE:
            return None
        if action is Action.ARCHIVE:
            archive = replace(self.fabric, archive_strategy=ArchiveStrategy.MOVE_TO_ARCHIVE)
            target = archived_path(archive, path, self.taken)
        else:
            below = self.fabric.below(path)
            for folder in ('raw/', 'managed/'):
                below = below.removeprefix(folder)
            wanted = RepoPath(f'{self.fabric.unmanaged}/{below}')
            target = next(name for name in numbered_paths(wanted) if name not in self.taken)
        if target is not None:
            self.taken.add(target)
        return target

    def _processed_to(self, path: RepoPath) -> RepoPath | None:
        target = archived_path(self.fabric, path, self.taken)
        if target is not None:
            self.taken.add(target)
        return target

    def _log_processed(
        self, path: RepoPath, entry: TreeEntry, cuts: Sequence[Cut], target: RepoPath | None
    ) -> None:
        homes = [self.homes[cut.resource] for cut in cuts if cut.resource in self.homes]
        named = {(cut.spot.document, cut.spot.item) for cut in cuts}
        standing = [home for home in homes if home in self.snapshot.entries]
        held = (
            HeldDocument(document.index, document.line, 1, 'NotSettled', item)
            for document in self._reading(path).documents
            if not document.empty
            for item in _items(document.value)
            if (document.index, item) not in named
        )
        self.entries.append(
            replace(
                self._entry(path, entry),
                documents_created=self._below(home for home in homes if home not in standing),
                documents_updated=self._below(standing),
                documents_held=tuple(held),
                archived_to=self.fabric.below(target) if target is not None else '',
            )
        )

    def _log_moved(
        self,
        path: RepoPath,
        entry: TreeEntry,
        action: Action,
        target: RepoPath,
        content: bytes | None,
    ) -> None:
        below = self.fabric.below(target)
        self.entries.append(
            replace(
                self._entry(path, entry),
                documents_unmanaged=(below,) if action is Action.MOVE else (),
                archived_to=below,
                archived_blob=None if content is None else blob_id(content),
            )
        )

    def _below(self, paths: Iterable[RepoPath]) -> tuple[str, ...]:
        return tuple(self.fabric.below(path) for path in paths)

    def _entry(self, path: RepoPath, entry: TreeEntry) -> ArchiveEntry:
        data = self.snapshot.read(path)
        return ArchiveEntry(
            operation=SETTLEMENT,
            operation_id=self.operation.id,
            timestamp=self.operation.timestamp,
            original_file=self.fabric.below(path),
            original_blob=entry.blob,
            original_sha256=sha256(data).hexdigest(),
            read_commit=self.snapshot.commit or '',
            document_count=len(self._reading(path).documents),
            user=self.operation.user,
        )


_TARGETED = (Action.ARCHIVE, Action.MOVE, Action.COMMENT_AND_MOVE)


def _reason(cut: Cut) -> str:
    if cut.processed:
        return 'its object has a managed file now'
    return 'the winner stands here now' if cut.replacement is not None else _REASONS[cut.action]


def _items(value: Value) -> Iterable[int | None]:
    """The numbers of a List's items; None alone for any other document."""
    items = value.get('items') if isinstance(value, dict) else None
    return range(len(items)) if isinstance(items, list) else (None,)


def _bare(text: bytes) -> bytes:
    """Commented text without the separators it had of its own."""
    lines = text.splitlines(keepends=True)
    return b''.join(line for line in lines if line.startswith(b'#'))


def _refuse_unmanaged(fabric: Fabric, path: RepoPath, cuts: Sequence[Cut]) -> None:
    moving = any(cut.action in (Action.MOVE, Action.COMMENT_AND_MOVE) for cut in cuts)
    if moving and path.startswith(f'{fabric.unmanaged}/'):
        raise CannotRewrite('it lies in unmanaged/ already; archive, comment or delete it')


@dataclass(frozen=True, slots=True)
class _Taken:
    """The paths that are in use, upper and lower case taken for one, as on other systems."""

    occupied: Occupied
    folded: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.folded.update(path.casefold() for path in self.occupied.entries)

    def __contains__(self, path: object) -> bool:
        return path in self.occupied or str(path).casefold() in self.folded

    def add(self, path: RepoPath) -> None:
        self.folded.add(path.casefold())
