"""What lists may be narrowed by: used by the REST lists, the pages and saved filters alike."""

from .checkpoints import CheckpointFilterSet
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
    'GitRepositoryFilterSet',
    'HedgehogFabricFilterSet',
    'HedgehogResourceFilterSet',
    'OutboxEntryFilterSet',
    'PullRequestFilterSet',
    'RawUploadFilterSet',
    'SyncOperationFilterSet',
]
