"""The types under the one name NetBox looks for them."""

from .duplicate_types import (
    ResolutionPolicyType,
    ResolutionPolicyVersionType,
    YAMLDuplicateFileType,
    YAMLDuplicateGroupType,
)
from .object_types import (
    FabricSyncStateType,
    GitRepositoryStateType,
    GitRepositoryType,
    HedgehogFabricType,
    HedgehogResourceType,
    ResourceSyncStateType,
)
from .record_types import (
    CheckpointType,
    ConflictResolutionType,
    ErrorRecordType,
    OutboxEntryType,
    PullRequestType,
    RawUploadType,
    SyncOperationType,
)

__all__ = [
    'CheckpointType',
    'ConflictResolutionType',
    'ErrorRecordType',
    'FabricSyncStateType',
    'GitRepositoryStateType',
    'GitRepositoryType',
    'HedgehogFabricType',
    'HedgehogResourceType',
    'OutboxEntryType',
    'PullRequestType',
    'RawUploadType',
    'ResolutionPolicyType',
    'ResolutionPolicyVersionType',
    'ResourceSyncStateType',
    'SyncOperationType',
    'YAMLDuplicateFileType',
    'YAMLDuplicateGroupType',
]
