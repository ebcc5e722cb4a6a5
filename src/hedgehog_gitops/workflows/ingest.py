"""raw/ -> managed/: loads what the decision needs, has it planned, repairs the layout with it.

Called by `hedgehog-gitops ingest`, by the plugin's sync, and by `onboard.py`. Only raw files, our
own two files and the managed files of objects that come again are read; where everything else
lies is known from the identity cache.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from fnmatch import fnmatchcase

from ..documents import Limits
from ..git import GitStore
from ..identity import CommitId, RepoPath, ResourceKey, TreeEntry
from ..ingest import Sweep, files_needed, moves_home, plan_ingestion, raw_files, swept_raw
from ..layout import Fabric, Located, Snapshot
from ..merge import merge_values
from ..plans import Change, Operation, Plan
from .bases import Bases
from .compose import applied, joined
from .known_blobs import About, KnownBlobs
from .progress import Progress, Silent
from .reading import entries_below, inventory, managed_files
from .structure import structure_changes
from .undone_drops import without_undone

__all__ = ['plan_ingest', 'plan_ingest_of']

_LIMITS = Limits()
_SILENT = Silent()


def plan_ingest(  # noqa: PLR0913 - what every plan needs, and which files are meant
    store: GitStore,
    head: CommitId | None,
    fabric: Fabric,
    operation: Operation,
    limits: Limits = _LIMITS,
    progress: Progress = _SILENT,
    *,
    leave_undone: bool = False,
    patterns: Sequence[str] = (),
) -> Plan:
    """Returns what brings every document of raw/ to its place, and completes the layout.

    With `leave_undone` a file whose ingestion was undone stays until somebody asks for it: what a
    person took back is not to come again by itself. Of raw/ only files that match one of the shell
    `patterns` are taken in, by name or by path below raw/; all of them without patterns.
    """
    tree = Snapshot(head, entries_below(store, head, fabric.base))
    known = KnownBlobs(store, fabric, limits)
    moves = moves_home(fabric, tree.entries, _objects(fabric, tree.entries, known))
    entries = applied(tree, moves).entries
    first: list[Change] = [*moves, *structure_changes(store, head, fabric, entries, operation)]
    return plan_ingest_of(
        store,
        tree,
        fabric,
        operation,
        first,
        limits,
        progress,
        known,
        leave_undone=leave_undone,
        patterns=patterns,
    )


def plan_ingest_of(  # noqa: PLR0913, PLR0917 - what every plan needs, and what came before
    store: GitStore,
    tree: Snapshot,
    fabric: Fabric,
    operation: Operation,
    first: Sequence[Change],
    limits: Limits = _LIMITS,
    progress: Progress = _SILENT,
    known_blobs: KnownBlobs | None = None,
    *,
    leave_undone: bool = False,
    patterns: Sequence[str] = (),
) -> Plan:
    """Returns the plan of `first` and of the ingestion on the tree that `first` leaves."""
    progress.stage('read')
    begun = applied(tree, first)
    oversized = _oversized(store, begun, fabric, limits)
    snapshot = _loaded(store, begun, files_needed(begun.entries, fabric), oversized)
    swept = swept_raw(snapshot, fabric, limits, oversized, progress.advance)
    if leave_undone:
        swept = without_undone(swept, snapshot, fabric)
    if patterns:
        swept = _matching(swept, fabric, patterns)
    blobs = known_blobs or KnownBlobs(store, fabric, limits)
    known = _known(store, fabric, begun.entries, swept, blobs)
    snapshot = _loaded(store, snapshot, _places_of(swept, known), {})
    progress.stage('plan')
    plan = plan_ingestion(
        snapshot,
        fabric,
        operation,
        known,
        limits,
        join=merge_values,
        bases=Bases(store, snapshot, fabric, known, limits),
        swept=swept,
    )
    if plan.is_empty and first:
        plan = replace(plan, subject=f'Complete the layout of {fabric.slug}')
    return replace(plan, changes=joined(first, plan.changes))


def _matching(swept: Sweep, fabric: Fabric, patterns: Sequence[str]) -> Sweep:
    """The sweep of the files that are asked for; the others wait, and nothing is said of them."""

    def is_meant(path: RepoPath) -> bool:
        below = path.removeprefix(f'{fabric.raw}/')
        name = below.rpartition('/')[2]
        return any(fnmatchcase(text, each) for each in patterns for text in (name, below))

    return replace(
        swept,
        drops=tuple(drop for drop in swept.drops if is_meant(drop.path)),
        findings=tuple(each for each in swept.findings if not each.file or is_meant(each.file)),
    )


def _objects(
    fabric: Fabric, entries: Mapping[RepoPath, TreeEntry], known: KnownBlobs
) -> Iterator[tuple[RepoPath, str]]:
    """The managed files which hold one object each, and nothing else."""
    files = managed_files(fabric, entries)
    rows = known.rows_of_tree(files.values()) if files else {}
    for path, blob in files.items():
        row = rows[blob]
        if isinstance(row, str):
            yield path, row


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
    return {path: sizes[blob] for path, blob in raw.items() if not limits.admits(sizes[blob])}


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
    blobs: KnownBlobs,
) -> Mapping[ResourceKey, tuple[Located, ...]]:
    """Where those of the objects lie that were ingested before."""
    if not swept.keys:
        return {}
    return inventory(store, fabric, entries, about=About(swept.keys), known=blobs).by_key


def _places_of(swept: Sweep, known: Mapping[ResourceKey, tuple[Located, ...]]) -> list[RepoPath]:
    return [place.path for key in swept.keys for place in known.get(key, ())]
