"""What an operation has still to tell: kept in its row, so that a dead worker does not swallow it.

`finish.py` notes it in the transaction that ends the operation, and tells it once that stands.
Whoever takes the fabric's lock next tells what is still noted: at least once, never not at all.
Who must not act twice goes by the `operation_id` of what is told.
"""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from django.contrib.auth import get_user_model

from ..models import OutboxEntry, SyncOperation
from .notify import tell_over
from .outside import Outside

__all__ = ['TEMPLATES', 'note_untold', 'tell_left', 'tell_noted']

# Where `template_updates.py` adds the files of templates that changed.
TEMPLATES = 'templates'


def note_untold(
    operation: SyncOperation,
    user: Any,
    outside: Outside | None = None,
    refused: Iterable[OutboxEntry] = (),
) -> None:
    """Notes what is to be told of an operation that ends; the caller saves."""
    operation.untold = {
        'user': user.pk if user is not None else None,
        'outside': asdict(outside) if outside is not None else None,
        'refused': [entry.pk for entry in refused],
    }


def tell_noted(operation: SyncOperation) -> None:
    """Tells what is noted; the caller holds the fabric's lock, and no transaction."""
    noted = operation.untold
    outside = noted['outside'] and Outside(
        **{**noted['outside'], **{n: tuple(noted['outside'][n]) for n in ('paths', 'authors')}}
    )
    user = get_user_model().objects.filter(pk=noted['user']).first() if noted['user'] else None
    refused = OutboxEntry.objects.filter(pk__in=noted['refused']).order_by('pk')
    tell_over(operation, user, outside, refused, noted.get(TEMPLATES, ()))
    operation.untold = None
    SyncOperation.objects.filter(pk=operation.pk).update(untold=None)


def tell_left(fabric_id: int) -> int:
    """Tells what dead workers have left untold; the caller holds the fabric's lock."""
    left = SyncOperation.objects.filter(fabric_id=fabric_id, untold__isnull=False)
    operations = list(left.select_related('fabric').order_by('pk'))
    for operation in operations:
        tell_noted(operation)
    return len(operations)
