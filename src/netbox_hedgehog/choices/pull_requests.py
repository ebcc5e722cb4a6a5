"""What a pull request is for, and what became of it."""

from django.utils.translation import gettext_lazy as _
from utilities.choices import Choice, ChoiceSet

__all__ = ['PullRequestPurposeChoices', 'PullRequestStateChoices']


class PullRequestStateChoices(ChoiceSet):
    PREPARING = 'preparing'
    OPEN = 'open'
    MERGED = 'merged'
    CLOSED = 'closed'

    CHOICES = [
        Choice(PREPARING, _('Being opened'), color='cyan'),
        Choice(OPEN, _('Open'), color='blue'),
        Choice(MERGED, _('Merged'), color='green'),
        Choice(CLOSED, _('Closed'), color='gray'),
    ]


class PullRequestPurposeChoices(ChoiceSet):
    EDITS = 'edits'
    INGESTION = 'ingestion'
    OPERATION = 'operation'

    CHOICES = [
        Choice(EDITS, _('Edits')),
        Choice(INGESTION, _('Ingestion')),
        Choice(OPERATION, _('Operation')),
    ]
