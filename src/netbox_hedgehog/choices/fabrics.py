"""How a fabric is kept in step, and how far that got."""

from django.utils.translation import gettext_lazy as _
from utilities.choices import Choice, ChoiceSet

__all__ = [
    'ArchiveStrategyChoices',
    'BadDocumentPolicyChoices',
    'ConflictStrategyChoices',
    'DuplicateResolutionModeChoices',
    'ExistingFilesChoices',
    'FabricDriftStatusChoices',
    'FabricStatusChoices',
    'GitOpsToolChoices',
    'PublishModeChoices',
    'SyncDirectionChoices',
    'SyncStatusChoices',
    'TemplateModeChoices',
]


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


class ExistingFilesChoices(ChoiceSet):
    """What becomes of YAML that lies in a folder before it is a fabric's."""

    ORGANISE = 'organise'
    ARCHIVE = 'archive'
    KEEP = 'keep'

    CHOICES = [
        Choice(ORGANISE, _('Organise: move them to raw/ and give every object a file of its own')),
        Choice(ARCHIVE, _('Start fresh: move them to .hnp/archive/ and begin empty')),
        Choice(KEEP, _('Leave them where they are')),
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


class TemplateModeChoices(ChoiceSet):
    HOLD = 'hold'
    APPLY = 'apply'

    CHOICES = [
        Choice(HOLD, _('Stay until a person renders')),
        Choice(APPLY, _('Follow by themselves')),
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
