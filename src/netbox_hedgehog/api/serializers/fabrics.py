"""Fabrics as JSON: the settings, and how far Git and NetBox agree."""

from typing import Any

from django.db.models.manager import BaseManager
from drf_spectacular.utils import extend_schema_field
from extras.api.customfields import CustomFieldListSerializer
from netbox.api.fields import ChoiceField, RelatedObjectCountField
from netbox.api.serializers import PrimaryModelSerializer
from rest_framework import serializers

from ... import choices
from ...constants import APP_LABEL
from ...models import GitRepository, HedgehogFabric
from ...sync.status import sync_statuses
from .policies import ResolutionPolicySerializer
from .repositories import GitRepositorySerializer

__all__ = ['HedgehogFabricSerializer']


@extend_schema_field(
    {
        'type': 'object',
        'properties': {
            'value': {'type': 'string', 'enum': list(choices.SyncStatusChoices.values())},
            'label': {'type': 'string'},
        },
    }
)
class SyncStatusField(ChoiceField):
    """The status every page shows, derived from the fabric as a whole."""

    def __init__(self) -> None:
        super().__init__(choices=choices.SyncStatusChoices, source='*', read_only=True)
        self._listed: dict[int, str] = {}

    def look_up(self, fabrics: list[HedgehogFabric]) -> None:
        """Asks for the statuses of a whole list at once, before it is shown."""
        self._listed = sync_statuses(fabrics)

    def to_representation(self, fabric: HedgehogFabric) -> dict[str, str]:
        status = self._listed.get(fabric.pk) or sync_statuses([fabric])[fabric.pk]
        return super().to_representation(status)


class _FabricListSerializer(CustomFieldListSerializer):
    """Many fabrics, whose statuses are asked for together."""

    def to_representation(self, data: Any) -> list[Any]:
        fabrics = list(data.all() if isinstance(data, BaseManager) else data)
        shown = self.child.fields.get('sync_status')
        if isinstance(shown, SyncStatusField):
            shown.look_up(fabrics)
        return super().to_representation(fabrics)


class HedgehogFabricSerializer(PrimaryModelSerializer):
    """A fabric. What the runner writes is read-only here."""

    slug = serializers.SlugField(required=False, allow_blank=True, max_length=100)
    status = ChoiceField(choices=choices.FabricStatusChoices, required=False)
    git_repository = GitRepositorySerializer(nested=True, required=False, allow_null=True)
    archive_strategy = ChoiceField(choices=choices.ArchiveStrategyChoices, required=False)
    sync_direction = ChoiceField(choices=choices.SyncDirectionChoices, required=False)
    conflict_strategy = ChoiceField(choices=choices.ConflictStrategyChoices, required=False)
    bad_document_policy = ChoiceField(choices=choices.BadDocumentPolicyChoices, required=False)
    publish_mode = ChoiceField(choices=choices.PublishModeChoices, required=False)
    duplicate_resolution_mode = ChoiceField(
        choices=choices.DuplicateResolutionModeChoices, required=False
    )
    template_change_mode = ChoiceField(choices=choices.TemplateModeChoices, required=False)
    template_removal_mode = ChoiceField(choices=choices.TemplateModeChoices, required=False)
    resolution_policy = ResolutionPolicySerializer(nested=True, required=False, allow_null=True)
    gitops_tool = ChoiceField(choices=choices.GitOpsToolChoices, required=False)

    sync_status = SyncStatusField()
    sync_error = serializers.CharField(source='sync_state.sync_error', read_only=True)
    connection_error = serializers.CharField(source='sync_state.connection_error', read_only=True)
    last_sync = serializers.DateTimeField(
        source='sync_state.last_sync', read_only=True, allow_null=True
    )
    last_git_sync = serializers.DateTimeField(
        source='sync_state.last_git_sync', read_only=True, allow_null=True
    )
    last_synced_commit = serializers.CharField(
        source='sync_state.last_synced_commit', read_only=True
    )
    last_duplicate_scan = serializers.DateTimeField(
        source='sync_state.last_duplicate_scan', read_only=True, allow_null=True
    )
    drift_status = ChoiceField(
        choices=choices.FabricDriftStatusChoices, source='sync_state.drift_status', read_only=True
    )
    raw_files = serializers.IntegerField(
        source='sync_state.raw_files', read_only=True, allow_null=True
    )
    held_documents = serializers.IntegerField(
        source='sync_state.held_documents', read_only=True, allow_null=True
    )
    resource_count = RelatedObjectCountField('resources')

    class Meta:
        model = HedgehogFabric
        list_serializer_class = _FabricListSerializer
        fields = [
            'id',
            'url',
            'display_url',
            'display',
            'name',
            'slug',
            'status',
            'git_repository',
            'gitops_directory',
            'branch',
            'gitops_initialized',
            'archive_strategy',
            'raw_directory_path',
            'managed_directory_path',
            'sync_enabled',
            'sync_direction',
            'conflict_strategy',
            'bad_document_policy',
            'publish_mode',
            'annotate',
            'keep_layout',
            'sync_interval',
            'duplicate_detection_enabled',
            'duplicate_scan_interval',
            'duplicate_resolution_mode',
            'resolution_policy',
            'resolution_hierarchy_config',
            'template_context',
            'template_environment',
            'template_change_mode',
            'template_removal_mode',
            'kubernetes_namespace',
            'gitops_tool',
            'gitops_app_name',
            'gitops_namespace',
            'sync_status',
            'sync_error',
            'connection_error',
            'last_sync',
            'last_git_sync',
            'last_synced_commit',
            'last_duplicate_scan',
            'drift_status',
            'raw_files',
            'held_documents',
            'resource_count',
            'description',
            'owner',
            'comments',
            'tags',
            'custom_fields',
            'created',
            'last_updated',
        ]
        brief_fields = ('id', 'url', 'display', 'name', 'slug', 'description')
        read_only_fields = ('gitops_initialized', 'raw_directory_path', 'managed_directory_path')

    def validate_git_repository(self, repository: GitRepository | None) -> GitRepository | None:
        """Refuses a repository the user may not see: its credential would write for them.

        NetBox lets any row be named by its number, whatever the user may see.
        """
        request = self.context.get('request')
        if self.nested or repository is None or request is None:
            return repository
        if not request.user.has_perm(f'{APP_LABEL}.view_gitrepository', obj=repository):
            raise serializers.ValidationError('This repository does not exist.')
        return repository
