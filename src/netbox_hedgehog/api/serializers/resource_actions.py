"""What the actions on one object take and answer."""

from typing import Any

from netbox.api.fields import ChoiceField
from rest_framework import serializers

from ... import choices
from ...models import HedgehogResource
from ...models.notification_settings import MAX_RECIPIENTS
from .actions import DIRECTIONS, DirectionField, StrictSerializer

__all__ = [
    'CommitResourceSerializer',
    'FileMappingSerializer',
    'PreviewSerializer',
    'PreviewedSerializer',
    'SyncConfigSerializer',
    'SyncConfiguredSerializer',
    'SyncResourceSerializer',
    'YamlSerializer',
]


class GithubInfoSerializer(serializers.Serializer):
    """The file at its host."""

    branch = serializers.CharField(allow_null=True)
    commit_sha = serializers.CharField(allow_null=True)
    file_url = serializers.CharField(allow_null=True)
    last_modified = serializers.DateTimeField(allow_null=True)


class MappedFileSerializer(serializers.Serializer):
    """The file an object lies in."""

    managed_file_path = serializers.CharField(allow_null=True)
    file_hash = serializers.CharField(allow_null=True)
    file_size_bytes = serializers.IntegerField(allow_null=True)
    last_file_sync = serializers.DateTimeField(allow_null=True)
    github_info = GithubInfoSerializer()


class MappedSyncSerializer(serializers.Serializer):
    """How far Git and NetBox agree about it."""

    sync_direction = serializers.ChoiceField(choices=choices.SyncDirectionChoices)
    auto_sync_enabled = serializers.BooleanField()
    sync_healthy = serializers.BooleanField()
    needs_github_sync = serializers.BooleanField()
    needs_gui_sync = serializers.BooleanField()
    last_sync = serializers.DateTimeField(allow_null=True)
    sync_errors = serializers.ListField(child=serializers.CharField())


class MappedConflictSerializer(serializers.Serializer):
    """Whether a conflict is open."""

    status = serializers.ChoiceField(choices=choices.ResourceConflictStatusChoices)
    has_conflicts = serializers.BooleanField()
    last_conflict_check = serializers.DateTimeField(allow_null=True)


class ExternalChangesSerializer(serializers.Serializer):
    """Commits of others than NetBox to the file, among the last ones; null: no copy here."""

    count = serializers.IntegerField(allow_null=True)
    last_check = serializers.DateTimeField(allow_null=True)
    recent_modifications = serializers.ListField(child=serializers.DictField())


class MadeBySerializer(serializers.Serializer):
    """Who made the object last, by what Git keeps of each rendering and generation."""

    source = serializers.ChoiceField(
        choices=('template', 'netbox', 'hand'),
        help_text="A template, a generation from NetBox's devices, or only people",
    )
    template = serializers.CharField(allow_null=True, help_text='Its path below `templates/`')
    version = serializers.CharField(
        allow_null=True, help_text='The version of the template that said this: its blob'
    )
    commit = serializers.CharField(
        allow_null=True, help_text='The commit that gave the template this text'
    )
    is_current = serializers.BooleanField(
        allow_null=True, help_text='Whether the template still has that text'
    )
    adopted = serializers.BooleanField(
        allow_null=True, help_text='Whether the object was there before the template made it'
    )


class FileMappingSerializer(serializers.Serializer):
    """Answer of `file-mapping`."""

    resource_name = serializers.CharField()
    resource_kind = serializers.CharField()
    fabric_id = serializers.IntegerField()
    file_mapping = MappedFileSerializer()
    sync_status = MappedSyncSerializer()
    conflict_status = MappedConflictSerializer()
    external_modifications = ExternalChangesSerializer()
    made_by = MadeBySerializer(
        allow_null=True, help_text='null: not in Git, or no copy of the repository here'
    )


class NotificationsSerializer(StrictSerializer):
    """Who is told what about the object."""

    notify_on_conflict = serializers.BooleanField(required=False)
    notify_on_sync_error = serializers.BooleanField(required=False)
    email_recipients = serializers.ListField(
        child=serializers.EmailField(), required=False, max_length=MAX_RECIPIENTS
    )


