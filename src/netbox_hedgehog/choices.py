"""Closed sets of values, and which state may follow which.

Every state column of `models/` takes its values from here; `sync/` asks `may_follow_*` before it
writes one.
"""

from django.utils.translation import gettext_lazy as _
from utilities.choices import Choice, ChoiceSet

__all__ = [
    'OPEN_CONFLICT_STATUSES',
    'OPEN_OUTBOX_STATES',
    'OPERATION_STATUS_TRANSITIONS',
    'RESOURCE_STATE_TRANSITIONS',
    'RUNNING_OPERATION_STATUSES',
    'SYNC_STATUS_TRANSITIONS',
    'ArchiveStrategyChoices',
    'AuthenticationTypeChoices',
    'BadDocumentPolicyChoices',
    'CircuitStateChoices',
    'ConflictSeverityChoices',
    'ConflictStrategyChoices',
    'ConflictTypeChoices',
    'ConnectionStatusChoices',
    'CredentialSourceChoices',
    'DriftSeverityChoices',
    'DuplicateResolutionModeChoices',
    'FabricDriftStatusChoices',
    'FabricStatusChoices',
    'GitOpsToolChoices',
    'GitProviderChoices',
    'OperationDirectionChoices',
    'OperationStatusChoices',
    'OutboxActionChoices',
    'OutboxStateChoices',
    'PublishModeChoices',
    'ResolutionStatusChoices',
    'ResourceConflictStatusChoices',
    'ResourceDriftStatusChoices',
    'ResourceStateChoices',
    'SyncDirectionChoices',
    'SyncOperationTypeChoices',
    'SyncStatusChoices',
    'TriggerTypeChoices',
    'WriteThroughChoices',
    'may_follow_operation_status',
    'may_follow_resource_state',
    'may_follow_sync_status',
]


#
# Git repositories
#


class GitProviderChoices(ChoiceSet):
    GITHUB = 'github'
    GITLAB = 'gitlab'
    BITBUCKET = 'bitbucket'
    AZURE = 'azure'
    GITEA = 'gitea'
    GENERIC = 'generic'

    CHOICES = [
        Choice(GITHUB, 'GitHub'),
        Choice(GITLAB, 'GitLab'),
        Choice(BITBUCKET, 'Bitbucket'),
        Choice(AZURE, 'Azure DevOps'),
        Choice(GITEA, 'Gitea'),
        Choice(GENERIC, _('Any Git server')),
    ]


class AuthenticationTypeChoices(ChoiceSet):
    TOKEN = 'token'  # noqa: S105
    BASIC = 'basic'
    SSH_KEY = 'ssh_key'
    GITHUB_APP = 'github_app'
    NONE = 'none'

    CHOICES = [
        Choice(TOKEN, _('Token')),
        Choice(BASIC, _('User name and password')),
        Choice(SSH_KEY, _('SSH key')),
        Choice(GITHUB_APP, _('GitHub App')),
        Choice(NONE, _('None (public repository)')),
    ]


class CredentialSourceChoices(ChoiceSet):
    ENV = 'env'
    FILE = 'file'
    CONFIG = 'config'
    ENCRYPTED = 'encrypted'

    CHOICES = [
        Choice(ENCRYPTED, _('Encrypted in NetBox')),
        Choice(ENV, _('Environment variable')),
        Choice(FILE, _('File')),
        Choice(CONFIG, _('NetBox configuration')),
    ]


class WriteThroughChoices(ChoiceSet):
    GIT = 'git'
    GITHUB_API = 'github_api'

    CHOICES = [
        Choice(GIT, 'Git'),
        Choice(GITHUB_API, _('GitHub API')),
    ]


class ConnectionStatusChoices(ChoiceSet):
    PENDING = 'pending'
    TESTING = 'testing'
    CONNECTED = 'connected'
    FAILED = 'failed'

    CHOICES = [
        Choice(PENDING, _('Not tested'), color='gray'),
        Choice(TESTING, _('Testing'), color='blue'),
        Choice(CONNECTED, _('Connected'), color='green'),
        Choice(FAILED, _('Failed'), color='red'),
    ]


class CircuitStateChoices(ChoiceSet):
    CLOSED = 'closed'
    OPEN = 'open'
    HALF_OPEN = 'half_open'

    CHOICES = [
        Choice(CLOSED, _('Closed'), color='green'),
        Choice(OPEN, _('Open'), color='red'),
        Choice(HALF_OPEN, _('Half open'), color='yellow'),
    ]


