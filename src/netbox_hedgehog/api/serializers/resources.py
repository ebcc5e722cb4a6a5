"""Resources as JSON. What is written is a draft; Git's side is read-only and follows by sync."""

from typing import Any

from django.utils import timezone
from netbox.api.fields import ChoiceField
from netbox.api.serializers import PrimaryModelSerializer
from rest_framework import serializers
from users.api.serializers import UserSerializer

from ... import choices
from ...models import HedgehogResource
from ...sync.drafts import DraftReading, read_draft
from .fabrics import HedgehogFabricSerializer

__all__ = ['HedgehogResourceSerializer']

IDENTITY = ('fabric', 'api_group', 'kind', 'namespace', 'name')
DRAFT_FIELDS = ('draft_spec', 'draft_labels', 'draft_annotations', 'draft_text')


class HedgehogResourceSerializer(PrimaryModelSerializer):
    """One object of a fabric.

    `draft_text` is read like the YAML editor's text and gives the other drafts and, for a new
    object, its identity. `spec` is another name for `draft_spec`. Writing null (and '' for the
    text) discards a draft.
    """

    fabric = HedgehogFabricSerializer(nested=True)
    api_group = serializers.CharField(required=False, allow_blank=True, max_length=253)
    api_version = serializers.CharField(required=False, max_length=63)
    kind = serializers.CharField(required=False, max_length=63)
    namespace = serializers.CharField(required=False, max_length=63)
    name = serializers.CharField(required=False, max_length=253)

    spec = serializers.JSONField(write_only=True, required=False, allow_null=True)
    draft_text = serializers.CharField(
        required=False, allow_blank=True, trim_whitespace=False, style={'type': 'textarea'}
    )
    has_draft = serializers.BooleanField(read_only=True)
    draft_updated_by = UserSerializer(nested=True, read_only=True, allow_null=True)

    sync_direction = ChoiceField(
        choices=choices.SyncDirectionChoices, required=False, allow_blank=True, allow_null=True
    )
    conflict_resolution_preference = ChoiceField(
        choices=choices.ConflictStrategyChoices, required=False, allow_blank=True, allow_null=True
    )

    managed_file_path = serializers.CharField(source='sync_state.managed_file_path', read_only=True)
    file_hash = serializers.CharField(source='sync_state.file_hash', read_only=True)
    last_file_sync = serializers.DateTimeField(
        source='sync_state.last_file_sync', read_only=True, allow_null=True
    )
    conflict_status = ChoiceField(
        choices=choices.ResourceConflictStatusChoices,
        source='sync_state.conflict_status',
        read_only=True,
    )
    resource_state = ChoiceField(
        choices=choices.ResourceStateChoices, source='sync_state.resource_state', read_only=True
    )
    last_synced_commit = serializers.CharField(
        source='sync_state.last_synced_commit', read_only=True
    )
    last_sync_error = serializers.CharField(source='sync_state.last_sync_error', read_only=True)
    findings = serializers.JSONField(source='sync_state.findings', read_only=True)

    class Meta:
        model = HedgehogResource
        fields = [
            'id',
            'url',
            'display_url',
            'display',
            'fabric',
            'api_group',
            'api_version',
            'kind',
            'namespace',
            'name',
            'labels',
            'annotations',
            'desired_spec',
            'spec',
            'draft_spec',
            'draft_labels',
            'draft_annotations',
            'draft_text',
            'has_draft',
            'draft_updated',
            'draft_updated_by',
            'sync_direction',
            'auto_sync_enabled',
            'sync_priority',
            'conflict_resolution_preference',
            'notification_settings',
            'managed_file_path',
            'file_hash',
            'last_file_sync',
            'conflict_status',
            'resource_state',
            'last_synced_commit',
            'last_sync_error',
            'findings',
            'description',
            'owner',
            'comments',
            'tags',
            'custom_fields',
            'created',
            'last_updated',
        ]
        brief_fields = ('id', 'url', 'display', 'kind', 'namespace', 'name', 'description')
        read_only_fields = ('labels', 'annotations', 'desired_spec', 'draft_updated')

    def validate(self, data: dict[str, Any]) -> dict[str, Any]:
        if self.nested:
            return super().validate(data)
        for name in ('sync_direction', 'conflict_resolution_preference'):
            # Null, and nothing, mean that the fabric's counts.
            if data.get(name, '') is None:
                data[name] = ''
        self._take_kind(data)
        self._keep_identity(data)
        self._read_spec(data)
        if data.get('draft_text', '').strip():
            self._read_text(data)
        elif 'draft_spec' in data or 'draft_labels' in data or 'draft_annotations' in data:
            # The text of the editor says something else now.
            data['draft_text'] = ''
        if self.instance is None:
            self._start_draft(data)
        if any(name in data for name in DRAFT_FIELDS):
            self._sign(data)
        return super().validate(data)

    def _take_kind(self, data: dict[str, Any]) -> None:
        """At the address of one kind the kind is understood; another one there is a mistake."""
        own = self.context.get('identity')
        if not own:
            return
        if data.get('kind', own['kind']) != own['kind']:
            raise serializers.ValidationError({'kind': [f'Only {own["kind"]} is taken here.']})
        if self.instance is None:
            data['kind'] = own['kind']
            if not data.get('draft_text', '').strip():
                data.setdefault('api_group', own['api_group'])
                data.setdefault('api_version', own['api_version'])

    def _keep_identity(self, data: dict[str, Any]) -> None:
        if self.instance is None:
            return
        for name in IDENTITY:
            if name in data and data[name] != getattr(self.instance, name):
                raise serializers.ValidationError(
                    {name: ['The identity stays: create another object and delete this one.']}
                )

    def _read_spec(self, data: dict[str, Any]) -> None:
        if 'spec' not in data:
            return
        spec = data.pop('spec')
        if data.setdefault('draft_spec', spec) != spec:
            raise serializers.ValidationError({'spec': ['Differs from draft_spec.']})

    def _read_text(self, data: dict[str, Any]) -> None:
        reading = read_draft(data['draft_text'], self.instance, data.get('fabric'))
        if not reading.ok:
            raise serializers.ValidationError({'draft_text': list(reading.findings)})
        self._take(data, {name: getattr(reading, name) for name in IDENTITY if name != 'fabric'})
        self._take(data, _drafts(reading))
        if self.instance is None:
            self._take(data, {'api_version': reading.api_version})

    def _take(self, data: dict[str, Any], values: dict[str, Any]) -> None:
        """Takes over what the text says; something else beside it is a contradiction."""
        for name, value in values.items():
            if data.get(name) not in (None, value):
                raise serializers.ValidationError({name: ['Differs from draft_text.']})
            data[name] = value

    def _start_draft(self, data: dict[str, Any]) -> None:
        missing = [name for name in ('api_version', 'kind', 'name') if not data.get(name)]
        if missing:
            raise serializers.ValidationError(
                {name: ['This field is required without draft_text.'] for name in missing}
            )
        if data.get('draft_spec') is None:
            data['draft_spec'] = {}

    def _sign(self, data: dict[str, Any]) -> None:
        request = self.context.get('request')
        dropped = not self._draft_remains(data)
        data['draft_updated'] = None if dropped else timezone.now()
        data['draft_updated_by'] = request.user if request and not dropped else None

    def _draft_remains(self, data: dict[str, Any]) -> bool:
        left = [data.get(name, getattr(self.instance, name, None)) for name in DRAFT_FIELDS]
        return any(value is not None and value != '' for value in left)


def _drafts(reading: DraftReading) -> dict[str, Any]:
    return {
        'draft_spec': reading.spec,
        'draft_labels': reading.labels,
        'draft_annotations': reading.annotations,
    }
