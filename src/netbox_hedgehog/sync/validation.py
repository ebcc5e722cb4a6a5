"""Checks a configured fabric end to end: server, branch, folders, files, rows, outbox, secrets.

The command `validate_gitops` calls `validate`. Nothing is believed that can be asked: the server is
contacted, the branch is read, every managed object's digest is compared with its row's. Nothing is
written but the local copy's objects.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta

from django.utils import timezone

from hedgehog_gitops.errors import EngineError, NeedsPerson, TryAgainLater
from hedgehog_gitops.findings import Severity
from hedgehog_gitops.git import GitStore, Remote
from hedgehog_gitops.identity import CommitId, ResourceKey
from hedgehog_gitops.layout import Fabric, read_manifest
from hedgehog_gitops.workflows.own_kinds import with_own_kinds
from hedgehog_gitops.workflows.reading import entries_below, inventory
from hedgehog_gitops.workflows.structure import missing_structure
from hedgehog_gitops.workflows.sync import incoming

from ..choices import (
    OPEN_CONFLICT_STATUSES,
    RUNNING_OPERATION_STATUSES,
    OutboxStateChoices,
    PublishModeChoices,
    SyncDirectionChoices,
)
from ..models import HedgehogFabric, ResourceSyncState
from .credentials import open_credential
from .drafts import resource_key
from .load import engine_fabric, open_remote
from .locks import RepositoryInUse, lease_held, repository_locked
from .outbox import open_entries
from .settings import reading_limits, sync_settings
from .stores import open_store, synced_commit
from .webhook_secrets import usable_secrets

__all__ = ['Check', 'Validation', 'validate']

# An edit that has waited for longer than this, while nothing stands in its way, is stuck.
_LONG = timedelta(minutes=10)
_PATIENCE = 30.0


@dataclass(frozen=True, slots=True)
class Check:
    """One check: its name, what was found, and what to do when it failed. `seconds` it took."""

    name: str
    ok: bool
    found: str
    advice: str = ''
    seconds: float = 0.0


@dataclass(slots=True)
class Validation:
    """The checks of one fabric. `answers` are the seconds the server took for each question."""

    fabric: HedgehogFabric
    checks: list[Check] = field(default_factory=list)
    answers: list[float] = field(default_factory=list)
    hints: list[str] = field(default_factory=list)


def validate(fabric: HedgehogFabric, *, worker: bool) -> Validation:
    """Checks one fabric; `worker` says whether one serves the queue."""
    made = Validation(fabric)
    _check(made, 'configuration', lambda: _configuration(fabric))
    _check(made, 'worker', lambda: _worker(worker))
    _check(made, 'operations', lambda: _operations(fabric))
    _check(made, 'outbox', lambda: _outbox(fabric))
    _check(made, 'conflicts', lambda: _conflicts(fabric))
    if fabric.git_repository is not None:
        _check(made, 'webhook secret', lambda: _webhook_secret(made))
        if _check(made, 'credential', lambda: _credential(fabric)):
            _ask_server(made)
    return made


def _ask_server(made: Validation) -> None:
    """Everything that needs the branch as the server has it now."""
    repository = made.fabric.git_repository
    with repository_locked(repository.pk, _PATIENCE) as got:
        if not _check(made, 'repository free', lambda: _free(got)):
            return
        store, remote = open_store(repository), open_remote(repository)
        head: list[CommitId] = []
        if not _check(made, 'server', lambda: _head(made, store, remote, head)):
            return
        _check(made, 'write access', lambda: _write_access(made, store, remote))
        place = with_own_kinds(store, head[0], engine_fabric(made.fabric))
        _check(made, 'structure', lambda: _structure(store, place, head[0]))
        _check(made, 'files', lambda: _files(store, place, head[0]))
        _check(made, 'up to date', lambda: _up_to_date(made.fabric, head[0]))
        _check(made, 'digests', lambda: _digests(made.fabric, store, place))


def _check(made: Validation, name: str, ask: Callable[[], str]) -> bool:
    """Runs one check: it says what it found, or raises what is wrong."""
    begun = time.monotonic()
    try:
        found, advice, ok = ask(), '', True
    except EngineError as error:
        found, advice, ok = f'{error.reason}: {error.message}', error.hint, False
    made.checks.append(Check(name, ok, found, advice, time.monotonic() - begun))
    return ok


def _configuration(fabric: HedgehogFabric) -> str:
    repository = fabric.git_repository
    if repository is None:
        raise NeedsPerson('RepositoryMissing', 'There is no Git repository.', hint='Choose one.')
    if not repository.enabled:
        raise NeedsPerson('RepositoryDisabled', f'{repository} is disabled.', hint='Enable it.')
    if not fabric.sync_enabled or fabric.sync_direction == SyncDirectionChoices.DISABLED:
        raise NeedsPerson('SyncDisabled', 'Synchronisation is off.', hint='Switch it on.')
    return f'{repository}, branch {fabric.effective_branch}, {fabric.get_sync_direction_display()}'


def _worker(present: bool) -> str:
    queue = sync_settings().queue
    if not present:
        raise TryAgainLater(
            'NoWorker',
            f'No worker serves the queue {queue!r}; edits wait.',
            hint=f'Start one: `manage.py rqworker {queue}`.',
        )
    return f'a worker serves the queue {queue!r}'


def _operations(fabric: HedgehogFabric) -> str:
    running = fabric.sync_operations.filter(status__in=RUNNING_OPERATION_STATUSES, parent=None)
    count = running.count()
    if count and not lease_held(fabric.pk):
        raise TryAgainLater(
            'WorkerDied',
            f'{count} operations look running, and no worker is on them.',
            hint='The minutely check takes them up; `manage.py hedgehog_recover` does so at once.',
        )
    return f'{count} running'


def _outbox(fabric: HedgehogFabric) -> str:
    entries = open_entries(fabric)
    failed = entries.filter(state=OutboxStateChoices.FAILED).first()
    if failed is not None:
        raise NeedsPerson('EditsFailed', f'{failed}: {failed.reason}', hint='Correct the draft.')
    ready = (OutboxStateChoices.PENDING, OutboxStateChoices.PUSHING)
    oldest = entries.filter(state__in=ready).first()
    age = timezone.now() - oldest.created if oldest is not None else timedelta(0)
    if age > _LONG and fabric.publish_mode == PublishModeChoices.DIRECT:
        raise TryAgainLater(
            'EditsWait',
            f'{oldest} has waited for {int(age.total_seconds())} s. {oldest.reason}'.strip(),
            hint='Look at the last operation of the fabric; synchronise by hand.',
        )
    return f'{entries.count()} edits wait, the oldest for {int(age.total_seconds())} s'


def _conflicts(fabric: HedgehogFabric) -> str:
    count = fabric.conflicts.filter(resolution_status__in=OPEN_CONFLICT_STATUSES).count()
    if count:
        raise NeedsPerson('ConflictsOpen', f'{count} conflicts are open.', hint='Decide them.')
    return 'none open'


def _webhook_secret(made: Validation) -> str:
    repository = made.fabric.git_repository
    if not repository.webhook_secret:
        made.hints.append(
            f'{repository} has no webhook secret: pushes are noticed by the schedule only.'
        )
        return 'none is set'
    if not usable_secrets(repository):
        raise NeedsPerson(
            'CredentialUnreadable',
            'The webhook secret cannot be opened, so every delivery is refused.',
            hint="Put its key back into 'encryption_keys', or replace the secret.",
        )
    return 'it can be opened'


def _credential(fabric: HedgehogFabric) -> str:
    if open_credential(fabric.git_repository) is None:
        return 'none is needed'
    return 'it can be opened'


def _free(got: bool) -> str:
    if not got:
        raise RepositoryInUse
    return 'no other operation uses it'


def _head(made: Validation, store: GitStore, remote: Remote, head: list[CommitId]) -> str:
    branch = made.fabric.effective_branch
    with _timed(made):
        found = store.fetch(remote, branch)
    if found is None:
        raise NeedsPerson('BranchMissing', f'There is no branch {branch}.', hint='Create it.')
    head.append(found)
    return f'{remote.place}: {branch} stands at {found[:12]}'


def _write_access(made: Validation, store: GitStore, remote: Remote) -> str:
    with _timed(made):
        store.may_push(remote)
    return 'the server opens its writing side'


def _structure(store: GitStore, place: Fabric, head: CommitId) -> str:
    entries = entries_below(store, head, place.base)
    missing = missing_structure(place, entries)
    if missing:
        raise NeedsPerson(
            'StructureIncomplete',
            f'{len(missing)} parts are missing: {", ".join(missing[:5])}.',
            hint='Initialise the fabric again: it adds what is missing and changes nothing else.',
        )
    blob = entries[place.manifest].blob
    manifest, findings = read_manifest(store.read_blobs([blob])[blob])
    if manifest is None:
        said = '; '.join(finding.message for finding in findings)
        raise NeedsPerson('ManifestUnreadable', said, hint=f'Correct {place.manifest}.')
    return f'complete below {place.base or "/"}'


def _files(store: GitStore, place: Fabric, head: CommitId) -> str:
    entries = entries_below(store, head, place.managed)
    found = inventory(store, place, entries, reading_limits())
    errors = [each for each in found.findings if each.severity is Severity.ERROR]
    if errors:
        first = errors[0]
        raise NeedsPerson(
            first.code,
            f'{len(errors)} files cannot be used; {first.file}:{first.line}: {first.message}',
            hint='Correct the files; `hedgehog-gitops check` lists all of them.',
        )
    return f'{len(found.by_key)} objects in {len(entries)} files'


def _up_to_date(fabric: HedgehogFabric, head: CommitId) -> str:
    synced = synced_commit(fabric)
    if synced != head:
        raise TryAgainLater(
            'Behind',
            f'NetBox knows {(synced or "nothing")[:12]}, the branch stands at {head[:12]}.',
            hint='Synchronise; if it stays, look at the last operation.',
        )
    return f'NetBox knows {head[:12]}'


def _digests(fabric: HedgehogFabric, store: GitStore, place: Fabric) -> str:
    """Compares every object with its row at the commit NetBox says it knows."""
    synced = synced_commit(fabric)
    if synced is None or store.resolve(synced) is None:
        raise NeedsPerson(
            'CommitUnknown', 'NetBox knows no commit of this branch.', hint='Synchronise.'
        )
    objects = incoming(store, None, synced, place, reading_limits()).objects
    in_git = {wanted.key: wanted.digest for wanted in objects}
    rows = ResourceSyncState.objects.filter(
        resource__fabric=fabric, resource__desired_spec__isnull=False
    ).select_related('resource')
    in_netbox = {resource_key(row.resource): row.canonical_digest for row in rows}
    differs = _differing(in_git, in_netbox)
    if differs:
        raise NeedsPerson(
            'DigestsDiffer',
            f'{len(differs)} of {len(in_git.keys() | in_netbox.keys())} objects differ between '
            f'Git and NetBox at {synced[:12]}: {", ".join(map(str, differs[:5]))}.',
            hint='Delete these rows and synchronise, or recreate the fabric: Git is the truth.',
        )
    return f'{len(in_git)} objects say the same in Git and in NetBox'


def _differing(in_git: dict[ResourceKey, str], in_netbox: dict[ResourceKey, str]) -> list[object]:
    return sorted(
        key for key in in_git.keys() | in_netbox.keys() if in_git.get(key) != in_netbox.get(key)
    )


@contextmanager
def _timed(made: Validation) -> Iterator[None]:
    begun = time.monotonic()
    yield
    made.answers.append(time.monotonic() - begun)
