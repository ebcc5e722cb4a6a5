"""An object, a file or a whole fabric as an earlier commit had it -> a plan, one further commit.

Called by `hedgehog-gitops restore` and by the plugin. What later commits changed and this takes
back is told, commit by commit. Something that was not there then is deleted only when asked.
"""

from collections.abc import Collection, Iterable
from dataclasses import replace

from ..documents import Limits, read
from ..errors import NeedsPerson
from ..findings import Finding, Severity
from ..git import GitStore, TreeChange
from ..identity import CommitId, RepoPath, ResourceKey, TreeEntry, blob_id
from ..layout import Fabric, Located, managed_path
from ..plans import Change, Operation, OperationKind, Plan, Write
from .history import Entry, entry_of, version_entry
from .known_blobs import About, KnownBlobs
from .open_files import OpenFiles
from .outcome import NeedsDecision
from .owned_paths import is_backup, is_own_log, writable
from .put_back import put_back
from .reading import entries_below, inventory, load
from .restored_drops import restore_entries
from .versions import Place, object_at, object_versions
from .whereabouts import Whereabouts

__all__ = [
    'plan_restore_fabric',
    'plan_restore_file',
    'plan_restore_resource',
    'plan_rollback',
    'same_tree',
]

_LIMITS = Limits()
_REASON = 'restore'
_TOLD = 200


def plan_restore_resource(
    store: GitStore,
    head: CommitId,
    fabric: Fabric,
    key: ResourceKey,
    commit: CommitId,
    limits: Limits = _LIMITS,
    *,
    delete: bool = False,
) -> Plan:
    """Returns what gives the object the text it had at `commit`, comments and all.

    With `delete` an object that was not there then is removed; else NeedsDecision('NotThereThen').
    """
    then = object_at(store, commit, fabric, key, limits)
    now = object_at(store, head, fabric, key, limits)
    if then is None and now is None:
        raise NeedsPerson(
            'ResourceMissing',
            f'{key} is neither in {commit[:12]} nor now.',
            hint='`history` shows the commits which have it.',
        )
    if then is None and not delete:
        raise _not_there_then(str(key), commit)
    if then is None:
        changes = _removed(store, head, fabric, key, limits)
    elif now is None:
        changes = _brought_back(store, head, fabric, key, then, limits)
    else:
        changes = _replaced(store, head, fabric, key, then, now, limits)
    since = _since(store, head, commit)
    later = (v for v in object_versions(store, head, fabric, key, limits) if v.commit in since)
    told = [_taken_back(version_entry(version), key) for version in later] if changes else []
    return _plan(head, f'Restore {key.kind}/{key.name} as of {commit[:12]}', changes, told, commit)


def plan_restore_file(
    store: GitStore,
    head: CommitId,
    fabric: Fabric,
    path: RepoPath,
    commit: CommitId,
    *,
    delete: bool = False,
    beside: Collection[RepoPath] = (),
) -> Plan:
    """Returns what gives a file the bytes it had at `commit`; a folder's files are not meant.

    An object of it that lies in another file by now would be there twice, so that is refused;
    `beside` are files that go back along with this one.
    """
    writable(fabric, path)
    then = store.listed(commit, [path]).get(path)
    now = store.listed(head, [path]).get(path)
    if then is None and now is None:
        raise NeedsPerson('FileMissing', f'{path} is neither in {commit[:12]} nor now.')
    if then is None and not delete:
        raise _not_there_then(path, commit)
    _refuse_second(store, head, path, then, now, {path, *beside})
    changes = put_back(store, [TreeChange(path, then, now)], _REASON) if then != now else []
    infos = store.log(head, since=commit, paths=[path]) if changes else []
    told = [_taken_back(entry_of(info), file=path) for info in infos]
    subject = f'Restore {fabric.below(path)} as of {commit[:12]}'
    return _plan(head, subject, changes, told, commit)


def plan_restore_fabric(
    store: GitStore, head: CommitId, fabric: Fabric, commit: CommitId, operation: Operation
) -> Plan:
    """Returns what brings every file of the folder to what it was at `commit`.

    The manifest stays, for it holds settings; the archive log is only ever appended to. A drop
    that comes back to raw/ stays there until somebody asks for its ingestion.
    """
    return _whole(store, head, fabric, commit, operation, {fabric.manifest})


def plan_rollback(
    store: GitStore, head: CommitId, fabric: Fabric, commit: CommitId, operation: Operation
) -> Plan:
    """Returns the same with the manifest, for a caller who brings the settings back as well."""
    return _whole(store, head, fabric, commit, operation, set())


def same_tree(store: GitStore, fabric: Fabric, one: CommitId, other: CommitId) -> bool:
    """True when the folder is the same in two commits, but for the log and kept copies."""
    return not _differing(store, fabric, one, other)


def _differing(store: GitStore, fabric: Fabric, then: CommitId, now: CommitId) -> list[TreeChange]:
    """What has to change to get from `now` back to `then`."""
    return [
        TreeChange(change.path, old=change.new, new=change.old)
        for change in store.changed(now, then, fabric.base)
        if not is_own_log(fabric, change.path) and not is_backup(fabric, change.path)
    ]


def _whole(
    store: GitStore,
    head: CommitId,
    fabric: Fabric,
    commit: CommitId,
    operation: Operation,
    staying: set[RepoPath],
) -> Plan:
    if fabric.manifest not in entries_below(store, commit, fabric.hnp):
        raise NeedsPerson(
            'FabricMissing',
            f'{fabric.base or "/"} was no fabric yet at {commit[:12]}.',
            hint='Choose a commit after its initialisation.',
        )
    pending = [c for c in _differing(store, fabric, commit, head) if c.path not in staying]
    changes = _named(store, fabric, put_back(store, pending, _REASON))
    changes += restore_entries(store, head, fabric, changes, operation)
    paths = [fabric.base] if fabric.base else []
    infos = store.log(head, since=commit, paths=paths, limit=_TOLD) if changes else []
    told = [_taken_back(entry_of(info)) for info in infos]
    subject = f'Restore {fabric.slug} as of {commit[:12]}'
    return _plan(head, subject, changes, told, commit)