#
# Fabrics
#


class FabricStatusChoices(ChoiceSet):
    key = 'HedgehogFabric.status'

    PLANNED = 'planned'
    ACTIVE = 'active'
    MAINTENANCE = 'maintenance'
    DECOMMISSIONED = 'decommissioned'

    CHOICES = [
        Choice(PLANNED, _('Planned'), color='cyan'),
        Choice(ACTIVE, _('Active'), color='green'),
        Choice(MAINTENANCE, _('Maintenance'), color='yellow'),
        Choice(DECOMMISSIONED, _('Decommissioned'), color='gray'),
    ]


class ArchiveStrategyChoices(ChoiceSet):
    RENAME_WITH_EXTENSION = 'rename_with_extension'
    MOVE_TO_ARCHIVE = 'move_to_archive'
    GIT_HISTORY_ONLY = 'git_history_only'
    KEEP_IN_PLACE = 'keep_in_place'

    CHOICES = [
        Choice(RENAME_WITH_EXTENSION, _('Rename to .archived')),
        Choice(MOVE_TO_ARCHIVE, _('Move to the archive folder')),
        Choice(GIT_HISTORY_ONLY, _('Delete (kept in Git history)')),
        Choice(KEEP_IN_PLACE, _('Keep in place')),
    ]


class SyncDirectionChoices(ChoiceSet):
    GIT_TO_GUI = 'git_to_gui'
    GUI_TO_GIT = 'gui_to_git'
    BIDIRECTIONAL = 'bidirectional'
    MANUAL_ONLY = 'manual_only'
    DISABLED = 'disabled'

    CHOICES = [
        Choice(BIDIRECTIONAL, _('Both ways'), color='green'),
        Choice(GIT_TO_GUI, _('Git to NetBox'), color='blue'),
        Choice(GUI_TO_GIT, _('NetBox to Git'), color='purple'),
        Choice(MANUAL_ONLY, _('By hand only'), color='yellow'),
        Choice(DISABLED, _('Disabled'), color='gray'),
    ]


class ConflictStrategyChoices(ChoiceSet):
    TIMESTAMP_WINS = 'timestamp_wins'
    GUI_WINS = 'gui_wins'
    GIT_WINS = 'git_wins'
    MERGE_AUTOMATIC = 'merge_automatic'
    MERGE_MANUAL = 'merge_manual'
    USER_DECISION = 'user_decision'
    SKIPPED = 'skipped'
    ESCALATED = 'escalated'

    CHOICES = [
        Choice(MERGE_AUTOMATIC, _('Merge by field')),
        Choice(GUI_WINS, _('NetBox wins')),
        Choice(GIT_WINS, _('Git wins')),
        Choice(TIMESTAMP_WINS, _('The later edit wins')),
        Choice(MERGE_MANUAL, _('Merge by hand')),
        Choice(USER_DECISION, _('A person decides')),
        Choice(SKIPPED, _('Skip')),
        Choice(ESCALATED, _('Escalate')),
    ]


class BadDocumentPolicyChoices(ChoiceSet):
    HOLD_DOCUMENT = 'hold_document'
    HOLD_FILE = 'hold_file'

    CHOICES = [
        Choice(HOLD_DOCUMENT, _('Hold the bad document')),
        Choice(HOLD_FILE, _('Hold the whole file')),
    ]


class PublishModeChoices(ChoiceSet):
    DIRECT = 'direct'
    PULL_REQUEST = 'pull_request'
    MANUAL = 'manual'

    CHOICES = [
        Choice(DIRECT, _('Commit to the branch')),
        Choice(PULL_REQUEST, _('Pull request')),
        Choice(MANUAL, _('When a person publishes')),
    ]


class DuplicateResolutionModeChoices(ChoiceSet):
    REPORT = 'report'
    APPROVE = 'approve'
    AUTOMATIC = 'automatic'

    CHOICES = [
        Choice(REPORT, _('Report')),
        Choice(APPROVE, _('Ask for approval')),
        Choice(AUTOMATIC, _('Automatic')),
    ]


class GitOpsToolChoices(ChoiceSet):
    MANUAL = 'manual'
    ARGOCD = 'argocd'
    FLUX = 'flux'
    NONE = 'none'

    CHOICES = [
        Choice(MANUAL, _('By hand')),
        Choice(ARGOCD, 'Argo CD'),
        Choice(FLUX, 'Flux'),
        Choice(NONE, _('None')),
    ]


