"""A fabric's first commit: layout, manifest, log, and the YAML that lay below the base already.

Called by `hedgehog-gitops init` and by the plugin's onboarding job. A second run completes what is
missing and touches nothing that exists. Files found outside the layout are organised, archived or
kept, as the caller says, by the same commit; the commit before it is their backup.
"""

import re
from collections.abc import Mapping
from dataclasses import replace

from ..documents import Limits
from ..errors import NeedsPerson
from ..findings import Finding, Severity
from ..git import GitStore
from ..identity import CommitId, RepoPath, TreeEntry
from ..layout import (
    ArchiveEntry,
    Fabric,
    Snapshot,
    append_entries,
    read_manifest,
    skeleton,
    update_manifest,
)
from ..plans import Change, Operation, OperationKind, Plan, Write
from .compose import applied, joined
from .existing import ExistingFiles, existing_moves, files_told, migration_entries
from .ingest import plan_ingest_of
from .known_blobs import KnownBlobs
from .progress import Progress, Silent
from .reading import entries_below, load
from .structure import structure_changes

__all__ = ['plan_onboarding', 'plan_recreation', 'slug_of']

_LIMITS = Limits()
_SILENT = Silent()
_MANIFEST = re.compile(r'(?:(?P<base>.*)/)?\.hnp/manifest\.yaml')


def slug_of(name: str) -> str:
    """Returns the name as it stands in paths; empty when nothing of it can."""
    return re.sub(r'[^a-z0-9]+', '-', name.lower()).strip('-')


def plan_onboarding(
    store: GitStore,
    head: CommitId | None,
    fabric: Fabric,
    operation: Operation,
    limits: Limits = _LIMITS,
    progress: Progress = _SILENT,
    existing: ExistingFiles = ExistingFiles.ORGANISE,
) -> Plan:
    """Returns what makes the folder a fabric's; empty when it is one already.

    What is done with `existing` files matters the first time only.
    """
    progress.stage('read')
    _refuse_nested(store, head, fabric)
    tree = Snapshot(head, entries_below(store, head, fabric.base))
    if fabric.manifest in tree.entries:
        return Plan(
            operation=OperationKind.INIT,
            base=head,
            subject=f'Complete the layout of {fabric.slug}',
            changes=tuple(structure_changes(store, head, fabric, tree.entries, operation)),
            findings=_differing_settings(store, fabric, tree.entries),
        )
    known = KnownBlobs(store, fabric, limits)
    told = files_told(store, fabric, tree.entries, existing, known)
    first = _beginning(store, tree, fabric, operation, limits, existing, known)
    if existing is ExistingFiles.ORGANISE:
        plan = plan_ingest_of(store, tree, fabric, operation, first, limits, progress, known)
    else:
        plan = Plan(OperationKind.INIT, head, '', joined(first, ()))
    return replace(
        plan,
        operation=OperationKind.INIT,
        subject=f'Lay out {fabric.slug}',
        counts=plan.counts if plan.counts.get('seen') else {},
        findings=(*told, *plan.findings),
    )


def plan_recreation(
    store: GitStore,
    head: CommitId | None,
    fabric: Fabric,
    operation: Operation,
    limits: Limits = _LIMITS,
    progress: Progress = _SILENT,
    existing: ExistingFiles = ExistingFiles.ORGANISE,
) -> Plan:
    """Returns the onboarding which also writes our own files anew: README, manifest, .gitkeep.

    The log and everything people wrote stay; the manifest keeps what it says beside the settings.
    """
    plan = plan_onboarding(store, head, fabric, operation, limits, progress, existing)
    entries = entries_below(store, head, fabric.base)
    touched = {change.path for change in plan.changes}
    standing = {
        path: entry for path, entry in entries.items() if path not in touched and entry.is_file
    }
    snapshot = load(store, head, standing, skeleton(fabric, operation.now))
    wanted = _own_files(snapshot, fabric, operation)
    rewritten = [
        Write(path, content, 'written anew', standing[path].blob, standing[path].mode)
        for path, content in wanted.items()
        if snapshot.read(path) != content
    ]
    findings = tuple(finding for finding in plan.findings if finding.code != 'SettingsKept')
    return replace(plan, changes=(*plan.changes, *rewritten), findings=findings)


