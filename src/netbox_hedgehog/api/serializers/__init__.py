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
from .errors import ErrorRecordSerializer, ErrorStatisticsSerializer
from .fabrics import HedgehogFabricSerializer
from .health import SyncAnalyticsSerializer, SyncHealthSerializer
from .outgoing import NewOutgoingWebhookSerializer, OutgoingWebhookSerializer
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
    'BulkResolveSerializer',
    'BulkResolvedSerializer',
    'ConflictResolutionSerializer',
    'ConnectionSerializer',
    'DeliverySerializer',
    'ErrorRecordSerializer',
    'ErrorSerializer',
    'ErrorStatisticsSerializer',
    'GitOpsStatusSerializer',
    'GitRepositorySerializer',
    'HedgehogFabricSerializer',
    'HedgehogResourceSerializer',
    'IngestRawSerializer',
    'InitGitOpsSerializer',
    'MultipartUploadSerializer',
    'NewOutgoingWebhookSerializer',
    'NewWebhookSecretSerializer',
    'OutboxEntrySerializer',
    'OutgoingWebhookSerializer',
    'RawUploadSerializer',
    'ResolveSerializer',
    'ResolvedSerializer',
    'SyncAnalyticsSerializer',
    'SyncFabricSerializer',
    'SyncHealthSerializer',
    'SyncOperationSerializer',
    'UploadSerializer',
    'WebhookSecretSerializer',
]
