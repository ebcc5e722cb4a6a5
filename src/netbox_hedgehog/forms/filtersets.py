"""Filter forms of the lists; each field has its filter in `filtersets.py`."""

from django import forms
from django.utils.translation import gettext_lazy as _
from netbox.forms import PrimaryModelFilterSetForm
from netbox.forms.mixins import SavedFiltersMixin
from users.models import User
from utilities.forms import BOOLEAN_WITH_BLANK_CHOICES, FilterForm
from utilities.forms.fields import DynamicModelMultipleChoiceField, TagFilterField
from utilities.forms.rendering import FieldSet
from utilities.forms.widgets import DateTimePicker

from ..choices import (
    AuthenticationTypeChoices,
    ConflictSeverityChoices,
    ConflictTypeChoices,
    FabricStatusChoices,
    GitProviderChoices,
    OperationStatusChoices,
    OutboxActionChoices,
    OutboxStateChoices,
    PublishModeChoices,
    PullRequestPurposeChoices,
    PullRequestStateChoices,
    ResolutionStatusChoices,
    ResourceConflictStatusChoices,
    ResourceStateChoices,
    StandingChoices,
    SyncDirectionChoices,
    SyncOperationTypeChoices,
    TriggerTypeChoices,
    UploadStateChoices,
)
from ..models import (
    ConflictResolution,
    GitRepository,
    HedgehogFabric,
    HedgehogResource,
    OutboxEntry,
    PullRequest,
    RawUpload,
    SyncOperation,
)

__all__ = [
    'ConflictResolutionFilterForm',
    'GitRepositoryFilterForm',
    'HedgehogFabricFilterForm',
    'HedgehogResourceFilterForm',
    'OutboxEntryFilterForm',
    'PullRequestFilterForm',
    'RawUploadFilterForm',
    'SyncOperationFilterForm',
]


def _choices(label: str, choices: object) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(label=label, choices=choices, required=False)


def _yes_or_no(label: str) -> forms.NullBooleanField:
    return forms.NullBooleanField(
        label=label, required=False, widget=forms.Select(choices=BOOLEAN_WITH_BLANK_CHOICES)
    )


def _fabrics() -> DynamicModelMultipleChoiceField:
    return DynamicModelMultipleChoiceField(
        queryset=HedgehogFabric.objects.all(), label=_('Fabric'), required=False
    )


def _text(label: str) -> forms.CharField:
    return forms.CharField(label=label, required=False)


class GitRepositoryFilterForm(PrimaryModelFilterSetForm):
    model = GitRepository
    fieldsets = (
        FieldSet('q', 'filter_id', 'tag'),
        FieldSet('provider', 'authentication_type', 'enabled', name=_('Repository')),
        FieldSet('owner_group_id', 'owner_id', name=_('Ownership')),
    )
    selector_fields = ('filter_id', 'q', 'provider')
    provider = _choices(_('Provider'), GitProviderChoices)
    authentication_type = _choices(_('Authentication'), AuthenticationTypeChoices)
    enabled = _yes_or_no(_('Enabled'))
    tag = TagFilterField(model)


class HedgehogFabricFilterForm(PrimaryModelFilterSetForm):
    model = HedgehogFabric
    fieldsets = (
        FieldSet('q', 'filter_id', 'tag'),
        FieldSet('status', 'git_repository_id', name=_('Fabric')),
        FieldSet('sync_enabled', 'sync_direction', 'publish_mode', 'gitops_initialized',
                 name=_('Synchronisation')),
        FieldSet('owner_group_id', 'owner_id', name=_('Ownership')),
    )  # fmt: skip
    selector_fields = ('filter_id', 'q', 'status')
    status = _choices(_('Status'), FabricStatusChoices)
    git_repository_id = DynamicModelMultipleChoiceField(
        queryset=GitRepository.objects.all(), label=_('Git repository'), required=False
    )
    sync_enabled = _yes_or_no(_('Synchronisation enabled'))
    sync_direction = _choices(_('Direction'), SyncDirectionChoices)
    publish_mode = _choices(_('Publishing'), PublishModeChoices)
    gitops_initialized = _yes_or_no(_('Initialised'))
    tag = TagFilterField(model)


