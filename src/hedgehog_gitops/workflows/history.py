"""Who changed a fabric, an object or a file, when, and by which operation. Read from Git alone.

Called by `hedgehog-gitops history`, by the plugin's pages and API. Trailers lead back to the
operation, to NetBox's user and request; what is in the tree tells the rest, so that no database is
needed for it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ..documents import Limits, format_field_path
from ..git import CommitInfo, GitStore, Step
from ..identity import BlobId, CommitId, RepoPath, ResourceKey, shown_path
from ..layout import Fabric
from .meanings import changed_in
from .trail import followed, moved_from
from .trailers import NETBOX_REQUEST_ID, NETBOX_USER, operation_kind_of, operation_of
from .versions import ObjectVersion, object_versions

__all__ = [
    'Entry',
    'authors_of',
    'entry_of',
    'fabric_history',
    'file_history',
    'resource_history',
    'version_entry',
]

_LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Entry:
    """One commit of a history. `operation` is None where a person committed by hand.

    `user` and `request` are NetBox's, where the commit came from there. For one object or file
    `action` says what the commit did to it (`drop`, `ingest` a drop that brings nothing new,
    `create`, `update`, `move`, `delete`), `path`
    and `blob` what lies there since, `fields` in which fields the object changed its meaning.
    """

    commit: CommitId
    author: str
    email: str
    when: datetime
    subject: str
    operation: str | None
    kind: str | None
    user: str | None = None
    request: str | None = None
    action: str = ''
    path: RepoPath | None = None
    moved_from: RepoPath | None = None
    blob: BlobId | None = None
    fields: tuple[str, ...] = field(default=())

    def as_json(self) -> dict[str, Any]:
        answer: dict[str, Any] = {
            'commit': self.commit,
            'author': self.author,
            'email': self.email,
            'when': self.when.isoformat(),
            'subject': self.subject,
            'operation': self.operation,
            'kind': self.kind,
            'user': self.user,
            'request': self.request,
        }
        if self.action:
            answer |= {
                'action': self.action,
                'path': shown_path(self.path) if self.path else self.path,
                'from': shown_path(self.moved_from) if self.moved_from else None,
                'blob': self.blob,
                'fields': list(self.fields),
            }
        return answer


def fabric_history(
    store: GitStore, head: CommitId, fabric: Fabric, limit: int | None = None
) -> list[Entry]:
    """Returns the commits that touched the fabric's folder, newest first."""
    paths = (fabric.base,) if fabric.base else ()
    return [entry_of(info) for info in store.log(head, paths=paths, limit=limit)]


def resource_history(
    store: GitStore,
    head: CommitId,
    fabric: Fabric,
    key: ResourceKey,
    limit: int | None = None,
    limits: Limits = _LIMITS,
) -> list[Entry]:
    """Returns what happened to the object, newest first: from its drop in raw/ to its end."""
    versions = object_versions(store, head, fabric, key, limits)
    return [version_entry(version) for version in versions[:limit]]


def file_history(
    store: GitStore, head: CommitId, path: RepoPath, limit: int | None = None
) -> list[Entry]:
    """Returns what happened to a file, newest first, also under its earlier names."""
    steps = followed(store, head, [path], moved_from)
    return [_of_file(step) for step in steps[:limit]]


def entry_of(info: CommitInfo, **more: Any) -> Entry:
    """Returns who made a commit, and what its trailers say."""
    return Entry(
        commit=info.id,
        author=info.author.name,
        email=info.author.email,
        when=info.when,
        subject=info.subject,
        operation=operation_of(info.trailers),
        kind=operation_kind_of(info.trailers),
        user=info.trailers.get(NETBOX_USER),
        request=info.trailers.get(NETBOX_REQUEST_ID),
        **more,
    )


def version_entry(version: ObjectVersion) -> Entry:
    """Returns what a version's commit did to the object."""
    before = version.parents[0] if version.parents else None
    old = before.place if before is not None else None
    new = version.place
    if new == old and (drop := _dropped(version, before)) is not None:
        # A drop that went without changing the object said what was known already.
        action = 'drop' if drop[1] else 'ingest'
        return entry_of(version.info, action=action, path=drop[0], blob=drop[1])
    if new is None:
        path = old.path if old is not None else None
        return entry_of(version.info, action='delete', path=path)
    if old is None:
        source = _source(version)
        return entry_of(
            version.info, action='create', path=new.path, blob=new.blob, moved_from=source
        )
    moved = old.path if old.path != new.path else None
    return entry_of(
        version.info,
        action='move' if moved and old.text == new.text else 'update',
        path=new.path,
        blob=new.blob,
        moved_from=moved,
        fields=tuple(format_field_path(path) for path in changed_in(old.value, new.value)),
    )


def authors_of(entries: Iterable[Entry]) -> list[str]:
    """Returns everybody who had a hand in it, the latest first."""
    return list(dict.fromkeys(f'{entry.author} <{entry.email}>' for entry in entries))


def _dropped(
    version: ObjectVersion, before: ObjectVersion | None
) -> tuple[RepoPath, BlobId | None] | None:
    """The drop that came, or went, by this commit."""
    old = before.drops if before is not None else {}
    for path, place in version.drops.items():
        if path not in old or old[path].text != place.text:
            return path, place.blob
    gone = [path for path in old if path not in version.drops]
    return (gone[0], None) if gone else None


def _source(version: ObjectVersion) -> RepoPath | None:
    """The drop an object was made from: it described it before, and was taken in."""
    return next((path for parent in version.parents for path in parent.drops), None)


def _of_file(step: Step) -> Entry:
    came = [change for change in step.changes if change.new is not None]
    went = [change for change in step.changes if change.new is None]
    if not came:
        path = went[0].path if went else None
        return entry_of(step.info, action='delete', path=path)
    new = came[0]
    blob = new.new.blob if new.new is not None else None
    source = went[0].path if went else None
    action = 'move' if source else 'create' if new.old is None else 'update'
    return entry_of(step.info, action=action, path=new.path, blob=blob, moved_from=source)
