"""Tables: what the lists show of each object."""

from .checkpoints import CheckpointTable
from .conflicts import ConflictResolutionTable
from .duplicates import (
    NearDuplicateTable,
    ResolutionPolicyTable,
    YAMLDuplicateGroupTable,
)
from .errors import ErrorRecordTable
from .fabrics import HedgehogFabricTable
from .kinds import KIND_TABLES
from .operations import SyncOperationTable
from .originals import OriginalTable
from .outbox import OutboxEntryTable
from .pull_requests import PullRequestTable
from .removed import RemovedTable
from .repositories import GitRepositoryTable
from .resources import HedgehogResourceTable
from .uploads import RawUploadTable

__all__ = [
    'KIND_TABLES',
    'CheckpointTable',
    'ConflictResolutionTable',
    'ErrorRecordTable',
    'GitRepositoryTable',
    'HedgehogFabricTable',
    'HedgehogResourceTable',
    'NearDuplicateTable',
    'OriginalTable',
    'OutboxEntryTable',
    'PullRequestTable',
    'RawUploadTable',
    'RemovedTable',
    'ResolutionPolicyTable',
    'SyncOperationTable',
    'YAMLDuplicateGroupTable',
]