def _plan(
    head: CommitId,
    subject: str,
    changes: Iterable[Change],
    told: Iterable[Finding],
    commit: CommitId,
) -> Plan:
    return Plan(
        operation=OperationKind.RESTORE,
        base=head,
        subject=subject,
        changes=tuple(changes),
        findings=tuple(told),
        body=(f'This brings back what commit {commit} had.',),
    )


def _replaced(
    store: GitStore,
    head: CommitId,
    fabric: Fabric,
    key: ResourceKey,
    then: Place,
    now: Place,
    limits: Limits,
) -> list[Change]:
    """The old text where the object lies today; the whole old file where it had it to itself."""
    contents = store.read_blobs([then.blob, now.blob])
    if _alone(contents[then.blob], limits) and _alone(contents[now.blob], limits):
        if then.blob == now.blob:
            return []
        content = contents[then.blob]
        return [Write(now.path, content, _REASON, now.blob, now.mode, key)]
    files, places = _opened(store, head, fabric, key, limits)
    for place in places:
        if place.path == now.path and place.document == now.document.index:
            files.replace(place, then.text, then.value)
    return list(files.changes())


def _brought_back(
    store: GitStore,
    head: CommitId,
    fabric: Fabric,
    key: ResourceKey,
    then: Place,
    limits: Limits,
) -> list[Change]:
    data = store.read_blobs([then.blob])[then.blob]
    content = data if _alone(data, limits) else then.text
    taken = entries_below(store, head, fabric.managed)
    places = [*([then.path] if content == data else []), managed_path(fabric, key)]
    for path in places:
        if path not in taken:
            return [Write(path, content, _REASON, None, then.mode, key)]
    raise NeedsPerson(
        'PathTaken',
        f'{places[-1]} is taken by something that is not {key}.',
        hint='Move or remove that file first.',
    )


def _removed(
    store: GitStore, head: CommitId, fabric: Fabric, key: ResourceKey, limits: Limits
) -> list[Change]:
    files, places = _opened(store, head, fabric, key, limits)
    for place in places:
        files.remove(place, _REASON)
    return list(files.changes())


def _opened(
    store: GitStore, head: CommitId, fabric: Fabric, key: ResourceKey, limits: Limits
) -> tuple[OpenFiles, list[Located]]:
    entries = entries_below(store, head, fabric.managed)
    places = inventory(store, fabric, entries, limits, About([key])).by_key.get(key, ())
    files = OpenFiles(load(store, head, entries, [place.path for place in places]), limits)
    return files, list(places)


def _alone(data: bytes, limits: Limits) -> bool:
    return sum(not document.empty for document in read(data, limits).documents) == 1


def _named(store: GitStore, fabric: Fabric, changes: list[Change]) -> list[Change]:
    """The changes with the objects they are about, where a file holds one."""
    blobs = {c.path: blob_id(c.content) if isinstance(c, Write) else c.blob for c in changes}
    managed = {p: b for p, b in blobs.items() if p.startswith(f'{fabric.managed}/')}
    rows = KnownBlobs(store, fabric).readings(managed.values())
    keys = {path: rows[blob].documents for path, blob in managed.items() if blob in rows}
    return [
        replace(change, resource=keys[change.path][0].key)
        if len(keys.get(change.path, ())) == 1
        else change
        for change in changes
    ]


def _refuse_second(
    store: GitStore,
    head: CommitId,
    path: RepoPath,
    then: TreeEntry | None,
    now: TreeEntry | None,
    going_back: Collection[RepoPath],
) -> None:
    """Refuses what would describe an object a second time, beside where it lies by now."""
    if then is None or then == now:
        return
    places = Whereabouts(store, head, store.list_tree(head))
    held = places.keys(path, now)
    found = places.elsewhere({path: then}, apart_from=going_back).get(path, ())
    twice = [each for each in found if each.key is not None and each.key not in held]
    if not twice:
        return
    named = ', '.join(dict.fromkeys(each.path for each in twice))
    raise NeedsDecision(
        'NotFitForManaged',
        f'{path} would describe what lies in {named} by now.',
        hint='Restore the object rather than the file, or remove the other file first.',
        findings=tuple(
            Finding(
                Severity.ERROR,
                'DuplicateIdentity',
                f'{each.key} would be described in {path} as well',
                each.path,
                resource=each.key,
            )
            for each in twice
        ),
    )


def _since(store: GitStore, head: CommitId, commit: CommitId) -> set[CommitId]:
    return {info.id for info in store.log(head, since=commit)}


def _taken_back(
    entry: Entry, key: ResourceKey | None = None, file: RepoPath | None = None
) -> Finding:
    fields = f' ({", ".join(entry.fields[:5])})' if entry.fields else ''
    message = f'takes back {entry.commit[:12]} by {entry.author}: {entry.subject}{fields}'
    return Finding(
        Severity.INFO, 'LaterChangeReplaced', message, file=file or entry.path, resource=key
    )


def _not_there_then(what: str, commit: CommitId) -> NeedsDecision:
    return NeedsDecision(
        'NotThereThen',
        f'{what} was not there at {commit[:12]}; going back to that would delete it.',
        hint='Ask for the deletion as well, if that is what you want.',
    )
