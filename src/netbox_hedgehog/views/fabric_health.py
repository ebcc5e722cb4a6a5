"""The tab of a fabric that says how well its synchronisation runs."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from netbox.views import generic
from utilities.views import ViewTab, register_model_view

from ..models import HedgehogFabric
from ..sync.fabric_counts import counts_of
from ..sync.health import fabric_health

__all__ = ['FabricHealthView']

_COLORS = {'healthy': 'green', 'degraded': 'yellow', 'unhealthy': 'red', 'unknown': 'gray'}
_LABELS = {
    'healthy': _('Healthy'),
    'degraded': _('Degraded'),
    'unhealthy': _('Unhealthy'),
    'unknown': _('Not measured yet'),
}
_INPUTS = {
    'success_rate_24h': _('Operations that succeeded, 24 hours'),
    'freshness': _('How recent the last sync is'),
    'sync_coverage': _('Objects in step'),
    'connection': _('Connection to the Git server'),
}


@register_model_view(HedgehogFabric, 'health')
class FabricHealthView(generic.ObjectView):
    """Score, what it is made of, alerts now and before."""

    queryset = HedgehogFabric.objects.select_related('sync_state', 'git_repository__state')
    template_name = 'netbox_hedgehog/fabric_health.html'
    actions = ()
    tab = ViewTab(
        label=_('Health'),
        badge=lambda fabric: counts_of(fabric).alerts,
        permission='netbox_hedgehog.view_hedgehogfabric',
        weight=505,
    )

    def get_extra_context(self, request: HttpRequest, instance: HedgehogFabric) -> dict[str, Any]:
        health = fabric_health(instance, timezone.now())
        return {
            'health': health,
            'status': _LABELS[health['health_status']],
            'color': _COLORS[health['health_status']],
            'inputs': [
                {
                    'label': _INPUTS[each['name']],
                    'weight': each['weight'],
                    'percent': _percent(each['value']),
                }
                for each in health['score_inputs']
            ],
            'past_alerts': instance.alerts.exclude(cleared_at=None)[:20],
        }


def _percent(share: float | None) -> int | None:
    return None if share is None else round(100 * share)
