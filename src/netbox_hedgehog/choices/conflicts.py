"""What kind a conflict is of, and what became of it."""

from django.utils.translation import gettext_lazy as _
from utilities.choices import Choice, ChoiceSet

__all__ = ['ConflictSeverityChoices', 'ConflictTypeChoices', 'ResolutionStatusChoices']


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
