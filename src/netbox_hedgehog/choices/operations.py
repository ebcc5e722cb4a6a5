"""What an operation does, why it ran, and how far it is."""

from django.utils.translation import gettext_lazy as _
from utilities.choices import Choice, ChoiceSet

__all__ = [
    'OperationDirectionChoices',
    'OperationPhaseChoices',
    'OperationStatusChoices',
    'SyncOperationTypeChoices',
    'TriggerTypeChoices',
]


class SyncOperationTypeChoices(ChoiceSet):
    DIRECTORY_INIT = 'directory_init'
    FILE_DROP = 'file_drop'
    FILE_INGESTION = 'file_ingestion'
    SYNC = 'sync'
    CONFLICT_RESOLUTION = 'conflict_resolution'
    DUPLICATE_SCAN = 'duplicate_scan'
    DUPLICATE_RESOLUTION = 'duplicate_resolution'
    DRIFT_DETECTION = 'drift_detection'
    TEMPLATE_RENDER = 'template_render'
    WIRING_GENERATION = 'wiring_generation'
    DEVICE_IMPORT = 'device_import'
    RESTORE = 'restore'
    FILE_OPERATIONS = 'file_operations'
    UNDO = 'undo'
    BRANCH_MERGE = 'branch_merge'
    CLEANUP = 'cleanup'

    CHOICES = [
        Choice(DIRECTORY_INIT, _('Directory initialisation')),
        Choice(FILE_DROP, _('File drop')),
        Choice(FILE_INGESTION, _('File ingestion')),
        Choice(SYNC, _('Synchronisation')),
        Choice(CONFLICT_RESOLUTION, _('Conflict resolution')),
        Choice(DUPLICATE_SCAN, _('Duplicate scan')),
        Choice(DUPLICATE_RESOLUTION, _('Duplicate resolution')),
        Choice(DRIFT_DETECTION, _('Drift detection')),
        Choice(TEMPLATE_RENDER, _('Template rendering')),
        Choice(WIRING_GENERATION, _('Generation from NetBox')),
        Choice(DEVICE_IMPORT, _('Import into NetBox')),
        Choice(RESTORE, _('Restore')),
        Choice(FILE_OPERATIONS, _('File operations')),
        Choice(UNDO, _('Undo')),
        Choice(BRANCH_MERGE, _('Branch merge')),
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


class OperationPhaseChoices(ChoiceSet):
    """What an operation is at, in this order; the command line shows the same names."""

    FETCH = 'fetch'
    READ = 'read'
    PLAN = 'plan'
    COMMIT = 'commit'
    PUBLISH = 'publish'
    RECORD = 'record'

    CHOICES = [
        Choice(FETCH, _('Fetch')),
        Choice(READ, _('Read')),
        Choice(PLAN, _('Plan')),
        Choice(COMMIT, _('Commit')),
        Choice(PUBLISH, _('Publish')),
        Choice(RECORD, _('Record')),
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
