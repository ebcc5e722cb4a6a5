"""The endpoints: lists and details in NetBox's way, actions that enqueue and answer at once."""

from .errors import ErrorRecordViewSet
from .fabrics import HedgehogFabricViewSet
from .records import ConflictResolutionViewSet, OutboxEntryViewSet, SyncOperationViewSet
from .repositories import GitRepositoryViewSet
from .resources import HedgehogResourceViewSet
from .root import HedgehogRootView
from .uploads import RawUploadViewSet
from .webhooks import WebhookView

__all__ = [
    'ConflictResolutionViewSet',
    'ErrorRecordViewSet',
    'GitRepositoryViewSet',
    'HedgehogFabricViewSet',
    'HedgehogResourceViewSet',
    'HedgehogRootView',
    'OutboxEntryViewSet',
    'RawUploadViewSet',
    'SyncOperationViewSet',
    'WebhookView',
]
