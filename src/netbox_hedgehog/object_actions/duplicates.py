"""What a person can do with groups of duplicates, and with the policies that settle them."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from netbox.object_actions import ObjectAction

from ..choices import DuplicateStatusChoices
from ..sync.duplicate_decisions import not_settleable
from .fabrics import SyncFabric
from .post import PostAction
from .records import UndoOperation

__all__ = [
    'BulkSettleDuplicates',
    'ExportPolicy',
    'IgnoreDuplicates',
    'ReconsiderDuplicates',
    'ScanDuplicates',
    'ScanFabric',
    'SettleDuplicates',
    'TryPolicy',
    'UndoSettlement',
    'settled_by',
]


def settled_by(group: Any) -> Any:
    """The operation whose commit settled the group, where it can be taken back."""
    operation = group.resolved_in
    return operation if operation is not None and operation.commit_sha else None


class _GroupAction(PostAction):
    """Needs `settle` on the fabric of the group."""

    permissions_required = {'view'}

    @classmethod
    def is_permitted(cls, user: Any, obj: Any) -> bool:
        return bool(user.has_perm('netbox_hedgehog.settle_hedgehogfabric', obj.fabric))


class SettleDuplicates(_GroupAction):
    """Leads to the page where winner and actions are chosen, previewed and carried out."""

    name = 'settle'
    label = _('Settle')
    template_name = 'netbox_hedgehog/buttons/link.html'
    icon = 'call-merge'
    help_text = _('Shows the files side by side, what each would become, and the commit')

    @classmethod
    def is_shown(cls, obj: Any) -> bool:
        return bool(obj.present)

    @classmethod
    def blocked_because(cls, obj: Any) -> str:
        if obj.resolution_status == DuplicateStatusChoices.RESOLVING:
            return not_settleable(obj)
        return SyncFabric.blocked_because(obj.fabric)


class IgnoreDuplicates(_GroupAction):
    """Sets a group aside while its files are the same."""

    name = 'ignore'
    label = _('Ignore')
    icon = 'eye-off-outline'
    button_class = 'outline-secondary'
    help_text = _('Nothing is changed, and nobody is asked again while the files are the same')

    @classmethod
    def is_shown(cls, obj: Any) -> bool:
        being_settled = obj.resolution_status == DuplicateStatusChoices.RESOLVING
        return bool(obj.open and obj.present and not being_settled)


class ReconsiderDuplicates(_GroupAction):
    """Takes up a group that was set aside."""

    name = 'reconsider'
    label = _('Take up again')
    icon = 'eye-outline'
    button_class = 'outline-secondary'
    help_text = _('Lists it among the open ones again')

    @classmethod
    def is_shown(cls, obj: Any) -> bool:
        return bool(obj.resolution_status == DuplicateStatusChoices.IGNORED)


class UndoSettlement(_GroupAction):
    """Takes back the commit that settled the group, and with it all that it settled."""

    name = 'undo'
    label = _('Undo')
    icon = 'undo'
    button_class = 'outline-danger'
    help_text = _('A new commit brings every file of that settlement back')

    @classmethod
    def is_shown(cls, obj: Any) -> bool:
        return settled_by(obj) is not None

    @classmethod
    def blocked_because(cls, obj: Any) -> str:
        return UndoOperation.blocked_because(settled_by(obj))


class ScanDuplicates(PostAction):
    """Searches a fabric for duplicates now."""

    name = 'scan_duplicates'
    label = _('Search now')
    # On the tab NetBox asks about the groups; the fabric is asked about below.
    permissions_required = {'view'}
    icon = 'content-duplicate'
    button_class = 'primary'
    help_text = _('Reads what changed since the last search')

    @classmethod
    def is_permitted(cls, user: Any, obj: Any) -> bool:
        return bool(user.has_perm('netbox_hedgehog.settle_hedgehogfabric', obj))

    @classmethod
    def blocked_because(cls, obj: Any) -> str:
        return SyncFabric.blocked_because(obj)


class ScanFabric(ScanDuplicates):
    """The same on the fabric's own page, where the word alone would not say what for."""

    label = _('Search duplicates')
    button_class = 'outline-primary'


class BulkSettleDuplicates(ObjectAction):
    """Settles the groups selected in the table: one commit for each fabric."""

    name = 'bulk_settle'
    label = _('Settle Selected')
    multi = True
    permissions_required = {'view'}
    template_name = 'netbox_hedgehog/buttons/bulk_settle.html'


class TryPolicy(PostAction):
    """Leads to the page where a policy is tried out against a fabric."""

    name = 'try_out'
    label = _('Try out')
    permissions_required = {'view'}
    template_name = 'netbox_hedgehog/buttons/link.html'
    icon = 'test-tube'
    button_class = 'outline-primary'
    help_text = _('Shows who would win in each group of a fabric; changes nothing')


class ExportPolicy(PostAction):
    """Hands the policy out as the file it may be kept in Git as."""

    name = 'export'
    label = _('As a file')
    permissions_required = {'view'}
    template_name = 'netbox_hedgehog/buttons/link.html'
    icon = 'file-download-outline'
    button_class = 'outline-primary'
    help_text = _('The text of .hnp/policy.yaml')
