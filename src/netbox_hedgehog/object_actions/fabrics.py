"""What a person can do with a fabric, with its repository, and with its checkpoints."""

from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from netbox.object_actions import ObjectAction

from ..choices import OutboxStateChoices, PublishModeChoices, SyncDirectionChoices
from ..sync.features import Feature, why_off
from ..sync.status import wants_initialising
from .post import PostAction

__all__ = [
    'BulkIngestFabrics',
    'BulkScanFabrics',
    'BulkSyncFabrics',
    'CheckFabric',
    'IngestRawFiles',
    'InitialiseDirectory',
    'MakeCheckpoint',
    'OnboardFabric',
    'PublishEdits',
    'RestoreFabric',
    'RestoreObject',
    'RestoreToOperation',
    'RollBack',
    'SetWebhookSecret',
    'SyncFabric',
    'SyncWithOptions',
    'TestRepository',
    'UploadFiles',
]


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

    @classmethod
    def is_shown(cls, obj: Any) -> bool:
        return wants_initialising(obj)


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


class SyncWithOptions(SyncFabric):
    """Leads to the page of a synchronisation that is to be another one than the button's."""

    name = 'sync_options'
    label = _('Sync with…')
    template_name = 'netbox_hedgehog/buttons/link.html'
    icon = 'tune-variant'
    button_class = 'outline-primary'
    help_text = _('Only some edits, one direction, a dry run, or a pull request with your words')


class PublishEdits(SyncFabric):
    """Commits the edits that wait for a person's word, where the fabric publishes by hand."""

    name = 'publish'
    label = _('Publish')
    permissions_required = {'sync', 'push'}
    icon = 'source-commit'
    help_text = _('Commits every edit that waits, in the name of whoever made it')

    @classmethod
    def is_shown(cls, obj: Any) -> bool:
        by_hand = (
            obj.publish_mode == PublishModeChoices.MANUAL
            or obj.sync_direction == SyncDirectionChoices.MANUAL_ONLY
        )
        waiting = obj.outbox_entries.filter(state=OutboxStateChoices.PENDING)
        return bool(by_hand and waiting.exists())

    @classmethod
    def blocked_because(cls, obj: Any) -> str:
        if off := why_off(Feature.BIDIRECTIONAL_SYNC):
            return off
        if obj.sync_direction == SyncDirectionChoices.GIT_TO_GUI:
            return _('This fabric takes over from Git only.')
        return super().blocked_because(obj)


class CheckFabric(_FabricAction):
    """Shows what is wrong with the files, below the status or on a page of its own."""

    name = 'check_files'
    label = _('Check')
    permissions_required = {'view'}
    template_name = 'netbox_hedgehog/buttons/check.html'
    icon = 'clipboard-check-outline'
    button_class = 'outline-primary'
    help_text = _('Looks through all files as of the last synchronisation; changes nothing')

    @classmethod
    def blocked_because(cls, obj: Any) -> str:
        # The copy of the files that is here is read, whether or not the server may be asked.
        return '' if obj.git_repository_id else super().blocked_because(obj)


class UploadFiles(_FabricAction):
    """Leads to the page where files are handed over."""

    name = 'upload'
    feature = Feature.DIRECTORY_MANAGEMENT
    label = _('Upload')
    permissions_required = {'view'}
    template_name = 'netbox_hedgehog/buttons/link.html'
    icon = 'upload'
    button_class = 'outline-primary'
    help_text = _('Takes files or pasted YAML into raw/')

    @classmethod
    def is_permitted(cls, user: Any, obj: Any) -> bool:
        # On the tab NetBox asks about the children, but it is the fabric that takes files.
        return bool(user.has_perm('netbox_hedgehog.ingest_hedgehogfabric', obj))

    @classmethod
    def blocked_because(cls, obj: Any) -> str:
        if not obj.sync_enabled or obj.sync_direction == SyncDirectionChoices.DISABLED:
            return _('Synchronisation is switched off for this fabric.')
        if not obj.gitops_initialized:
            return _('The directory of this fabric is not initialised yet.')
        return super().blocked_because(obj)


