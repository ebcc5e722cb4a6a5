"""An alert: a threshold of a fabric that is passed, or was."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ..choices import AlertChoices
from .fabrics import HedgehogFabric
from .record import SideTable

__all__ = ['HealthAlert']


class HealthAlert(SideTable):
    """Raised by the health check once, cleared by it once. A row, so that no restart repeats it."""

    fabric = models.ForeignKey(HedgehogFabric, on_delete=models.CASCADE, related_name='alerts')
    name = models.CharField(max_length=30, choices=AlertChoices)
    message = models.TextField()
    value = models.FloatField(help_text=_('What was measured when it was raised'))
    threshold = models.FloatField()
    raised_at = models.DateTimeField()
    cleared_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ('-raised_at', '-pk')
        verbose_name = _('alert')
        verbose_name_plural = _('alerts')
        constraints = [
            models.UniqueConstraint(
                fields=('fabric', 'name'),
                condition=Q(cleared_at__isnull=True),
                name='hh_alert_raised_once',
            ),
        ]

    def __str__(self) -> str:
        return f'{self.fabric}: {self.get_name_display()}'
