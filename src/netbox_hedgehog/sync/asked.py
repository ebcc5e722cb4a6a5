"""What a person asked to be restored or changed by name -> the engine's plan.

`named_steps.py` makes the plan on the fetched head, `versions.py` on the local copy for a dry run;
both come here, so that what was shown is what will be done.
"""

import base64
import binascii
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from hedgehog_gitops.documents import Limits
from hedgehog_gitops.errors import NeedsPerson, StalePlan
from hedgehog_gitops.git import GitStore
from hedgehog_gitops.identity import BlobId, CommitId, ResourceKey
from hedgehog_gitops.layout import Fabric
from hedgehog_gitops.plans import Operation, Plan
from hedgehog_gitops.workflows import (
    CopyFile,
    CreateFile,
    DeleteFile,
    FileOperation,
    MoveFile,
    UpdateFile,
    path_in,
    plan_file_operations,
    plan_restore_fabric,
    plan_restore_file,
    plan_restore_original,
    plan_restore_resource,
    plan_rollback,
    the_commit,
)

__all__ = ['plan_files', 'plan_restore', 'refuse_stale']


def plan_restore(
    store: GitStore,
    head: CommitId,
    place: Fabric,
    about: Operation,
    options: Mapping[str, Any],
    limits: Limits,
) -> Plan:
    """Returns what brings an original, a file, an object or the whole fabric back."""
    refuse_stale(options, head)
    path = path_in(place, options['path']) if options.get('path') else None
    if original := options.get('original'):
        return plan_restore_original(store, head, place, original, about, path)
    commit = the_commit(store, options.get('to_commit') or '', head)
    if options.get('checkpoint'):
        return plan_rollback(store, head, place, commit, about)
    delete = bool(options.get('delete'))
    if options.get('resource'):
        key = _key(options['resource'])
        return plan_restore_resource(store, head, place, key, commit, limits, delete=delete)
    if options.get('paths'):
        return _several(store, head, place, commit, options['paths'])
    if path is not None:
        return plan_restore_file(store, head, place, path, commit, delete=delete)
    return plan_restore_fabric(store, head, place, commit, about)


def _key(text: str) -> ResourceKey:
    try:
        return ResourceKey.parse(text)
    except ValueError as error:
        raise NeedsPerson('ResourceMissing', f'{error}.') from None


def plan_files(
    store: GitStore,
    head: CommitId,
    place: Fabric,
    options: Mapping[str, Any],
    operations: Sequence[Mapping[str, Any]],
    limits: Limits,
) -> Plan:
    """Returns what all file operations of one request come to."""
    refuse_stale(options, head)
    wanted = [_operation(place, each) for each in operations]
    return plan_file_operations(
        store,
        head,
        place,
        wanted,
        options.get('message') or '',
        limits,
        force=bool(options.get('force')),
    )


def refuse_stale(options: Mapping[str, Any], head: CommitId) -> None:
    """Refuses to carry out what was shown for another commit than the branch is at."""
    expected = options.get('expected_commit')
    if expected and expected != head:
        raise StalePlan(
            'StalePlan',
            f'The branch is at {head[:12]} now; what was shown was made for {expected[:12]}.',
            hint='Look at the plan once more.',
        )


def _several(
    store: GitStore, head: CommitId, place: Fabric, commit: CommitId, paths: Sequence[str]
) -> Plan:
    """All files that one operation replaced, as they were before it."""
    files = [path_in(place, path) for path in paths]
    plans = [plan_restore_file(store, head, place, p, commit, beside=files) for p in files]
    return replace(
        plans[0],
        subject=f'Restore {len(plans)} files as of {commit[:12]}'
        if len(plans) > 1
        else plans[0].subject,
        changes=tuple(change for plan in plans for change in plan.changes),
        findings=tuple(finding for plan in plans for finding in plan.findings),
    )


def _operation(place: Fabric, each: Mapping[str, Any]) -> FileOperation:
    path = path_in(place, each['path'])
    expected = BlobId(each['expected_blob']) if each.get('expected_blob') else None
    match each['action']:
        case 'create':
            return CreateFile(path, _content(each))
        case 'update':
            return UpdateFile(path, _content(each), expected)
        case 'delete':
            return DeleteFile(path, expected)
        case 'move':
            return MoveFile(path, path_in(place, each['to']), expected)
        case _:
            return CopyFile(path, path_in(place, each['to']), expected)


def _content(each: Mapping[str, Any]) -> bytes:
    if each.get('content_base64') is None:
        return str(each.get('content') or '').encode()
    try:
        return base64.b64decode(each['content_base64'], validate=True)
    except (binascii.Error, ValueError) as error:
        raise NeedsPerson('TextRefused', f'{each["path"]}: content_base64: {error}.') from error
