"""The rows of the plugin. No I/O, no jobs, no engine: models are below `sync/` on the path."""

from .checkpoints import Checkpoint
from .conflicts import ConflictResolution
from .fabrics import FabricSyncState, HedgehogFabric
from .operations import SyncOperation
from .outbox import OutboxEntry
from .pull_requests import PullRequest
from .repositories import GitRepository, GitRepositoryState
from .resources import HedgehogResource, ResourceSyncState
from .uploads import RawUpload

__all__ = [
    'Checkpoint',
    'ConflictResolution',
    'FabricSyncState',
    'GitRepository',
    'GitRepositoryState',
    'HedgehogFabric',
    'HedgehogResource',
    'OutboxEntry',
    'PullRequest',
    'RawUpload',
    'ResourceSyncState',
    'SyncOperation',
]
