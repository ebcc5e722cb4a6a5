"""Resources over REST. A write is a draft; a receiver puts it into the outbox."""

from netbox.api.viewsets import NetBoxModelViewSet

from ... import filtersets
from ...models import HedgehogResource
from .. import serializers

__all__ = ['HedgehogResourceViewSet']

# Texts and live state of the side table that no answer shows.
UNSHOWN = (
    'sync_state__base_text',
    'sync_state__actual_spec',
    'sync_state__actual_status',
    'sync_state__actual_managers',
    'sync_state__drift_details',
)


class HedgehogResourceViewSet(NetBoxModelViewSet):
    """Objects of the fabrics: what Git says, and what is drafted."""

    queryset = HedgehogResource.objects.select_related('sync_state').defer(*UNSHOWN)
    serializer_class = serializers.HedgehogResourceSerializer
    filterset_class = filtersets.HedgehogResourceFilterSet