class SyncStatusChoices(ChoiceSet):
    NOT_CONFIGURED = 'not_configured'
    DISABLED = 'disabled'
    SYNCING = 'syncing'
    ERROR = 'error'
    NEVER_SYNCED = 'never_synced'
    CONFLICTS = 'conflicts'
    OUT_OF_SYNC = 'out_of_sync'
    IN_SYNC = 'in_sync'

    CHOICES = [
        Choice(NOT_CONFIGURED, _('Not configured'), color='gray'),
        Choice(DISABLED, _('Disabled'), color='gray'),
        Choice(SYNCING, _('Synchronising'), color='blue'),
        Choice(ERROR, _('Error'), color='red'),
        Choice(NEVER_SYNCED, _('Never synchronised'), color='cyan'),
        Choice(CONFLICTS, _('Conflicts'), color='orange'),
        Choice(OUT_OF_SYNC, _('Out of sync'), color='yellow'),
        Choice(IN_SYNC, _('In sync'), color='green'),
    ]


class FabricDriftStatusChoices(ChoiceSet):
    UNKNOWN = 'unknown'
    IN_SYNC = 'in_sync'
    DRIFT_DETECTED = 'drift_detected'
    GIT_AHEAD = 'git_ahead'
    CLUSTER_AHEAD = 'cluster_ahead'
    CONFLICTS = 'conflicts'

    CHOICES = [
        Choice(UNKNOWN, _('Unknown'), color='gray'),
        Choice(IN_SYNC, _('In sync'), color='green'),
        Choice(DRIFT_DETECTED, _('Drift detected'), color='orange'),
        Choice(GIT_AHEAD, _('Git is ahead'), color='blue'),
        Choice(CLUSTER_AHEAD, _('Cluster is ahead'), color='purple'),
        Choice(CONFLICTS, _('Conflicts'), color='red'),
    ]


#
# Resources
#


class ResourceConflictStatusChoices(ChoiceSet):
    NONE = 'none'
    DETECTED = 'detected'
    RESOLVING = 'resolving'
    RESOLVED = 'resolved'
    REQUIRES_MANUAL = 'requires_manual'
    ESCALATED = 'escalated'

    CHOICES = [
        Choice(NONE, _('None'), color='green'),
        Choice(DETECTED, _('Detected'), color='orange'),
        Choice(RESOLVING, _('Being resolved'), color='blue'),
        Choice(RESOLVED, _('Resolved'), color='green'),
        Choice(REQUIRES_MANUAL, _('Needs a person'), color='red'),
        Choice(ESCALATED, _('Escalated'), color='red'),
    ]


class ResourceStateChoices(ChoiceSet):
    DRAFT = 'draft'
    COMMITTED = 'committed'
    SYNCED = 'synced'
    DRIFTED = 'drifted'
    ORPHANED = 'orphaned'
    PENDING = 'pending'

    CHOICES = [
        Choice(DRAFT, _('Draft'), color='cyan'),
        Choice(COMMITTED, _('Committed'), color='green'),
        Choice(SYNCED, _('Synced to the cluster'), color='teal'),
        Choice(DRIFTED, _('Drifted'), color='orange'),
        Choice(ORPHANED, _('Orphaned'), color='red'),
        Choice(PENDING, _('Pending'), color='yellow'),
    ]


class ResourceDriftStatusChoices(ChoiceSet):
    UNKNOWN = 'unknown'
    IN_SYNC = 'in_sync'
    SPEC_DRIFT = 'spec_drift'
    DESIRED_ONLY = 'desired_only'
    ACTUAL_ONLY = 'actual_only'
    CREATION_PENDING = 'creation_pending'
    DELETION_PENDING = 'deletion_pending'

    CHOICES = [
        Choice(UNKNOWN, _('Unknown'), color='gray'),
        Choice(IN_SYNC, _('In sync'), color='green'),
        Choice(SPEC_DRIFT, _('Spec differs'), color='orange'),
        Choice(DESIRED_ONLY, _('Only in Git'), color='blue'),
        Choice(ACTUAL_ONLY, _('Only in the cluster'), color='purple'),
        Choice(CREATION_PENDING, _('Creation pending'), color='cyan'),
        Choice(DELETION_PENDING, _('Deletion pending'), color='yellow'),
    ]


class DriftSeverityChoices(ChoiceSet):
    NONE = 'none'
    LOW = 'low'
    MEDIUM = 'medium'
    HIGH = 'high'
    CRITICAL = 'critical'

    CHOICES = [
        Choice(NONE, _('None'), color='green'),
        Choice(LOW, _('Low'), color='cyan'),
        Choice(MEDIUM, _('Medium'), color='yellow'),
        Choice(HIGH, _('High'), color='orange'),
        Choice(CRITICAL, _('Critical'), color='red'),
    ]


