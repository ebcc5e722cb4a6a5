"""Files handed over for raw/: what a request may hold, and the record of each as JSON."""

from typing import Any

from netbox.api.fields import ChoiceField
from netbox.api.serializers import BaseModelSerializer
from rest_framework import serializers
from users.api.serializers import UserSerializer

from ... import choices
from ...models import RawUpload
from .actions import AcceptedSerializer, StrictSerializer
from .fabrics import HedgehogFabricSerializer
from .records import SyncOperationSerializer

__all__ = [
    'AcceptedUploadSerializer',
    'MultipartUploadSerializer',
    'RawUploadSerializer',
    'UploadSerializer',
]


class UploadedTextSerializer(StrictSerializer):
    """One file as text."""

    name = serializers.CharField(max_length=1000, help_text='Path below raw/')
    content = serializers.CharField(allow_blank=True, trim_whitespace=False)


class UploadSerializer(StrictSerializer):
    """Request of `files/upload` as JSON: one file, or several under `files`."""

    name = serializers.CharField(required=False, max_length=1000, help_text='Path below raw/')
    content = serializers.CharField(required=False, allow_blank=True, trim_whitespace=False)
    files = UploadedTextSerializer(many=True, required=False)
    message = serializers.CharField(
        required=False, allow_blank=True, max_length=200, help_text='First line of the commit'
    )

    def validate(self, data: dict[str, Any]) -> dict[str, Any]:
        alone = 'name' in data or 'content' in data
        if alone and not ('name' in data and 'content' in data):
            missing = 'content' if 'name' in data else 'name'
            raise serializers.ValidationError({missing: ['This field is required.']})
        if not alone and not data.get('files'):
            raise serializers.ValidationError({'files': ['No file was handed over.']})
        return data


class MultipartUploadSerializer(serializers.Serializer):
    """Request of `files/upload` as a form: any number of parts named `files`."""

    files = serializers.ListField(child=serializers.FileField())
    message = serializers.CharField(required=False, allow_blank=True, max_length=200)


class RawUploadSerializer(BaseModelSerializer):
    """One uploaded file: what waits, what was refused and why, and where it went."""

    fabric = HedgehogFabricSerializer(nested=True, read_only=True)
    user = UserSerializer(nested=True, read_only=True, allow_null=True)
    sync_operation = SyncOperationSerializer(nested=True, read_only=True, allow_null=True)
    state = ChoiceField(choices=choices.UploadStateChoices, read_only=True)

    class Meta:
        model = RawUpload
        fields = [
            'id',
            'url',
            'display_url',
            'display',
            'change_set_id',
            'fabric',
            'name',
            'path',
            'size',
            'sha256',
            'user',
            'user_name',
            'request_id',
            'message',
            'sync_operation',
            'state',
            'attempts',
            'next_attempt_at',
            'new_commit',
            'reason',
            'created',
        ]
        brief_fields = ('id', 'url', 'display', 'name', 'state')
        read_only_fields = fields


class AcceptedUploadSerializer(AcceptedSerializer):
    """Answer 202 of `files/upload`: the files are kept, and their ingestion is queued."""

    uploads = RawUploadSerializer(many=True, nested=True)
