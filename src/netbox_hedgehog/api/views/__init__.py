"""The endpoints: lists and details in NetBox's way, actions that enqueue and answer at once."""

from .duplicates import YAMLDuplicateFileViewSet, YAMLDuplicateGroupViewSet
from .errors import ErrorRecordViewSet
from .fabrics import HedgehogFabricViewSet
from .kinds import KIND_VIEW_SETS
from .outgoing import OutgoingWebhookTestView
from .policies import ResolutionPolicyViewSet
from .pull_requests import PullRequestViewSet
from .records import ConflictResolutionViewSet, OutboxEntryViewSet, SyncOperationViewSet
from .repositories import GitRepositoryViewSet
from .resources import HedgehogResourceViewSet
from .root import HedgehogRootView
from .status import StatusView
from .uploads import RawUploadViewSet
from .versions import CheckpointViewSet
from .webhooks import WebhookView

__all__ = [
    'KIND_VIEW_SETS',
    'CheckpointViewSet',
    'ConflictResolutionViewSet',
    'ErrorRecordViewSet',
    'GitRepositoryViewSet',
    'HedgehogFabricViewSet',
    'HedgehogResourceViewSet',
    'HedgehogRootView',
    'OutboxEntryViewSet',
    'OutgoingWebhookTestView',
    'PullRequestViewSet',
    'RawUploadViewSet',
    'ResolutionPolicyViewSet',
    'StatusView',
    'SyncOperationViewSet',
    'WebhookView',
    'YAMLDuplicateFileViewSet',
    'YAMLDuplicateGroupViewSet',
]