#
# Operations
#


class SyncOperationTypeChoices(ChoiceSet):
    DIRECTORY_INIT = 'directory_init'
    FILE_INGESTION = 'file_ingestion'
    SYNC = 'sync'
    CONFLICT_RESOLUTION = 'conflict_resolution'
    DUPLICATE_SCAN = 'duplicate_scan'
    DUPLICATE_RESOLUTION = 'duplicate_resolution'
    DRIFT_DETECTION = 'drift_detection'
    TEMPLATE_RENDER = 'template_render'
    RESTORE = 'restore'
    UNDO = 'undo'
    CLEANUP = 'cleanup'

    CHOICES = [
        Choice(DIRECTORY_INIT, _('Directory initialisation')),
        Choice(FILE_INGESTION, _('File ingestion')),
        Choice(SYNC, _('Synchronisation')),
        Choice(CONFLICT_RESOLUTION, _('Conflict resolution')),
        Choice(DUPLICATE_SCAN, _('Duplicate scan')),
        Choice(DUPLICATE_RESOLUTION, _('Duplicate resolution')),
        Choice(DRIFT_DETECTION, _('Drift detection')),
        Choice(TEMPLATE_RENDER, _('Template rendering')),
        Choice(RESTORE, _('Restore')),
        Choice(UNDO, _('Undo')),
        Choice(CLEANUP, _('Clean-up')),
    ]


class OperationDirectionChoices(ChoiceSet):
    GIT_TO_GUI = 'git_to_gui'
    GUI_TO_GIT = 'gui_to_git'
    BIDIRECTIONAL = 'bidirectional'
    INTERNAL = 'internal'

    CHOICES = [
        Choice(GIT_TO_GUI, _('Git to NetBox')),
        Choice(GUI_TO_GIT, _('NetBox to Git')),
        Choice(BIDIRECTIONAL, _('Both ways')),
        Choice(INTERNAL, _('Inside the repository')),
    ]


class TriggerTypeChoices(ChoiceSet):
    MANUAL = 'manual'
    AUTOMATIC = 'automatic'
    SCHEDULED = 'scheduled'
    WEBHOOK = 'webhook'
    API = 'api'
    CLI = 'cli'

    CHOICES = [
        Choice(MANUAL, _('By hand')),
        Choice(AUTOMATIC, _('Automatic')),
        Choice(SCHEDULED, _('Scheduled')),
        Choice(WEBHOOK, 'Webhook'),
        Choice(API, 'API'),
        Choice(CLI, _('Command line')),
    ]


class OperationStatusChoices(ChoiceSet):
    PENDING = 'pending'
    INITIALIZING = 'initializing'
    IN_PROGRESS = 'in_progress'
    DETECTING_CONFLICTS = 'detecting_conflicts'
    RESOLVING_CONFLICTS = 'resolving_conflicts'
    SYNCING_DATA = 'syncing_data'
    FINALIZING = 'finalizing'
    COMPLETED = 'completed'
    PARTIALLY_COMPLETED = 'partially_completed'
    FAILED = 'failed'
    CANCELLED = 'cancelled'

    CHOICES = [
        Choice(PENDING, _('Pending'), color='cyan'),
        Choice(INITIALIZING, _('Initialising'), color='blue'),
        Choice(IN_PROGRESS, _('In progress'), color='blue'),
        Choice(DETECTING_CONFLICTS, _('Detecting conflicts'), color='blue'),
        Choice(RESOLVING_CONFLICTS, _('Resolving conflicts'), color='blue'),
        Choice(SYNCING_DATA, _('Writing data'), color='blue'),
        Choice(FINALIZING, _('Finalising'), color='blue'),
        Choice(COMPLETED, _('Completed'), color='green'),
        Choice(PARTIALLY_COMPLETED, _('Partially completed'), color='yellow'),
        Choice(FAILED, _('Failed'), color='red'),
        Choice(CANCELLED, _('Cancelled'), color='gray'),
    ]


#
# Conflicts
#


