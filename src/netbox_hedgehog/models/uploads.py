"""Files on their way into raw/: kept here, byte for byte, until the remote has them."""

import uuid
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _
from utilities.exceptions import AbortRequest

from ..choices import OPEN_UPLOAD_STATES, UploadStateChoices
from .fabrics import HedgehogFabric
from .operations import SyncOperation
from .pull_requests import PullRequest
from .record import Record

__all__ = ['RawUpload']


class RawUpload(Record):
    """One file that a user handed over for a fabric's raw/ folder.

    All files of one request share a change set and become one commit. The bytes leave the row
    when the remote has confirmed that commit; the row stays as the record of who brought what.
    """

    change_set_id = models.UUIDField(
        verbose_name=_('change set'),
        default=uuid.uuid4,
        db_index=True,
        help_text=_('Shared by all files of one request'),
    )
    fabric = models.ForeignKey(
        HedgehogFabric, on_delete=models.CASCADE, related_name='uploads', verbose_name=_('fabric')
    )
    name = models.CharField(
        verbose_name=_('name'), max_length=1000, help_text=_('The path below raw/ asked for')
    )
    path = models.CharField(
        verbose_name=_('path'),
        max_length=4096,
        blank=True,
        help_text=_('Where the file was put in the repository'),
    )
    content = models.BinaryField(null=True, blank=True)
    size = models.PositiveBigIntegerField(verbose_name=_('size'))
    sha256 = models.CharField(verbose_name='SHA-256', max_length=64)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        related_name='+',
        verbose_name=_('user'),
        null=True,
        blank=True,
    )
    user_name = models.CharField(verbose_name=_('user name'), max_length=150, blank=True)
    request_id = models.UUIDField(
        verbose_name=_('request id'), null=True, blank=True, db_index=True
    )
    message = models.TextField(verbose_name=_('message'), blank=True)
    sync_operation = models.ForeignKey(
        SyncOperation,
        on_delete=models.SET_NULL,
        related_name='uploads',
        verbose_name=_('operation'),
        null=True,
        blank=True,
        help_text=_('Carried the file to Git and ingested it; its page has the findings'),
    )
    state = models.CharField(
        verbose_name=_('state'),
        max_length=30,
        choices=UploadStateChoices,
        default=UploadStateChoices.WAITING,
    )
    attempts = models.PositiveIntegerField(verbose_name=_('attempts'), default=0)
    next_attempt_at = models.DateTimeField(verbose_name=_('next attempt'), null=True, blank=True)
    new_commit = models.CharField(verbose_name=_('commit'), max_length=64, blank=True)
    pull_request = models.ForeignKey(
        PullRequest,
        on_delete=models.SET_NULL,
        related_name='uploads',
        verbose_name=_('pull request'),
        null=True,
        blank=True,
    )
    reason = models.TextField(verbose_name=_('reason'), blank=True)
    created = models.DateTimeField(verbose_name=_('created'), auto_now_add=True)

    class Meta:
        ordering = ('-created', '-pk')
        verbose_name = _('upload')
        verbose_name_plural = _('uploads')
        indexes = [
            models.Index(fields=('-created', '-id'), name='hh_upload_created'),
            models.Index(fields=('fabric', 'state', 'created'), name='hh_upload_fabric_state'),
        ]

    def __str__(self) -> str:
        return self.name

    def get_state_color(self) -> str | None:
        return UploadStateChoices.colors.get(self.state)

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        """Takes back a file that waits; one on its way or in Git stays on record."""
        with transaction.atomic():
            now = type(self).objects.select_for_update().defer('content').filter(pk=self.pk).first()
            if now is not None and not now.withdrawable:
                raise AbortRequest(_('This file is on its way to Git or there already.'))
            return super().delete(*args, **kwargs)

    @property
    def open(self) -> bool:
        return self.state in OPEN_UPLOAD_STATES

    @property
    def withdrawable(self) -> bool:
        """Whether it may still be taken back: not on its way, and not in Git."""
        return self.open and self.state != UploadStateChoices.PUSHING
