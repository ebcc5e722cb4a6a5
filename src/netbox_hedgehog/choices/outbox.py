"""What waits to be published, and how far that got."""

from django.utils.translation import gettext_lazy as _
from utilities.choices import Choice, ChoiceSet

__all__ = ['OutboxActionChoices', 'OutboxStateChoices']


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
    IN_REVIEW = 'in_review'
    DECLINED = 'declined'
    DISCARDED = 'discarded'

    CHOICES = [
        Choice(PENDING, _('Pending'), color='cyan'),
        Choice(PUSHING, _('Being pushed'), color='blue'),
        Choice(DONE, _('Done'), color='green'),
        Choice(CONFLICT, _('Conflict'), color='orange'),
        Choice(FAILED, _('Failed'), color='red'),
        Choice(IN_REVIEW, _('In review'), color='purple'),
        Choice(DECLINED, _('Declined'), color='red'),
        Choice(DISCARDED, _('Discarded'), color='gray'),
    ]