class HedgehogResourceFilterForm(PrimaryModelFilterSetForm):
    model = HedgehogResource
    fieldsets = (
        FieldSet('q', 'filter_id', 'tag'),
        FieldSet('fabric_id', 'kind', 'namespace', 'name', 'api_version', name=_('Object')),
        FieldSet('standing', 'resource_state', 'conflict_status', 'sync_direction',
                 'auto_sync_enabled', name=_('State')),
        FieldSet('has_errors', 'has_warnings', name=_('Findings')),
        FieldSet('managed_file_path', name=_('File')),
        FieldSet('owner_group_id', 'owner_id', name=_('Ownership')),
    )  # fmt: skip
    selector_fields = ('filter_id', 'q', 'fabric_id', 'kind')
    fabric_id = _fabrics()
    kind = _text(_('Kind'))
    namespace = _text(_('Namespace'))
    name = _text(_('Name'))
    api_version = _text(_('API version'))
    standing = _choices(_('How it stands'), StandingChoices)
    resource_state = _choices(_('State'), ResourceStateChoices)
    conflict_status = _choices(_('Conflict'), ResourceConflictStatusChoices)
    sync_direction = _choices(_('Direction'), SyncDirectionChoices)
    auto_sync_enabled = _yes_or_no(_('Automatic sync'))
    has_errors = _yes_or_no(_('Has errors'))
    has_warnings = _yes_or_no(_('Has warnings'))
    managed_file_path = _text(_('Managed file'))
    tag = TagFilterField(model)


class SyncOperationFilterForm(SavedFiltersMixin, FilterForm):
    model = SyncOperation
    fieldsets = (
        FieldSet('q', 'filter_id'),
        FieldSet('fabric_id', 'operation_type', 'status', 'trigger_type', 'initiated_by_id',
                 name=_('Operation')),
        FieldSet('commit_sha', 'last_reason', name=_('Result')),
        FieldSet('started_at__gte', 'started_at__lte', name=_('Time')),
    )  # fmt: skip
    fabric_id = _fabrics()
    operation_type = _choices(_('Type'), SyncOperationTypeChoices)
    status = _choices(_('Status'), OperationStatusChoices)
    trigger_type = _choices(_('Trigger'), TriggerTypeChoices)
    initiated_by_id = DynamicModelMultipleChoiceField(
        queryset=User.objects.all(), label=_('User'), required=False
    )
    commit_sha = _text(_('Commit'))
    last_reason = _text(_('Reason'))
    started_at__gte = forms.DateTimeField(
        label=_('Started after'), required=False, widget=DateTimePicker()
    )
    started_at__lte = forms.DateTimeField(
        label=_('Started before'), required=False, widget=DateTimePicker()
    )


class ConflictResolutionFilterForm(SavedFiltersMixin, FilterForm):
    model = ConflictResolution
    fieldsets = (
        FieldSet('q', 'filter_id'),
        FieldSet('fabric_id', 'conflict_type', 'severity', 'resolution_status',
                 'auto_resolvable', name=_('Conflict')),
    )  # fmt: skip
    fabric_id = _fabrics()
    conflict_type = _choices(_('Type'), ConflictTypeChoices)
    severity = _choices(_('Severity'), ConflictSeverityChoices)
    resolution_status = _choices(_('Status'), ResolutionStatusChoices)
    auto_resolvable = _yes_or_no(_('Resolvable by policy'))


class OutboxEntryFilterForm(SavedFiltersMixin, FilterForm):
    model = OutboxEntry
    fieldsets = (
        FieldSet('q', 'filter_id'),
        FieldSet('fabric_id', 'state', 'action', 'kind', 'user_id', name=_('Entry')),
    )
    fabric_id = _fabrics()
    state = _choices(_('State'), OutboxStateChoices)
    action = _choices(_('Action'), OutboxActionChoices)
    kind = _text(_('Kind'))
    user_id = DynamicModelMultipleChoiceField(
        queryset=User.objects.all(), label=_('User'), required=False
    )


class PullRequestFilterForm(SavedFiltersMixin, FilterForm):
    model = PullRequest
    fieldsets = (
        FieldSet('q', 'filter_id'),
        FieldSet('fabric_id', 'state', 'purpose', 'branch', name=_('Pull request')),
    )
    fabric_id = _fabrics()
    state = _choices(_('State'), PullRequestStateChoices)
    purpose = _choices(_('Purpose'), PullRequestPurposeChoices)
    branch = _text(_('Branch'))


class RawUploadFilterForm(SavedFiltersMixin, FilterForm):
    model = RawUpload
    fieldsets = (
        FieldSet('q', 'filter_id'),
        FieldSet('fabric_id', 'state', 'name', 'user_id', name=_('Upload')),
    )
    fabric_id = _fabrics()
    state = _choices(_('State'), UploadStateChoices)
    name = _text(_('Name'))
    user_id = DynamicModelMultipleChoiceField(
        queryset=User.objects.all(), label=_('User'), required=False
    )
