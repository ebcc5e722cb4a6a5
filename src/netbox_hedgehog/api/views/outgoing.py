"""Makes an outgoing webhook for a fabric: a webhook and an event rule of NetBox itself."""

from typing import Any

from core.models import ObjectType
from django.db import transaction
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from extras.models import EventRule, Webhook
from rest_framework.decorators import action
from rest_framework.exceptions import NotFound, PermissionDenied
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from ...constants import APP_LABEL
from ...events import type_of
from ...models import HedgehogFabric
from ...sync.event_rules import fabric_of, rule_of, send_test
from .. import permissions, serializers
from .actions import OneActionMixin, valid

__all__ = ['OutgoingWebhookActions', 'OutgoingWebhookTestView']

_MASK = '***masked***'


class OutgoingWebhookActions:
    """One action; mixed into the viewset of fabrics."""

    @extend_schema(
        request=serializers.OutgoingWebhookSerializer,
        responses={
            201: serializers.NewOutgoingWebhookSerializer,
            400: serializers.ErrorSerializer,
            403: serializers.ErrorSerializer,
            404: serializers.ErrorSerializer,
        },
    )
    @action(detail=True, methods=['post'])
    def webhooks(self, request: Request, pk: int) -> Response:
        """Has NetBox tell an address what happens to this fabric, signed with the secret."""
        fabric = self.permitted_object(pk, 'change')  # type: ignore[attr-defined]
        asked = valid(serializers.OutgoingWebhookSerializer, request)
        with transaction.atomic():
            webhook = _webhook(fabric, asked)
            rule = _rule(fabric, webhook, asked)
            for row in (webhook, rule):
                # A constrained permission is asked about the row as it is, as NetBox does.
                if not type(row).objects.restrict(request.user, 'add').filter(pk=row.pk).exists():
                    raise PermissionDenied(f'You may not add this {row._meta.verbose_name}.')
        answer = {
            'webhook_id': webhook.pk,
            'test_webhook_url': reverse(
                'plugins-api:netbox_hedgehog-api:webhook-test', args=[webhook.pk], request=request
            ),
            'webhook': reverse('extras-api:webhook-detail', args=[webhook.pk], request=request),
            'event_rule_id': rule.pk,
            'event_rule': reverse('extras-api:eventrule-detail', args=[rule.pk], request=request),
            'webhook_config': {
                'webhook_url': webhook.payload_url,
                'events': sorted(asked['events']),
                'secret': _MASK if webhook.secret else '',
                'status': 'enabled' if rule.enabled else 'disabled',
                'created_at': webhook.created,
            },
        }
        return Response(serializers.NewOutgoingWebhookSerializer(answer).data, status=201)


class OutgoingWebhookTestView(OneActionMixin, GenericAPIView):
    """Tries an outgoing webhook of a fabric out."""

    queryset = Webhook.objects.all()
    serializer_class = serializers.SentWebhookSerializer
    permission_classes = (permissions.TestOutgoingWebhookPermission,)
    rate_class = 'webhooks'

    @extend_schema(
        request=None,
        responses={
            200: serializers.SentWebhookSerializer,
            403: serializers.ErrorSerializer,
            404: serializers.ErrorSerializer,
            502: serializers.SentWebhookSerializer,
        },
    )
    def post(self, request: Request, pk: int) -> Response:
        """Sends one request as an event would, marked as a test, and says what was answered."""
        webhook = get_object_or_404(self.queryset.restrict(request.user, 'view'), pk=pk)
        rule = rule_of(webhook)
        fabric = fabric_of(rule) if rule is not None else None
        if rule is None or fabric is None:
            raise NotFound('This webhook is not one of a fabric.')
        if not request.user.has_perm(f'{APP_LABEL}.change_hedgehogfabric', obj=fabric):
            raise PermissionDenied('This needs the permission "change" on the fabric.')
        sent = send_test(rule, fabric, request.user)
        answer = serializers.SentWebhookSerializer(sent).data
        return Response(answer, status=200 if sent.ok else 502)


def _webhook(fabric: HedgehogFabric, asked: dict[str, Any]) -> Webhook:
    webhook = Webhook(
        name=_free_name(Webhook, fabric),
        payload_url=asked['webhook_url'],
        secret=asked.get('secret', ''),
        timeout=asked.get('timeout_seconds'),
    )
    webhook.full_clean()
    webhook.save()
    return webhook


def _rule(fabric: HedgehogFabric, webhook: Webhook, asked: dict[str, Any]) -> EventRule:
    conditions: list[dict[str, Any]] = [{'attr': 'id', 'value': fabric.pk}]
    if types := sorted((asked.get('filters') or {}).get('operation_types') or ()):
        conditions.append({'attr': 'operation_type', 'value': types, 'op': 'in'})
    rule = EventRule(
        name=_free_name(EventRule, fabric),
        event_types=[type_of(name) for name in sorted(asked['events'])],
        conditions={'and': conditions},
        action_type='webhook',
        action_object_type=ObjectType.objects.get_for_model(Webhook),
        action_object_id=webhook.pk,
    )
    rule.full_clean()
    rule.save()
    rule.object_types.set([ObjectType.objects.get_for_model(HedgehogFabric)])
    return rule


def _free_name(model: Any, fabric: HedgehogFabric) -> str:
    """A name nothing else has: both tables want unique ones."""
    base, number = f'Hedgehog {fabric.slug}', 1
    while model.objects.filter(name=f'{base} {number}').exists():
        number += 1
    return f'{base} {number}'
