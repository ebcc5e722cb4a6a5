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
from .fabrics import HedgehogFabricSerializer
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
from .webhooks import (
    DeliverySerializer,
    NewWebhookSecretSerializer,
    WebhookSecretSerializer,
)

__all__ = [
    'AcceptedSerializer',
    'AcceptedUploadSerializer',
    'BranchSerializer',
    'BulkResolveSerializer',
    'BulkResolvedSerializer',
    'CompareBranchSerializer',
    'ConflictResolutionSerializer',
    'ConnectionSerializer',
    'CreateBranchSerializer',
    'DeliverySerializer',
    'ErrorSerializer',
    'GitOpsStatusSerializer',
    'GitRepositorySerializer',
    'HedgehogFabricSerializer',
    'HedgehogResourceSerializer',
    'IngestRawSerializer',
    'InitGitOpsSerializer',
    'MergeBranchSerializer',
    'MergePullRequestSerializer',
    'MultipartUploadSerializer',
    'NewWebhookSecretSerializer',
    'OutboxEntrySerializer',
    'PullRequestSerializer',
    'RawUploadSerializer',
    'ResolveSerializer',
    'ResolvedSerializer',
    'SyncFabricSerializer',
    'SyncFabricsSerializer',
    'SyncOperationSerializer',
    'SyncedFabricsSerializer',
    'UploadSerializer',
    'WebhookSecretSerializer',
]
