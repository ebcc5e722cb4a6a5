"""Rows as JSON and JSON as rows; NetBox finds a model's serializer here by its name."""

from .actions import (
    AcceptedSerializer,
    ConnectionSerializer,
    ErrorSerializer,
    GitOpsStatusSerializer,
    IngestRawSerializer,
    InitGitOpsSerializer,
    SyncFabricSerializer,
)
from .fabrics import HedgehogFabricSerializer
from .records import (
    ConflictResolutionSerializer,
    OutboxEntrySerializer,
    SyncOperationSerializer,
)
from .repositories import GitRepositorySerializer
from .resources import HedgehogResourceSerializer

__all__ = [
    'AcceptedSerializer',
    'ConflictResolutionSerializer',
    'ConnectionSerializer',
    'ErrorSerializer',
    'GitOpsStatusSerializer',
    'GitRepositorySerializer',
    'HedgehogFabricSerializer',
    'HedgehogResourceSerializer',
    'IngestRawSerializer',
    'InitGitOpsSerializer',
    'OutboxEntrySerializer',
    'SyncFabricSerializer',
    'SyncOperationSerializer',
]
