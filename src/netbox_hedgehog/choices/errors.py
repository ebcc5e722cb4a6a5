"""What an error is: where its cause lies, how severe it is, what happens next.

The words are those of `sync/reasons.py`; a test holds both together.
"""

from django.utils.translation import gettext_lazy as _
from utilities.choices import Choice, ChoiceSet

__all__ = ['ErrorCategoryChoices', 'ErrorRecoveryChoices', 'ErrorSeverityChoices']


class ErrorCategoryChoices(ChoiceSet):
    CHOICES = [
        Choice('filesystem', _('File system')),
        Choice('git_operation', _('Git operation')),
        Choice('network', _('Network')),
        Choice('validation', _('Validation')),
        Choice('permission', _('Permission')),
        Choice('configuration', _('Configuration')),
        Choice('external_service', _('External service')),
        Choice('unknown', _('Unknown')),
    ]


class ErrorSeverityChoices(ChoiceSet):
    CHOICES = [
        Choice('low', _('Low'), color='gray'),
        Choice('medium', _('Medium'), color='yellow'),
        Choice('high', _('High'), color='orange'),
        Choice('critical', _('Critical'), color='red'),
    ]


class ErrorRecoveryChoices(ChoiceSet):
    CHOICES = [
        Choice('retry', _('Tried again')),
        Choice('rollback', _('Rolled back')),
        Choice('fallback', _('Done another way')),
        Choice('manual', _('A person decides')),
        Choice('skip', _('Left as it is')),
        Choice('abort', _('Refused')),
    ]
