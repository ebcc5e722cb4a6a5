"""The ingestion plan: raw files become one object per file, in one commit.

Called by `workflows/ingest.py` and `workflows/onboard.py`. Pure: the tree comes in as a snapshot,
the plan goes out as a value, and planning twice gives the same plan.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from ..documents import Limits, join
from ..findings import Finding, Severity
from ..identity import BlobId, RepoPath, ResourceKey, TreeEntry
from ..layout import (
    ArchiveEntry,
    ArchiveStrategy,
    Fabric,
    Located,
    Occupied,
    Snapshot,
    log_paths,
    read_log,
    read_manifest,
    render_manifest,
)
from ..plans import Change, Delete, Move, Operation, OperationKind, Plan, Write, log_writes
from .known import Joins
from .originals import archive, log_entry, something_left
from .settle import Fate, Settlement, Verdict, settle
from .sweep import Drop, Sweep, raw_files, sweep
from .unmanaged import place_foreign, unmanaged_files

__all__ = ['files_needed', 'newest_entries', 'plan_ingestion', 'swept_raw']

_LIMITS = Limits()
_INGESTED = (Verdict.CREATED, Verdict.UPDATED, Verdict.UNCHANGED)
_NO_BASES: Mapping[ResourceKey, bytes] = {}
_NO_SIZES: Mapping[RepoPath, int] = {}


def files_needed(entries: Mapping[RepoPath, TreeEntry], fabric: Fabric) -> list[RepoPath]:
    """The files whose contents must be in the snapshot before `swept_raw` can read it.

    The managed files of the identities found there (`Sweep.keys`) must be added for the plan.
    """
    raw = raw_files(entries, fabric)
    ours = (fabric.manifest, *log_paths(fabric, entries))
    own = [path for path in ours if path in entries and entries[path].is_file]
    return [*raw, *unmanaged_files(entries, fabric, raw), *dict.fromkeys(own)]


def swept_raw(
    snapshot: Snapshot,
    fabric: Fabric,
    limits: Limits = _LIMITS,
    oversized: Mapping[RepoPath, int] = _NO_SIZES,
) -> Sweep:
    """Reads what lies in raw/ and was not ingested yet; `oversized` files need not be loaded."""
    ingested = _ingested_before(snapshot, fabric)
    return sweep(snapshot, fabric, limits, oversized=oversized, ingested=ingested)


def plan_ingestion(  # noqa: PLR0913 - the inputs of one decision, each of its own sort
    snapshot: Snapshot,
    fabric: Fabric,
    operation: Operation,
    known: Mapping[ResourceKey, tuple[Located, ...]],
    limits: Limits = _LIMITS,
    *,
    join: Joins,
    bases: Mapping[ResourceKey, bytes] = _NO_BASES,
    swept: Sweep | None = None,
) -> Plan:
    """Everything one ingestion changes.

    `known` locates every object below managed/; `bases` has the text each of them had when it was
    ingested last, as far as history tells (a mapping that looks it up when asked will do); `join`
    merges two versions of one object, `merge.merge_values` for instance.
    `swept` is passed by callers which have read the raw files already.
    """
    if swept is None:
        swept = swept_raw(snapshot, fabric, limits)
    settlement = settle(swept, snapshot, fabric, known, bases, join, limits)
    draft = _Draft(snapshot, fabric, operation, Occupied.of(snapshot.entries))
    for drop, fates in zip(swept.drops, settlement.fates, strict=True):
        draft.add(drop, fates)
    draft.finish()
    counts = _counts(swept, settlement)
    return Plan(
        OperationKind.INGESTION,
        snapshot.commit,
        _subject(counts, draft.entries),
        changes=(*draft.files.values(), *draft.changes),
        findings=tuple(_findings(swept, settlement, draft)),
        conflicts=settlement.conflicts,
        counts=counts,
    )


@dataclass(slots=True)
class _Draft:
    """The plan while it grows: its changes, its log entries, and the paths it has taken."""

    snapshot: Snapshot
    fabric: Fabric
    operation: Operation
    occupied: Occupied
    files: dict[RepoPath, Write] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)
    entries: list[ArchiveEntry] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    texts: dict[RepoPath, list[bytes]] = field(default_factory=dict)

    def add(self, drop: Drop, fates: tuple[Fate, ...]) -> None:
        """Plans one raw file."""
        if not something_left(drop, fates):
            return
        self.files |= {write.path: write for write in self._managed(fates)}
        unmanaged = None
        if any(fate.verdict is Verdict.UNMANAGED for fate in fates):
            unmanaged, foreign = place_foreign(
                drop, fates, self.fabric, self.snapshot, self.occupied
            )
            if foreign is not None:
                self.changes.append(foreign)
        archived = archive(drop, fates, self.fabric, self.occupied)
        self.changes += archived.changes
        if archived.path is not None:
            self.occupied.written[archived.path] = drop.data
        self.entries.append(
            log_entry(
                drop, fates, unmanaged, archived.path, self.fabric, self.snapshot, self.operation
            )
        )

    def finish(self) -> None:
        """Plans log, manifest and the .gitkeep of an emptied raw/."""
        self._keep_raw()
        self.changes += log_writes(
            self.snapshot, self.fabric, self.entries, self.operation, 'what this ingestion did'
        )
        self._manifest()
        for change in self.changes:
            if not isinstance(change, Delete):
                self.occupied.refuse_blocked(change.path)

    def _managed(self, fates: Iterable[Fate]) -> Iterable[Write]:
        for fate in fates:
            if fate.text is None or fate.path is None:
                continue
            below = self.fabric.below(fate.raw.file)
            reason = f'{fate.verdict} from {below}, document {fate.raw.index}'
            standing = self.snapshot.entries.get(fate.path)
            blob, mode = (standing.blob, standing.mode) if standing else (None, '100644')
            yield Write(fate.path, self._file(fate, fate.text), reason, blob, mode, fate.raw.key)

    def _file(self, fate: Fate, text: bytes) -> bytes:
        """The file's content: the text alone, or among the other documents of a standing file."""
        if fate.splice is None or len(fate.splice.siblings) == 1:
            return text
        texts = self.texts.setdefault(fate.splice.path, list(fate.splice.siblings))
        texts[fate.splice.document] = text
        return join(texts)

    def _keep_raw(self) -> None:
        keep = self.fabric.path('raw/.gitkeep')
        if not self.entries or keep in self.snapshot.entries:
            return
        left = {path for path, _ in self.snapshot.under(self.fabric.raw)}
        for change in self.changes:
            left.discard(change.source if isinstance(change, Move) else change.path)
        left |= {c.path for c in self.changes if isinstance(c, Write | Move)}
        if not any(path.startswith(f'{self.fabric.raw}/') for path in left):
            self.changes.append(Write(keep, b'', 'keeps the emptied folder'))

    def _manifest(self) -> None:
        """A manifest that is missing or broken is rebuilt; one that reads is left alone."""
        path = self.fabric.manifest
        standing = self.snapshot.entries.get(path)
        if standing is None:
            if not self.changes:
                return
            message = 'there is no manifest; it is written with the settings in use'
            found: tuple[Finding, ...] = (Finding(Severity.INFO, 'ManifestMissing', message, path),)
        else:
            data = self.snapshot.read(path) if standing.is_file else b''
            manifest, found = read_manifest(data)
            if manifest is not None:
                self.findings += (finding.at(file=path) for finding in found)
                return
        self.findings += (finding.at(file=path) for finding in found)
        text = render_manifest(self.fabric, self.operation.now)
        blob = standing.blob if standing else None
        self.changes.append(Write(path, text, 'manifest rebuilt', blob))


