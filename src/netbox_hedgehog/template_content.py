"""What NetBox's own pages show of Hedgehog: a device's resources, with their state."""

from django.db.models import Q
from netbox.plugins import PluginTemplateExtension

from .models import HedgehogResource

__all__ = ['DeviceResources', 'template_extensions']

DEVICE_KINDS = ('Switch', 'Server', 'Gateway')
SHOWN = 10


class DeviceResources(PluginTemplateExtension):
    """The switches, servers and gateways of the fabrics that have the device's name."""

    models = ['dcim.device']

    def right_page(self) -> str:
        """A card; nothing for a device without a name or without a resource one may see."""
        found = self._resources()
        if not found:
            return ''
        return self.render('netbox_hedgehog/device_resources.html', {'resources': found})

    def _resources(self) -> list[HedgehogResource]:
        device, user = self.context['object'], self.context['request'].user
        if not device.name:
            return []
        # Names of resources are lower case; those of devices are as people write them.
        named = Q(name=device.name.lower()) | Q(name=device.name)
        visible = HedgehogResource.objects.restrict(user, 'view')
        rows = visible.filter(named, kind__in=DEVICE_KINDS).select_related('fabric', 'sync_state')
        return list(rows[:SHOWN])


template_extensions = [DeviceResources]
