"""An outgoing webhook of a fabric: what is asked for, and what was made."""

from django.core.validators import URLValidator
from rest_framework import serializers

from ... import choices
from ...events import EVENTS
from .actions import StrictSerializer

__all__ = [
    'NewOutgoingWebhookSerializer',
    'OutgoingWebhookSerializer',
    'SentWebhookSerializer',
]


class _FiltersSerializer(StrictSerializer):
    operation_types = serializers.MultipleChoiceField(
        choices=list(choices.SyncOperationTypeChoices), required=False
    )


class OutgoingWebhookSerializer(StrictSerializer):
    """Request of `webhooks/`. Retries are NetBox's, for all webhooks alike."""

    webhook_url = serializers.CharField(
        max_length=500, validators=[URLValidator(schemes=['http', 'https'])]
    )
    events = serializers.MultipleChoiceField(
        choices=[event.name for event in EVENTS], allow_empty=False
    )
    secret = serializers.CharField(
        required=False, allow_blank=True, max_length=255, trim_whitespace=False, write_only=True
    )
    filters = _FiltersSerializer(required=False)
    timeout_seconds = serializers.IntegerField(
        required=False, min_value=1, max_value=3600, help_text="Without it NetBox's own limit"
    )


class _ConfigSerializer(serializers.Serializer):
    webhook_url = serializers.CharField()
    events = serializers.ListField(child=serializers.CharField())
    secret = serializers.CharField(help_text='Masked; empty where there is none')
    status = serializers.CharField()
    created_at = serializers.DateTimeField()


class NewOutgoingWebhookSerializer(serializers.Serializer):
    """Answer of `webhooks/`: rows of NetBox's own, to be changed and removed there."""

    webhook_id = serializers.IntegerField()
    webhook = serializers.CharField(help_text='Where it is changed and removed')
    test_webhook_url = serializers.CharField(help_text='POST there tries it out')
    event_rule_id = serializers.IntegerField()
    event_rule = serializers.CharField()
    webhook_config = _ConfigSerializer()


class SentWebhookSerializer(serializers.Serializer):
    """Answer of `webhooks/<id>/test/`: whether the other side took it, and its status."""

    ok = serializers.BooleanField()
    status = serializers.IntegerField(allow_null=True)
    message = serializers.CharField()
    seconds = serializers.FloatField()
