"""raw/ -> managed/: loads what the decision needs, has it planned, completes the layout with it.

Called by `hedgehog-gitops ingest`, by the plugin's sync, and by `onboard.py`. Only raw files, our
own two files and the managed files of objects that come again are read; where everything else
lies is known from the identity cache.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from ..documents import Limits
from ..errors import EngineError
from ..git import GitStore
from ..identity import BlobId, CommitId, RepoPath, ResourceKey, TreeEntry
from ..ingest import Sweep, documents_by_key, files_needed, plan_ingestion, raw_files, swept_raw
from ..layout import ArchiveEntry, Fabric, Located, Snapshot, log_paths, newest_originals, read_log
from ..plans import Change, Operation, Plan
from .compose import applied, joined
from .known_blobs import About
from .progress import Progress, Silent
from .reading import entries_below, inventory
from .structure import structure_changes

__all__ = ['plan_ingest', 'plan_ingest_of']

_LIMITS = Limits()
_SILENT = Silent()


def plan_ingest(
    store: GitStore,
    head: CommitId | None,
    fabric: Fabric,
    operation: Operation,
    limits: Limits = _LIMITS,
    progress: Progress = _SILENT,
) -> Plan:
    """Returns what brings every document of raw/ to its place, and completes the layout."""
    entries = entries_below(store, head, fabric.base)
    structure = structure_changes(store, head, fabric, entries, operation)
    tree = Snapshot(head, entries)
    return plan_ingest_of(store, tree, fabric, operation, structure, limits, progress)


def plan_ingest_of(
    store: GitStore,
    tree: Snapshot,
    fabric: Fabric,
    operation: Operation,
    first: Sequence[Change],
    limits: Limits = _LIMITS,
    progress: Progress = _SILENT,
) -> Plan:
    """Returns the plan of `first` and of the ingestion on the tree that `first` leaves."""
    progress.stage('read')
    begun = applied(tree, first)
    oversized = _oversized(store, begun, fabric, limits)
    snapshot = _loaded(store, begun, files_needed(begun.entries, fabric), oversized)
    swept = swept_raw(snapshot, fabric, limits, oversized=oversized)
    known = _known(store, fabric, begun.entries, swept, limits)
    snapshot = _loaded(store, snapshot, _places_of(swept, known), {})
    progress.stage('plan')
    bases = _Bases(store, snapshot, fabric, known, limits)
    plan = plan_ingestion(snapshot, fabric, operation, known, limits, bases=bases, swept=swept)
    if plan.is_empty and first:
        plan = replace(plan, subject=f'Complete the layout of {fabric.slug}')
    return replace(plan, changes=joined(first, plan.changes))


def _oversized(
    store: GitStore,
    begun: Snapshot,
    fabric: Fabric,
    limits: Limits,
) -> dict[RepoPath, int]:
    """The raw files that are too large to be read at all, so that they are never in memory."""
    raw = {path: begun.entries[path].blob for path in raw_files(begun.entries, fabric)}
    sizes = {blob: len(content) for blob, content in begun.contents.items()}
    sizes |= store.blob_sizes(set(raw.values()) - sizes.keys())
    return {path: sizes[blob] for path, blob in raw.items() if sizes[blob] > limits.file_bytes}


def _loaded(
    store: GitStore,
    snapshot: Snapshot,
    paths: Sequence[RepoPath],
    left_out: Mapping[RepoPath, int],
) -> Snapshot:
    wanted = {snapshot.entries[path].blob for path in paths if path not in left_out}
    new = store.read_blobs(wanted - snapshot.contents.keys())
    return replace(snapshot, contents={**snapshot.contents, **new})


def _known(
    store: GitStore,
    fabric: Fabric,
    entries: Mapping[RepoPath, TreeEntry],
    swept: Sweep,
    limits: Limits,
) -> Mapping[ResourceKey, tuple[Located, ...]]:
    """Where those of the objects lie that were ingested before."""
    if not swept.keys:
        return {}
    return inventory(store, fabric, entries, limits, About(swept.keys)).by_key


def _places_of(swept: Sweep, known: Mapping[ResourceKey, tuple[Located, ...]]) -> list[RepoPath]:
    return [place.path for key in swept.keys for place in known.get(key, ())]


@dataclass
class _Bases(Mapping[ResourceKey, bytes]):
    """What each object looked like when it was ingested last; looked up only when asked for."""

    store: GitStore
    snapshot: Snapshot
    fabric: Fabric
    known: Mapping[ResourceKey, tuple[Located, ...]]
    limits: Limits

    def __getitem__(self, key: ResourceKey) -> bytes:
        path = self.fabric.below(self.known[key][0].path)
        return self._texts(self._newest[path].original_blob)[key]

    def __iter__(self) -> Iterator[ResourceKey]:
        return iter(self.known)

    def __len__(self) -> int:
        return len(self.known)

    @cached_property
    def _newest(self) -> Mapping[str, ArchiveEntry]:
        logs = log_paths(self.fabric, self.snapshot.entries)
        return newest_originals(
            entry for path in logs for entry in read_log(self.snapshot.read(path))
        )

    @cached_property
    def _read(self) -> dict[BlobId, Mapping[ResourceKey, bytes]]:
        return {}

    def _texts(self, blob: BlobId) -> Mapping[ResourceKey, bytes]:
        if blob not in self._read:
            try:
                data = self.store.read_blobs([blob])[blob]
            except EngineError:
                # A log may name what this history does not have; then there is no base.
                data = b''
            self._read[blob] = documents_by_key(data, self.limits)
        return self._read[blob]
