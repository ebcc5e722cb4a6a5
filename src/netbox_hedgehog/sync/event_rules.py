"""NetBox's event rules: each that fits an event of a fabric is carried out by itself.

A webhook hung on one can be tried out: the same request by the same code of NetBox's, sent at once.
"""

import re
import time
from dataclasses import dataclass
from typing import Any

import requests
from core.models import ObjectType
from django.utils import timezone
from extras.choices import EventRuleActionChoices
from extras.events import EventContext, process_event_rules
from extras.models import EventRule, Webhook
from extras.webhooks import send_webhook
from jinja2.exceptions import TemplateError

from ..events import type_of
from ..models import HedgehogFabric, SyncOperation
from .run_log import current_log

__all__ = [
    'WEBHOOK_ASKED',
    'Sent',
    'call_asked_webhook',
    'fabric_of',
    'rule_of',
    'run_event_rules',
    'send_test',
]

# The option of an operation that names a webhook of NetBox's to be told how it ended.
WEBHOOK_ASKED = 'webhook'

_STATUS = re.compile(r'Status (\d{3}) ')


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of a request; `status` is None where nobody answered."""

    ok: bool
    status: int | None
    message: str
    seconds: float


def run_event_rules(name: str, fabric: HedgehogFabric, payload: dict[str, Any], user: Any) -> None:
    """Runs the rules for an event; one that fails is logged and does not stop the others."""
    object_type = ObjectType.objects.get_for_model(HedgehogFabric)
    rules = EventRule.objects.filter(
        event_types__contains=[type_of(name)], enabled=True, object_types=object_type
    )
    for rule in rules:
        try:
            _process(rule, name, fabric, payload, user)
        except Exception:
            current_log(fabric.pk).exception(f'the event rule {rule} failed for {name}')


def call_asked_webhook(
    operation: SyncOperation, name: str, payload: dict[str, Any], user: Any
) -> None:
    """Sends how an operation ended to the webhook its request named, as an event rule would."""
    number = operation.operation_config.get(WEBHOOK_ASKED)
    webhook = Webhook.objects.filter(pk=number).first() if number is not None else None
    if webhook is None:
        return
    rule = EventRule(
        name=str(operation),
        event_types=[type_of(name)],
        action_type=EventRuleActionChoices.WEBHOOK,
        action_object=webhook,
    )
    _process(rule, name, operation.fabric, payload, user)


def _process(
    rule: EventRule, name: str, fabric: HedgehogFabric, payload: dict[str, Any], user: Any
) -> None:
    # NetBox's actions look for the object under these two names.
    data = {'id': fabric.pk, 'display': str(fabric), **payload}
    event = EventContext(event_type=type_of(name), data=data, user=user)
    process_event_rules([rule], ObjectType.objects.get_for_model(HedgehogFabric), event)


def rule_of(webhook: Webhook) -> EventRule | None:
    """The event rule by which a webhook hears of one fabric; None for any other webhook."""
    rules = EventRule.objects.filter(
        action_object_type=ObjectType.objects.get_for_model(Webhook),
        action_object_id=webhook.pk,
        object_types=ObjectType.objects.get_for_model(HedgehogFabric),
    )
    return next((rule for rule in rules.order_by('pk') if fabric_of(rule) is not None), None)


def fabric_of(rule: EventRule) -> HedgehogFabric | None:
    """The one fabric a rule is about, as the API makes such rules."""
    wanted = (rule.conditions or {}).get('and')
    for each in wanted if isinstance(wanted, list) else ():
        if (
            isinstance(each, dict)
            and each.get('attr') == 'id'
            and isinstance(each.get('value'), int)
        ):
            return HedgehogFabric.objects.filter(pk=each['value']).first()
    return None


def send_test(rule: EventRule, fabric: HedgehogFabric, user: Any) -> Sent:
    """Sends what an event of the rule would send, marked as a test, and waits for the answer.

    What the other side says beside its status is not repeated: the address may be anybody's.
    """
    data = {'id': fabric.pk, 'display': str(fabric), 'test': True, 'user': user.username}
    object_type = ObjectType.objects.get_for_model(HedgehogFabric)
    started = time.monotonic()
    try:
        said = send_webhook(
            rule, object_type, rule.event_types[0], data, timezone.now().isoformat()
        )
    except requests.exceptions.Timeout:
        return Sent(False, None, 'It took too long.', time.monotonic() - started)
    except (TemplateError, ValueError):
        wrong = 'A template of the webhook, or its address, is wrong.'
        return Sent(False, None, wrong, time.monotonic() - started)
    except requests.exceptions.RequestException as error:
        said = str(error)
    status = _STATUS.match(said)
    number = int(status[1]) if status else None
    ok = number is not None and 200 <= number < 300
    message = f'It answered with status {number}.' if number else 'The connection failed.'
    return Sent(ok, number, message, time.monotonic() - started)
