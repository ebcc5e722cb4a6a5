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
from .webhooks import (
    DeliverySerializer,
    NewWebhookSecretSerializer,
    RegisteredWebhookSerializer,
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
    'ErrorSerializer',
    'GitOpsStatusSerializer',
    'GitRepositorySerializer',
    'HedgehogFabricSerializer',
    'HedgehogResourceSerializer',
    'IngestRawSerializer',
    'InitGitOpsSerializer',
    'MultipartUploadSerializer',
    'NewWebhookSecretSerializer',
    'OutboxEntrySerializer',
    'RawUploadSerializer',
    'RegisteredWebhookSerializer',
    'ResolveSerializer',
    'ResolvedSerializer',
    'SyncFabricSerializer',
    'SyncOperationSerializer',
    'UploadSerializer',
    'WebhookSecretSerializer',
]
