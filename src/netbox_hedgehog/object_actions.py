"""Buttons: what a person can do with one object, or with the ones selected in a table.

The views name them in `actions`; NetBox asks for the permission, and each button asks again for
the object it stands on, so that a constrained permission hides it where it would be refused.
"""

from typing import Any

from django.middleware.csrf import get_token
from django.utils.translation import gettext_lazy as _
from netbox.object_actions import DeleteObject, ObjectAction
from utilities.permissions import get_permission_for_model

from .choices import (
    RUNNING_OPERATION_STATUSES,
    OperationStatusChoices,
    OutboxStateChoices,
    ResolutionStatusChoices,
    SyncDirectionChoices,
)
from .sync.features import Feature, why_off
from .sync.resolution import decidable

__all__ = [
    'BulkResolveConflicts',
    'BulkSyncFabrics',
    'CancelOperation',
    'ClosePullRequest',
    'ComparePullRequest',
    'DiscardEdit',
    'ErrorStatistics',
    'IngestRawFiles',
    'InitialiseDirectory',
    'MakeCheckpoint',
    'MergePullRequest',
    'PostAction',
    'ResolveConflict',
    'RetryEdit',
    'RollBack',
    'SetWebhookSecret',
    'SyncFabric',
    'TakeBackUpload',
    'TestRepository',
    'UndoOperation',
    'UploadFiles',
]


class PostAction(ObjectAction):
    """A button that asks the server to do something to one object: one small form that posts."""

    template_name = 'netbox_hedgehog/buttons/post.html'
    url_kwargs = ['pk']
    icon = 'play'
    button_class = 'primary'
    help_text = ''

    @classmethod
    def is_permitted(cls, user: Any, obj: Any) -> bool:
        """Says whether the user may do it to this very object, not only to some object."""
        return all(
            user.has_perm(get_permission_for_model(obj, action), obj)
            for action in cls.permissions_required
        )

    @classmethod
    def blocked_because(cls, obj: Any) -> str:
        """The reason why it cannot be done now, shown on the dead button; empty when it can."""
        return ''

    @classmethod
    def get_context(cls, context: Any, obj: Any) -> dict[str, Any]:
        return {
            'icon': cls.icon,
            'button_class': cls.button_class,
            'help_text': cls.help_text,
            'action_name': cls.name,
            'blocked': cls.blocked_because(obj),
            'csrf_token': get_token(context['request']),
        }

    @classmethod
    def render(cls, context: Any, obj: Any, **kwargs: Any) -> str:
        if not cls.is_permitted(context['request'].user, obj):
            return ''
        return super().render(context, obj, **kwargs)


class TestRepository(PostAction):
    """Contacts the Git server now and shows what it answered."""

    # pytest would otherwise take the class for a test case.
    __test__ = False

    name = 'test'
    label = _('Test connection')
    permissions_required = {'test'}
    icon = 'lan-connect'
    help_text = _('Contacts the server with the stored credential and reads the branch')

    @classmethod
    def blocked_because(cls, obj: Any) -> str:
        return '' if obj.enabled else _('This repository is disabled.')


class SetWebhookSecret(PostAction):
    """Leads to the page with the address and the secret of the repository's webhook."""

    name = 'webhook'
    label = _('Webhook')
    permissions_required = {'change'}
    template_name = 'netbox_hedgehog/buttons/link.html'
    icon = 'webhook'
    button_class = 'outline-primary'
    help_text = _('The address for the Git host, and the secret it signs with')


class _FabricAction(PostAction):
    retry_label = _('Retry')
    feature: Feature | None = None

    @classmethod
    def blocked_because(cls, obj: Any) -> str:
        if cls.feature is not None and (off := why_off(cls.feature)):
            return off
        if obj.git_repository_id is None:
            return _('This fabric has no Git repository.')
        if not obj.git_repository.enabled:
            return _('The Git repository of this fabric is disabled.')
        return ''


class InitialiseDirectory(_FabricAction):
    """Creates the layout in the fabric's directory, and takes in the YAML that is there."""

    name = 'init_gitops'
    feature = Feature.DIRECTORY_MANAGEMENT
    label = _('Initialise')
    permissions_required = {'init'}
    icon = 'folder-plus-outline'
    button_class = 'outline-primary'
    help_text = _('Creates raw/, unmanaged/ and managed/ and takes in the YAML that is there')


class IngestRawFiles(_FabricAction):
    """Takes the files in raw/ in."""

    name = 'ingest_raw'
    feature = Feature.DIRECTORY_MANAGEMENT
    label = _('Ingest raw/')
    permissions_required = {'ingest'}
    icon = 'tray-arrow-down'
    button_class = 'outline-primary'
    help_text = _('Brings every object found in raw/ into a file of its own')


class SyncFabric(_FabricAction):
    """Brings NetBox and the fabric's directory together, both ways."""

    name = 'sync'
    label = _('Sync')
    permissions_required = {'sync'}
    icon = 'sync'
    help_text = _('Reads what changed in Git and publishes what changed here')

    @classmethod
    def blocked_because(cls, obj: Any) -> str:
        if not obj.sync_enabled:
            return _('Synchronisation is switched off for this fabric.')
        return super().blocked_because(obj)


