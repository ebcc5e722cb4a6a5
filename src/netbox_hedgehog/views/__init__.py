"""Pages: one file a model; each view registers itself with NetBox under its model."""

from .archive import FabricArchiveView
from .change_file import FabricChangeFileView
from .checkpoints import (
    CheckpointListView,
    CheckpointRollbackView,
    CheckpointView,
    FabricCheckpointsView,
    FabricMakeCheckpointView,
)
from .conflicts import ConflictResolutionListView, ConflictResolutionView
from .draft_check import ResourceCheckView, ResourceNewCheckView
from .duplicates import (
    FabricDuplicatesView,
    YAMLDuplicateGroupListView,
    YAMLDuplicateGroupView,
)
from .errors import ErrorRecordListView, ErrorRecordView, ErrorStatisticsView
from .fabric_actions import (
    FabricBulkIngestView,
    FabricBulkScanView,
    FabricBulkSyncView,
    FabricIngestRawView,
    FabricInitialiseView,
    FabricPublishView,
    FabricStatusView,
    FabricSyncView,
)
from .fabric_check import FabricCheckView
from .fabric_health import FabricHealthView
from .fabric_history import FabricHistoryView, FabricRestoreView
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
from .files import FabricFilesView
from .help import HelpView
from .history import ResourceHistoryView, ResourceRestoreView
from .kinds import KIND_PAGES
from .near_duplicates import NearDuplicatesView
from .new_templates import FabricNewTemplateView, ResourceBulkTemplateView
from .onboarding import (
    OnboardConnectionView,
    OnboardFolderView,
    OnboardPreviewView,
    OnboardRepositoryView,
    OnboardView,
)
from .operations import (
    SyncOperationCancelView,
    SyncOperationListView,
    SyncOperationUndoView,
    SyncOperationView,
)
from .outbox import (
    OutboxEntryDiscardView,
    OutboxEntryListView,
    OutboxEntryRetryView,
    OutboxEntryView,
)
from .overview import OverviewView
from .policies import (
    ResolutionPolicyBulkDeleteView,
    ResolutionPolicyBulkEditView,
    ResolutionPolicyBulkImportView,
    ResolutionPolicyDeleteView,
    ResolutionPolicyEditView,
    ResolutionPolicyExportView,
    ResolutionPolicyListView,
    ResolutionPolicyRestoreView,
    ResolutionPolicyTryOutView,
    ResolutionPolicyVersionsView,
    ResolutionPolicyView,
)
from .progress import OperationProgressView, OperationsProgressView
from .pull_requests import (
    PullRequestCloseView,
    PullRequestCompareView,
    PullRequestListView,
    PullRequestMergeView,
    PullRequestView,
)
from .refreshing import RunningOperationsView
from .removed import FabricRemovedView
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
from .resource_fields import ResourceFieldsView, ResourceNewFieldsView
from .resources import (
    HedgehogResourceBulkDeleteView,
    HedgehogResourceBulkEditView,
    HedgehogResourceBulkImportView,
    HedgehogResourceDeleteView,
    HedgehogResourceEditView,
    HedgehogResourceListView,
    HedgehogResourceView,
)
from .settle import (
    DuplicateGroupBulkSettleView,
    DuplicateGroupIgnoreView,
    DuplicateGroupReconsiderView,
    DuplicateGroupSettleView,
    DuplicateGroupUndoView,
    FabricScanDuplicatesView,
)
from .sync_options import FabricSyncOptionsView
from .templates import FabricRenderView, FabricTemplatePreviewView, FabricTemplatesView
from .topology import FabricTopologyView
from .uploads import FabricUploadView, RawUploadDeleteView, RawUploadListView, RawUploadView
from .webhooks import GitRepositoryWebhookView
from .wiring import FabricGenerateView, FabricImportDevicesView, FabricWiringView

__all__ = [
    'KIND_PAGES',
    'CheckpointListView',
    'CheckpointRollbackView',
    'CheckpointView',
    'ConflictBulkResolveView',
    'ConflictResolutionListView',
    'ConflictResolutionView',
    'ConflictResolveView',
    'DuplicateGroupBulkSettleView',
    'DuplicateGroupIgnoreView',
    'DuplicateGroupReconsiderView',
    'DuplicateGroupSettleView',
    'DuplicateGroupUndoView',
    'ErrorRecordListView',
    'ErrorRecordView',
    'ErrorStatisticsView',
    'FabricArchiveView',
    'FabricBulkIngestView',
    'FabricBulkScanView',
    'FabricBulkSyncView',
    'FabricChangeFileView',
    'FabricCheckView',
    'FabricCheckpointsView',
    'FabricConflictsView',
    'FabricDuplicatesView',
    'FabricFilesView',
    'FabricGenerateView',
    'FabricHealthView',
    'FabricHistoryView',
    'FabricImportDevicesView',
    'FabricIngestRawView',
    'FabricInitialiseView',
    'FabricMakeCheckpointView',
    'FabricNewTemplateView',
    'FabricOperationsView',
    'FabricOutboxView',
    'FabricPublishView',
    'FabricRemovedView',
    'FabricRenderView',
    'FabricResourcesView',
    'FabricRestoreView',
    'FabricScanDuplicatesView',
    'FabricStatusView',
    'FabricSyncOptionsView',
    'FabricSyncView',
    'FabricTemplatePreviewView',
    'FabricTemplatesView',
    'FabricTopologyView',
    'FabricUploadView',
    'FabricUploadsView',
    'FabricWiringView',
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
    'NearDuplicatesView',
    'OnboardConnectionView',
    'OnboardFolderView',
    'OnboardPreviewView',
    'OnboardRepositoryView',
    'OnboardView',
    'OperationProgressView',
    'OperationsProgressView',
    'OutboxEntryDiscardView',
    'OutboxEntryListView',
    'OutboxEntryRetryView',
    'OutboxEntryView',
    'OverviewView',
    'PullRequestCloseView',
    'PullRequestCompareView',
    'PullRequestListView',
    'PullRequestMergeView',
    'PullRequestView',
    'RawUploadDeleteView',
    'RawUploadListView',
    'RawUploadView',
    'ResolutionPolicyBulkDeleteView',
    'ResolutionPolicyBulkEditView',
    'ResolutionPolicyBulkImportView',
    'ResolutionPolicyDeleteView',
    'ResolutionPolicyEditView',
    'ResolutionPolicyExportView',
    'ResolutionPolicyListView',
    'ResolutionPolicyRestoreView',
    'ResolutionPolicyTryOutView',
    'ResolutionPolicyVersionsView',
    'ResolutionPolicyView',
    'ResourceBulkTemplateView',
    'ResourceCheckView',
    'ResourceFieldsView',
    'ResourceHistoryView',
    'ResourceNewCheckView',
    'ResourceNewFieldsView',
    'ResourceRestoreView',
    'RunningOperationsView',
    'SyncOperationCancelView',
    'SyncOperationListView',
    'SyncOperationUndoView',
    'SyncOperationView',
    'YAMLDuplicateGroupListView',
    'YAMLDuplicateGroupView',
]
