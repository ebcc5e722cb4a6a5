"""Setting a group aside: it is not asked about again while its files are the same."""

from django.db import transaction
from django.utils import timezone

from hedgehog_gitops.errors import NeedsPerson

from ..choices import DuplicateStatusChoices
from ..models import YAMLDuplicateGroup
from .outbox import Editor

__all__ = ['NeedsPerson', 'ignore_group', 'reconsider_group']

_Status = DuplicateStatusChoices
_CHANGED = ('resolution_status', 'resolved_by', 'resolved_at')


@transaction.atomic
def ignore_group(group: YAMLDuplicateGroup, editor: Editor, notes: str = '') -> YAMLDuplicateGroup:
    """Sets a group aside; the files stay as they are."""
    row = YAMLDuplicateGroup.objects.select_for_update().get(pk=group.pk)
    if row.resolution_status == _Status.RESOLVING or not (row.open and row.present):
        raise NeedsPerson(
            'DuplicateDecided', 'This group is settled, being settled, or gone from Git.'
        )
    row.resolution_status = _Status.IGNORED
    row.resolved_by, row.resolved_at, row.notes = editor.user, timezone.now(), notes
    row.save(update_fields=(*_CHANGED, 'notes'))
    return row


@transaction.atomic
def reconsider_group(group: YAMLDuplicateGroup) -> YAMLDuplicateGroup:
    """Takes a group that was set aside up again."""
    row = YAMLDuplicateGroup.objects.select_for_update().get(pk=group.pk)
    if row.resolution_status != _Status.IGNORED:
        raise NeedsPerson('DuplicateDecided', 'This group was not set aside.')
    waits = row.wait or row.decided_before
    row.resolution_status = _Status.MANUAL_REQUIRED if waits else _Status.DETECTED
    row.resolved_by = row.resolved_at = None
    row.save(update_fields=_CHANGED)
    return row
