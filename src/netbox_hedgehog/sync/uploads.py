"""Files handed over in NetBox, from the request that brings them to the commit that has them.

`jobs.enqueue_upload` stores them in the transaction of the request, `upload_steps.py` makes commits
of them, `finish.py` closes them. Until the remote has confirmed a file its bytes are in the row.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.db.models import F, QuerySet, Sum
from django.utils import timezone

from hedgehog_gitops.errors import NeedsPerson
from hedgehog_gitops.layout import raw_path
from hedgehog_gitops.workflows.drop import DroppedFile

from ..choices import OPEN_UPLOAD_STATES, UploadStateChoices
from ..models import HedgehogFabric, RawUpload, SyncOperation
from .load import engine_fabric
from .outbox import Editor
from .settings import sync_settings

__all__ = [
    'Batch',
    'DroppedFile',
    'NeedsPerson',
    'batches',
    'check_files',
    'close_upload',
    'keep_waiting',
    'open_uploads',
    'postpone',
    'prune_uploads',
    'pushing_uploads',
    'receive',
    'refuse_upload',
]

_State = UploadStateChoices

# The wait after a failed attempt doubles from the first to the last of these.
_FIRST_WAIT = timedelta(minutes=1)
_LONGEST_WAIT = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Batch:
    """The files of one request: published as one commit."""

    id: str
    uploads: tuple[RawUpload, ...]

    @property
    def user(self) -> Any:
        return self.uploads[0].user

    @property
    def when(self) -> datetime:
        return max(upload.created for upload in self.uploads)


def check_files(fabric: HedgehogFabric, files: Sequence[DroppedFile]) -> None:
    """Raises NeedsPerson for what could never become a file in raw/, while a person is there."""
    settings = sync_settings()
    if len(files) > settings.max_upload_files:
        raise NeedsPerson(
            'TooManyFiles',
            f'{len(files)} files at once; {settings.max_upload_files} are allowed.',
            hint="Hand them over in parts, or raise the setting 'max_upload_files'.",
        )
    place = engine_fabric(fabric)
    for file in files:
        raw_path(place, file.name)
        if len(file.data) >= settings.max_file_size:
            raise NeedsPerson(
                'FileTooLarge',
                f'{file.name!r} has {len(file.data)} bytes; {settings.max_file_size} are allowed.',
                hint='Divide it between documents, at a `---` line.',
            )
    _check_waiting(fabric, sum(len(file.data) for file in files), settings.max_waiting_bytes)


def _check_waiting(fabric: HedgehogFabric, more: int, allowed: int) -> None:
    """While the server is away files pile up in the database: that has an end."""
    waiting = open_uploads(fabric).aggregate(bytes=Sum('size'))['bytes'] or 0
    if waiting + more > allowed:
        raise NeedsPerson(
            'TooMuchWaiting',
            f'{waiting} bytes of this fabric wait to be committed; with these {more} they would be '
            f'more than the {allowed} that are allowed.',
            hint='See why they wait (the list of uploads says so), and synchronise; or raise the '
            "setting 'max_waiting_bytes'.",
        )


@transaction.atomic
def receive(
    fabric: HedgehogFabric, files: Sequence[DroppedFile], editor: Editor
) -> list[RawUpload]:
    """Stores the files as one batch; refuses all of them when one cannot be taken."""
    check_files(fabric, files)
    change_set, message = uuid4(), ' '.join(editor.message.split())
    return [
        RawUpload.objects.create(
            fabric=fabric,
            change_set_id=change_set,
            name=file.name.strip(),
            content=file.data,
            size=len(file.data),
            sha256=hashlib.sha256(file.data).hexdigest(),
            user=editor.user,
            user_name=editor.name,
            request_id=editor.request_id,
            message=message,
        )
        for file in files
    ]


def open_uploads(fabric: HedgehogFabric) -> QuerySet[RawUpload]:
    """Returns everything of a fabric that is not in Git yet, oldest first."""
    rows = RawUpload.objects.filter(fabric=fabric, state__in=OPEN_UPLOAD_STATES)
    return rows.order_by('created', 'pk')


def pushing_uploads(fabric: HedgehogFabric) -> list[RawUpload]:
    """Returns the files that were sent and of which nobody knows whether they arrived."""
    return list(open_uploads(fabric).filter(state=_State.PUSHING).defer('content'))


def batches(uploads: Iterable[RawUpload]) -> Iterator[Batch]:
    """Joins the files of one request; a batch is stored at once, so they stand together."""
    for change_set, members in groupby(uploads, key=lambda upload: upload.change_set_id):
        yield Batch(str(change_set), tuple(members))


def close_upload(upload: RawUpload, commit: str | None, operation: SyncOperation) -> None:
    """The remote has the file: the row keeps where it went, not what it says."""
    RawUpload.objects.filter(pk=upload.pk).update(
        state=_State.DONE,
        content=None,
        new_commit=commit or '',
        path=upload.path,
        sync_operation=operation,
        reason='' if commit else 'These bytes were in Git already; nothing was committed.',
    )


def refuse_upload(upload: RawUpload, reason: str, operation: SyncOperation) -> None:
    """Says why a file cannot be taken; it is tried again whenever the fabric is synchronised."""
    RawUpload.objects.filter(pk=upload.pk).update(
        state=_State.REFUSED, reason=reason, path='', new_commit='', sync_operation=operation
    )


def keep_waiting(fabric: HedgehogFabric, reason: str) -> None:
    """Puts files whose commit did not arrive back in line; the caller has read the branch."""
    RawUpload.objects.filter(fabric=fabric, state=_State.PUSHING).update(
        state=_State.WAITING, new_commit='', path='', reason=reason
    )


def postpone(fabric: HedgehogFabric, reason: str) -> None:
    """Notes a failed attempt on what waits, and when the schedule tries again by itself."""
    rows = RawUpload.objects.filter(fabric=fabric, state=_State.WAITING)
    rows.update(attempts=F('attempts') + 1, reason=reason)
    for attempts in set(rows.order_by().values_list('attempts', flat=True)):
        wait = min(_FIRST_WAIT * 2 ** min(attempts - 1, 10), _LONGEST_WAIT)
        rows.filter(attempts=attempts).update(next_attempt_at=timezone.now() + wait)


def prune_uploads(days: int, now: datetime) -> int:
    """Removes the records of files that have been in Git for longer than that."""
    if not days:
        return 0
    old = RawUpload.objects.filter(state=_State.DONE, created__lt=now - timedelta(days=days))
    return old.delete()[0]
