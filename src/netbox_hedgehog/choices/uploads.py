"""What became of a file that somebody handed over in NetBox."""

from django.utils.translation import gettext_lazy as _
from utilities.choices import Choice, ChoiceSet

__all__ = ['UploadStateChoices']


class UploadStateChoices(ChoiceSet):
    WAITING = 'waiting'
    PUSHING = 'pushing'
    DONE = 'done'
    REFUSED = 'refused'

    CHOICES = [
        Choice(WAITING, _('Waiting'), color='cyan'),
        Choice(PUSHING, _('Being pushed'), color='blue'),
        Choice(DONE, _('In Git'), color='green'),
        Choice(REFUSED, _('Refused'), color='red'),
    ]
