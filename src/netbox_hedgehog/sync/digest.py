"""One number for everything a fabric says in NetBox, to compare with Git and with checkpoints."""

import hashlib

from ..models import HedgehogFabric, ResourceSyncState

__all__ = ['fabric_digest']


def fabric_digest(fabric: HedgehogFabric) -> str:
    """Returns the SHA-256 over all objects in identity order, each with its canonical digest."""
    rows = ResourceSyncState.objects.filter(
        resource__fabric=fabric, resource__desired_spec__isnull=False
    ).values_list(
        'resource__api_group',
        'resource__kind',
        'resource__namespace',
        'resource__name',
        'canonical_digest',
    )
    total = hashlib.sha256()
    for row in sorted(rows.iterator(chunk_size=5000)):
        total.update('\0'.join(row).encode() + b'\n')
    return total.hexdigest()
