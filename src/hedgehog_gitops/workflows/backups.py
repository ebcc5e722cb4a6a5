"""Copies below .hnp/backups/ of what a commit overwrites or deletes, for as long as they are kept.

Only where somebody wants them: the parent commit has every byte anyway. The time stands in the
folder's name and nowhere else.
"""

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from ..git import GitStore
from ..identity import BlobId, CommitId, RepoPath
from ..layout import Fabric
from ..plans import Change, Delete, OperationKind, Plan, Write
from .owned_paths import BACKUPS, is_backup, is_own_log
from .reading import entries_below

__all__ = ['plan_backup_cleanup', 'with_backup', 'without_copies']

_STAMP = '%Y%m%dT%H%M%SZ'
_FOLDER = re.compile(r'\.hnp/backups/(\d{8}T\d{6}Z)(?:-\d+)?/')


def with_backup(store: GitStore, plan: Plan, fabric: Fabric, now: datetime) -> Plan:
    """Returns the plan with a copy of every file it overwrites or deletes, in the same commit."""
    lost = _lost(plan, fabric)
    if not lost:
        return plan
    present = entries_below(store, plan.base, fabric.path(BACKUPS))
    folder = _unused_folder(fabric, now, present)
    contents = store.read_blobs(lost.values())
    copies = [
        Write(RepoPath(f'{folder}/{fabric.below(path)}'), contents[blob], 'backup')
        for path, blob in sorted(lost.items())
    ]
    body = (*plan.body, f'What this replaces is kept in {fabric.below(folder)}.')
    return replace(plan, changes=(*plan.changes, *copies), body=body)


def without_copies(store: GitStore, plan: Plan, fabric: Fabric) -> Plan:
    """Returns the plan with the kept copies of every file it deletes deleted as well."""
    gone = {fabric.below(change.path) for change in plan.changes if isinstance(change, Delete)}
    kept = entries_below(store, plan.base, fabric.path(BACKUPS)) if gone else {}
    copies = [
        Delete(path, entry.blob, 'purge')
        for path, entry in sorted(kept.items())
        if _FOLDER.sub('', fabric.below(path)) in gone
    ]
    return replace(plan, changes=(*plan.changes, *copies))


def plan_backup_cleanup(
    store: GitStore, head: CommitId, fabric: Fabric, now: datetime, days: int
) -> Plan:
    """Returns what removes the copies that are older than so many days; history keeps them."""
    oldest = now - timedelta(days=days)
    changes: list[Change] = []
    for path, entry in entries_below(store, head, fabric.path(BACKUPS)).items():
        made = _made_at(fabric, path)
        if made is not None and made < oldest:
            changes.append(Delete(path, entry.blob, 'retention'))
    return Plan(
        operation=OperationKind.CLEANUP,
        base=head,
        subject=f'Remove backups of {fabric.slug} older than {days} days',
        changes=tuple(changes),
    )


def _lost(plan: Plan, fabric: Fabric) -> dict[RepoPath, BlobId]:
    lost: dict[RepoPath, BlobId] = {}
    for change in plan.changes:
        if is_backup(fabric, change.path) or is_own_log(fabric, change.path):
            continue
        if isinstance(change, Write) and change.replaces is not None:
            lost[change.path] = change.replaces
        elif isinstance(change, Delete):
            lost[change.path] = change.blob
    return lost


def _unused_folder(fabric: Fabric, now: datetime, present: Iterable[RepoPath]) -> RepoPath:
    taken = list(present)
    stamp = now.astimezone(UTC).strftime(_STAMP)
    number = 1
    while True:
        name = stamp if number == 1 else f'{stamp}-{number}'
        folder = fabric.path(f'{BACKUPS}/{name}')
        if not any(path.startswith(f'{folder}/') for path in taken):
            return folder
        number += 1


def _made_at(fabric: Fabric, path: RepoPath) -> datetime | None:
    found = _FOLDER.match(fabric.below(path))
    return datetime.strptime(found[1], _STAMP).replace(tzinfo=UTC) if found else None
