"""What state a resource is in."""

from django.utils.translation import gettext_lazy as _
from utilities.choices import Choice, ChoiceSet

__all__ = [
    'DriftSeverityChoices',
    'ResourceConflictStatusChoices',
    'ResourceDriftStatusChoices',
    'ResourceStateChoices',
    'StandingChoices',
]


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


class StandingChoices(ChoiceSet):
    """How an object stands, in one word; where several are true, the later one here is said."""

    IN_STEP = 'in_step'
    DRAFT = 'draft'
    PROBLEM = 'problem'
    CONFLICT = 'conflict'

    CHOICES = [
        Choice(IN_STEP, _('In step with Git'), color='green'),
        Choice(DRAFT, _('Draft'), color='cyan'),
        Choice(PROBLEM, _('Problem'), color='red'),
        Choice(CONFLICT, _('Conflict'), color='orange'),
    ]