def _own_files(snapshot: Snapshot, fabric: Fabric, operation: Operation) -> dict[RepoPath, bytes]:
    """What stands of our own files, as it is to be."""
    parts = skeleton(fabric, operation.now)
    del parts[fabric.archive_log]
    wanted = {path: content for path, content in parts.items() if path in snapshot.entries}
    if fabric.manifest in wanted:
        data = snapshot.read(fabric.manifest)
        manifest, _ = read_manifest(data)
        if manifest is not None:
            # No option speaks of these two, so nobody asked to change them.
            fabric = replace(fabric, annotate=manifest.annotate, keep_layout=manifest.keep_layout)
        wanted[fabric.manifest] = update_manifest(data, fabric, operation.now)
    return wanted


def _beginning(
    store: GitStore,
    tree: Snapshot,
    fabric: Fabric,
    operation: Operation,
    limits: Limits,
    existing: ExistingFiles,
    known: KnownBlobs,
) -> list[Change]:
    """The layout, the moves of existing files, and the log's words about them."""
    moves = existing_moves(fabric, tree.entries, existing)
    begun = applied(tree, moves).entries
    structure = structure_changes(store, tree.commit, fabric, begun, operation)
    entries = migration_entries(store, tree, fabric, moves, operation, limits, known)
    return [*moves, *_logged(store, tree, structure, entries, fabric, operation)]


def _logged(
    store: GitStore,
    tree: Snapshot,
    structure: list[Write],
    entries: list[ArchiveEntry],
    fabric: Fabric,
    operation: Operation,
) -> list[Write]:
    """The layout with a log that tells of the migration."""
    begun = {write.path: write.content for write in structure}
    standing = tree.entries.get(fabric.archive_log)
    if standing is not None and standing.is_file:
        begun |= {fabric.archive_log: store.read_blobs([standing.blob])[standing.blob]}
    if not entries or fabric.archive_log not in begun:
        return structure
    log = append_entries(begun[fabric.archive_log], entries, operation.now)
    blob = standing.blob if standing else None
    others = [write for write in structure if write.path != fabric.archive_log]
    return [*others, Write(fabric.archive_log, log, 'migration', blob)]


def _refuse_nested(store: GitStore, head: CommitId | None, fabric: Fabric) -> None:
    """Two fabrics of one repository may not contain each other."""
    for path in entries_below(store, head, RepoPath('')):
        found = _MANIFEST.fullmatch(path)
        other = (found['base'] or '') if found else fabric.base
        if other != fabric.base and (
            _contains(other, fabric.base) or _contains(fabric.base, other)
        ):
            raise NeedsPerson(
                'FabricsNested',
                f'{fabric.base or "/"} and the fabric at {other or "/"} would contain each other.',
                hint='Give this fabric a folder of its own.',
            )


def _contains(outer: str, inner: str) -> bool:
    return not outer or inner.startswith(f'{outer}/')


def _differing_settings(
    store: GitStore, fabric: Fabric, entries: Mapping[RepoPath, TreeEntry]
) -> tuple[Finding, ...]:
    entry = entries[fabric.manifest]
    if not entry.is_file:
        return ()
    manifest, findings = read_manifest(store.read_blobs([entry.blob])[entry.blob])
    if manifest is None or manifest.fabric(fabric.base) == fabric:
        return tuple(finding.at(file=fabric.manifest) for finding in findings)
    message = 'the manifest has other settings than asked for; it stays as it is'
    return (Finding(Severity.WARNING, 'SettingsKept', message, file=fabric.manifest),)
