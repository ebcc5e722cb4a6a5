"""Panels of the pages; the views' layouts say where each stands."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from netbox.ui import attrs, panels

from .attributes import MonospaceAttr
from .duplicate_panels import (
    DuplicateFieldsPanel,
    DuplicateFilesPanel,
    DuplicateGroupPanel,
    DuplicateOutcomePanel,
    PolicyLimitsPanel,
    PolicyPanel,
    PolicyRulesPanel,
)
from .record_panels import (
    CheckpointContentPanel,
    CheckpointPanel,
    ConflictPanel,
    OperationCountsPanel,
    OperationPanel,
    OperationResultPanel,
    OutboxPanel,
    OutboxPublicationPanel,
    PullRequestBranchPanel,
    PullRequestPanel,
    UploadPanel,
    UploadProgressPanel,
)
from .view_panels import ViewContextPanel

__all__ = [
    'AskedForPanel',
    'CheckpointContentPanel',
    'CheckpointPanel',
    'CodePanel',
    'ConflictPanel',
    'DeviceImportPanel',
    'DuplicateFieldsPanel',
    'DuplicateFilesPanel',
    'DuplicateGroupPanel',
    'DuplicateOutcomePanel',
    'FabricContentsPanel',
    'FabricGitPanel',
    'FabricPanel',
    'FabricPolicyPanel',
    'FabricStatusPanel',
    'FindingCountsPanel',
    'FindingsPanel',
    'MappingPanel',
    'OpenConflictPanel',
    'OpenEntryPanel',
    'OperationCountsPanel',
    'OperationLivePanel',
    'OperationPanel',
    'OperationResultPanel',
    'OutboxPanel',
    'OutboxPublicationPanel',
    'PolicyLimitsPanel',
    'PolicyPanel',
    'PolicyRulesPanel',
    'PullRequestBranchPanel',
    'PullRequestPanel',
    'RenderReportsPanel',
    'RepositoryConnectionPanel',
    'RepositoryPanel',
    'RepositoryWebhookPanel',
    'ResourcePanel',
    'ResourcePlacePanel',
    'ResourceStatePanel',
    'SidesPanel',
    'UploadPanel',
    'UploadProgressPanel',
]


class RepositoryPanel(panels.ObjectAttributesPanel):
    name = attrs.TextAttr('name')
    url = attrs.TextAttr('url', label=_('URL'), style='font-monospace hh-path', copy_button=True)
    provider = attrs.ChoiceAttr('provider')
    default_branch = attrs.TextAttr('default_branch', label=_('Default branch'))
    description = attrs.TextAttr('description')
    enabled = attrs.BooleanAttr('enabled')
    authentication_type = attrs.ChoiceAttr('authentication_type', label=_('Authentication'))
    credential_source = attrs.ChoiceAttr('credential_source', label=_('Credential source'))
    credential_reference = MonospaceAttr('credential_reference', label=_('Credential reference'))
    has_credential = attrs.BooleanAttr('has_credential', label=_('Credential stored'))


class RepositoryConnectionPanel(panels.ObjectAttributesPanel):
    """What the last contact showed; never what is hoped for."""

    title = _('Connection')
    connection_status = attrs.ChoiceAttr('state.connection_status', label=_('Status'))
    circuit_state = attrs.ChoiceAttr('state.circuit_state', label=_('Circuit'))
    last_validated = attrs.DateTimeAttr('state.last_validated', label=_('Last tested'))
    head_commit = MonospaceAttr('state.head_commit', label=_('Head commit'))
    last_fetched = attrs.DateTimeAttr('state.last_fetched', label=_('Last fetched'))
    validation_error = attrs.TextAttr(
        'state.validation_error', label=_('Error'), style='text-danger'
    )
    validate_ssl = attrs.BooleanAttr('validate_ssl', label=_('Certificates are checked'))
    timeout_seconds = attrs.TextAttr(
        'timeout_seconds', label=_('Time limit'), format_string=_('{} s')
    )
    write_through = attrs.ChoiceAttr('write_through', label=_('Commits go through'))
    report_findings = attrs.BooleanAttr('report_findings', label=_('Findings are reported'))
    rate_limit_remaining = attrs.TextAttr(
        'state.rate_limit_remaining', label=_('API requests left')
    )
    rate_limit_reset = attrs.DateTimeAttr('state.rate_limit_reset', label=_('Renewed'))
    commit_author_name = attrs.TextAttr('commit_author_name', label=_('Commit author name'))
    commit_author_email = attrs.TextAttr('commit_author_email', label=_('Commit author e-mail'))


class FabricPanel(panels.ObjectAttributesPanel):
    name = attrs.TextAttr('name')
    status = attrs.ChoiceAttr('status')
    description = attrs.TextAttr('description')
    kubernetes_namespace = attrs.TextAttr(
        'kubernetes_namespace', label=_('Kubernetes namespace'), style='font-monospace'
    )
    gitops_tool = attrs.ChoiceAttr('gitops_tool', label=_('GitOps tool'))
    gitops_app_name = attrs.TextAttr('gitops_app_name', label=_('GitOps application'))


class FabricGitPanel(panels.ObjectAttributesPanel):
    title = _('Git')
    git_repository = attrs.RelatedObjectAttr('git_repository', linkify=True, label=_('Repository'))
    url = MonospaceAttr('git_repository.url', label=_('URL'))
    branch = attrs.TextAttr('effective_branch', label=_('Branch'), style='font-monospace')
    directory = MonospaceAttr('gitops_directory', label=_('Directory'))


class FabricPolicyPanel(panels.ObjectAttributesPanel):
    title = _('Rules')
    sync_enabled = attrs.BooleanAttr('sync_enabled', label=_('Synchronisation'))
    sync_direction = attrs.ChoiceAttr('sync_direction', label=_('Direction'))
    publish_mode = attrs.ChoiceAttr('publish_mode', label=_('Publishing'))
    sync_interval = attrs.TextAttr('sync_interval', label=_('Interval'), format_string=_('{} s'))
    conflict_strategy = attrs.ChoiceAttr('conflict_strategy', label=_('Conflicts'))
    archive_strategy = attrs.ChoiceAttr('archive_strategy', label=_('Ingested raw files'))
    bad_document_policy = attrs.ChoiceAttr('bad_document_policy', label=_('Bad documents'))
    duplicates = attrs.BooleanAttr('duplicate_detection_enabled', label=_('Duplicate detection'))
    duplicate_mode = attrs.ChoiceAttr('duplicate_resolution_mode', label=_('Duplicates are'))
    resolution_policy = attrs.RelatedObjectAttr(
        'resolution_policy', linkify=True, label=_('Resolution policy')
    )
    template_environment = attrs.TextAttr('template_environment', label=_('Template environment'))
    template_changes = attrs.ChoiceAttr('template_change_mode', label=_('Changed templates'))
    template_removals = attrs.ChoiceAttr(
        'template_removal_mode', label=_('Objects not made any more')
    )
    annotate = attrs.BooleanAttr('annotate', label=_('Annotate origin'))
    keep_layout = attrs.BooleanAttr('keep_layout', label=_('Keep layout'))


class ResourcePanel(panels.ObjectAttributesPanel):
    fabric = attrs.RelatedObjectAttr('fabric', linkify=True)
    kind = attrs.TextAttr('kind')
    api_version = attrs.TextAttr('full_api_version', label=_('API version'), style='font-monospace')
    namespace = attrs.TextAttr('namespace', style='font-monospace')
    name = attrs.TextAttr('name', style='font-monospace', copy_button=True)
    description = attrs.TextAttr('description')
    sync_direction = attrs.ChoiceAttr('sync_direction', label=_('Direction'))
    auto_sync_enabled = attrs.BooleanAttr('auto_sync_enabled', label=_('Automatic sync'))


class ResourceStatePanel(panels.ObjectAttributesPanel):
    title = _('State')
    resource_state = attrs.ChoiceAttr('sync_state.resource_state', label=_('State'))
    reason = attrs.TextAttr('sync_state.state_change_reason', label=_('Why'))
    draft_updated = attrs.DateTimeAttr('draft_updated', label=_('Drafted at'))
    draft_updated_by = attrs.TextAttr('draft_updated_by', label=_('Drafted by'))
    conflict_status = attrs.ChoiceAttr('sync_state.conflict_status', label=_('Conflict'))
    drift_status = attrs.ChoiceAttr('sync_state.drift_status', label=_('Cluster'))
    healthy = attrs.BooleanAttr('sync_state.healthy', label=_('Healthy'))
    last_sync_error = attrs.TextAttr(
        'sync_state.last_sync_error', label=_('Last error'), style='text-danger'
    )


class ResourcePlacePanel(ViewContextPanel):
    """Where Git keeps the object, since which commit, and what lies beside it."""

    template_name = 'netbox_hedgehog/panels/resource_place.html'
    title = _('In Git')


class RepositoryWebhookPanel(ViewContextPanel):
    """Where the Git host sends its deliveries, and what became of the last one."""

    template_name = 'netbox_hedgehog/panels/webhook.html'
    title = _('Webhook')


class FindingsPanel(ViewContextPanel):
    """Findings with file, line, column, code and what to do."""

    template_name = 'netbox_hedgehog/panels/findings.html'
    title = _('Findings')


class CodePanel(ViewContextPanel):
    """YAML or a difference as numbered, coloured lines."""

    template_name = 'netbox_hedgehog/panels/code.html'


class SidesPanel(ViewContextPanel):
    """Several versions of one object side by side."""

    template_name = 'netbox_hedgehog/panels/sides.html'


class FabricStatusPanel(ViewContextPanel):
    """Whether Git and NetBox agree, what went wrong, and how far the two are apart."""

    template_name = 'netbox_hedgehog/panels/fabric_status.html'
    title = _('Synchronisation')


class OperationLivePanel(ViewContextPanel):
    """How far an operation is, and what it has logged."""

    template_name = 'netbox_hedgehog/panels/operation_live.html'
    title = _('Progress')


class FabricContentsPanel(ViewContextPanel):
    """How many objects of each kind the fabric has, and how they stand."""

    template_name = 'netbox_hedgehog/panels/fabric_contents.html'
    title = _('Contents')


class FindingCountsPanel(ViewContextPanel):
    """How many errors and warnings the fabric's objects have, with links to them."""

    template_name = 'netbox_hedgehog/panels/finding_counts.html'
    title = _('Findings in resources')


