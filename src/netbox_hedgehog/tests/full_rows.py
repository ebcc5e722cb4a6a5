"""Rows with everything they can point at, each with things of its own: for lists' queries."""

from uuid import uuid4

from core.models import Job, ObjectType
from django.utils import timezone
from extras.models import Tag
from users.models import Owner, User

from netbox_hedgehog.models import (
    FabricSyncState,
    GitRepositoryState,
    HedgehogFabric,
    HedgehogResource,
    OutboxEntry,
    ResolutionPolicy,
    ResourceSyncState,
    SyncOperation,
)

from . import builders
from .git_case import vpc

__all__ = ['COMMIT', 'a_full_set']

COMMIT = 'feed' * 10


def a_full_set(number: int, fabric: HedgehogFabric | None = None) -> HedgehogFabric:
    """Makes one row of each model, all of another fabric, person and repository than before.

    With a fabric the rows are of that one.
    """
    person = User.objects.create_user(f'person-{number}')
    policy = builders.a_policy()
    fabric = fabric or _a_fabric(number, policy)
    operation = _an_operation(number, fabric, person)
    resource = _a_resource(number, fabric, person)
    review = builders.a_pull_request(fabric, sync_operation=operation, user=person)
    builders.a_conflict(
        resource, sync_operation=operation, resolved_in=operation, resolved_by=person,
        conflicting_fields=['spec.a'], base_commit=COMMIT, path='managed/vpcs/a.yaml',
        base_state=_side(resource, 1), gui_state=_side(resource, 2), git_state=_side(resource, 3),
    )  # fmt: skip
    OutboxEntry.objects.filter(resource=resource).update(
        user=person, pull_request=review, state='conflict'
    )
    builders.a_checkpoint(fabric, sync_operation=operation, created_by=person)
    builders.an_upload(fabric, sync_operation=operation, pull_request=review, user=person)
    builders.an_error(fabric, operation=operation)
    builders.a_duplicate_group(
        fabric, policy=policy, detected_in=operation, resolved_in=operation, resolved_by=person,
        scanned_commit=COMMIT,
    )  # fmt: skip
    return fabric


def _a_fabric(number: int, policy: ResolutionPolicy) -> HedgehogFabric:
    owner, tag = _owner(number), _tag(number)
    repository = builders.a_repository(owner=owner)
    GitRepositoryState.objects.filter(repository=repository).update(head_commit=COMMIT)
    fabric = builders.a_fabric(
        git_repository=repository, resolution_policy=policy, owner=owner, gitops_initialized=True
    )
    FabricSyncState.objects.filter(fabric=fabric).update(
        last_synced_commit=COMMIT, last_sync=timezone.now()
    )
    for each in (repository, fabric, policy):
        each.tags.add(tag)
    return fabric


def _an_operation(number: int, fabric: HedgehogFabric, person: User) -> SyncOperation:
    job = Job.objects.create(
        name=f'job {number}',
        object_type=ObjectType.objects.get_for_model(HedgehogFabric),
        object_id=fabric.pk,
        job_id=uuid4(),
        user=person,
    )
    first = builders.an_operation(fabric, status='completed', completed_at=timezone.now())
    return builders.an_operation(
        fabric, git_repository=fabric.git_repository, initiated_by=person, parent=first,
        undoes=first, job=job, status='syncing_data', progress_done=1, progress_total=2,
        commit_sha=COMMIT,
    )  # fmt: skip


def _a_resource(number: int, fabric: HedgehogFabric, person: User) -> HedgehogResource:
    for kind in ('Switch', 'VPC'):
        made = builders.a_resource(
            fabric, kind=kind, draft_spec={'x': number}, draft_updated_by=person,
            draft_updated=timezone.now(), owner=_owner(number),
        )  # fmt: skip
        made.tags.add(_tag(number))
    ResourceSyncState.objects.filter(resource__fabric=fabric).update(
        managed_file_path='managed/vpcs/a.yaml', error_count=1
    )
    return made


def _side(resource: HedgehogResource, vlan: int) -> dict[str, str]:
    return {'text': vpc(resource.name, vlan).decode()}


def _owner(number: int) -> Owner:
    return Owner.objects.get_or_create(name=f'owner {number}')[0]


def _tag(number: int) -> Tag:
    return Tag.objects.get_or_create(name=f'tag {number}', slug=f'tag-{number}')[0]