class UploadFiles(_FabricAction):
    """Leads to the page where files are handed over."""

    name = 'upload'
    feature = Feature.DIRECTORY_MANAGEMENT
    label = _('Upload')
    permissions_required = {'ingest'}
    template_name = 'netbox_hedgehog/buttons/link.html'
    icon = 'upload'
    button_class = 'outline-primary'
    help_text = _('Takes files or pasted YAML into raw/')

    @classmethod
    def blocked_because(cls, obj: Any) -> str:
        if not obj.sync_enabled or obj.sync_direction == SyncDirectionChoices.DISABLED:
            return _('Synchronisation is switched off for this fabric.')
        if not obj.gitops_initialized:
            return _('The directory of this fabric is not initialised yet.')
        return super().blocked_because(obj)


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
    def render(cls, context: Any, obj: Any, **kwargs: Any) -> str:
        return super().render(context, obj, **kwargs) if obj.open else ''


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
    def render(cls, context: Any, obj: Any, **kwargs: Any) -> str:
        waits = obj.status == OperationStatusChoices.PENDING
        return super().render(context, obj, **kwargs) if obj.running or waits else ''


class UndoOperation(PostAction):
    """Takes the operation's commit back by a further one."""

    name = 'undo'
    label = _('Undo')
    permissions_required = {'undo'}
    icon = 'undo'
    button_class = 'outline-danger'
    help_text = _('A new commit brings every file back to what it was before')

    @classmethod
    def blocked_because(cls, obj: Any) -> str:
        if obj.running or not obj.commit_sha:
            return _('This operation has made no commit.')
        if obj.fabric is None:
            return _('The fabric does not exist any more.')
        if obj.undone_by.filter(status__in=_UNDOING).exists():
            return _('This operation has been undone.')
        return ''


_UNDOING = (
    OperationStatusChoices.PENDING,
    *RUNNING_OPERATION_STATUSES,
    OperationStatusChoices.COMPLETED,
)


class RetryEdit(PostAction):
    """Puts an edit that failed or was declined back in line."""

    name = 'retry'
    label = _('Try again')
    permissions_required = {'retry'}
    icon = 'replay'
    help_text = _('Publishes it with the next synchronisation, which starts now')

    @classmethod
    def render(cls, context: Any, obj: Any, **kwargs: Any) -> str:
        failed = obj.state in (OutboxStateChoices.FAILED, OutboxStateChoices.DECLINED)
        return super().render(context, obj, **kwargs) if failed else ''


class DiscardEdit(PostAction):
    """Takes an edit back: the draft goes, and what Git says stands."""

    name = 'discard'
    label = _('Take back')
    permissions_required = {'discard'}
    icon = 'delete-outline'
    button_class = 'outline-danger'
    help_text = _('Drops the draft; the object is again what Git says')

    @classmethod
    def render(cls, context: Any, obj: Any, **kwargs: Any) -> str:
        here = obj.open and obj.state != OutboxStateChoices.PUSHING
        return super().render(context, obj, **kwargs) if here else ''


class _PullRequestAction(PostAction):
    @classmethod
    def blocked_because(cls, obj: Any) -> str:
        return '' if obj.open else _('This pull request is over.')

    @classmethod
    def render(cls, context: Any, obj: Any, **kwargs: Any) -> str:
        return super().render(context, obj, **kwargs) if obj.open else ''


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


class MakeCheckpoint(PostAction):
    """Keeps the fabric as it is now, to be able to come back to it."""

    name = 'make_checkpoint'
    label = _('Make a checkpoint')
    permissions_required = {'push'}
    icon = 'flag-outline'
    button_class = 'outline-primary'
    help_text = _('Keeps commit, drafts, waiting edits and settings as they are now')

    @classmethod
    def is_permitted(cls, user: Any, obj: Any) -> bool:
        # On the tab NetBox asks about the children, but it is the fabric that is kept.
        return bool(user.has_perm('netbox_hedgehog.push_hedgehogfabric', obj))


class RollBack(PostAction):
    """Brings everything a checkpoint holds back."""

    name = 'rollback'
    label = _('Roll back to this')
    permissions_required = {'view'}
    icon = 'restore'
    button_class = 'outline-danger'
    help_text = _('A new commit brings the files back; drafts, waiting edits and settings follow')

    @classmethod
    def is_permitted(cls, user: Any, obj: Any) -> bool:
        return bool(user.has_perm('netbox_hedgehog.push_hedgehogfabric', obj.fabric))

    @classmethod
    def blocked_because(cls, obj: Any) -> str:
        return SyncFabric.blocked_because(obj.fabric)


class BulkResolveConflicts(ObjectAction):
    """Decides the conflicts selected in the table by one strategy."""

    name = 'bulk_resolve'
    label = _('Decide Selected')
    multi = True
    permissions_required = {'resolve'}
    template_name = 'netbox_hedgehog/buttons/bulk_resolve.html'


class BulkSyncFabrics(ObjectAction):
    """Synchronises the fabrics selected in the table."""

    name = 'bulk_sync'
    label = _('Sync Selected')
    multi = True
    permissions_required = {'sync'}
    template_name = 'netbox_hedgehog/buttons/bulk_sync.html'