class MakeCheckpoint(PostAction):
    """Keeps the fabric as it is now, to be able to come back to it."""

    name = 'make_checkpoint'
    label = _('Make a checkpoint')
    permissions_required = {'view'}
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


class RestoreFabric(PostAction):
    """Brings the fabric's files back to what they were."""

    name = 'restore'
    label = _('Go back to this')
    permissions_required = {'view'}
    template_name = 'netbox_hedgehog/buttons/link.html'
    icon = 'restore'
    button_class = 'outline-danger'
    help_text = _('Shows what going back to this commit would change; a new commit does it')

    @classmethod
    def is_permitted(cls, user: Any, obj: Any) -> bool:
        return bool(user.has_perm('netbox_hedgehog.push_hedgehogfabric', obj))

    @classmethod
    def blocked_because(cls, obj: Any) -> str:
        return SyncFabric.blocked_because(obj)


class RestoreObject(RestoreFabric):
    """Brings one object back to what it was."""

    @classmethod
    def is_permitted(cls, user: Any, obj: Any) -> bool:
        return super().is_permitted(user, obj.fabric)

    @classmethod
    def blocked_because(cls, obj: Any) -> str:
        return super().blocked_because(obj.fabric)


class RestoreToOperation(RestoreObject):
    """Leads from an operation to the page that shows what going back to its commit would change."""

    @classmethod
    def is_shown(cls, obj: Any) -> bool:
        # What waits for a review is on a branch of its own.
        on_branch = obj.fabric is not None and obj.branch_name == obj.fabric.effective_branch
        return bool(on_branch and obj.commit_sha and not obj.running)

    @classmethod
    def get_url(cls, obj: Any) -> str:
        page = reverse('plugins:netbox_hedgehog:hedgehogfabric_restore', args=[obj.fabric.pk])
        return f'{page}?{urlencode({"commit": obj.commit_sha})}'


class OnboardFabric(ObjectAction):
    """Leads to the wizard that makes a fabric out of a repository."""

    # What its steps do: contact a server, make a row, lay a folder out.
    needed = (
        'netbox_hedgehog.test_gitrepository',
        'netbox_hedgehog.add_hedgehogfabric',
        'netbox_hedgehog.init_hedgehogfabric',
    )

    name = 'onboard'
    label = _('Add Through Wizard')
    permissions_required = {'add', 'init'}
    template_name = 'netbox_hedgehog/buttons/onboard.html'

    @classmethod
    def render(cls, context: Any, obj: Any, **kwargs: Any) -> str:
        if not context['request'].user.has_perms(cls.needed):
            return ''
        return super().render(context, obj, **kwargs)


class _BulkFabrics(ObjectAction):
    """Queues one operation for each of the fabrics selected in the table."""

    multi = True
    template_name = 'netbox_hedgehog/buttons/bulk.html'
    icon = 'sync'

    @classmethod
    def get_context(cls, context: Any, obj: Any) -> dict[str, Any]:
        return {'icon': cls.icon, 'action_name': cls.name}


class BulkSyncFabrics(_BulkFabrics):
    """Synchronises the fabrics selected in the table."""

    name = 'bulk_sync'
    label = _('Sync Selected')
    permissions_required = {'sync'}


class BulkIngestFabrics(_BulkFabrics):
    """Takes in what lies in raw/ of the fabrics selected in the table."""

    name = 'bulk_ingest'
    label = _('Ingest Selected')
    permissions_required = {'ingest'}
    icon = 'tray-arrow-down'


class BulkScanFabrics(_BulkFabrics):
    """Searches the fabrics selected in the table for duplicates."""

    name = 'bulk_scan'
    label = _('Search Duplicates in Selected')
    permissions_required = {'settle'}
    icon = 'content-duplicate'