class SyncConfigSerializer(StrictSerializer):
    """Request of `sync-config`; what is left out stays."""

    sync_direction = serializers.ChoiceField(
        choices=choices.SyncDirectionChoices, required=False, allow_blank=True
    )
    auto_sync_enabled = serializers.BooleanField(required=False)
    sync_priority = serializers.IntegerField(required=False, min_value=0, max_value=2**31 - 1)
    conflict_resolution_preference = serializers.ChoiceField(
        choices=choices.ConflictStrategyChoices, required=False, allow_blank=True
    )
    notification_settings = NotificationsSerializer(required=False)
    changelog_message = serializers.CharField(required=False, allow_blank=True, max_length=200)

    def validate(self, data: dict[str, Any]) -> dict[str, Any]:
        if not set(data) - {'changelog_message'}:
            raise serializers.ValidationError('Say what is to be changed.')
        return data


class ConfigSerializer(serializers.ModelSerializer):
    """The settings of synchronisation an object has of its own."""

    sync_direction = ChoiceField(choices=choices.SyncDirectionChoices, allow_null=True)
    conflict_resolution_preference = ChoiceField(
        choices=choices.ConflictStrategyChoices, allow_null=True
    )

    class Meta:
        model = HedgehogResource
        fields = [
            'sync_direction',
            'auto_sync_enabled',
            'sync_priority',
            'conflict_resolution_preference',
            'notification_settings',
        ]
        read_only_fields = fields


class SyncConfiguredSerializer(serializers.Serializer):
    """Answer of `sync-config`."""

    updated_config = ConfigSerializer()
    effective_immediately = serializers.BooleanField()
    next_sync_scheduled = serializers.DateTimeField(
        allow_null=True, help_text='Null where the fabric is not synchronised by itself'
    )


class CommitResourceSerializer(StrictSerializer):
    """Request of `commit`."""

    message = serializers.CharField(required=False, allow_blank=True, max_length=2000)
    create_pr = serializers.BooleanField(default=False)


class SyncResourceSerializer(StrictSerializer):
    """Request of a resource's `sync`."""

    direction = DirectionField(required=False, choices=DIRECTIONS)
    force_overwrite = serializers.BooleanField(
        default=False, help_text='The side the direction comes from wins; needs a one-way direction'
    )
    create_pr = serializers.BooleanField(default=False)
    ignore_conflicts = serializers.BooleanField(
        default=False, help_text='Begin although a conflict of the object is open, and leave it so'
    )
    custom_commit_message = serializers.CharField(required=False, allow_blank=True, max_length=2000)

    def validate(self, data: dict[str, Any]) -> dict[str, Any]:
        one_way = data.get('direction') in ('git_to_gui', 'gui_to_git')
        if data['force_overwrite'] and not one_way:
            raise serializers.ValidationError(
                {'force_overwrite': ['Say which side wins: direction git_to_gui or gui_to_git.']}
            )
        return data


class YamlSerializer(serializers.Serializer):
    """Answer of `yaml`: the object as NetBox has it now, and as Git and NetBox last agreed."""

    text = serializers.CharField()
    git_text = serializers.CharField(allow_null=True)
    has_draft = serializers.BooleanField()


class PreviewSerializer(StrictSerializer):
    """Request of `preview`: one of both."""

    draft_text = serializers.CharField(required=False, trim_whitespace=False)
    draft_spec = serializers.DictField(required=False)

    def validate(self, data: dict[str, Any]) -> dict[str, Any]:
        if len(data) != 1:
            raise serializers.ValidationError({'draft_text': ['Give draft_text or draft_spec.']})
        return data


class PreviewedSerializer(serializers.Serializer):
    """Answer of `preview`: what saving this would come to; nothing was saved."""

    valid = serializers.BooleanField()
    text = serializers.CharField()
    diff = serializers.CharField()
    findings = serializers.ListField(child=serializers.DictField())
