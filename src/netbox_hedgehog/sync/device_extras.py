"""What NetBox has of a fabric's devices and cables, and the fabric has not.

Used by `device_difference.py`, which tells the other direction. Which devices of a site are the
fabric's is what a generation would take: its kept choice, where that means the site.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from dcim.models import Device as DeviceRow
from django.db.models import Q

from hedgehog_gitops.wiring import (
    Comparison,
    Selection,
    Wiring,
    WiringMapping,
    compare_wiring,
)

from .inventory import chosen_devices, inventory_of

__all__ = ['compared_with_netbox', 'meant_devices']


def meant_devices(kept: Selection, options: Mapping[str, Any]) -> Selection:
    """Which devices of the site are the fabric's: as it keeps them, else as the import says."""
    site = options.get('site') or ''
    if (kept.sites or kept.locations or kept.tags) and site in (kept.sites or (site,)):
        return replace(kept, sites=(site,))
    location = options.get('location')
    tags = tuple(options.get('tags') or ())
    return Selection(sites=(site,), locations=(location,) if location else (), tags=tags)


def compared_with_netbox(
    described: Wiring,
    mapping: WiringMapping,
    meant: Selection,
    matched: Iterable[DeviceRow],
    user: Any,
) -> Comparison:
    """Compares the devices that were met, and all others that are meant and have a role here."""
    roles = [slug for slug, meaning in mapping.roles.items() if meaning]
    chosen = chosen_devices(meant).filter(role__slug__in=roles)
    own = Q(pk__in=[row.pk for row in matched]) | Q(pk__in=chosen.order_by().values('pk'))
    # By name and key, as devices are met: the first of two that have one name is the fabric's.
    rows = DeviceRow.objects.filter(own).order_by('name', 'pk')
    return compare_wiring(inventory_of(user, rows), described, mapping)
