"""The types under the one name NetBox looks for them."""

from .duplicate_types import (
    ResolutionPolicyType,
    ResolutionPolicyVersionType,
    YAMLDuplicateFileType,
    YAMLDuplicateGroupType,
)
from .object_types import (
    DuplicateScanType,
    FabricSyncStateType,
    GitRepositoryStateType,
    GitRepositoryType,
    HealthAlertType,
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
    'DuplicateScanType',
    'ErrorRecordType',
    'FabricSyncStateType',
    'GitRepositoryStateType',
    'GitRepositoryType',
    'HealthAlertType',
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
