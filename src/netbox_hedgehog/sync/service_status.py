"""How the service itself stands: versions, workers, what is stuck; for REST `status/`.

Nothing is said of single fabrics or repositories but how many are concerned.
"""

from importlib.metadata import PackageNotFoundError, version
from typing import Any

from django.conf import settings

from ..choices import (
    RUNNING_OPERATION_STATUSES,
    OperationStatusChoices,
)
from ..models import SyncOperation
from .features import switched_off
from .locks import leases_held
from .rekey import stored_secrets
from .settings import sync_settings

__all__ = ['service_status']


def service_status(workers: int) -> dict[str, Any]:
    """Returns the state; `workers` serve the plugin's queue."""
    waiting = SyncOperation.objects.filter(status=OperationStatusChoices.PENDING, parent=None)
    running = SyncOperation.objects.filter(status__in=RUNNING_OPERATION_STATUSES, parent=None)
    fabrics = set(running.exclude(fabric=None).values_list('fabric_id', flat=True))
    return {
        'plugin_version': _version('netbox-hedgehog'),
        'netbox_version': settings.RELEASE.full_version,
        'queue': sync_settings().queue,
        'workers': workers,
        'operations_waiting': waiting.count(),
        'operations_running': running.count(),
        # The lock is PostgreSQL's: it is free as soon as the worker that held it is gone.
        'operations_stuck': len(fabrics - leases_held(fabrics)),
        'credentials_unreadable': sum(each.trouble is not None for each in stored_secrets()),
        'switched_off': list(switched_off().values()),
    }


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None
