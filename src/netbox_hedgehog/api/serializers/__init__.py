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
from .resolve import (
    BulkResolvedSerializer,
    BulkResolveSerializer,
    ResolvedSerializer,
    ResolveSerializer,
)
from .resources import HedgehogResourceSerializer
from .uploads import (
    AcceptedUploadSerializer,
    MultipartUploadSerializer,
    RawUploadSerializer,
    UploadSerializer,
)
from .versions import (
    BackupSerializer,
    BlameSerializer,
    CheckpointSerializer,
    ContentSerializer,
    DifferenceSerializer,
    FactsSerializer,
    FileOperationsSerializer,
    FilesSerializer,
    HistorySerializer,
    NewCheckpointSerializer,
    OriginalsSerializer,
    PlanSerializer,
    ResourceDifferenceSerializer,
    RestoreFabricSerializer,
    RestoreFilesSerializer,
    RestoreResourceSerializer,
    RollbackSerializer,
)
from .webhooks import (
    DeliverySerializer,
    NewWebhookSecretSerializer,
    WebhookSecretSerializer,
)

__all__ = [
    'AcceptedSerializer',
    'AcceptedUploadSerializer',
    'BackupSerializer',
    'BlameSerializer',
    'BulkResolveSerializer',
    'BulkResolvedSerializer',
    'CheckpointSerializer',
    'ConflictResolutionSerializer',
    'ConnectionSerializer',
    'ContentSerializer',
    'DeliverySerializer',
    'DifferenceSerializer',
    'ErrorSerializer',
    'FactsSerializer',
    'FileOperationsSerializer',
    'FilesSerializer',
    'GitOpsStatusSerializer',
    'GitRepositorySerializer',
    'HedgehogFabricSerializer',
    'HedgehogResourceSerializer',
    'HistorySerializer',
    'IngestRawSerializer',
    'InitGitOpsSerializer',
    'MultipartUploadSerializer',
    'NewCheckpointSerializer',
    'NewWebhookSecretSerializer',
    'OriginalsSerializer',
    'OutboxEntrySerializer',
    'PlanSerializer',
    'RawUploadSerializer',
    'ResolveSerializer',
    'ResolvedSerializer',
    'ResourceDifferenceSerializer',
    'RestoreFabricSerializer',
    'RestoreFilesSerializer',
    'RestoreResourceSerializer',
    'RollbackSerializer',
    'SyncFabricSerializer',
    'SyncOperationSerializer',
    'UploadSerializer',
    'WebhookSecretSerializer',
]
