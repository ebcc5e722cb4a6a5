"""What GraphQL shows of duplicates and of the policies that settle them.

The text of a file is left out, as everywhere: Git has it, at the commit named.
"""

from typing import TYPE_CHECKING, Annotated

import strawberry
from netbox.graphql.types import BaseObjectType, PrimaryObjectType, register_type

from .. import models
from . import filters

if TYPE_CHECKING:
    from users.graphql.types import UserType

    from .object_types import HedgehogFabricType
    from .record_types import SyncOperationType

__all__ = [
    'ResolutionPolicyType',
    'ResolutionPolicyVersionType',
    'YAMLDuplicateFileType',
    'YAMLDuplicateGroupType',
]

Fabric = Annotated['HedgehogFabricType', strawberry.lazy('netbox_hedgehog.graphql.types')]
Operation = Annotated['SyncOperationType', strawberry.lazy('netbox_hedgehog.graphql.types')]
Policy = Annotated['ResolutionPolicyType', strawberry.lazy('netbox_hedgehog.graphql.types')]
Version = Annotated['ResolutionPolicyVersionType', strawberry.lazy('netbox_hedgehog.graphql.types')]
Group = Annotated['YAMLDuplicateGroupType', strawberry.lazy('netbox_hedgehog.graphql.types')]
File = Annotated['YAMLDuplicateFileType', strawberry.lazy('netbox_hedgehog.graphql.types')]
Person = Annotated['UserType', strawberry.lazy('users.graphql.types')]


@register_type(
    models.YAMLDuplicateGroup,
    fields=[
        'id',
        'group_id',
        'identity',
        'comparison',
        'resolution_status',
        'resolution_strategy',
        'wait',
        'rule',
        'why',
        'differing_fields',
        'files_total',
        'policy_version',
        'detection_timestamp',
        'last_seen',
        'scanned_commit',
        'resolved_at',
        'notes',
    ],
    filters=filters.YAMLDuplicateGroupFilter,
    pagination=True,
)
class YAMLDuplicateGroupType(BaseObjectType):
    fabric: Fabric | None
    policy: Policy | None
    winner: File | None
    files: list[File]
    resolved_by: Person | None
    resolved_in: Operation | None


@register_type(
    models.YAMLDuplicateFile,
    fields=[
        'id',
        'file_path',
        'document_index',
        'item_index',
        'line',
        'file_hash',
        'blob_id',
        'priority_score',
        'resolution_action',
        'is_winner',
    ],
    filters=filters.YAMLDuplicateFileFilter,
    pagination=True,
)
class YAMLDuplicateFileType(BaseObjectType):
    duplicate_group: Group | None


@register_type(
    models.ResolutionPolicy,
    fields=[
        'id',
        'name',
        'slug',
        'option_set',
        'rules',
        'loser_action',
        'max_deletions',
        'max_moves',
        'version',
        'is_default',
        'description',
        'comments',
        'created',
        'last_updated',
    ],
    filters=filters.ResolutionPolicyFilter,
    pagination=True,
)
class ResolutionPolicyType(PrimaryObjectType):
    versions: list[Version]


@register_type(
    models.ResolutionPolicyVersion,
    fields=['id', 'version', 'content', 'user_name', 'message', 'created'],
    filters=filters.ResolutionPolicyVersionFilter,
    pagination=True,
)
class ResolutionPolicyVersionType(BaseObjectType):
    policy: Policy | None
