"""Closed sets of values, and which state may follow which.

Every state column of `models/` takes its values from here; `sync/` asks `may_follow_*` before it
writes one.
"""

from .checkpoints import CheckpointReasonChoices
from .conflicts import ConflictSeverityChoices, ConflictTypeChoices, ResolutionStatusChoices
from .duplicates import (
    DuplicateActionChoices,
    DuplicateComparisonChoices,
    DuplicateStatusChoices,
    DuplicateStrategyChoices,
    DuplicateWaitChoices,
    LoserActionChoices,
    PolicyOptionSetChoices,
)
from .errors import ErrorCategoryChoices, ErrorRecoveryChoices, ErrorSeverityChoices
from .fabrics import (
    ArchiveStrategyChoices,
    BadDocumentPolicyChoices,
    ConflictStrategyChoices,
    DuplicateResolutionModeChoices,
    ExistingFilesChoices,
    FabricDriftStatusChoices,
    FabricStatusChoices,
    GitOpsToolChoices,
    PublishModeChoices,
    SyncDirectionChoices,
    SyncStatusChoices,
    TemplateModeChoices,
)
from .health import AlertChoices
from .operations import (
    OperationDirectionChoices,
    OperationPhaseChoices,
    OperationStatusChoices,
    SyncOperationTypeChoices,
    TriggerTypeChoices,
)
from .outbox import OutboxActionChoices, OutboxStateChoices
from .pull_requests import PullRequestPurposeChoices, PullRequestStateChoices
from .repositories import (
    AuthenticationTypeChoices,
    CircuitStateChoices,
    ConnectionStatusChoices,
    CredentialSourceChoices,
    GitProviderChoices,
    WriteThroughChoices,
)
from .resources import (
    DriftSeverityChoices,
    ResourceConflictStatusChoices,
    ResourceDriftStatusChoices,
    ResourceStateChoices,
    StandingChoices,
)
from .transitions import (
    OPEN_CONFLICT_STATUSES,
    OPEN_DUPLICATE_STATUSES,
    OPEN_OPERATION_STATUSES,
    OPEN_OUTBOX_STATES,
    OPEN_PULL_REQUEST_STATES,
    OPEN_UPLOAD_STATES,
    OPERATION_STATUS_TRANSITIONS,
    OVER_OPERATION_STATUSES,
    RESOURCE_STATE_TRANSITIONS,
    RUNNING_OPERATION_STATUSES,
    SUCCESSFUL_OPERATION_STATUSES,
    SYNC_STATUS_TRANSITIONS,
    may_follow_operation_status,
    may_follow_resource_state,
    may_follow_sync_status,
)
from .uploads import UploadStateChoices

__all__ = [
    'OPEN_CONFLICT_STATUSES',
    'OPEN_DUPLICATE_STATUSES',
    'OPEN_OPERATION_STATUSES',
    'OPEN_OUTBOX_STATES',
    'OPEN_PULL_REQUEST_STATES',
    'OPEN_UPLOAD_STATES',
    'OPERATION_STATUS_TRANSITIONS',
    'OVER_OPERATION_STATUSES',
    'RESOURCE_STATE_TRANSITIONS',
    'RUNNING_OPERATION_STATUSES',
    'SUCCESSFUL_OPERATION_STATUSES',
    'SYNC_STATUS_TRANSITIONS',
    'AlertChoices',
    'ArchiveStrategyChoices',
    'AuthenticationTypeChoices',
    'BadDocumentPolicyChoices',
    'CheckpointReasonChoices',
    'CircuitStateChoices',
    'ConflictSeverityChoices',
    'ConflictStrategyChoices',
    'ConflictTypeChoices',
    'ConnectionStatusChoices',
    'CredentialSourceChoices',
    'DriftSeverityChoices',
    'DuplicateActionChoices',
    'DuplicateComparisonChoices',
    'DuplicateResolutionModeChoices',
    'DuplicateStatusChoices',
    'DuplicateStrategyChoices',
    'DuplicateWaitChoices',
    'ErrorCategoryChoices',
    'ErrorRecoveryChoices',
    'ErrorSeverityChoices',
    'ExistingFilesChoices',
    'FabricDriftStatusChoices',
    'FabricStatusChoices',
    'GitOpsToolChoices',
    'GitProviderChoices',
    'LoserActionChoices',
    'OperationDirectionChoices',
    'OperationPhaseChoices',
    'OperationStatusChoices',
    'OutboxActionChoices',
    'OutboxStateChoices',
    'PolicyOptionSetChoices',
    'PublishModeChoices',
    'PullRequestPurposeChoices',
    'PullRequestStateChoices',
    'ResolutionStatusChoices',
    'ResourceConflictStatusChoices',
    'ResourceDriftStatusChoices',
    'ResourceStateChoices',
    'StandingChoices',
    'SyncDirectionChoices',
    'SyncOperationTypeChoices',
    'SyncStatusChoices',
    'TemplateModeChoices',
    'TriggerTypeChoices',
    'UploadStateChoices',
    'WriteThroughChoices',
    'may_follow_operation_status',
    'may_follow_resource_state',
    'may_follow_sync_status',
]
