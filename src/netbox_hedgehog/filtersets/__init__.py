"""What lists may be narrowed by: used by the REST lists, the pages and saved filters alike."""

from .checkpoints import CheckpointFilterSet
from .duplicates import (
    ResolutionPolicyFilterSet,
    YAMLDuplicateFileFilterSet,
    YAMLDuplicateGroupFilterSet,
)
from .errors import ErrorRecordFilterSet
from .objects import (
    GitRepositoryFilterSet,
    HedgehogFabricFilterSet,
    HedgehogResourceFilterSet,
)
from .records import (
    ConflictResolutionFilterSet,
    OutboxEntryFilterSet,
    PullRequestFilterSet,
    RawUploadFilterSet,
    SyncOperationFilterSet,
)

__all__ = [
    'CheckpointFilterSet',
    'ConflictResolutionFilterSet',
    'ErrorRecordFilterSet',
    'GitRepositoryFilterSet',
    'HedgehogFabricFilterSet',
    'HedgehogResourceFilterSet',
    'OutboxEntryFilterSet',
    'PullRequestFilterSet',
    'RawUploadFilterSet',
    'ResolutionPolicyFilterSet',
    'SyncOperationFilterSet',
    'YAMLDuplicateFileFilterSet',
    'YAMLDuplicateGroupFilterSet',
]
