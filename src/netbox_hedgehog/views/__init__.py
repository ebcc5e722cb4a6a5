"""Pages: one file a model; each view registers itself with NetBox under its model."""

from .conflicts import ConflictResolutionListView, ConflictResolutionView
from .errors import ErrorRecordListView, ErrorRecordView, ErrorStatisticsView
from .fabric_actions import (
    FabricBulkSyncView,
    FabricIngestRawView,
    FabricInitialiseView,
    FabricStatusView,
    FabricSyncView,
)
from .fabric_health import FabricHealthView
from .fabrics import (
    FabricConflictsView,
    FabricOperationsView,
    FabricOutboxView,
    FabricResourcesView,
    FabricUploadsView,
    HedgehogFabricBulkDeleteView,
    HedgehogFabricBulkEditView,
    HedgehogFabricBulkImportView,
    HedgehogFabricBulkRenameView,
    HedgehogFabricDeleteView,
    HedgehogFabricEditView,
    HedgehogFabricListView,
    HedgehogFabricView,
)
from .help import HelpView
from .operations import (
    SyncOperationCancelView,
    SyncOperationListView,
    SyncOperationUndoView,
    SyncOperationView,
)
from .outbox import OutboxEntryListView, OutboxEntryView
from .overview import OverviewView
from .repositories import (
    GitRepositoryBulkDeleteView,
    GitRepositoryBulkEditView,
    GitRepositoryBulkImportView,
    GitRepositoryBulkRenameView,
    GitRepositoryDeleteView,
    GitRepositoryEditView,
    GitRepositoryListView,
    GitRepositoryTestView,
    GitRepositoryView,
)
from .resolve import ConflictBulkResolveView, ConflictResolveView
from .resources import (
    HedgehogResourceBulkDeleteView,
    HedgehogResourceBulkEditView,
    HedgehogResourceBulkImportView,
    HedgehogResourceDeleteView,
    HedgehogResourceEditView,
    HedgehogResourceListView,
    HedgehogResourceView,
)
from .uploads import FabricUploadView, RawUploadDeleteView, RawUploadListView, RawUploadView
from .webhooks import GitRepositoryWebhookView

__all__ = [
    'ConflictBulkResolveView',
    'ConflictResolutionListView',
    'ConflictResolutionView',
    'ConflictResolveView',
    'ErrorRecordListView',
    'ErrorRecordView',
    'ErrorStatisticsView',
    'FabricBulkSyncView',
    'FabricConflictsView',
    'FabricHealthView',
    'FabricIngestRawView',
    'FabricInitialiseView',
    'FabricOperationsView',
    'FabricOutboxView',
    'FabricResourcesView',
    'FabricStatusView',
    'FabricSyncView',
    'FabricUploadView',
    'FabricUploadsView',
    'GitRepositoryBulkDeleteView',
    'GitRepositoryBulkEditView',
    'GitRepositoryBulkImportView',
    'GitRepositoryBulkRenameView',
    'GitRepositoryDeleteView',
    'GitRepositoryEditView',
    'GitRepositoryListView',
    'GitRepositoryTestView',
    'GitRepositoryView',
    'GitRepositoryWebhookView',
    'HedgehogFabricBulkDeleteView',
    'HedgehogFabricBulkEditView',
    'HedgehogFabricBulkImportView',
    'HedgehogFabricBulkRenameView',
    'HedgehogFabricDeleteView',
    'HedgehogFabricEditView',
    'HedgehogFabricListView',
    'HedgehogFabricView',
    'HedgehogResourceBulkDeleteView',
    'HedgehogResourceBulkEditView',
    'HedgehogResourceBulkImportView',
    'HedgehogResourceDeleteView',
    'HedgehogResourceEditView',
    'HedgehogResourceListView',
    'HedgehogResourceView',
    'HelpView',
    'OutboxEntryListView',
    'OutboxEntryView',
    'OverviewView',
    'RawUploadDeleteView',
    'RawUploadListView',
    'RawUploadView',
    'SyncOperationCancelView',
    'SyncOperationListView',
    'SyncOperationUndoView',
    'SyncOperationView',
]
