"""What Git has of a fabric's files: read for pages and the API from the local copy.

At the commit NetBox has read last, so that files and rows tell the same. Takes no lock, asks no
server, writes nothing but what it may remember; every answer is ready for JSON.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from hedgehog_gitops.documents import Limits, parse_field_path, read
from hedgehog_gitops.errors import EngineError, NeedsPerson, StalePlan, TryAgainLater
from hedgehog_gitops.git import GitStore
from hedgehog_gitops.identity import CommitId, RepoPath, ResourceKey
from hedgehog_gitops.layout import Fabric
from hedgehog_gitops.plans import Operation, Plan, as_diff, as_json
from hedgehog_gitops.workflows import (
    NeedsDecision,
    blame_since,
    check_fabric,
    fabric_difference,
    fabric_history,
    file_bytes,
    file_difference,
    file_facts,
    file_history,
    last_touched,
    list_files,
    made_by,
    originals,
    path_in,
    removed_objects,
    resource_blame,
    resource_difference,
    resource_history,
    snapshot_for_diff,
    the_commit,
    with_own_kinds,
)
from hedgehog_gitops.workflows.meanings import objects_in

from ..models import HedgehogFabric, HedgehogResource
from .asked import plan_files, plan_restore
from .drafts import current_text, resource_key
from .load import engine_fabric
from .settings import reading_limits
from .stores import synced_copy

__all__ = [
    'DRAFT',
    'EngineError',
    'FabricFiles',
    'NeedsDecision',
    'NeedsPerson',
    'StalePlan',
    'TryAgainLater',
    'files_of',
    'short_name',
]

# The side of a comparison that is in no commit yet.
DRAFT = 'draft'


def files_of(fabric: HedgehogFabric) -> 'FabricFiles':
    """Opens a fabric's files; NotFetched where this machine has no copy of them yet."""
    copy = synced_copy(fabric)
    if copy is None:
        raise TryAgainLater(
            'NotFetched',
            'This machine has no copy of the files yet.',
            hint='Synchronise the fabric; files are shown as of the last synchronisation.',
        )
    store, commit = copy
    place = with_own_kinds(store, commit, engine_fabric(fabric))
    return FabricFiles(store, commit, place, reading_limits())


def short_name(identity: str) -> str:
    """What an object is called in a list, of its `group/Kind/namespace/name`."""
    return ResourceKey.parse(identity).short


