"""What a person can do between a fabric and NetBox's devices."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from .fabrics import SyncFabric
from .post import PostAction

__all__ = ['GenerateWiring', 'ImportDevices']


class GenerateWiring(PostAction):
    """Shows what devices and cables would make of the fabric, and does it by one commit."""

    name = 'generate'
    label = _('Generate from NetBox')
    permissions_required = {'push'}
    template_name = 'netbox_hedgehog/buttons/link.html'
    icon = 'export'
    button_class = 'primary'
    help_text = _('Shows first what the devices and cables would make, change and remove')

    @classmethod
    def blocked_because(cls, obj: Any) -> str:
        return SyncFabric.blocked_because(obj)


class ImportDevices(GenerateWiring):
    """Shows which devices and cables NetBox lacks, and makes them."""

    name = 'import_devices'
    label = _('Import into NetBox')
    permissions_required = {'sync'}
    icon = 'import'
    button_class = 'outline-primary'
    help_text = _('Shows first which devices and cables would be made, and what differs')
