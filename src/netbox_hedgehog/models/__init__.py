"""The rows of the plugin. No I/O, no jobs, no engine: models are below `sync/` on the path."""

from .checkpoints import Checkpoint
from .conflicts import ConflictResolution
from .duplicates import (
    BlobMeaning,
    DuplicateScan,
    YAMLDuplicateFile,
    YAMLDuplicateGroup,
)
from .errors import ErrorRecord
from .fabric_state import FabricSyncState
from .fabrics import HedgehogFabric
from .health import HealthAlert
from .operations import SyncOperation
from .outbox import OutboxEntry
from .policies import ResolutionPolicy, ResolutionPolicyVersion
from .pull_requests import PullRequest
from .repositories import GitRepository, GitRepositoryState
from .resources import HedgehogResource, ResourceSyncState
from .uploads import RawUpload

__all__ = [
    'BlobMeaning',
    'Checkpoint',
    'ConflictResolution',
    'DuplicateScan',
    'ErrorRecord',
    'FabricSyncState',
    'GitRepository',
    'GitRepositoryState',
    'HealthAlert',
    'HedgehogFabric',
    'HedgehogResource',
    'OutboxEntry',
    'PullRequest',
    'RawUpload',
    'ResolutionPolicy',
    'ResolutionPolicyVersion',
    'ResourceSyncState',
    'SyncOperation',
    'YAMLDuplicateFile',
    'YAMLDuplicateGroup',
]