class ConflictTypeChoices(ChoiceSet):
    CONCURRENT_MODIFICATION = 'concurrent_modification'
    SCHEMA_MISMATCH = 'schema_mismatch'
    DEPENDENCY_VIOLATION = 'dependency_violation'
    PERMISSION_DENIED = 'permission_denied'
    FILE_CORRUPTION = 'file_corruption'
    MISSING_RESOURCE = 'missing_resource'
    VALIDATION_ERROR = 'validation_error'
    MERGE_CONFLICT = 'merge_conflict'
    CROSS_OBJECT = 'cross_object'
    DUPLICATE_IDENTITY = 'duplicate_identity'
    HISTORY_REWRITTEN = 'history_rewritten'
    DETECTION_ERROR = 'detection_error'

    CHOICES = [
        Choice(CONCURRENT_MODIFICATION, _('Changed on both sides')),
        Choice(SCHEMA_MISMATCH, _('Schema mismatch')),
        Choice(DEPENDENCY_VIOLATION, _('Dependency violation')),
        Choice(PERMISSION_DENIED, _('Permission denied')),
        Choice(FILE_CORRUPTION, _('File corruption')),
        Choice(MISSING_RESOURCE, _('Deleted on one side, changed on the other')),
        Choice(VALIDATION_ERROR, _('Validation error')),
        Choice(MERGE_CONFLICT, _('Merge conflict')),
        Choice(CROSS_OBJECT, _('Conflict between objects')),
        Choice(DUPLICATE_IDENTITY, _('Duplicate identity')),
        Choice(HISTORY_REWRITTEN, _('History rewritten')),
        Choice(DETECTION_ERROR, _('Detection failed')),
    ]


class ConflictSeverityChoices(ChoiceSet):
    LOW = 'low'
    MEDIUM = 'medium'
    HIGH = 'high'
    CRITICAL = 'critical'

    CHOICES = [
        Choice(LOW, _('Low'), color='cyan'),
        Choice(MEDIUM, _('Medium'), color='yellow'),
        Choice(HIGH, _('High'), color='orange'),
        Choice(CRITICAL, _('Critical'), color='red'),
    ]


class ResolutionStatusChoices(ChoiceSet):
    PENDING = 'pending'
    IN_PROGRESS = 'in_progress'
    RESOLVED = 'resolved'
    FAILED = 'failed'
    MANUAL_REQUIRED = 'manual_required'
    ESCALATED = 'escalated'
    ABANDONED = 'abandoned'

    CHOICES = [
        Choice(PENDING, _('Pending'), color='orange'),
        Choice(IN_PROGRESS, _('In progress'), color='blue'),
        Choice(RESOLVED, _('Resolved'), color='green'),
        Choice(FAILED, _('Failed'), color='red'),
        Choice(MANUAL_REQUIRED, _('Needs a person'), color='red'),
        Choice(ESCALATED, _('Escalated'), color='red'),
        Choice(ABANDONED, _('Abandoned'), color='gray'),
    ]


#
# Outbox
#


class OutboxActionChoices(ChoiceSet):
    CREATE = 'create'
    UPDATE = 'update'
    DELETE = 'delete'
    RENAME = 'rename'

    CHOICES = [
        Choice(CREATE, _('Create'), color='green'),
        Choice(UPDATE, _('Update'), color='blue'),
        Choice(DELETE, _('Delete'), color='red'),
        Choice(RENAME, _('Rename'), color='purple'),
    ]


class OutboxStateChoices(ChoiceSet):
    PENDING = 'pending'
    PUSHING = 'pushing'
    DONE = 'done'
    CONFLICT = 'conflict'
    FAILED = 'failed'
    DISCARDED = 'discarded'

    CHOICES = [
        Choice(PENDING, _('Pending'), color='cyan'),
        Choice(PUSHING, _('Being pushed'), color='blue'),
        Choice(DONE, _('Done'), color='green'),
        Choice(CONFLICT, _('Conflict'), color='orange'),
        Choice(FAILED, _('Failed'), color='red'),
        Choice(DISCARDED, _('Discarded'), color='gray'),
    ]


#
# Which states are open, and which state may follow which
#

RUNNING_OPERATION_STATUSES = (
    OperationStatusChoices.INITIALIZING,
    OperationStatusChoices.IN_PROGRESS,
    OperationStatusChoices.DETECTING_CONFLICTS,
    OperationStatusChoices.RESOLVING_CONFLICTS,
    OperationStatusChoices.SYNCING_DATA,
    OperationStatusChoices.FINALIZING,
)

OPEN_CONFLICT_STATUSES = (
    ResolutionStatusChoices.PENDING,
    ResolutionStatusChoices.IN_PROGRESS,
    ResolutionStatusChoices.FAILED,
    ResolutionStatusChoices.MANUAL_REQUIRED,
    ResolutionStatusChoices.ESCALATED,
)

