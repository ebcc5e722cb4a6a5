"""Short builders of rows; each makes the least that the model accepts."""

from hashlib import sha256
from itertools import count
from typing import Any

from django.utils import timezone

from netbox_hedgehog.models import (
    Checkpoint,
    ConflictResolution,
    ErrorRecord,
    GitRepository,
    HedgehogFabric,
    HedgehogResource,
    OutboxEntry,
    PullRequest,
    RawUpload,
    ResolutionPolicy,
    SyncOperation,
    YAMLDuplicateFile,
    YAMLDuplicateGroup,
)

__all__ = [
    'GROUP',
    'a_checkpoint',
    'a_conflict',
    'a_duplicate_file',
    'a_duplicate_group',
    'a_fabric',
    'a_policy',
    'a_pull_request',
    'a_repository',
    'a_resource',
    'an_entry',
    'an_error',
    'an_operation',
    'an_upload',
]

GROUP = 'vpc.githedgehog.com'

_numbers = count(1)


def a_repository(**fields: Any) -> GitRepository:
    number = next(_numbers)
    fields.setdefault('name', f'repository {number}')
    fields.setdefault('url', f'https://git.example.com/group/repository-{number}.git')
    return GitRepository.objects.create(**fields)


def a_fabric(**fields: Any) -> HedgehogFabric:
    fields.setdefault('name', f'Fabric {next(_numbers)}')
    return HedgehogFabric.objects.create(**fields)


def a_resource(fabric: HedgehogFabric, **fields: Any) -> HedgehogResource:
    fields.setdefault('name', f'vpc-{next(_numbers)}')
    fields.setdefault('desired_spec', {'subnets': {}})
    identity = {'api_group': GROUP, 'api_version': 'v1beta1', 'kind': 'VPC'}
    return HedgehogResource.objects.create(fabric=fabric, **{**identity, **fields})


def an_operation(fabric: HedgehogFabric, **fields: Any) -> SyncOperation:
    fields.setdefault('operation_type', 'sync')
    return SyncOperation.objects.create(fabric=fabric, **fields)


def a_pull_request(fabric: HedgehogFabric, **fields: Any) -> PullRequest:
    number = next(_numbers)
    fields.setdefault('purpose', 'edits')
    fields.setdefault('title', f'Edit VPC/vpc-{number}')
    fields.setdefault('branch', f'netbox/{fabric.slug}/{number}')
    fields.setdefault('base_branch', 'main')
    fields.setdefault('state', 'open')
    repository = fabric.git_repository
    return PullRequest.objects.create(fabric=fabric, git_repository=repository, **fields)


def a_checkpoint(fabric: HedgehogFabric, **fields: Any) -> Checkpoint:
    fields.setdefault('name', f'Checkpoint {next(_numbers)}')
    fields.setdefault('commit', 'feed' * 10)
    return Checkpoint.objects.create(fabric=fabric, **fields)


def a_conflict(resource: HedgehogResource, **fields: Any) -> ConflictResolution:
    fields.setdefault('conflict_type', 'concurrent_modification')
    fields.setdefault('resource_key', resource.identity)
    return ConflictResolution.objects.create(fabric=resource.fabric, resource=resource, **fields)


def a_policy(**fields: Any) -> ResolutionPolicy:
    fields.setdefault('name', f'Policy {next(_numbers)}')
    return ResolutionPolicy.objects.create(**fields)


def a_duplicate_group(fabric: HedgehogFabric, **fields: Any) -> YAMLDuplicateGroup:
    """A group of two files, the first of which wins; `files=()` leaves them out."""
    number = next(_numbers)
    files = fields.pop('files', (f'production/{number}.yaml', f'examples/{number}.yaml'))
    fields.setdefault('identity', f'{GROUP}/VPC/default/vpc-{number}')
    fields.setdefault('comparison', 'identical')
    fields.setdefault('state_token', 'ab' * 8)
    now = timezone.now()
    group = YAMLDuplicateGroup.objects.create(
        fabric=fabric,
        **{
            'detection_timestamp': now,
            'last_seen': now,
            'files_total': len(files),
            'why': 'wins because it lies in production/' if files else '',
            **fields,
        },
    )
    made = [
        a_duplicate_file(group, file_path=path, is_winner=not place and not group.wait)
        for place, path in enumerate(files)
    ]
    if made and made[0].is_winner:
        group.winner = made[0]
        group.save()
    return group


def a_duplicate_file(group: YAMLDuplicateGroup, **fields: Any) -> YAMLDuplicateFile:
    fields.setdefault('file_path', f'raw/{next(_numbers)}.yaml')
    fields.setdefault('original_text', 'kind: VPC\n')
    action = 'keep' if fields.get('is_winner') else 'archive'
    return YAMLDuplicateFile.objects.create(
        duplicate_group=group, **{'resolution_action': action, **fields}
    )


def an_entry(resource: HedgehogResource, **fields: Any) -> OutboxEntry:
    identity = {
        name: getattr(resource, name)
        for name in ('api_group', 'api_version', 'kind', 'namespace', 'name')
    }
    fields.setdefault('action', 'update')
    return OutboxEntry.objects.create(
        fabric=resource.fabric, resource=resource, **{**identity, **fields}
    )


def an_upload(fabric: HedgehogFabric, **fields: Any) -> RawUpload:
    fields.setdefault('name', f'drop-{next(_numbers)}.yaml')
    fields.setdefault('content', b'kind: VPC\n')
    return RawUpload.objects.create(
        fabric=fabric, **{'size': len(fields['content'] or b''), 'sha256': 'ab' * 32, **fields}
    )


def an_error(fabric: HedgehogFabric, **fields: Any) -> ErrorRecord:
    number = next(_numbers)
    fields.setdefault('reason', 'YamlSyntax')
    fields.setdefault('path', f'raw/drop-{number}.yaml')
    fields.setdefault('fingerprint', sha256(str(number).encode()).hexdigest())
    fields.setdefault('message', 'It does not parse.')
    now = timezone.now()
    return ErrorRecord.objects.create(
        fabric=fabric, **{'first_seen': now, 'last_seen': now, **fields}
    )