class OpenConflictPanel(ViewContextPanel):
    """Says that the object is held back until a conflict about it is decided."""

    template_name = 'netbox_hedgehog/panels/open_conflict.html'


class OpenEntryPanel(ViewContextPanel):
    """Says that an edit waits for Git, and why when it had to stop."""

    template_name = 'netbox_hedgehog/panels/open_entry.html'


class MappingPanel(panels.ObjectPanel):
    """Labels or annotations; absent when there are none."""

    template_name = 'netbox_hedgehog/panels/mapping.html'

    def __init__(self, field_name: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.field_name = field_name

    def get_context(self, context: Mapping[str, Any]) -> dict[str, Any]:
        made = super().get_context(context)
        return {**made, 'pairs': sorted((getattr(made['object'], self.field_name) or {}).items())}

    def should_render(self, context: Mapping[str, Any]) -> bool:
        return bool(context['pairs'])


class AskedForPanel(ViewContextPanel):
    """What the request for an operation said beside its type."""

    template_name = 'netbox_hedgehog/panels/asked_for.html'
    title = _('Asked for')


class ChangesPanel(ViewContextPanel):
    """The files an operation wrote, moved and deleted."""

    template_name = 'netbox_hedgehog/panels/changes.html'
    title = _('Files')


class RenderReportsPanel(ViewContextPanel):
    """What became of the objects of each template, or part of the wiring, that was made."""

    template_name = 'netbox_hedgehog/panels/render_reports.html'
    title = _('Objects made')


class DeviceImportPanel(ViewContextPanel):
    """What an import made in NetBox, and what differed."""

    template_name = 'netbox_hedgehog/panels/device_import.html'
    title = _('Made in NetBox')


class DifferingFieldsPanel(ViewContextPanel):
    """Fields with their values on every side; the sides are named in the heads of the columns."""

    template_name = 'netbox_hedgehog/panels/differing_fields.html'

    def __init__(self, key: str, sides: tuple[Any, ...], **kwargs: Any) -> None:
        super().__init__(key, **kwargs)
        self.sides = sides

    def get_context(self, context: Mapping[str, Any]) -> dict[str, Any]:
        return {**super().get_context(context), 'sides': self.sides}