# A failed entry stays open: the edit is still wanted, and a person retries or discards it.
OPEN_OUTBOX_STATES = (
    OutboxStateChoices.PENDING,
    OutboxStateChoices.PUSHING,
    OutboxStateChoices.CONFLICT,
    OutboxStateChoices.FAILED,
)

_S = SyncStatusChoices
_SYNCABLE = (_S.ERROR, _S.NEVER_SYNCED, _S.CONFLICTS, _S.OUT_OF_SYNC, _S.IN_SYNC)

SYNC_STATUS_TRANSITIONS: dict[str, frozenset[str]] = {
    _S.NOT_CONFIGURED: frozenset({_S.DISABLED, _S.NEVER_SYNCED, _S.OUT_OF_SYNC}),
    _S.DISABLED: frozenset({_S.NOT_CONFIGURED, _S.OUT_OF_SYNC, _S.NEVER_SYNCED}),
    _S.SYNCING: frozenset({_S.NOT_CONFIGURED, _S.DISABLED, *_SYNCABLE}),
    _S.ERROR: frozenset({_S.NOT_CONFIGURED, _S.DISABLED, _S.SYNCING}),
    _S.NEVER_SYNCED: frozenset({_S.NOT_CONFIGURED, _S.DISABLED, _S.SYNCING, _S.ERROR}),
    _S.CONFLICTS: frozenset({_S.NOT_CONFIGURED, _S.DISABLED, _S.SYNCING, _S.ERROR}),
    _S.OUT_OF_SYNC: frozenset({_S.NOT_CONFIGURED, _S.DISABLED, _S.SYNCING, _S.ERROR}),
    _S.IN_SYNC: frozenset({_S.NOT_CONFIGURED, _S.DISABLED, _S.SYNCING, _S.OUT_OF_SYNC, _S.ERROR}),
}

_R = ResourceStateChoices

RESOURCE_STATE_TRANSITIONS: dict[str, frozenset[str]] = {
    _R.DRAFT: frozenset({_R.DRAFT, _R.COMMITTED}),
    _R.COMMITTED: frozenset({_R.PENDING, _R.SYNCED, _R.DRAFT}),
    _R.PENDING: frozenset({_R.SYNCED, _R.DRIFTED, _R.COMMITTED}),
    _R.SYNCED: frozenset({_R.DRIFTED, _R.PENDING, _R.DRAFT}),
    _R.DRIFTED: frozenset({_R.SYNCED, _R.COMMITTED, _R.PENDING, _R.DRAFT}),
    _R.ORPHANED: frozenset({_R.COMMITTED, _R.PENDING, _R.DRAFT}),
}

_O = OperationStatusChoices
_OVER = (_O.COMPLETED, _O.PARTIALLY_COMPLETED, _O.FAILED, _O.CANCELLED)
_WORK = (_O.DETECTING_CONFLICTS, _O.RESOLVING_CONFLICTS, _O.SYNCING_DATA, _O.FINALIZING)

OPERATION_STATUS_TRANSITIONS: dict[str, frozenset[str]] = {
    _O.PENDING: frozenset({_O.INITIALIZING, _O.FAILED, _O.CANCELLED}),
    _O.INITIALIZING: frozenset({_O.IN_PROGRESS, _O.FAILED, _O.CANCELLED}),
    _O.IN_PROGRESS: frozenset({*_WORK, *_OVER}),
    _O.DETECTING_CONFLICTS: frozenset({*_WORK, *_OVER}),
    _O.RESOLVING_CONFLICTS: frozenset({*_WORK, *_OVER}),
    _O.SYNCING_DATA: frozenset({*_WORK, *_OVER}),
    _O.FINALIZING: frozenset(_OVER),
    **{over: frozenset() for over in _OVER},
}


def may_follow_sync_status(old: str, new: str) -> bool:
    """Says whether a fabric's status may change from `old` to `new`; staying is always fine."""
    return old == new or new in SYNC_STATUS_TRANSITIONS[old]


def may_follow_resource_state(old: str, new: str) -> bool:
    """Says whether a resource's state may change from `old` to `new`; staying is always fine."""
    return old == new or new in RESOURCE_STATE_TRANSITIONS[old]


def may_follow_operation_status(old: str, new: str) -> bool:
    """Says whether an operation's status may change from `old` to `new`; staying is always fine."""
    return old == new or new in OPERATION_STATUS_TRANSITIONS[old]
