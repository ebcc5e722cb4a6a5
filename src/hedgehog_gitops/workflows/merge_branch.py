"""A feature branch -> one merge commit on another branch: files by path, objects field by field.

Called by the command line and by NetBox, where no host merges pull requests. A file only one side
changed is taken as it is. An object both sides changed is merged like an edit that meets a newer
Git: the source branch is the edit. A merge is whole or not at all: with a clash in it the plan
changes nothing and names every clash.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from ..documents import Document, Limits, Reading, read
from ..errors import NeedsPerson
from ..findings import Finding, Severity, has_errors
from ..git import GitStore, TreeChange
from ..identity import BlobId, CommitId, RepoPath, ResourceKey, TreeEntry
from ..kinds import Disposition
from ..layout import Fabric, is_yaml_name
from ..plans import (
    Change,
    ClashRule,
    Conflict,
    ConflictKind,
    Delete,
    Operation,
    OperationKind,
    Plan,
    Write,
)
from .edit import plan_edits
from .edits import Create, Edit, Remove, ReplaceText, Terms
from .meanings import objects_in
from .owned_paths import is_log

__all__ = ['BranchMerge', 'plan_branch_merge']

_LIMITS = Limits()
_REASON = 'merge'


@dataclass(frozen=True, slots=True)
class BranchMerge:
    """What is merged into what. `rules` decide clashes of single objects, `rule` all the others.

    OURS means that the source branch is right, THEIRS that the target is.
    """

    source: CommitId
    target: CommitId
    source_name: str
    target_name: str
    rule: ClashRule = ClashRule.MERGE
    rules: Mapping[ResourceKey, ClashRule] = field(default_factory=dict)


def plan_branch_merge(
    store: GitStore,
    merge: BranchMerge,
    fabric: Fabric,
    operation: Operation,
    limits: Limits = _LIMITS,
) -> Plan:
    """Returns the merge on top of the target; empty when the target has all of the source."""
    base = _base(store, merge)
    plan = Plan(
        operation=OperationKind.MERGE,
        base=merge.target,
        subject=f'Merge {merge.source_name} into {merge.target_name}',
    )
    if base == merge.source:
        return plan
    brought = {change.path: change for change in store.changed(base, merge.source)}
    met = {change.path: change for change in store.changed(base, merge.target)}
    sides = _Sides(store, fabric, limits, brought, met)
    edits = list(sides.edits(merge))
    edited = plan_edits(store, merge.target, fabric, edits, operation, limits=limits)
    findings = (*sides.findings, *edited.findings)
    conflicts = tuple(_of_merge(conflict, base, merge.source) for conflict in edited.conflicts)
    if conflicts or has_errors(sides.findings):
        return replace(plan, findings=findings, conflicts=conflicts)
    return replace(
        plan,
        changes=_all_changes(sides.carried(), edited.changes),
        findings=findings,
        settled=edited.settled,
        joins=merge.source,
        body=(f'{len(brought)} files changed on {merge.source_name}.',),
    )


def _base(store: GitStore, merge: BranchMerge) -> CommitId:
    base = store.merge_base(merge.source, merge.target)
    if base is None:
        raise NeedsPerson(
            'HistoriesUnrelated',
            f'{merge.source_name} and {merge.target_name} have no commit in common.',
            hint='Make the branch anew from the one it is to be merged into.',
        )
    return base


def _of_merge(conflict: Conflict, base: CommitId, source: CommitId) -> Conflict:
    """A clash of two branches: neither side waits in NetBox."""
    ours = replace(conflict.ours, commit=source)
    return replace(conflict, kind=ConflictKind.MERGE_CONFLICT, ours=ours, base_commit=base)


def _all_changes(carried: Iterable[Change], edited: Iterable[Change]) -> tuple[Change, ...]:
    by_path = {change.path: change for change in carried}
    by_path.update({change.path: change for change in edited})
    return tuple(by_path[path] for path in sorted(by_path))


class _Sides:
    """Both sides' changed files: those carried over whole, and those to be merged by object."""

    def __init__(
        self,
        store: GitStore,
        fabric: Fabric,
        limits: Limits,
        brought: Mapping[RepoPath, TreeChange],
        met: Mapping[RepoPath, TreeChange],
    ) -> None:
        self.store, self.fabric = store, fabric
        self.brought = {path: c for path, c in brought.items() if not _same_end(c, met.get(path))}
        self.findings: list[Finding] = []
        managed = {p: c for p, c in self.brought.items() if self._is_managed(p)}
        theirs = {p: c for p, c in met.items() if self._is_managed(p)}
        blobs = {
            entry.blob
            for change in (*managed.values(), *theirs.values())
            for entry in (change.old, change.new)
            if entry is not None and entry.is_file
        }
        texts = store.read_blobs(blobs)
        self.readings: dict[BlobId, Reading] = {b: read(t, limits) for b, t in texts.items()}
        touched = {key for c in theirs.values() for key in self._keys(c)}
        self.together = {
            path
            for path, change in managed.items()
            if path in met or touched.intersection(self._keys(change))
        }
        self.both = set(self.brought).intersection(met)
        self.logs = {
            p: (c, met[p]) for p, c in self.brought.items() if p in self.both and is_log(p)
        }
        self._refuse_others(met)

    def carried(self) -> Iterable[Change]:
        """Files that only the source changed, as it has them."""
        yield from self._appended()
        whole = [c for path, c in self.brought.items() if not self._is_met(path)]
        new = self.store.read_blobs({c.new.blob for c in whole if c.new is not None})
        for change in whole:
            if change.new is None:
                if change.old is not None:
                    yield Delete(change.path, change.old.blob, _REASON)
                continue
            stood = change.old.blob if change.old is not None else None
            yield Write(change.path, new[change.new.blob], _REASON, stood, change.new.mode)

    def _appended(self) -> Iterable[Change]:
        """Logs only ever grow: what the source added goes behind what the target has."""
        for path, (ours, theirs) in self.logs.items():
            old, mine, now = (self._bytes(entry) for entry in (ours.old, ours.new, theirs.new))
            stands = theirs.new.blob if theirs.new is not None else None
            yield Write(path, now + mine[len(old) :], _REASON, stands)

    def _is_met(self, path: RepoPath) -> bool:
        return path in self.together or path in self.both

    def edits(self, merge: BranchMerge) -> Iterable[Edit]:
        """What the source did to the objects of files that both sides touched."""
        before, after = self._objects('old'), self._objects('new')
        for key in sorted({*before, *after}):
            terms = Terms(merge.rules.get(key, merge.rule), merge.source_name)
            old, new = before.get(key), after.get(key)
            if new is None:
                yield Remove(key, old, terms)
            elif old is None:
                yield Create(key, new)
            elif old != new:
                yield ReplaceText(key, new, old, terms)

    def _objects(self, side: str) -> dict[ResourceKey, bytes]:
        found: dict[ResourceKey, bytes] = {}
        for path in sorted(self.together):
            for document, key, _ in self._held(getattr(self.brought[path], side)):
                found[key] = document.text
        return found

    def _keys(self, change: TreeChange) -> set[ResourceKey]:
        return {
            key
            for entry in (change.old, change.new)
            for _, key, disposition in self._held(entry)
            if disposition is Disposition.MANAGED
        }

    def _held(self, entry: TreeEntry | None) -> Iterable[tuple[Document, ResourceKey, Disposition]]:
        """The objects in one side of a file; none where it is absent or no ordinary file."""
        reading = self.readings.get(entry.blob) if entry is not None and entry.is_file else None
        return objects_in(reading.documents, self.fabric.catalogue) if reading is not None else ()

    def _is_managed(self, path: RepoPath) -> bool:
        return path.startswith(f'{self.fabric.managed}/') and is_yaml_name(path)

    def _refuse_others(self, met: Mapping[RepoPath, TreeChange]) -> None:
        """Names what cannot be merged by meaning; bytes are not guessed at."""
        for path, change in self.brought.items():
            if path in self.together:
                if not self._is_readable(change) or not self._is_readable(met.get(path)):
                    self.findings.append(_clash(path, 'and it cannot be read on one of them'))
            elif path in self.logs:
                if not self._only_appended(path):
                    self.findings.append(_clash(path, 'and not only by adding to its end'))
            elif path == self.fabric.manifest and path in met:
                continue  # made from NetBox's settings: the target's stands
            elif path in met:
                self.findings.append(_clash(path, 'and it holds no objects to be merged by field'))
            elif change.new is not None and not change.new.is_file:
                self.findings.append(_clash(path, 'and it is no ordinary file on the source'))

    def _only_appended(self, path: RepoPath) -> bool:
        ours, theirs = self.logs[path]
        old = self._bytes(ours.old)
        return all(self._bytes(change.new).startswith(old) for change in (ours, theirs))

    def _bytes(self, entry: TreeEntry | None) -> bytes:
        return self.store.read_blobs([entry.blob])[entry.blob] if entry is not None else b''

    def _is_readable(self, change: TreeChange | None) -> bool:
        entries = (change.old, change.new) if change is not None else ()
        for entry in entries:
            if entry is None:
                continue
            reading = self.readings.get(entry.blob)
            if reading is None or not reading.whole or has_errors(reading.findings):
                return False
        return True


def _same_end(one: TreeChange, other: TreeChange | None) -> bool:
    return other is not None and one.new == other.new


def _clash(path: RepoPath, why: str) -> Finding:
    message = f'the file was changed on both branches, {why}; merge it in Git'
    return Finding(Severity.ERROR, 'MergeConflict', message, file=path)
