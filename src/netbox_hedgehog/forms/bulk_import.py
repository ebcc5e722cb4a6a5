"""Forms that read one record of an import (CSV, JSON or YAML); called by the import views."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from netbox.forms import PrimaryModelImportForm
from utilities.forms.fields import CSVChoiceField, CSVModelChoiceField

from ..choices import (
    ArchiveStrategyChoices,
    AuthenticationTypeChoices,
    CredentialSourceChoices,
    DuplicateResolutionModeChoices,
    FabricStatusChoices,
    GitProviderChoices,
    PublishModeChoices,
    SyncDirectionChoices,
)
from ..models import GitRepository, HedgehogFabric, HedgehogResource, ResolutionPolicy
from .draft_text import DraftTextMixin

__all__ = [
    'GitRepositoryImportForm',
    'HedgehogFabricImportForm',
    'HedgehogResourceImportForm',
]


class _ImportForm(PrimaryModelImportForm):
    """Asks only for what has no default."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self._meta.model._meta.fields:
            if field.has_default() and field.name in self.fields:
                self.fields[field.name].required = False


class GitRepositoryImportForm(_ImportForm):
    """Takes no secret: a table of secrets has no business in an import."""

    provider = CSVChoiceField(label=_('Provider'), choices=GitProviderChoices, required=False)
    authentication_type = CSVChoiceField(
        label=_('Authentication'), choices=AuthenticationTypeChoices, required=False
    )
    credential_source = CSVChoiceField(
        label=_('Credential source'), choices=CredentialSourceChoices, required=False
    )

    class Meta:
        model = GitRepository
        fields = (
            'name', 'url', 'provider', 'authentication_type', 'credential_source',
            'credential_reference', 'default_branch', 'enabled', 'description', 'owner',
            'comments', 'tags',
        )  # fmt: skip


class HedgehogFabricImportForm(_ImportForm):
    git_repository = CSVModelChoiceField(
        label=_('Git repository'),
        queryset=GitRepository.objects.all(),
        to_field_name='name',
        required=False,
        help_text=_('Name of the Git repository'),
    )
    status = CSVChoiceField(label=_('Status'), choices=FabricStatusChoices, required=False)
    sync_direction = CSVChoiceField(
        label=_('Direction'), choices=SyncDirectionChoices, required=False
    )
    publish_mode = CSVChoiceField(label=_('Publishing'), choices=PublishModeChoices, required=False)
    archive_strategy = CSVChoiceField(
        label=_('Archive strategy'), choices=ArchiveStrategyChoices, required=False
    )
    duplicate_resolution_mode = CSVChoiceField(
        label=_('Duplicate resolution'), choices=DuplicateResolutionModeChoices, required=False
    )
    resolution_policy = CSVModelChoiceField(
        label=_('Resolution policy'),
        queryset=ResolutionPolicy.objects.all(),
        to_field_name='name',
        required=False,
        help_text=_('Name of the resolution policy'),
    )

    class Meta:
        model = HedgehogFabric
        fields = (
            'name', 'slug', 'status', 'git_repository', 'branch', 'gitops_directory',
            'sync_enabled', 'sync_direction', 'publish_mode', 'sync_interval',
            'archive_strategy', 'duplicate_scan_interval', 'duplicate_resolution_mode',
            'resolution_policy', 'kubernetes_namespace', 'description', 'owner', 'comments',
            'tags',
        )  # fmt: skip


class HedgehogResourceImportForm(DraftTextMixin, _ImportForm):
    """One document a record; the text is checked exactly as on the edit page."""

    fabric = CSVModelChoiceField(
        label=_('Fabric'),
        queryset=HedgehogFabric.objects.all(),
        to_field_name='name',
        help_text=_('Name of the fabric'),
    )
    sync_direction = CSVChoiceField(
        label=_('Direction'), choices=SyncDirectionChoices, required=False
    )

    class Meta:
        model = HedgehogResource
        fields = (
            'fabric', 'description', 'sync_direction', 'auto_sync_enabled', 'sync_priority',
            'owner', 'comments', 'tags',
        )  # fmt: skip
