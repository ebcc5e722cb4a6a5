"""A fabric's first commit: layout, manifest, log, and the YAML that lay below the base already.

Called by `hedgehog-gitops init` and by the plugin's onboarding job. A second run completes what is
missing and touches nothing that exists. Files found outside the layout are moved to raw/ and
ingested by the same commit.
"""

import re
from collections.abc import Mapping
from dataclasses import replace

from ..documents import Limits
from ..errors import NeedsPerson
from ..findings import Finding, Severity
from ..git import GitStore
from ..identity import CommitId, RepoPath, TreeEntry
from ..layout import Fabric, Snapshot, is_utf8, is_yaml_name, read_manifest, unused_path
from ..plans import Change, Move, Operation, OperationKind, Plan
from .ingest import plan_ingest_of
from .progress import Progress, Silent
from .reading import entries_below
from .structure import structure_changes

__all__ = ['existing_files', 'plan_onboarding', 'slug_of']

_LIMITS = Limits()
_SILENT = Silent()
_MANIFEST = re.compile(r'(?:(?P<base>.*)/)?\.hnp/manifest\.yaml')


def slug_of(name: str) -> str:
    """Returns the name as it stands in paths; empty when nothing of it can."""
    return re.sub(r'[^a-z0-9]+', '-', name.lower()).strip('-')


def existing_files(fabric: Fabric, entries: Mapping[RepoPath, TreeEntry]) -> list[Move]:
    """Returns the moves that bring YAML from outside the layout to raw/, in path order."""
    folders = (fabric.raw, fabric.unmanaged, fabric.managed, fabric.templates, fabric.hnp)
    inside = tuple(f'{folder}/' for folder in folders)
    taken = set(entries)
    moves = []
    for path in sorted(entries):
        entry = entries[path]
        if path.startswith(inside) or not (entry.is_file and is_yaml_name(path) and is_utf8(path)):
            continue
        target = unused_path(RepoPath(f'{fabric.raw}/{fabric.below(path)}'), taken)
        taken.add(target)
        moves.append(Move(path, target, entry.blob, 'migration', entry.mode))
    return moves


def plan_onboarding(
    store: GitStore,
    head: CommitId | None,
    fabric: Fabric,
    operation: Operation,
    limits: Limits = _LIMITS,
    progress: Progress = _SILENT,
) -> Plan:
    """Returns what makes the folder a fabric's; empty when it is one already."""
    progress.stage('read')
    _refuse_nested(store, head, fabric)
    entries = entries_below(store, head, fabric.base)
    structure = structure_changes(store, head, fabric, entries, operation)
    if fabric.manifest in entries:
        return Plan(
            operation=OperationKind.INIT,
            base=head,
            subject=f'Complete the layout of {fabric.slug}',
            changes=tuple(structure),
            findings=_differing_settings(store, fabric, entries),
        )
    first: list[Change] = [*existing_files(fabric, entries), *structure]
    tree = Snapshot(head, entries)
    plan = plan_ingest_of(store, tree, fabric, operation, first, limits, progress)
    counts = plan.counts if plan.counts.get('seen') else {}
    subject = f'Lay out {fabric.slug}'
    return replace(plan, operation=OperationKind.INIT, subject=subject, counts=counts)


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
