"""Edits that wait behind one in conflict become part of it: a conflict has one NetBox side.

`finish.py` calls it in its transaction. What was one edit by each of two users is then decided, and
published, as one; the next look at the branch, asked for here, shows both in the conflict.
"""

from ..choices import OutboxActionChoices, OutboxStateChoices
from ..models import HedgehogFabric, OutboxEntry
from .generations import request
from .outbox import open_entries

__all__ = ['join_followers']

_Action = OutboxActionChoices
_State = OutboxStateChoices


def join_followers(fabric: HedgehogFabric) -> None:
    """Gives each entry in conflict what the entries behind it want."""
    conflicts = open_entries(fabric).filter(state=_State.CONFLICT)
    names = set(conflicts.values_list('name', flat=True))
    if not names:
        return
    waiting = list(open_entries(fabric).filter(name__in=names).select_for_update(of=('self',)))
    for entry in [each for each in waiting if each.state == _State.CONFLICT]:
        behind = [each for each in waiting if _follows(each, entry)]
        if behind and not any(each.action == _Action.RENAME for each in (entry, *behind)):
            _join(entry, behind)
            request(fabric.pk)


def _follows(later: OutboxEntry, entry: OutboxEntry) -> bool:
    after = (later.created, later.pk) > (entry.created, entry.pk)
    return after and later.identity == entry.identity and later.state != _State.PUSHING


def _join(entry: OutboxEntry, behind: list[OutboxEntry]) -> None:
    newest = behind[-1]
    OutboxEntry.objects.filter(pk__in=[each.pk for each in behind]).update(
        state=_State.DISCARDED, reason='Part of an earlier edit that is in conflict.'
    )
    entry.action = _joined_action(entry, newest)
    entry.closed = False
    for name in ('resource', 'new_state', 'new_text', 'user', 'user_name', 'request_id'):
        setattr(entry, name, getattr(newest, name))
    entry.message = newest.message or entry.message
    entry.save()


def _joined_action(entry: OutboxEntry, newest: OutboxEntry) -> str:
    if newest.action == _Action.DELETE:
        return _Action.DELETE
    return _Action.UPDATE if entry.base_text else _Action.CREATE
