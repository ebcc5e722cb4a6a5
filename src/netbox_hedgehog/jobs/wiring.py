"""What people ask for between NetBox's devices and a fabric: generation, and import."""

import uuid
from typing import Any

from core.models import Job

from ..choices import SyncOperationTypeChoices as Type
from ..models import HedgehogFabric, SyncOperation
from .operations import enqueue_operation

__all__ = ['enqueue_device_import', 'enqueue_generation']


def enqueue_generation(
    fabric: HedgehogFabric,
    options: dict[str, Any],
    user: Any,
    trigger_type: str,
    request_id: uuid.UUID | None = None,
) -> tuple[Job, SyncOperation]:
    """Asks for one commit that says what NetBox's devices and cables say."""
    return enqueue_operation(
        fabric,
        Type.WIRING_GENERATION,
        user=user,
        trigger_type=trigger_type,
        request_id=request_id,
        options=options,
    )


def enqueue_device_import(
    fabric: HedgehogFabric,
    options: dict[str, Any],
    user: Any,
    trigger_type: str,
    request_id: uuid.UUID | None = None,
) -> tuple[Job, SyncOperation]:
    """Asks for the fabric's devices and cables to be made in NetBox."""
    return enqueue_operation(
        fabric,
        Type.DEVICE_IMPORT,
        user=user,
        trigger_type=trigger_type,
        request_id=request_id,
        options=options,
    )
