"""What the door for Git hosts answers, and how its secret is set."""

from rest_framework import serializers

from ...sync.webhook_secrets import MIN_LENGTH
from .actions import StrictSerializer

__all__ = [
    'DeliverySerializer',
    'NewWebhookSecretSerializer',
    'RefusedDeliverySerializer',
    'RegisteredWebhookSerializer',
    'WebhookSecretSerializer',
]


class EnqueuedSerializer(serializers.Serializer):
    """One fabric that is synchronised because of a delivery."""

    fabric = serializers.CharField()
    operation_id = serializers.UUIDField()


class DeliverySerializer(serializers.Serializer):
    """What became of a delivery."""

    event = serializers.CharField()
    message = serializers.CharField()
    enqueued = EnqueuedSerializer(many=True)


class RefusedDeliverySerializer(serializers.Serializer):
    """Why a delivery was not taken: nobody learns more who does not know the secret."""

    message = serializers.CharField()


class WebhookSecretSerializer(StrictSerializer):
    """Request of `webhook-secret`: a secret of one's own, or nothing for a random one."""

    secret = serializers.CharField(
        required=False, write_only=True, trim_whitespace=False, min_length=MIN_LENGTH,
        max_length=255,
    )  # fmt: skip


class NewWebhookSecretSerializer(serializers.Serializer):
    """Answer of `webhook-secret`. `secret` is there once, and only where NetBox made it."""

    webhook_url = serializers.URLField()
    secret = serializers.CharField(required=False)


class RegisteredWebhookSerializer(serializers.Serializer):
    """Answer of `register-webhook`: the webhook as the host knows it now."""

    webhook_url = serializers.URLField()
    host_id = serializers.IntegerField(help_text='The number of the webhook at the host')
    events = serializers.ListField(child=serializers.CharField())
