"""Panels of records: operations, conflicts, edits, pull requests, uploads, checkpoints."""

from django.utils.translation import gettext_lazy as _
from netbox.ui import attrs, panels

from .attributes import CommitAttr, MonospaceAttr, SecondsAttr

__all__ = [
    'CheckpointContentPanel',
    'CheckpointPanel',
    'ConflictPanel',
    'OperationCountsPanel',
    'OperationPanel',
    'OperationResultPanel',
    'OutboxPanel',
    'OutboxPublicationPanel',
    'PullRequestBranchPanel',
    'PullRequestPanel',
    'UploadPanel',
    'UploadProgressPanel',
]


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
    phases = attrs.TemplatedAttr(
        'phase_seconds', label=_('Time'), template_name='netbox_hedgehog/attrs/phases.html'
    )
    memory = attrs.TemplatedAttr(
        'memory_peak_bytes', label=_('Memory'), template_name='netbox_hedgehog/attrs/memory.html'
    )


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
    pull_request = attrs.RelatedObjectAttr('pull_request', linkify=True, label=_('Pull request'))
    reason = attrs.TextAttr('reason', style='text-danger')


class PullRequestPanel(panels.ObjectAttributesPanel):
    title = _('Pull Request')
    fabric = attrs.RelatedObjectAttr('fabric', linkify=True)
    state = attrs.ChoiceAttr('state')
    purpose = attrs.ChoiceAttr('purpose')
    number = attrs.TextAttr('number', label=_('Number at the host'))
    url = attrs.TextAttr('url', label=_('Address'))
    user_name = attrs.TextAttr('user_name', label=_('User'))
    created = attrs.DateTimeAttr('created')
    closed_at = attrs.DateTimeAttr('closed_at', label=_('Closed'))
    sync_operation = attrs.RelatedObjectAttr('sync_operation', linkify=True, label=_('Operation'))
    reason = attrs.TextAttr('reason')


class PullRequestBranchPanel(panels.ObjectAttributesPanel):
    title = _('Branches')
    branch = MonospaceAttr('branch')
    base_branch = MonospaceAttr('base_branch', label=_('Into'))
    head_commit = MonospaceAttr('head_commit', label=_('Commit'))
    base_commit = MonospaceAttr('base_commit', label=_('Made to fit'))
    merge_commit = MonospaceAttr('merge_commit', label=_('Merged as'))


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
