"""NetBox's event rules: each that fits an event of a fabric is carried out by itself."""

from typing import Any

from core.models import ObjectType
from extras.events import EventContext, process_event_rules
from extras.models import EventRule

from ..events import type_of
from ..models import HedgehogFabric
from .run_log import current_log

__all__ = ['run_event_rules']


def run_event_rules(name: str, fabric: HedgehogFabric, payload: dict[str, Any], user: Any) -> None:
    """Runs the rules for an event; one that fails is logged and does not stop the others."""
    object_type = ObjectType.objects.get_for_model(HedgehogFabric)
    rules = EventRule.objects.filter(
        event_types__contains=[type_of(name)], enabled=True, object_types=object_type
    )
    # NetBox's actions look for the object under these two names.
    data = {'id': fabric.pk, 'display': str(fabric), **payload}
    for rule in rules:
        event = EventContext(event_type=type_of(name), data=data, user=user)
        try:
            process_event_rules([rule], object_type, event)
        except Exception:
            current_log(fabric.pk).exception(f'the event rule {rule} failed for {name}')