@dataclass(frozen=True, slots=True)
class FabricFiles:
    """The files of a fabric at the commit NetBox has read last, and their history."""

    store: GitStore
    commit: CommitId
    place: Fabric
    limits: Limits

    def listing(self, at: str = '') -> dict[str, Any]:
        """Every file with size and blob."""
        commit = self._commit(at)
        rows = list_files(self.store, commit, self.place.base)
        return {'commit': commit, 'files': [self._row(row.as_json()) for row in rows]}

    def content(self, path: str, at: str = '') -> dict[str, Any]:
        """A file's text; bytes that are no text are shown, and said to be none."""
        commit, where = self._commit(at), self._path(path)
        blob, data = file_bytes(self.store, commit, where)
        text = data.decode('utf-8', 'backslashreplace')
        return {
            'commit': commit,
            'path': where,
            'below': self.place.below(where),
            'blob': blob,
            'size': len(data),
            'is_text': b'\0' not in data and text.encode('utf-8', 'replace') == data,
            'content': text,
        }

    def history(self, path: str = '', limit: int | None = None) -> list[dict[str, Any]]:
        """Who changed a file, or anything in the folder, newest first."""
        if not path:
            entries = fabric_history(self.store, self.commit, self.place, limit)
        else:
            entries = file_history(self.store, self.commit, self._path(path), limit)
        return [entry.as_json() for entry in entries]

    def last_touched(self, below: Collection[str]) -> dict[str, dict[str, Any]]:
        """The newest commit of each of these files; one much older than the latest has none."""
        paths = {self._path(text): text for text in below}
        found = last_touched(self.store, self.commit, self.place.base, paths)
        return {paths[path]: entry.as_json() for path, entry in found.items()}

    def findings(self) -> list[dict[str, Any]]:
        """What is wrong with the files, by the same check as the command's; kept by tree."""
        checked = check_fabric(self.store, self.commit, self.place, self.limits)
        rows = [finding.as_json() for finding in checked.findings]
        return [self._row({**row, 'path': row['file']}) for row in rows if row['file']]

    def difference(self, path: str, old: str, new: str) -> list[dict[str, Any]]:
        """What differs between two commits in a file or in the folder."""
        since, to = self._commit(old), self._commit(new)
        if not path:
            found = fabric_difference(self.store, self.place, since, to, self.limits)
            return [self._row(each.as_json()) for each in found]
        one = file_difference(self.store, self.place, self._path(path), since, to, self.limits)
        return [self._row(one.as_json())] if one is not None else []

    def facts(self, path: str) -> dict[str, Any]:
        """Checksum, size, objects, versions and authors of a file."""
        where = self._path(path)
        found = file_facts(self.store, self.commit, self.place, where, self.limits)
        return self._row(found.as_json())

    def line(self, resource: HedgehogResource, path: str) -> int | None:
        """The line at which an object's document begins in a file; None where it has none."""
        _blob, data = file_bytes(self.store, self.commit, RepoPath(path))
        documents = read(data, self.limits).documents
        key = resource_key(resource)
        for document, found, _ in objects_in(documents, self.place.catalogue):
            if found == key and (at := document.position(('apiVersion',))) is not None:
                return at[0]
        return None

    def made_by(self, resource: HedgehogResource) -> dict[str, Any]:
        """Which version of which template made the object; or NetBox's devices, or a hand."""
        found = made_by(self.store, self.commit, self.place, resource_key(resource))
        source = 'hand' if found is None else 'template' if found.template else 'netbox'
        return {
            'source': source,
            'template': found.template or None if found else None,
            'version': found.version or None if found else None,
            'commit': found.commit or None if found else None,
            'is_current': found.is_current if source == 'template' else None,
            'adopted': found.adopted if source == 'template' else None,
        }

    def originals(self) -> list[dict[str, Any]]:
        """What was ingested, and where the bytes of each are kept."""
        return [each.as_json() for each in originals(self.store, self.commit, self.place)]

    def resource_history(self, resource: HedgehogResource) -> list[dict[str, Any]]:
        """What happened to an object, newest first, from its drop on."""
        key = resource_key(resource)
        found = resource_history(self.store, self.commit, self.place, key, limits=self.limits)
        return [entry.as_json() for entry in found]

    def removed(self, limit: int | None = None) -> list[dict[str, Any]]:
        """The objects that are gone, who removed each, and the commit that still had it."""
        found = removed_objects(self.store, self.commit, self.place, self.limits)
        return [self._row(each.as_json()) for each in found[:limit]]

    def blame(self, resource: HedgehogResource, field: str = '') -> list[dict[str, Any]]:
        """Who set each field of an object."""
        try:
            wanted = parse_field_path(field) if field else None
        except ValueError as error:
            raise NeedsPerson('FieldRefused', str(error)) from error
        key = resource_key(resource)
        found = resource_blame(self.store, self.commit, self.place, key, wanted, self.limits)
        return [each.as_json() for each in found]

    def blame_since(
        self, key: str, since: str, at: str, fields: Collection[str]
    ) -> dict[str, dict[str, Any]]:
        """Who made each of these fields, changed between two commits, what it is at the later."""
        paths = [parse_field_path(field) for field in fields]
        found = blame_since(
            self.store,
            self._commit(since),
            self._commit(at),
            self.place,
            ResourceKey.parse(key),
            paths,
            self.limits,
        )
        return {each.field: each.as_json() for each in found}

    def resource_difference(self, resource: HedgehogResource, old: str, new: str) -> dict[str, Any]:
        """What differs between two commits of an object, or between a commit and its draft."""
        since = self._commit(old)
        to = current_text(resource).encode() if new == DRAFT else self._commit(new)
        key = resource_key(resource)
        found = resource_difference(self.store, self.place, key, since, to, self.limits)
        return {**found.as_json(), 'old': since, 'new': new or self.commit, 'text': found.text}

    def preview_restore(self, options: Mapping[str, Any], user: Any) -> dict[str, Any]:
        """The plan of a restoring, as it would be made now; nothing is written."""
        about = Operation('', datetime.now(UTC), user.username)
        plan = plan_restore(self.store, self.commit, self.place, about, options, self.limits)
        return self.shown(plan)

    def preview_files(
        self, options: Mapping[str, Any], operations: Sequence[Mapping[str, Any]]
    ) -> dict[str, Any]:
        """The plan of file operations, as it would be made now; nothing is written."""
        plan = plan_files(self.store, self.commit, self.place, options, operations, self.limits)
        return self.shown(plan)

    def shown(self, plan: Plan) -> dict[str, Any]:
        """A plan for JSON, with the difference it would make."""
        diff = as_diff(plan, snapshot_for_diff(self.store, plan))
        return {'base_commit': self.commit, **as_json(plan, None), 'diff': diff}

    def _row(self, row: dict[str, Any]) -> dict[str, Any]:
        return {**row, 'below': self.place.below(RepoPath(row['path']))}

    def _commit(self, name: str) -> CommitId:
        return the_commit(self.store, name, self.commit) if name else self.commit

    def _path(self, text: str) -> RepoPath:
        return path_in(self.place, text)
