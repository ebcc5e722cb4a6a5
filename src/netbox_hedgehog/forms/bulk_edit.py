"""Forms that change the same fields of many objects; called by the bulk edit views."""

from django import forms
from django.utils.translation import gettext_lazy as _
from netbox.forms import PrimaryModelBulkEditForm
from utilities.forms import add_blank_choice
from utilities.forms.fields import DynamicModelChoiceField
from utilities.forms.rendering import FieldSet
from utilities.forms.widgets import BulkEditNullBooleanSelect

from ..choices import (
    ArchiveStrategyChoices,
    BadDocumentPolicyChoices,
    ConflictStrategyChoices,
    DuplicateResolutionModeChoices,
    FabricStatusChoices,
    GitProviderChoices,
    PublishModeChoices,
    SyncDirectionChoices,
    TemplateModeChoices,
)
from ..models import GitRepository, HedgehogFabric, HedgehogResource, ResolutionPolicy

__all__ = [
    'GitRepositoryBulkEditForm',
    'HedgehogFabricBulkEditForm',
    'HedgehogResourceBulkEditForm',
]


def _choice(label: str, choices: object) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=add_blank_choice(choices), required=False)


def _yes_or_no(label: str) -> forms.NullBooleanField:
    return forms.NullBooleanField(label=label, required=False, widget=BulkEditNullBooleanSelect())


class GitRepositoryBulkEditForm(PrimaryModelBulkEditForm):
    """Holds no address and no credential: those belong to one repository each."""

    provider = _choice(_('Provider'), GitProviderChoices)
    default_branch = forms.CharField(label=_('Default branch'), max_length=255, required=False)
    enabled = _yes_or_no(_('Enabled'))
    validate_ssl = _yes_or_no(_('Check certificates'))
    timeout_seconds = forms.IntegerField(
        label=_('Timeout (seconds)'), min_value=1, max_value=86400, required=False
    )

    model = GitRepository
    fieldsets = (
        FieldSet('provider', 'default_branch', 'description'),
        FieldSet('enabled', 'validate_ssl', 'timeout_seconds', name=_('Connection')),
    )
    nullable_fields = ('description', 'comments')


class HedgehogFabricBulkEditForm(PrimaryModelBulkEditForm):
    """The rules of many fabrics at once."""

    status = _choice(_('Status'), FabricStatusChoices)
    git_repository = DynamicModelChoiceField(
        queryset=GitRepository.objects.all(), label=_('Git repository'), required=False
    )
    sync_enabled = _yes_or_no(_('Synchronisation enabled'))
    sync_direction = _choice(_('Direction'), SyncDirectionChoices)
    publish_mode = _choice(_('Publishing'), PublishModeChoices)
    sync_interval = forms.IntegerField(label=_('Interval (seconds)'), min_value=0, required=False)
    conflict_strategy = _choice(_('Conflict strategy'), ConflictStrategyChoices)
    archive_strategy = _choice(_('Archive strategy'), ArchiveStrategyChoices)
    bad_document_policy = _choice(_('Bad documents'), BadDocumentPolicyChoices)
    duplicate_detection_enabled = _yes_or_no(_('Duplicate detection'))
    duplicate_scan_interval = forms.IntegerField(
        label=_('Duplicate scan interval (seconds)'), min_value=0, required=False
    )
    duplicate_resolution_mode = _choice(_('Duplicate resolution'), DuplicateResolutionModeChoices)
    resolution_policy = DynamicModelChoiceField(
        queryset=ResolutionPolicy.objects.all(), label=_('Resolution policy'), required=False
    )
    template_change_mode = _choice(_('Objects of changed templates'), TemplateModeChoices)
    template_removal_mode = _choice(_('Objects no template makes any more'), TemplateModeChoices)

    model = HedgehogFabric
    fieldsets = (
        FieldSet('status', 'git_repository', 'description'),
        FieldSet(
            'sync_enabled',
            'sync_direction',
            'publish_mode',
            'sync_interval',
            'conflict_strategy',
            name=_('Synchronisation'),
        ),
        FieldSet('archive_strategy', 'bad_document_policy', name=_('Files')),
        FieldSet(
            'duplicate_detection_enabled',
            'duplicate_scan_interval',
            'duplicate_resolution_mode',
            'resolution_policy',
            name=_('Duplicates'),
        ),
        FieldSet('template_change_mode', 'template_removal_mode', name=_('Templates')),
    )
    nullable_fields = ('description', 'comments', 'git_repository', 'resolution_policy')


class HedgehogResourceBulkEditForm(PrimaryModelBulkEditForm):
    """How many objects are kept in step; what they say is edited one by one."""

    sync_direction = _choice(_('Direction'), SyncDirectionChoices)
    auto_sync_enabled = _yes_or_no(_('Automatic sync'))
    sync_priority = forms.IntegerField(label=_('Priority'), min_value=0, required=False)
    conflict_resolution_preference = _choice(_('Conflict preference'), ConflictStrategyChoices)

    model = HedgehogResource
    fieldsets = (
        FieldSet(
            'sync_direction',
            'auto_sync_enabled',
            'sync_priority',
            'conflict_resolution_preference',
            'description',
        ),
    )
    nullable_fields = (
        'sync_direction', 'conflict_resolution_preference', 'description', 'comments',
    )  # fmt: skip