def _ingested_before(
    snapshot: Snapshot, fabric: Fabric
) -> Mapping[tuple[str, BlobId], ArchiveEntry]:
    """Where originals stay in place: the newest log entry of each file and blob."""
    if fabric.archive_strategy is not ArchiveStrategy.KEEP_IN_PLACE:
        return {}
    return newest_entries(snapshot, fabric)


def newest_entries(snapshot: Snapshot, fabric: Fabric) -> Mapping[tuple[str, BlobId], ArchiveEntry]:
    """The newest entry of the archive log about each original and its bytes."""
    return {
        (entry.original_file, entry.original_blob): entry
        for path in log_paths(fabric, snapshot.entries)
        if snapshot.entries[path].is_file
        for entry in read_log(snapshot.read(path))
    }


def _counts(swept: Sweep, settlement: Settlement) -> dict[str, int]:
    """Documents by what became of them; a file that cannot be cut counts as one held document."""
    verdicts = Counter(fate.verdict for fates in settlement.fates for fate in fates)
    empty = sum(drop.empty for drop in swept.drops)
    uncut = sum(not drop.whole for drop in swept.drops)
    return {
        'seen': sum(len(drop.documents) for drop in swept.drops) + empty + uncut,
        'ingested': sum(verdicts[verdict] for verdict in _INGESTED),
        'unmanaged': verdicts[Verdict.UNMANAGED],
        'held': verdicts[Verdict.HELD] + uncut,
        'empty': empty,
    }


def _findings(swept: Sweep, settlement: Settlement, draft: _Draft) -> Iterable[Finding]:
    for drop, fates in zip(swept.drops, settlement.fates, strict=True):
        yield from drop.findings
        for fate in fates:
            yield from fate.findings
    yield from swept.findings
    yield from draft.findings


def _subject(counts: Mapping[str, int], entries: list[ArchiveEntry]) -> str:
    moved = counts['ingested'] + counts['unmanaged']
    documents = f'{moved} document{"" if moved == 1 else "s"}'
    if not entries:
        return 'Repair the manifest'
    if len(entries) == 1 and len(entries[0].original_file) < 40:
        return f'Ingest {documents} from {entries[0].original_file}'
    return f'Ingest {documents} from {len(entries)} file{"" if len(entries) == 1 else "s"}'
