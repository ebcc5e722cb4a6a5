"""What the health check watches."""

from django.utils.translation import gettext_lazy as _
from utilities.choices import Choice, ChoiceSet

__all__ = ['AlertChoices']


class AlertChoices(ChoiceSet):
    OUTBOX_WAITING = 'outbox_waiting'
    SYNC_OVERDUE = 'sync_overdue'
    FAILURE_SHARE = 'failure_share'
    CIRCUIT_OPEN = 'circuit_open'

    CHOICES = [
        Choice(OUTBOX_WAITING, _('Edits wait too long')),
        Choice(SYNC_OVERDUE, _('Synchronisation is overdue')),
        Choice(FAILURE_SHARE, _('Too many operations fail')),
        Choice(CIRCUIT_OPEN, _('The server is left alone')),
    ]
