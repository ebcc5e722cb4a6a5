"""Forms that add and edit one object; called by the edit views."""

from typing import Any

from django.utils.html import escape
from django.utils.translation import gettext_lazy as _
from netbox.forms import PrimaryModelForm
from utilities.forms.fields import DynamicModelChoiceField, SlugField
from utilities.forms.rendering import FieldSet

from ..models import GitRepository, HedgehogFabric, HedgehogResource, ResolutionPolicy
from .credentials import CREDENTIAL_FIELDSETS, CredentialFormMixin
from .draft_text import DraftTextMixin

__all__ = ['GitRepositoryForm', 'HedgehogFabricForm', 'HedgehogResourceForm']


class GitRepositoryForm(CredentialFormMixin, PrimaryModelForm):
    """A repository and its credential."""

    fieldsets = (
        FieldSet(
            'name', 'url', 'provider', 'default_branch', 'description', 'tags', name=_('Repository')
        ),
        FieldSet(
            'authentication_type',
            'credential_source',
            name=_('Signing in'),
            html_id='hh-signing-in',
        ),
        *CREDENTIAL_FIELDSETS,
        FieldSet(
            'commit_author_name',
            'commit_author_email',
            'write_through',
            'report_findings',
            name=_('Commits'),
        ),
        FieldSet('enabled', 'is_private', 'validate_ssl', 'timeout_seconds', name=_('Connection')),
    )

    class Meta:
        model = GitRepository
        fields = (
            'name', 'url', 'provider', 'authentication_type', 'credential_source',
            'credential_reference', 'default_branch', 'write_through', 'report_findings',
            'commit_author_name', 'commit_author_email', 'is_private', 'validate_ssl',
            'timeout_seconds', 'enabled', 'description', 'owner', 'comments', 'tags',
        )  # fmt: skip


class HedgehogFabricForm(PrimaryModelForm):
    """A fabric: where it is in Git, and by which rules it is kept in step."""

    slug = SlugField(required=False)
    git_repository = DynamicModelChoiceField(
        queryset=GitRepository.objects.all(),
        label=_('Git repository'),
        required=False,
        quick_add=False,
    )
    resolution_policy = DynamicModelChoiceField(
        queryset=ResolutionPolicy.objects.all(), label=_('Resolution policy'), required=False
    )

    fieldsets = (
        FieldSet('name', 'slug', 'status', 'description', 'tags', name=_('Fabric')),
        FieldSet('git_repository', 'branch', 'gitops_directory', name=_('Git')),
        FieldSet(
            'sync_enabled',
            'sync_direction',
            'publish_mode',
            'sync_interval',
            'conflict_strategy',
            name=_('Synchronisation'),
        ),
        FieldSet(
            'archive_strategy', 'bad_document_policy', 'annotate', 'keep_layout', name=_('Files')
        ),
        FieldSet(
            'template_context',
            'template_environment',
            'template_change_mode',
            'template_removal_mode',
            name=_('Templates'),
        ),
        FieldSet(
            'duplicate_detection_enabled',
            'duplicate_scan_interval',
            'duplicate_resolution_mode',
            'resolution_policy',
            'resolution_hierarchy_config',
            name=_('Duplicates'),
        ),
        FieldSet(
            'kubernetes_namespace',
            'gitops_tool',
            'gitops_app_name',
            'gitops_namespace',
            name=_('Cluster'),
        ),
    )

    class Meta:
        model = HedgehogFabric
        fields = (
            'name', 'slug', 'status', 'git_repository', 'branch', 'gitops_directory',
            'sync_enabled', 'sync_direction', 'publish_mode', 'sync_interval',
            'conflict_strategy', 'archive_strategy', 'bad_document_policy', 'annotate',
            'keep_layout', 'template_context', 'template_environment',
            'template_change_mode', 'template_removal_mode', 'duplicate_detection_enabled',
            'duplicate_scan_interval',
            'duplicate_resolution_mode', 'resolution_policy', 'resolution_hierarchy_config',
            'kubernetes_namespace', 'gitops_tool', 'gitops_app_name', 'gitops_namespace',
            'description', 'owner', 'comments', 'tags',
        )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # A form's help is HTML, the model's is not.
        self.fields['gitops_directory'].help_text = escape(
            self.fields['gitops_directory'].help_text
        )


class HedgehogResourceForm(DraftTextMixin, PrimaryModelForm):
    """One Hedgehog object as YAML text, checked before it becomes a draft."""

    fabric = DynamicModelChoiceField(queryset=HedgehogFabric.objects.all(), label=_('Fabric'))

    fieldsets = (
        FieldSet('fabric', 'text', name=_('Document')),
        FieldSet('description', 'tags', name=_('In NetBox')),
        FieldSet(
            'sync_direction',
            'auto_sync_enabled',
            'sync_priority',
            'conflict_resolution_preference',
            name=_('Synchronisation'),
        ),
    )

    class Meta:
        model = HedgehogResource
        fields = (
            'fabric', 'description', 'sync_direction', 'auto_sync_enabled', 'sync_priority',
            'conflict_resolution_preference', 'owner', 'comments', 'tags',
        )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields['text'].help_text = _(
            'One object. Only the lines you change are changed in Git. '
            'Escape, then Tab leaves the editor.'
        )
        message = self.fields['changelog_message']
        message.label = _('Commit message')
        message.help_text = _(
            'Becomes the first line of the commit in Git, and stands in the change log.'
        )
