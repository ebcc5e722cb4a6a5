"""What a person can do with operations, conflicts, edits, pull requests and uploads."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from netbox.object_actions import DeleteObject, ObjectAction

from ..choices import (
    OPEN_OPERATION_STATUSES,
    OperationStatusChoices,
    OutboxStateChoices,
    ResolutionStatusChoices,
)
from ..sync.features import Feature, why_off
from ..sync.resolution import decidable
from .post import PostAction

__all__ = [
    'BulkResolveConflicts',
    'CancelOperation',
    'ClosePullRequest',
    'ComparePullRequest',
    'DiscardEdit',
    'ErrorStatistics',
    'MergePullRequest',
    'ResolveConflict',
    'RetryEdit',
    'TakeBackUpload',
    'UndoOperation',
]


class TakeBackUpload(DeleteObject):
    """Deletes a file that waits; one that is on its way or in Git has no such button."""

    label = _('Take back')

    @classmethod
    def render(cls, context: Any, obj: Any, **kwargs: Any) -> str:
        return super().render(context, obj, **kwargs) if obj.withdrawable else ''


class ResolveConflict(PostAction):
    """Leads to the page where a conflict is decided."""

    name = 'resolve'
    label = _('Decide')
    permissions_required = {'resolve'}
    template_name = 'netbox_hedgehog/buttons/link.html'
    icon = 'source-merge'
    help_text = _('Shows every field in conflict and what each choice comes to')

    @classmethod
    def blocked_because(cls, obj: Any) -> str:
        if not obj.open:
            return _('This conflict is over.')
        if obj.resolution_status == ResolutionStatusChoices.IN_PROGRESS:
            return _('This conflict has been decided and is being published.')
        return why_off(Feature.CONFLICT_RESOLUTION) or decidable(obj)

    @classmethod
    def is_shown(cls, obj: Any) -> bool:
        return bool(obj.open)


class ErrorStatistics(ObjectAction):
    """Leads from the list of errors to their statistics."""

    name = 'statistics'
    label = _('Statistics')
    permissions_required = {'view'}
    template_name = 'netbox_hedgehog/buttons/statistics.html'


class CancelOperation(PostAction):
    """Stops an operation that waits or runs; one that is over has no such button."""

    name = 'cancel'
    label = _('Cancel')
    permissions_required = {'cancel'}
    icon = 'stop-circle-outline'
    button_class = 'outline-warning'
    help_text = _('Stops it before anything is published; what waits goes out next time')

    @classmethod
    def is_shown(cls, obj: Any) -> bool:
        return bool(obj.running or obj.status == OperationStatusChoices.PENDING)


class UndoOperation(PostAction):
    """Takes the commits of the operation and of its parts back by a further one."""

    name = 'undo'
    label = _('Undo')
    permissions_required = {'undo'}
    icon = 'undo'
    button_class = 'outline-danger'
    help_text = _('A new commit brings every file back to what it was before')

    @classmethod
    def blocked_because(cls, obj: Any) -> str:
        if obj.running or not obj.commits():
            return _('This operation has made no commit.')
        if obj.fabric is None:
            return _('The fabric does not exist any more.')
        if obj.undone_by.filter(status__in=_UNDOING).exists():
            return _('This operation has been undone.')
        return ''


_UNDOING = (*OPEN_OPERATION_STATUSES, OperationStatusChoices.COMPLETED)


class RetryEdit(PostAction):
    """Puts an edit that failed or was declined back in line."""

    name = 'retry'
    label = _('Try again')
    permissions_required = {'retry'}
    icon = 'replay'
    help_text = _('Publishes it with the next synchronisation, which starts now')

    @classmethod
    def is_shown(cls, obj: Any) -> bool:
        return obj.state in (OutboxStateChoices.FAILED, OutboxStateChoices.DECLINED)


class DiscardEdit(PostAction):
    """Takes an edit back: the draft goes, and what Git says stands."""

    name = 'discard'
    label = _('Take back')
    permissions_required = {'discard'}
    icon = 'delete-outline'
    button_class = 'outline-danger'
    help_text = _('Drops the draft; the object is again what Git says')

    @classmethod
    def is_shown(cls, obj: Any) -> bool:
        return bool(obj.open and obj.state != OutboxStateChoices.PUSHING)


class _PullRequestAction(PostAction):
    @classmethod
    def blocked_because(cls, obj: Any) -> str:
        return '' if obj.open else _('This pull request is over.')

    @classmethod
    def is_shown(cls, obj: Any) -> bool:
        return bool(obj.open)


class ComparePullRequest(_PullRequestAction):
    """Tells what merging would do, and does nothing."""

    name = 'compare'
    label = _('Compare')
    permissions_required = {'view'}
    icon = 'file-compare'
    button_class = 'outline-primary'
    help_text = _('Tries the merge out and shows what would change, and what clashes')


class MergePullRequest(_PullRequestAction):
    """Merges the branch in NetBox; what has a number at a host is merged there."""

    name = 'merge'
    label = _('Merge')
    permissions_required = {'merge'}
    icon = 'source-merge'
    help_text = _('Brings its commits into the branch, objects field by field')

    @classmethod
    def blocked_because(cls, obj: Any) -> str:
        if obj.number is not None:
            return _('It is merged at the host that has its review.')
        return super().blocked_because(obj)


class ClosePullRequest(_PullRequestAction):
    """Closes it without merging."""

    name = 'close'
    label = _('Close')
    permissions_required = {'close'}
    icon = 'source-branch-remove'
    button_class = 'outline-danger'
    help_text = _('Its edits stay here as drafts; its branch is removed')


class BulkResolveConflicts(ObjectAction):
    """Decides the conflicts selected in the table by one strategy."""

    name = 'bulk_resolve'
    label = _('Decide Selected')
    multi = True
    permissions_required = {'resolve'}
    template_name = 'netbox_hedgehog/buttons/bulk_resolve.html'
