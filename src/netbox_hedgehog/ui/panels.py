"""Panels of the pages; the views' layouts say where each stands."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from netbox.ui import attrs, panels

from .attributes import CommitAttr, MonospaceAttr, SecondsAttr

__all__ = [
    'CheckpointContentPanel',
    'CheckpointPanel',
    'CodePanel',
    'ConflictPanel',
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
    'OperationPanel',
    'OperationResultPanel',
    'OutboxPanel',
    'OutboxPublicationPanel',
    'RepositoryConnectionPanel',
    'RepositoryPanel',
    'RepositoryWebhookPanel',
    'ResourcePanel',
    'ResourceProvenancePanel',
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


class ResourceProvenancePanel(panels.ObjectAttributesPanel):
    """Where Git keeps the object, and since which commit."""

    title = _('In Git')
    managed_file_path = MonospaceAttr('sync_state.managed_file_path', label=_('File'))
    desired_commit = MonospaceAttr('sync_state.desired_commit', label=_('Commit'))
    desired_updated = attrs.DateTimeAttr('sync_state.desired_updated', label=_('Changed'))
    last_file_sync = attrs.DateTimeAttr('sync_state.last_file_sync', label=_('Last read'))
    file_size = attrs.TextAttr(
        'sync_state.file_size_bytes', label=_('Size'), format_string=_('{} bytes')
    )
    file_hash = MonospaceAttr('sync_state.file_hash', label=_('SHA-256'))
    pull_request = attrs.TextAttr('sync_state.pull_request_url', label=_('Pull request'))


class CheckpointPanel(panels.ObjectAttributesPanel):
    title = _('Checkpoint')
    name = attrs.TextAttr('name')
    fabric = attrs.RelatedObjectAttr('fabric', linkify=True)
    reason = attrs.ChoiceAttr('reason', label=_('Why'))
    operation = attrs.RelatedObjectAttr('sync_operation', linkify=True, label=_('Operation'))
    note = attrs.TextAttr('note', label=_('Note'))
    user_name = attrs.TextAttr('user_name', label=_('User'))
    created = attrs.DateTimeAttr('created', label=_('Created'))


class CheckpointContentPanel(panels.ObjectAttributesPanel):
    title = _('What it holds')
    commit = MonospaceAttr('commit', label=_('Commit'))
    digest = MonospaceAttr('digest', label=_('Digest'))
    drafts = attrs.TextAttr('drafts', label=_('Drafts'))
    waiting = attrs.TextAttr('waiting', label=_('Waiting edits'))
    files_total = attrs.TextAttr('files_total', label=_('Files replaced'))
    copies = attrs.BooleanAttr('copies', label=_('Copies in the tree'))


class OperationPanel(panels.ObjectAttributesPanel):
    title = _('Operation')
    operation_type = attrs.ChoiceAttr('operation_type', label=_('Type'))
    status = attrs.ChoiceAttr('status')
    current_phase = attrs.TextAttr('current_phase', label=_('Phase'))
    fabric = attrs.RelatedObjectAttr('fabric', linkify=True)
    git_repository = attrs.RelatedObjectAttr(
        'git_repository', linkify=True, label=_('Git repository')
    )
    job = attrs.RelatedObjectAttr('job', linkify=True)
    trigger_type = attrs.ChoiceAttr('trigger_type', label=_('Trigger'))
    user_name = attrs.TextAttr('user_name', label=_('User'))
    created = attrs.DateTimeAttr('created', label=_('Requested'))
    started_at = attrs.DateTimeAttr('started_at', label=_('Started'))
    completed_at = attrs.DateTimeAttr('completed_at', label=_('Completed'))
    duration = SecondsAttr('duration_seconds', label=_('Duration'))
    operation_id = MonospaceAttr('operation_id', label=_('Operation id'))


class OperationResultPanel(panels.ObjectAttributesPanel):
    title = _('Result')
    reason = attrs.TextAttr('last_reason', label=_('Reason'), style='font-monospace')
    message = attrs.TextAttr('last_error_message', label=_('Error'), style='text-danger')
    branch_name = attrs.TextAttr('branch_name', label=_('Branch'), style='font-monospace')
    base_commit = MonospaceAttr('base_commit', label=_('Base commit'))
    commit_sha = MonospaceAttr('commit_sha', label=_('Commit'))
    pull_request = attrs.TextAttr('pull_request_url', label=_('Pull request'))
    undoes = attrs.RelatedObjectAttr('undoes', linkify=True)


class OperationCountsPanel(panels.ObjectAttributesPanel):
    title = _('What was done')
    documents = attrs.TemplatedAttr(
        'documents_seen',
        label=_('Documents'),
        template_name='netbox_hedgehog/attrs/documents.html',
    )
    files = attrs.TemplatedAttr(
        'files_created', label=_('Files'), template_name='netbox_hedgehog/attrs/files.html'
    )
    resources = attrs.TemplatedAttr(
        'resources_created',
        label=_('Resources'),
        template_name='netbox_hedgehog/attrs/resources.html',
    )
    conflicts = attrs.TemplatedAttr(
        'conflicts_detected',
        label=_('Conflicts'),
        template_name='netbox_hedgehog/attrs/conflicts.html',
    )
    git_commands = attrs.TextAttr('git_commands', label=_('Git commands'))


class ConflictPanel(panels.ObjectAttributesPanel):
    title = _('Conflict')
    fabric = attrs.RelatedObjectAttr('fabric', linkify=True)
    resource = attrs.RelatedObjectAttr('resource', linkify=True)
    resource_key = attrs.TextAttr('resource_key', label=_('Object'), style='font-monospace hh-path')
    path = MonospaceAttr('path')
    conflict_type = attrs.ChoiceAttr('conflict_type', label=_('Type'))
    severity = attrs.ChoiceAttr('severity')
    resolution_status = attrs.ChoiceAttr('resolution_status', label=_('Status'))
    strategy = attrs.ChoiceAttr('resolution_strategy', label=_('Strategy'))
    detected_at = attrs.DateTimeAttr('detected_at', label=_('Detected'))
    sync_operation = attrs.RelatedObjectAttr('sync_operation', linkify=True, label=_('Detected in'))
    resolved_at = attrs.DateTimeAttr('resolved_at', label=_('Resolved'))
    resolved_by = attrs.TextAttr('resolved_by', label=_('Resolved by'))
    resolved_in = attrs.RelatedObjectAttr('resolved_in', linkify=True, label=_('Resolved in'))
    resolution_notes = attrs.TextAttr('resolution_notes', label=_('Why'))
    error = attrs.TextAttr('error', style='text-danger')


class OutboxPanel(panels.ObjectAttributesPanel):
    title = _('Edit')
    fabric = attrs.RelatedObjectAttr('fabric', linkify=True)
    resource = attrs.RelatedObjectAttr('resource', linkify=True)
    identity = attrs.TextAttr('identity', label=_('Object'), style='font-monospace hh-path')
    action = attrs.ChoiceAttr('action')
    user_name = attrs.TextAttr('user_name', label=_('User'))
    message = attrs.TextAttr('message', label=_('Commit message'))
    created = attrs.DateTimeAttr('created')
    change_set = MonospaceAttr('change_set_id', label=_('Change set'))


class OutboxPublicationPanel(panels.ObjectAttributesPanel):
    title = _('Publication')
    state = attrs.ChoiceAttr('state')
    attempts = attrs.TextAttr('attempts')
    next_attempt = attrs.DateTimeAttr('next_attempt_at', label=_('Next attempt'))
    new_commit = MonospaceAttr('new_commit', label=_('Commit'))
    base_blob = CommitAttr('base_blob', label=_('Edited version'))
    reason = attrs.TextAttr('reason', style='text-danger')


class UploadPanel(panels.ObjectAttributesPanel):
    title = _('Upload')
    fabric = attrs.RelatedObjectAttr('fabric', linkify=True)
    name = MonospaceAttr('name')
    size = attrs.TextAttr('size', format_string=_('{} bytes'))
    sha256 = MonospaceAttr('sha256', label='SHA-256')
    user_name = attrs.TextAttr('user_name', label=_('User'))
    message = attrs.TextAttr('message', label=_('Commit message'))
    created = attrs.DateTimeAttr('created')


class UploadProgressPanel(panels.ObjectAttributesPanel):
    title = _('On the way to Git')
    state = attrs.ChoiceAttr('state')
    reason = attrs.TextAttr('reason')
    path = MonospaceAttr('path', label=_('Path in the repository'))
    new_commit = MonospaceAttr('new_commit', label=_('Commit'))
    sync_operation = attrs.RelatedObjectAttr(
        'sync_operation', linkify=True, label=_('Operation with the findings')
    )
    attempts = attrs.TextAttr('attempts', label=_('Failed attempts'))
    next_attempt = attrs.DateTimeAttr('next_attempt_at', label=_('Next attempt'))


class ViewContextPanel(panels.Panel):
    """A panel whose content the view puts under `key` into its context; absent without it."""

    def __init__(self, key: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.key = key

    def get_context(self, context: Mapping[str, Any]) -> dict[str, Any]:
        return {**super().get_context(context), 'content': context.get(self.key)}

    def should_render(self, context: Mapping[str, Any]) -> bool:
        return bool(context['content'])


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


class FabricContentsPanel(ViewContextPanel):
    """How many objects of each kind the fabric has."""

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


class ChangesPanel(ViewContextPanel):
    """The files an operation wrote, moved and deleted."""

    template_name = 'netbox_hedgehog/panels/changes.html'
    title = _('Files')


class DifferingFieldsPanel(ViewContextPanel):
    """The fields in conflict, with their values on every side."""

    template_name = 'netbox_hedgehog/panels/differing_fields.html'
    title = _('Fields in conflict')
