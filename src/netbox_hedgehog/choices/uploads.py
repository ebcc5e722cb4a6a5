"""What became of a file that somebody handed over in NetBox."""

from django.utils.translation import gettext_lazy as _
from utilities.choices import Choice, ChoiceSet

__all__ = ['UploadStateChoices']


class UploadStateChoices(ChoiceSet):
    WAITING = 'waiting'
    PUSHING = 'pushing'
    DONE = 'done'
    REFUSED = 'refused'
    IN_REVIEW = 'in_review'
    DECLINED = 'declined'

    CHOICES = [
        Choice(WAITING, _('Waiting'), color='cyan'),
        Choice(PUSHING, _('Being pushed'), color='blue'),
        Choice(DONE, _('In Git'), color='green'),
        Choice(REFUSED, _('Refused'), color='red'),
        Choice(IN_REVIEW, _('In review'), color='purple'),
        Choice(DECLINED, _('Declined'), color='red'),
    ]
