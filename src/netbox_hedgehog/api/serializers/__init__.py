"""Rows as JSON and JSON as rows; NetBox finds a model's serializer here by its name."""

from .actions import (
    AcceptedSerializer,
    ConnectionSerializer,
    ErrorSerializer,
    GitOpsStatusSerializer,
    IngestRawSerializer,
    InitGitOpsSerializer,
    SyncedFabricsSerializer,
    SyncFabricSerializer,
    SyncFabricsSerializer,
)
from .errors import ErrorRecordSerializer, ErrorStatisticsSerializer
from .fabrics import HedgehogFabricSerializer
from .health import SyncAnalyticsSerializer, SyncHealthSerializer
from .outgoing import NewOutgoingWebhookSerializer, OutgoingWebhookSerializer
from .pull_requests import (
    BranchSerializer,
    CompareBranchSerializer,
    CreateBranchSerializer,
    MergeBranchSerializer,
    MergePullRequestSerializer,
    PullRequestSerializer,
)
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
    RegisteredWebhookSerializer,
    WebhookSecretSerializer,
)

__all__ = [
    'AcceptedSerializer',
    'AcceptedUploadSerializer',
    'BackupSerializer',
    'BlameSerializer',
    'BranchSerializer',
    'BulkResolveSerializer',
    'BulkResolvedSerializer',
    'CheckpointSerializer',
    'CompareBranchSerializer',
    'ConflictResolutionSerializer',
    'ConnectionSerializer',
    'ContentSerializer',
    'CreateBranchSerializer',
    'DeliverySerializer',
    'DifferenceSerializer',
    'ErrorRecordSerializer',
    'ErrorSerializer',
    'ErrorStatisticsSerializer',
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
    'MergeBranchSerializer',
    'MergePullRequestSerializer',
    'MultipartUploadSerializer',
    'NewCheckpointSerializer',
    'NewOutgoingWebhookSerializer',
    'NewWebhookSecretSerializer',
    'OriginalsSerializer',
    'OutboxEntrySerializer',
    'OutgoingWebhookSerializer',
    'PlanSerializer',
    'PullRequestSerializer',
    'RawUploadSerializer',
    'RegisteredWebhookSerializer',
    'ResolveSerializer',
    'ResolvedSerializer',
    'ResourceDifferenceSerializer',
    'RestoreFabricSerializer',
    'RestoreFilesSerializer',
    'RestoreResourceSerializer',
    'RollbackSerializer',
    'SyncAnalyticsSerializer',
    'SyncFabricSerializer',
    'SyncFabricsSerializer',
    'SyncHealthSerializer',
    'SyncOperationSerializer',
    'SyncedFabricsSerializer',
    'UploadSerializer',
    'WebhookSecretSerializer',
]
